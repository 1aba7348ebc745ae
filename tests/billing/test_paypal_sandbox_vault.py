"""Accounts are saved at the sandbox's PayPal, with a payment or without one, and charged later."""

import pytest

from billing.sandbox.paypal.objects import CAPTURE, ORDER, SETUP, TOKEN
from tests.billing.payer import (
    CUSTOMER,
    DAY,
    ORDERS,
    SAVES,
    SETUPS,
    TOKENS,
    agree,
    capture_in,
    control,
    events,
    issue,
    page_of,
    told,
    visit,
)

CREATED, DELETED = "VAULT.PAYMENT-TOKEN.CREATED", "VAULT.PAYMENT-TOKEN.DELETED"


def vault_in(order):
    return order["payment_source"]["paypal"].get("attributes", {}).get("vault")


def test_a_setup_token_waits_for_its_payer(paypal_api):
    status, setup = paypal_api.setup()
    assert (status, setup["status"]) == (201, "PAYER_ACTION_REQUIRED")
    assert setup["customer"]["merchant_customer_id"] == "alice"
    assert "Save this account" in visit(page_of(setup))[1]
    assert paypal_api.get(f"{SETUPS}/{setup['id']}") == (200, setup)


def test_who_agrees_comes_back_with_the_token_named(paypal_api):
    setup = paypal_api.setup()[1]
    status, _, location = agree(page_of(setup))
    assert status == 303
    named = f"approval_token_id={setup['id']}&approval_session_id={setup['id']}"
    assert location == f"http://testserver/done?{named}"
    assert paypal_api.get(f"{SETUPS}/{setup['id']}")[1]["status"] == "APPROVED"


def test_an_approved_setup_token_becomes_a_payment_token(sandbox, paypal_api):
    setup = paypal_api.setup()[1]
    agree(page_of(setup))
    status, token = paypal_api.tokenize(setup)
    assert status == 201
    assert token["customer"] == setup["customer"]
    wallet = token["payment_source"]["paypal"]
    assert (wallet["email_address"], wallet["usage_type"]) == ("pays@buyer.example", "MERCHANT")
    assert paypal_api.get(f"{TOKENS}/{token['id']}") == (200, token)
    assert paypal_api.get(f"{SETUPS}/{setup['id']}")[1]["status"] == "VAULTED"
    (event,) = events(sandbox)
    kind, about = event["event_type"], event["resource_type"]
    assert (kind, about, event["resource"]) == (CREATED, "payment_token", token)


def test_a_setup_token_becomes_one_payment_token(sandbox, paypal_api):
    setup = paypal_api.setup()[1]
    agree(page_of(setup))
    first = paypal_api.tokenize(setup, request_id=setup["id"])
    assert paypal_api.tokenize(setup, request_id=setup["id"]) == (200, first[1])
    status, answer = paypal_api.tokenize(setup)
    assert (status, issue(answer)) == (422, "SETUP_TOKEN_ALREADY_TOKENIZED")
    assert len(sandbox.state.all(TOKEN)) == 1


def test_nothing_is_saved_that_nobody_approved(sandbox, paypal_api):
    status, answer = paypal_api.tokenize(paypal_api.setup()[1])
    assert (status, issue(answer)) == (422, "PAYER_ACTION_REQUIRED")
    assert issue(paypal_api.tokenize({"id": "X"})[1]) == "SETUP_TOKEN_ID_NOT_FOUND"
    assert sandbox.state.all(TOKEN) == []


def test_a_setup_token_lives_three_days(paypal_api):
    setup = paypal_api.setup()[1]
    control("clock", advance=3 * DAY)
    paypal_api.token = paypal_api.sign_in()[1]["access_token"]
    assert paypal_api.get(f"{SETUPS}/{setup['id']}")[0] == 404
    assert agree(page_of(setup))[0] == 404


@pytest.mark.parametrize(
    "wallet", [{"usage_type": "ALWAYS"}, {"usage": "MERCHANT"}, {"experience_context": {}}]
)
def test_a_setup_that_says_something_wrong_is_refused(sandbox, paypal_api, wallet):
    status, answer = paypal_api.setup(**wallet)
    assert (status, answer["name"]) == (400, "INVALID_REQUEST")
    assert sandbox.state.all(SETUP) == []


def test_an_account_of_a_customer_is_saved_once(sandbox, paypal_api):
    first, again, other = (paypal_api.saved(account) for account in ("pays", "pays", "echeck"))
    assert first["id"] == again["id"]
    customer = first["customer"]["id"]
    listed = paypal_api.get(TOKENS, customer_id=customer)[1]["payment_tokens"]
    assert [token["id"] for token in listed] == [other["id"], first["id"]]
    assert paypal_api.get(TOKENS, customer_id="mallory")[1]["payment_tokens"] == []
    assert told(sandbox) == [CREATED, CREATED]


def test_a_payment_saves_its_account_when_it_is_captured(sandbox, paypal_api):
    order = paypal_api.approved(source=SAVES)
    assert sandbox.state.all(TOKEN) == []
    _, paid = paypal_api.capture(order)
    vault = vault_in(paid)
    assert vault["status"] == "VAULTED"
    assert vault["customer"]["merchant_customer_id"] == "alice"
    token = paypal_api.get(f"{TOKENS}/{vault['id']}")[1]
    assert token["metadata"] == {"order_id": order}
    assert paypal_api.get(f"{ORDERS}/{order}")[1] == paid
    assert CREATED in told(sandbox)


def test_a_payment_saves_nothing_that_nobody_asked_for(sandbox, paypal_api):
    order = paypal_api.capture(paypal_api.approved())[1]
    assert vault_in(order) is None
    assert sandbox.state.all(TOKEN) == []


def test_an_account_may_be_saved_a_while_after_its_payment(sandbox, paypal_api):
    order = paypal_api.approved("saves-late", source=SAVES)
    vault = vault_in(paypal_api.capture(order)[1])
    assert (vault["status"], "id" in vault) == ("APPROVED", False)
    assert CREATED not in told(sandbox)
    control("clock", advance=5)
    vault = vault_in(paypal_api.get(f"{ORDERS}/{order}")[1])
    assert vault["status"] == "VAULTED"
    event = events(sandbox)[-1]
    assert (event["event_type"], event["resource"]["id"]) == (CREATED, vault["id"])


def test_a_saved_account_is_charged_at_once(sandbox, paypal_api):
    token = paypal_api.saved()
    status, order = paypal_api.charge(token)
    assert (status, order["status"]) == (201, "COMPLETED")
    capture = capture_in(order)
    assert (capture["status"], capture["custom_id"]) == ("COMPLETED", "alice:1")
    assert told(sandbox)[1:] == ["PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"]


def test_a_saved_account_is_charged_by_a_token_of_its_own_kind(paypal_api):
    source = {"token": {"id": paypal_api.saved()["id"], "type": "PAYMENT_METHOD_TOKEN"}}
    assert paypal_api.order(source=source, request_id="k")[1]["status"] == "COMPLETED"
    source = {"token": {"id": "X", "type": "CARD"}}
    assert paypal_api.order(source=source, request_id="l")[0] == 400


def test_a_charge_without_a_request_id_is_refused(sandbox, paypal_api):
    status, answer = paypal_api.charge(paypal_api.saved(), request_id="")
    assert (status, issue(answer)) == (400, "PAYPAL_REQUEST_ID_REQUIRED")
    assert sandbox.state.all(ORDER) == []


def test_a_charge_is_made_once_also_when_its_request_id_is_forgotten(sandbox, paypal_api):
    token = paypal_api.saved()
    paypal_api.charge(token)
    assert paypal_api.charge(token)[0] == 200
    status, answer = paypal_api.charge(token, request_id="charge:2")
    assert (status, issue(answer)) == (422, "DUPLICATE_INVOICE_ID")
    assert (len(sandbox.state.all(ORDER)), len(sandbox.state.all(CAPTURE))) == (1, 1)


def test_a_charge_that_is_declined_makes_no_order(sandbox, paypal_api):
    status, answer = paypal_api.charge(paypal_api.saved("declined"))
    assert (status, issue(answer)) == (422, "INSTRUMENT_DECLINED")
    assert sandbox.state.all(ORDER) == []


def test_a_charge_may_need_its_payer(sandbox, paypal_api):
    _, order = paypal_api.charge(paypal_api.saved("confirms"))
    assert order["status"] == "PAYER_ACTION_REQUIRED"
    assert sandbox.state.all(CAPTURE) == []
    assert agree(page_of(order))[::2] == (200, None)
    assert paypal_api.capture(order["id"])[1]["status"] == "COMPLETED"


def test_a_token_that_is_not_there_charges_nothing(sandbox, paypal_api):
    status, answer = paypal_api.charge({"id": "x"})
    assert (status, issue(answer)) == (422, "TOKEN_ID_NOT_FOUND")
    assert sandbox.state.all(ORDER) == []


def test_a_deleted_token_is_gone(sandbox, paypal_api):
    token = paypal_api.saved()
    path = f"{TOKENS}/{token['id']}"
    assert paypal_api.send("DELETE", path) == (204, None)
    assert paypal_api.get(path)[0] == paypal_api.send("DELETE", path)[0] == 404
    assert issue(paypal_api.charge(token)[1]) == "TOKEN_ID_NOT_FOUND"
    event = events(sandbox)[-1]
    assert (event["event_type"], event["resource"]["id"]) == (DELETED, token["id"])
    assert paypal_api.saved()["id"] != token["id"]


def test_a_payer_takes_the_permission_back(sandbox, paypal_api):
    token = paypal_api.saved()
    control(f"methods/{token['id']}/detach")
    assert paypal_api.get(f"{TOKENS}/{token['id']}")[0] == 404
    assert told(sandbox) == [CREATED, DELETED]


def test_the_customer_that_paypal_named_may_be_named_again(paypal_api):
    own = paypal_api.saved()["customer"]["id"]
    wallet = {"usage_type": "MERCHANT", "experience_context": {}}
    assert CUSTOMER["customer"]["merchant_customer_id"] != own
    body = {"payment_source": {"paypal": wallet}, "customer": {"id": own}}
    wallet["experience_context"] = {"return_url": "http://a/", "cancel_url": "http://a/"}
    assert paypal_api.post(SETUPS, body)[1]["customer"] == {"id": own}
