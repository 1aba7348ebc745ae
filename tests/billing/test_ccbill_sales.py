"""What CCBill tells of sales: only what fits the payment, and is known to DataLink, is credited."""

import pytest

from billing import personal_data
from billing import services as billing
from billing.items import PaymentStatus
from billing.providers import ccbill_datalink
from billing.providers.ccbill_forms import Pass, digest
from billing.sandbox import access
from billing.sandbox.faults import Fault
from core import ids
from tests.billing import books
from tests.billing.ccbill import buy, hear, is_untouched, paid, send, start
from tests.billing.flexforms import deliver, pay, told
from tests.billing.lives import kinds_of, now, purse
from tests.billing.test_webhooks import inbox

MANAGE = "/datalink/utils/subscriptionManagement.cgi"
ELSEWHERE = "203.0.113.9"


@pytest.fixture
def bought(alice, sandbox):
    return buy(alice, sandbox)


def edited(body, **changed):
    payment_id, user_sub, code = body["X-pay"].split(".")
    parts = {"payment_id": payment_id, "user_sub": user_sub, "code": code, **changed}
    return {**body, "X-pay": "{payment_id}.{user_sub}.{code}".format(**parts)}


def test_an_edited_pass_moves_nothing_and_its_payment_is_told_of(
    alice, bob, client, bought, caplog
):
    """Mallory pays, and names Bob's payment as what it was for."""
    payment, body = bought
    bobs, _ = start(bob)
    names = {"payment_id": bobs.payment_intent_id, "user_sub": bob.user_sub}
    assert send(client, edited(body, **names)).status_code == 200
    assert is_untouched(bob, bobs)
    assert is_untouched(alice, payment)
    [row] = inbox().values()
    assert (row["status"], row["error"]) == ("refused", "pay")
    assert "billing.payment.mismatch" in kinds_of(bob)
    assert kinds_of(alice) == []
    wrong = [each.wrong for each in caplog.records if each.message == "genuine webhook refused"]
    assert wrong == ["pay"]


@pytest.mark.parametrize(
    "changed",
    [
        {"X-pay": ""},
        {"X-pay": "nonsense"},
        {"X-pay": f"{ids.new_id()}.{ids.new_id()}.{'0' * 32}"},
    ],
)
def test_a_pass_that_names_no_payment_is_refused_at_once(alice, client, bought, changed, caplog):
    payment, body = bought
    assert send(client, {**body, **changed}).status_code == 200
    [row] = inbox().values()
    assert row["status"] == "refused"
    assert is_untouched(alice, payment)
    assert "genuine webhook refused" in caplog.messages


@pytest.mark.parametrize(
    "changed",
    [
        {"billedInitialPrice": "14.99"},
        {"billedInitialPrice": "1500.00"},
        {"billedInitialPrice": "15.001"},
        {"billedInitialPrice": ""},
        {"billedCurrencyCode": "978"},
        {"billedCurrencyCode": ""},
    ],
)
def test_another_price_moves_nothing_and_the_person_is_told(alice, client, bought, changed):
    payment, body = bought
    assert send(client, {**body, **changed}).status_code == 200
    assert is_untouched(alice, payment)
    [row] = inbox().values()
    assert row["status"] == "refused"
    assert kinds_of(alice) == ["billing.payment.mismatch"]


def test_the_same_form_paid_twice_is_credited_once_and_told(alice, client, sandbox):
    payment, url = start(alice)
    pay(url)
    pay(url)
    assert hear(client, sandbox) == [200, 200]
    assert purse(alice) == (1500, 0, 0)
    assert sorted(row["status"] for row in inbox().values()) == ["processed", "refused"]
    assert "billing.payment.mismatch" in kinds_of(alice)
    assert now(payment).is_settled
    assert books.problems() == []


def test_one_sale_pays_one_payment(alice, bob, client, sandbox, bought):
    """A genuine sale of Alice's, told again under Bob's own pass."""
    _, body = bought
    assert send(client, body).status_code == 200
    bobs, _ = start(bob)
    own = Pass(payment_id=bobs.payment_intent_id, user_sub=bob.user_sub).text
    again = {**body, "X-pay": own, "transactionId": "0926332000000000001"}
    assert send(client, again).status_code == 200
    assert purse(bob) == (0, 0, 0)
    assert not now(bobs).is_settled
    assert "billing.payment.mismatch" in kinds_of(bob)


def test_a_sale_that_datalink_does_not_know_moves_nothing(alice, client, bought, ahead):
    """Its books may be late, so it is sent again for an hour."""
    payment, body = bought
    number = "0926332000000000001"
    salt = access.secret("ccbill-salt")
    forged = {
        **body,
        "subscriptionId": number,
        "dynamicPricingValidationDigest": digest(number, "1", salt),
    }
    client.raise_request_exception = False
    assert send(client, forged).status_code == 503
    assert kinds_of(alice) == []
    ahead(hours=2)
    assert send(client, forged).status_code == 200
    assert is_untouched(alice, payment)
    [row] = inbox().values()
    assert (row["status"], row["error"]) == ("refused", "subscription")
    assert kinds_of(alice) == ["billing.payment.mismatch"]


@pytest.mark.parametrize("stamp", ["", "2026-02-30 00:00:00", "2999-01-01 00:00:00"])
def test_one_of_no_time_is_not_waited_for(alice, client, bought, stamp, monkeypatch):
    payment, body = bought
    monkeypatch.setattr(ccbill_datalink, "sent_back", lambda _number: None)
    assert send(client, {**body, "timestamp": stamp}).status_code == 200
    assert is_untouched(alice, payment)
    assert kinds_of(alice) == ["billing.payment.mismatch"]


def test_a_sale_that_datalink_knows_later_is_credited_then(alice, client, bought, monkeypatch):
    payment, body = bought
    client.raise_request_exception = False
    with monkeypatch.context() as late:
        late.setattr(ccbill_datalink, "sent_back", lambda _number: None)
        assert send(client, body).status_code == 503
    assert is_untouched(alice, payment)
    assert send(client, body).status_code == 200
    assert purse(alice) == (1500, 0, 0)
    assert "billing.payment.mismatch" not in kinds_of(alice)


def test_below_a_limit_it_is_believed_without_datalink(alice, client, sandbox, bought, settings):
    payment, body = bought
    sandbox.faults.plan(Fault.BEFORE, path=MANAGE, times=9)
    settings.CCBILL_CONFIRM_ABOVE = 1499
    client.raise_request_exception = False
    assert send(client, body).status_code == 503
    assert is_untouched(alice, payment)
    settings.CCBILL_CONFIRM_ABOVE = 1500
    assert send(client, body).status_code == 200
    assert purse(alice) == (1500, 0, 0)


def test_while_datalink_is_silent_it_is_sent_again(alice, client, sandbox, bought):
    payment, body = bought
    sandbox.faults.plan(Fault.LOST, path=MANAGE)
    client.raise_request_exception = False
    assert send(client, body).status_code == 503
    assert is_untouched(alice, payment)
    assert send(client, body).status_code == 200
    assert purse(alice) == (1500, 0, 0)


def test_a_decline_lets_the_person_try_again(alice, client, sandbox):
    payment, url = start(alice)
    assert pay(url, "insufficient_funds")[0] == 402
    assert hear(client, sandbox) == [200]
    assert is_untouched(alice, payment)
    assert kinds_of(alice) == []
    pay(url)
    assert hear(client, sandbox) == [200, 200]
    assert purse(alice) == (1500, 0, 0)


def test_a_refund_before_its_sale_waits_for_it(alice, client, sandbox):
    payment, url = start(alice)
    pay(url)
    [sale] = told(sandbox)
    number = sale["body"]["subscriptionId"]
    back = {
        **{name: sale["body"][name] for name in ("clientAccnum", "clientSubacc", "transactionId")},
        "subscriptionId": number,
        "timestamp": "2026-11-28 10:15:00",
        "amount": "5.00",
        "currencyCode": "840",
    }
    client.raise_request_exception = False
    assert send(client, back, event_type="Refund").status_code == 503
    assert is_untouched(alice, payment)
    assert deliver(client, sale).status_code == 200
    assert send(client, back, event_type="Refund").status_code == 200
    assert purse(alice) == (1000, 0, 0)
    [refund] = billing.list_refunds(now(payment))
    assert refund.provider_ref == f"refund:{number}:20261128101500"


def test_a_replay_settles_what_broke_off(alice, client, sandbox, bought):
    payment, body = bought
    sandbox.faults.plan(Fault.LOST, path=MANAGE)
    client.raise_request_exception = False
    send(client, body)
    row = billing.replay_webhook(f"NewSaleSuccess:{body['transactionId']}")
    assert row.status == "processed"
    assert purse(alice) == (1500, 0, 0)
    assert now(payment).is_settled


def test_paid_and_told_twice_in_any_order(alice, client, sandbox):
    payment = paid(alice, client, sandbox)
    assert {*hear(client, sandbox)} == {200}
    assert purse(alice) == (1500, 0, 0)
    assert now(payment).status is PaymentStatus.SETTLED
    assert books.problems() == []


def declined(body, **changed):
    names = ("clientAccnum", "clientSubacc", "transactionId", "timestamp", "X-pay")
    return {**{name: body[name] for name in names}, "failureCode": "11", **changed}


def test_an_edited_pass_fails_nobodys_payment(alice, bob, client, bought):
    _, body = bought
    bobs, _ = start(bob)
    names = {"payment_id": bobs.payment_intent_id, "user_sub": bob.user_sub}
    sent = edited(declined(body), **names)
    assert send(client, sent, event_type="UpSaleFailure").status_code == 200
    assert is_untouched(bob, bobs)
    [row] = inbox().values()
    assert (row["status"], row["error"]) == ("refused", "pay")
    assert "billing.payment.mismatch" in kinds_of(bob)


def test_of_a_charge_no_card_is_kept(alice, client, bought):
    _, body = bought
    assert send(client, body, event_type="UpSaleSuccess").status_code == 200
    [row] = inbox().values()
    assert {"brand", "last4", "expDate"} & {*row["told"]} == set()


def test_paid_after_its_owner_had_gone_is_told_to_operators(alice, client, sandbox, ahead, caplog):
    """CCBill's forms never end."""
    payment, url = start(alice, save_method=True)
    ahead(hours=3)
    billing.check_payment(user_sub=alice.user_sub, payment_id=payment.payment_intent_id)
    personal_data.erase(alice.user_sub)
    pay(url)
    assert {*hear(client, sandbox)} == {200}
    assert purse(alice) == (1500, 0, 0)
    assert billing.list_methods(alice.user_sub) == []
    [line] = [each for each in caplog.records if each.message == "paid after its owner had gone"]
    assert (line.levelname, line.payment_id) == ("ERROR", payment.payment_intent_id)
    assert {*hear(client, sandbox)} == {200}
    assert caplog.messages.count("paid after its owner had gone") == 1
    assert [row for row in books.rows() if row["sk"].startswith(("PM#", "BILLING"))] == []
    assert books.problems() == []
