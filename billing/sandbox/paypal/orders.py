"""Orders: made by the API, approved on PayPal's page, captured by the API."""

from billing.sandbox.paypal import captures, disputes, refunds, vault
from billing.sandbox.paypal.accounts import ACCOUNTS, TestAccount
from billing.sandbox.paypal.asked import asked_order, asked_saved
from billing.sandbox.paypal.objects import ORDER, add, change, emit, get
from billing.sandbox.paypal.wire import Body, Refused, link, missing, money, only, timestamp
from billing.sandbox.state import Planned, State, Wire

FORGOTTEN_AFTER = 6 * 3600  # an order that nobody approved
APPROVED_SECONDS = 3 * 3600  # as long as one that was approved may wait for its capture
WAITING = ("CREATED", "PAYER_ACTION_REQUIRED")
SELLER = {"email_address": "seller@sandbox.example", "merchant_id": "SANDBOXSELLER"}
_SAVED = "T0003"  # a preapproved payment, in PayPal's books
_ALREADY = "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed."
_NOT_APPROVED = "Payer has not yet approved the Order for payment. Please redirect the payer to "
_NOT_APPROVED += "the 'rel':'approve' url returned as part of the HATEOAS links."
_DECLINED = "The instrument presented was either declined by the processor or bank, or it can't be "
_DECLINED += "used for this payment."
_ACTION = "Payer needs to perform the following action before proceeding with payment."


def create_order(state: State, body: Body) -> Wire:
    """Raises Refused, also when a saved way to pay is declined."""
    asked = asked_order(body)
    if not (saved := asked_saved(body)):
        return shown(state, _new(state, asked))
    return shown(state, _pay_by_saved(state, asked, vault.token_of(state, saved)))


def get_order(state: State, body: Body, name: str) -> Wire:
    only(body, "fields")
    return shown(state, found(state, name))


def found(state: State, name: str) -> Wire:
    """Raises Refused (RESOURCE_NOT_FOUND), also for one that nobody approved for hours."""
    order = get(state, name, ORDER)
    if order["status"] in WAITING and order["created"] + FORGOTTEN_AFTER <= state.now():
        raise missing()
    return order


def capture_order(state: State, body: Body, name: str) -> Wire:
    """Raises Refused. One whose payer's bank declines stays approved, without a link to its page;
    there the payer may choose another account all the same."""
    only(body)
    order = found(state, name)
    if order["status"] == "COMPLETED":
        raise Refused("ORDER_ALREADY_CAPTURED", _ALREADY)
    if order["status"] != "APPROVED":
        raise Refused("ORDER_NOT_APPROVED", _NOT_APPROVED)
    account, planned = ACCOUNTS[order["account"]], state.take_outcome()
    _require_means(order, account, planned)
    captures.require_new_invoice(state, order["invoice_id"])
    if planned.authenticates and not order["_confirmed"]:
        change(state, order, status="PAYER_ACTION_REQUIRED", _asks=True, _due=None)
        raise Refused("PAYER_ACTION_REQUIRED", _ACTION, links=[page_of(order, "payer-action")])
    _pay(state, order, account, planned)
    return shown(state, order)


def approve(state: State, order: Wire, account: TestAccount) -> None:
    """On PayPal's page; also once more, by another account, while no money was taken."""
    due = state.now() + APPROVED_SECONDS
    named = {"account": account.name, "_confirmed": order["_asks"], "_due": due}
    change(state, order, status="APPROVED", **named)
    summary = "An order has been approved by buyer"
    _tell(state, "CHECKOUT.ORDER.APPROVED", shown(state, order), summary)


def reverse(state: State, order: Wire) -> None:
    """The approval of one that was never captured ends. Raises Refused."""
    if order["status"] != "APPROVED":
        raise Refused("ORDER_NOT_APPROVED", f"This order is {order['status']}.")
    change(state, order, status="VOIDED", _due=None)
    units = shown(state, order)["purchase_units"]
    summary = "A payment has been reversed after approval."
    told = {"order_id": order["id"], "purchase_units": units}
    _tell(state, "CHECKOUT.PAYMENT-APPROVAL.REVERSED", told, summary)


def shown(state: State, order: Wire) -> Wire:
    account = ACCOUNTS.get(order["account"])
    made = captures.of_order(state, order)
    back = [one for capture in made for one in refunds.of_capture(state, capture)]
    payments: Wire = {
        **({"captures": [captures.shown(capture) for capture in made]} if made else {}),
        **({"refunds": [refunds.shown(state, one) for one in back]} if back else {}),
    }
    unit = {key: order[key] for key in ("custom_id", "invoice_id", "description") if order[key]}
    return {
        "id": order["id"],
        "intent": "CAPTURE",
        "status": order["status"],
        "payment_source": {"paypal": {**_source(account), **vault.attributes(state, order)}},
        "purchase_units": [
            {
                "reference_id": order["reference"],
                "amount": money(order["amount"], order["currency"]),
                "payee": SELLER,
                **unit,
                **({"payments": payments} if payments else {}),
            }
        ],
        **({"payer": _payer(account)} if account else {}),
        "create_time": timestamp(order["created"]),
        "update_time": timestamp(order["updated"]),
        "links": _links(order),
    }


def page_of(order: Wire, rel: str) -> Wire:
    return link(rel, f"/checkoutnow?token={order['id']}")


def _new(state: State, asked: Wire) -> Wire:
    order = add(state, ORDER, account="", status="PAYER_ACTION_REQUIRED")
    order.update(asked, _asks=False, _confirmed=False)
    return order


def _pay_by_saved(state: State, asked: Wire, token: Wire) -> Wire:
    """COMPLETED at once, or PAYER_ACTION_REQUIRED. Raises Refused: then there is no order."""
    account, planned = ACCOUNTS[token["account"]], state.take_outcome()
    captures.require_new_invoice(state, asked["invoice_id"])
    _require_means(None, account, planned)
    order = _new(state, asked)
    change(state, order, account=account.name)
    if account.unattended or planned.authenticates:
        change(state, order, _asks=True)
    else:
        _pay(state, order, account, planned, code=_SAVED)
    return order


def _require_means(order: Wire | None, account: TestAccount, planned: Planned) -> None:
    """Raises Refused: another way to pay may still do. A planned code is an issue of PayPal's, or
    else the usual one."""
    if planned.code or account.declines:
        links = [page_of(order, "redirect")] if order else []
        issue = planned.code if planned.code.isupper() else "INSTRUMENT_DECLINED"
        raise Refused(issue, _DECLINED, links=links)


def _pay(
    state: State, order: Wire, account: TestAccount, planned: Planned, *, code: str = "T0006"
) -> None:
    change(state, order, status="COMPLETED", _due=None)
    ends = {"succeeded": "completed", "failed": "declined"}.get(planned.ends, account.ends)
    capture = captures.add_capture(state, order, ends=ends, code=code)
    vault.save_with(state, order, account)
    _tell(state, "CHECKOUT.ORDER.COMPLETED", shown(state, order), "Checkout Order Completed")
    if account.disputed and not ends:
        disputes.open_dispute(state, capture, inquiry=account.disputed == "inquiry")


def _tell(state: State, kind: str, resource: Wire, summary: str) -> None:
    emit(state, kind, "checkout-order 2.0", resource, summary=summary)


def _source(account: TestAccount | None) -> Wire:
    if account is None:
        return {}
    return {**_payer(account, of="account_id"), "account_status": "VERIFIED"}


def _payer(account: TestAccount, of: str = "payer_id") -> Wire:
    return {
        "name": {"given_name": "Test", "surname": "Buyer"},
        "email_address": account.email,
        of: account.payer_id,
        "address": {"country_code": "US"},
    }


def _links(order: Wire) -> list[Wire]:
    path = f"/v2/checkout/orders/{order['id']}"
    links = [link("self", path)]
    if order["status"] in WAITING:
        links.append(page_of(order, "payer-action"))
    if order["status"] == "APPROVED":
        links.append(link("capture", f"{path}/capture", "POST"))
    return links
