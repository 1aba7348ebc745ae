"""Saved accounts: setup tokens that a payer approves, and the payment tokens made of them."""

from billing.sandbox.paypal.accounts import ACCOUNTS, TestAccount
from billing.sandbox.paypal.asked import context_of, customer_of
from billing.sandbox.paypal.objects import SETUP, TOKEN, add, change, emit, get, name, of
from billing.sandbox.paypal.wire import (
    Body,
    Refused,
    inner,
    link,
    missing,
    only,
    required,
    timestamp,
    wrong_choice,
)
from billing.sandbox.state import State, Wire
from core.ids import sha256_hex

LATER_SECONDS = 5  # until an account is saved that takes a while
SETUP_SECONDS = 3 * 24 * 3600  # as long as a setup token lives
_PAYPAL = "/payment_source/paypal"
_KNOWN = ("description", "usage_type", "customer_type", "permit_multiple_payment_tokens")


def create_setup(state: State, body: Body) -> Wire:
    only(body, "payment_source", "customer")
    source = required(body, "payment_source")
    only(source, "paypal", at="/payment_source")
    wallet = required(source, "paypal", at="/payment_source")
    only(wallet, *_KNOWN, "usage_pattern", "experience_context", at=_PAYPAL)
    if required(wallet, "usage_type", at=_PAYPAL) not in ("MERCHANT", "PLATFORM"):
        raise wrong_choice(f"{_PAYPAL}/usage_type")
    context = inner(wallet, "experience_context", at=_PAYPAL)
    context_of(context, "vault_instruction", at=_PAYPAL)
    for url in ("return_url", "cancel_url"):
        required(context, url, at=f"{_PAYPAL}/experience_context")
    own, ours = customer_of(inner(body, "customer"), at="/customer")
    several = bool(wallet.get("permit_multiple_payment_tokens", False))
    setup = add(
        state,
        SETUP,
        status="PAYER_ACTION_REQUIRED",
        account="",
        token="",
        customer=own or _customer(ours),
        merchant_customer=ours,
        several=several,
        _context=context,
    )
    return shown_setup(setup)


def get_setup(state: State, body: Body, name: str) -> Wire:
    only(body)
    return shown_setup(found_setup(state, name))


def found_setup(state: State, called: str) -> Wire:
    """Raises Refused (RESOURCE_NOT_FOUND), also for one whose time is over."""
    setup = get(state, called, SETUP)
    if setup["created"] + SETUP_SECONDS <= state.now():
        raise missing()
    return setup


def approve(state: State, setup: Wire, account: TestAccount) -> None:
    change(state, setup, status="APPROVED", account=account.name)


def create_token(state: State, body: Body) -> Wire:
    """Of a setup token that its payer approved. Raises Refused."""
    only(body, "payment_source", "customer")
    source = required(body, "payment_source")
    only(source, "token", at="/payment_source")
    token = required(source, "token", at="/payment_source")
    only(token, "id", "type", at="/payment_source/token")
    if required(token, "type", at="/payment_source/token") != "SETUP_TOKEN":
        raise wrong_choice("/payment_source/token/type")
    setup = state.find(str(required(token, "id", at="/payment_source/token")))
    if setup is None or setup["object"] != SETUP:
        text = "Specified token was not found. Verify the token and try again."
        raise Refused("SETUP_TOKEN_ID_NOT_FOUND", text, field="/payment_source/token/id")
    if setup["status"] == "VAULTED":
        text = "The setup token has been used previously to generate a payment token."
        raise Refused("SETUP_TOKEN_ALREADY_TOKENIZED", text, field="/payment_source/token/id")
    if found_setup(state, setup["id"])["status"] != "APPROVED":
        text = "Please make sure setup up token is approved. Please complete the approval flow."
        raise Refused("PAYER_ACTION_REQUIRED", text, field="/payment_source/token/id")
    made = _save(state, setup, ACCOUNTS[setup["account"]])
    change(state, setup, status="VAULTED", token=made["id"])
    return shown(made)


def get_token(state: State, body: Body, name: str) -> Wire:
    only(body)
    return shown(get(state, name, TOKEN))


def delete_token(state: State, body: Body, name: str) -> None:
    only(body)
    forget(state, get(state, name, TOKEN))


def forget(state: State, token: Wire) -> None:
    del state.objects[token["id"]]
    told = shown(token)
    _tell(state, "DELETED", told, "A payment token has been deleted.")


def list_tokens(state: State, query: Body) -> Wire:
    only(query, "customer_id", "page", "page_size", "total_required")
    customer = required(query, "customer_id")
    found = [shown(token) for token in of(state, TOKEN, customer=customer) if not token["_due"]]
    path = f"/v3/vault/payment-tokens?customer_id={customer}"
    return {
        "customer": {"id": customer},
        "payment_tokens": found,
        "total_items": len(found),
        "total_pages": 1,
        "links": [link("self", path)],
    }


def token_of(state: State, called: str) -> Wire:
    """The one that an order is to be paid by. Raises Refused."""
    token = state.find(called)
    if token is None or token["object"] != TOKEN or token["_due"]:
        text = "Specified token was not found. Verify the token and try again."
        raise Refused("TOKEN_ID_NOT_FOUND", text, field=f"{_PAYPAL}/vault_id")
    return token


def save_with(state: State, order: Wire, account: TestAccount) -> None:
    """The account that paid, where the order asked for it."""
    if asked := order["_save"]:
        customer = asked["customer"] or _customer(asked["merchant_customer"])
        named = {**asked, "customer": customer, "order": order["id"]}
        token = _save(state, named, account, late=account.vaults_late)
        order["_save"] = {**named, "token": token["id"]}


def attributes(state: State, order: Wire) -> Wire:
    """What an order says of the account that it saved."""
    asked = order["_save"]
    if not asked or not (token := state.find(asked.get("token", ""))):
        return {}
    saved: Wire = {
        "status": "APPROVED",
        "links": [link("up", f"/v2/checkout/orders/{order['id']}")],
    }
    if not token["_due"]:
        path = f"/v3/vault/payment-tokens/{token['id']}"
        links = [link("self", path), link("delete", path, "DELETE")]
        saved = {
            "id": token["id"],
            "status": "VAULTED",
            "customer": shown_customer(token),
            "links": [*links, *saved["links"]],
        }
    return {"attributes": {"vault": saved}}


def finish(state: State, token: Wire) -> None:
    """One that took a while is there."""
    change(state, token, _due=None)
    _tell(state, "CREATED", shown(token), "A payment token has been created.")


def shown(token: Wire) -> Wire:
    account = ACCOUNTS[token["account"]]
    path = f"/v3/vault/payment-tokens/{token['id']}"
    return {
        "id": token["id"],
        "customer": shown_customer(token),
        "payment_source": {
            "paypal": {
                "permit_multiple_payment_tokens": token["several"],
                "usage_type": "MERCHANT",
                "customer_type": "CONSUMER",
                "email_address": account.email,
                "payer_id": account.payer_id,
            }
        },
        **({"metadata": {"order_id": token["order"]}} if token["order"] else {}),
        "links": [link("self", path), link("delete", path, "DELETE")],
    }


def shown_setup(setup: Wire) -> Wire:
    path = f"/v3/vault/setup-tokens/{setup['id']}"
    links = [link("self", path)]
    wallet = {"usage_type": "MERCHANT", "permit_multiple_payment_tokens": setup["several"]}
    if setup["status"] == "PAYER_ACTION_REQUIRED":
        links.append(link("approve", f"/agreements/approve?approval_session_id={setup['id']}"))
    else:
        account = ACCOUNTS[setup["account"]]
        wallet |= {"email_address": account.email, "payer_id": account.payer_id}
    return {
        "id": setup["id"],
        "status": setup["status"],
        "customer": shown_customer(setup),
        "payment_source": {"paypal": wallet},
        "create_time": timestamp(setup["created"]),
        "links": links,
    }


def shown_customer(thing: Wire) -> Wire:
    ours = thing["merchant_customer"]
    return {"id": thing["customer"], **({"merchant_customer_id": ours} if ours else {})}


def _save(state: State, asked: Wire, account: TestAccount, *, late: bool = False) -> Wire:
    """One account of a customer is saved once, unless several tokens are permitted."""
    known = of(state, TOKEN, customer=asked["customer"], account=account.name)
    if known and not asked["several"]:
        return known[0]
    token = add(
        state,
        TOKEN,
        called=name().lower(),
        account=account.name,
        customer=asked["customer"],
        merchant_customer=asked["merchant_customer"],
        several=asked["several"],
        order=asked.get("order", ""),
        _due=state.now() + LATER_SECONDS if late else None,
    )
    if not late:
        finish(state, token)
    return token


def _customer(ours: str) -> str:
    """PayPal's own name of a customer: always the same for the same one of ours."""
    return sha256_hex("paypal-customer", ours)[:10].upper() if ours else name(10)


def _tell(state: State, kind: str, resource: Wire, summary: str) -> None:
    about = "payment_token 3.0"
    emit(state, f"VAULT.PAYMENT-TOKEN.{kind}", about, resource, summary=summary)
