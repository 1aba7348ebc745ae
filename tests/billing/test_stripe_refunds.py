"""Refunds at Stripe: ours by their id, those of its dashboard, and the ones that fail."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import RefundOutcome
from billing.providers.stripe import Stripe
from billing.sandbox.faults import Fault
from tests.billing import orders

pytestmark = pytest.mark.usefixtures("no_waiting")
REFUNDS = "/v1/refunds"


@pytest.fixture
def charged(sandbox, stripe_api):
    """The report of a payment by a card."""

    def charge(card="pm_card_visa", **changed):
        person = orders.customer()
        method = orders.saved_card(stripe_api, person, card)
        return Stripe().charge(orders.charge_of(person, method, **changed))

    return charge


def made(sandbox):
    return sandbox.state.all("refund")


def test_a_payment_goes_back_in_parts_and_no_further(sandbox, charged):
    payment = charged()
    order = orders.refund_of(payment, amount=500)
    report = Stripe().refund(order)
    assert (report.outcome, report.amount, report.currency) == (
        RefundOutcome.SUCCEEDED,
        500,
        "USD",
    )
    assert (report.refund_id, report.livemode) == (order.refund_id, False)
    assert report.payment_ref == payment.facts.provider_ids["intent"]
    assert Stripe().fetch_refund(report.ref) == report
    with pytest.raises(ProviderRefused):
        Stripe().refund(orders.refund_of(payment, amount=1001))
    Stripe().refund(orders.refund_of(payment, amount=1000))
    with pytest.raises(ProviderRefused) as refused:
        Stripe().refund(orders.refund_of(payment, amount=1))
    assert refused.value.reason == "charge_already_refunded"
    assert [one["amount"] for one in made(sandbox)] == [1000, 500]


def test_the_same_refund_again_is_the_same_also_after_the_key_is_forgotten(sandbox, charged):
    order = orders.refund_of(charged(), amount=500)
    report = Stripe().refund(order)
    sandbox.state.answers.clear()
    assert Stripe().refund(order) == report
    assert len(made(sandbox)) == 1


def test_one_that_takes_a_while_is_pending_and_then_succeeds(sandbox, charged, stripe_api):
    report = Stripe().refund(orders.refund_of(charged("pm_card_pendingRefund")))
    assert report.outcome is RefundOutcome.PENDING
    stripe_api.raw_request("post", f"/_control/refunds/{report.ref}/succeed")
    assert Stripe().fetch_refund(report.ref).outcome is RefundOutcome.SUCCEEDED


def test_one_may_fail_after_it_had_succeeded(sandbox, charged, stripe_api):
    report = Stripe().refund(orders.refund_of(charged("pm_card_refundFail")))
    assert report.outcome is RefundOutcome.SUCCEEDED
    stripe_api.raw_request("post", f"/_control/refunds/{report.ref}/fail")
    failed = Stripe().fetch_refund(report.ref)
    assert (failed.outcome, failed.failure_code) == (
        RefundOutcome.FAILED,
        "expired_or_canceled_card",
    )


@pytest.mark.parametrize("fault", [Fault.AFTER, Fault.LOST])
def test_one_without_an_answer_is_found_and_not_made_again(sandbox, charged, fault):
    order = orders.refund_of(charged())
    sandbox.faults.plan(fault, path=REFUNDS, times=2)
    with pytest.raises(NoAnswer):
        Stripe().refund(order)
    found = Stripe().find_refund(order)
    assert (found.refund_id, found.amount) == (order.refund_id, 1500)
    assert Stripe().refund(order) == found
    assert len(made(sandbox)) == 1


def test_one_that_never_arrived_is_not_found(sandbox, charged):
    order = orders.refund_of(charged())
    sandbox.faults.plan(Fault.BEFORE, path=REFUNDS, times=2)
    with pytest.raises(NoAnswer):
        Stripe().refund(order)
    assert Stripe().find_refund(order) is None
    assert made(sandbox) == []


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.LOST])
def test_nothing_is_made_while_nobody_knows_what_was_made_before(sandbox, charged, fault):
    order = orders.refund_of(charged())
    sandbox.faults.plan(fault, path=REFUNDS, times=2, method="GET")
    with pytest.raises(NoAnswer):
        Stripe().refund(order)
    assert made(sandbox) == []


def test_many_at_once_make_one(sandbox, charged):
    order = orders.refund_of(charged())

    def ask(_):
        with suppress(NoAnswer):  # another one with the same key was under way
            Stripe().refund(order)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert [one["amount"] for one in made(sandbox)] == [1500]
    assert Stripe().refund(order).ref == made(sandbox)[0]["id"]


def test_one_of_the_dashboard_has_no_id_of_ours(sandbox, charged, stripe_api):
    payment = charged()
    intent = payment.facts.provider_ids["intent"]
    stripe_api.raw_request("post", f"/_control/payments/{intent}/refund", amount=700)
    [by_hand] = made(sandbox)
    report = Stripe().fetch_refund(by_hand["id"])
    assert (report.refund_id, report.amount, report.payment_ref) == ("", 700, intent)
    assert Stripe().find_refund(orders.refund_of(payment)) is None


def test_what_a_clerk_wrote_does_not_leave_the_site(sandbox, charged):
    Stripe().refund(orders.refund_of(charged(), reason="Alice called: wrong amount"))
    [one] = made(sandbox)
    assert one["reason"] == "requested_by_customer"
    assert "Alice" not in str(one)


def test_without_a_name_of_the_payment_nothing_is_asked(sandbox, charged):
    order = replace(orders.refund_of(charged()), payment_refs={"session": "cs_1"})
    with pytest.raises(ProviderRefused) as refused:
        Stripe().refund(order)
    assert refused.value.reason == "payment_unknown"
    assert Stripe().find_refund(order) is None
    assert made(sandbox) == []


def test_the_charge_alone_finds_its_payment(charged):
    payment = charged()
    refs = {"charge": payment.facts.provider_ids["charge"]}
    report = Stripe().refund(replace(orders.refund_of(payment), payment_refs=refs))
    assert report.outcome is RefundOutcome.SUCCEEDED


def test_it_says_whether_the_money_was_real(sandbox, charged):
    report = Stripe().refund(orders.refund_of(charged()))
    for charge in sandbox.state.all("charge"):
        charge["livemode"] = True
    assert Stripe().fetch_refund(report.ref).livemode


@pytest.mark.parametrize(("currency", "sent"), [("USD", 1500), ("JPY", 1500), ("UGX", 150_000)])
def test_amounts_go_and_come_in_our_parts_of_each_currency(sandbox, charged, currency, sent):
    payment = charged(currency=currency)
    report = Stripe().refund(orders.refund_of(payment))
    assert (payment.facts.amount, report.amount, report.currency) == (1500, 1500, currency)
    assert [one["amount"] for one in made(sandbox)] == [sent]


def test_a_refund_of_money_that_no_charge_brought_is_none_of_ours(sandbox, charged):
    report = Stripe().refund(orders.refund_of(charged()))
    sandbox.state.find(report.ref)["charge"] = None  # of a bank transfer's rest
    assert Stripe().fetch_refund(report.ref) is None


def test_an_unknown_refund_is_not_there(sandbox):
    assert Stripe().fetch_refund("pi_1") is None
    with pytest.raises(NotThere):
        Stripe().fetch_refund("re_nothing")
