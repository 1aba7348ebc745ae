"""Refunds at PayPal: ours by their id, those of its own pages, and the ones that fail."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from billing.providers import paypal_orders
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import RefundOutcome
from billing.providers.paypal import PayPal
from billing.providers.paypal_client import call
from billing.sandbox.faults import Fault
from billing.sandbox.paypal.objects import DISPUTE, REFUND
from tests.billing import orders
from tests.billing.paypal_people import captures, control, name_in, paid


def made(sandbox):
    return sandbox.state.all(REFUND)


def path_of(payment):
    capture = name_in(payment.facts.provider_ids["intent"])
    return f"/paypal/v2/payments/captures/{capture}/refund"


def test_a_payment_goes_back_in_parts_and_no_further(sandbox):
    payment = paid()
    order = orders.refund_of(payment, amount=500)
    report = PayPal().refund(order)
    assert (report.outcome, report.amount, report.currency) == (
        RefundOutcome.SUCCEEDED,
        500,
        "USD",
    )
    assert (report.refund_id, report.livemode, report.is_unnamed) == (order.refund_id, False, False)
    assert report.payment_ref == payment.facts.provider_ids["intent"]
    assert PayPal().fetch_refund(report.ref) == report
    with pytest.raises(ProviderRefused) as refused:
        PayPal().refund(orders.refund_of(payment, amount=1001))
    assert refused.value.reason == "REFUND_AMOUNT_EXCEEDED"
    PayPal().refund(orders.refund_of(payment, amount=1000))
    with pytest.raises(ProviderRefused) as refused:
        PayPal().refund(orders.refund_of(payment, amount=1))
    assert refused.value.reason == "CAPTURE_FULLY_REFUNDED"
    assert [one["amount"] for one in made(sandbox)] == [1000, 500]


def test_the_same_refund_again_is_the_same_also_after_its_request_is_forgotten(sandbox):
    order = orders.refund_of(paid(), amount=500)
    report = PayPal().refund(order)
    sandbox.state.answers.clear()
    assert PayPal().refund(order) == report
    assert len(made(sandbox)) == 1


@pytest.mark.parametrize(
    ("account", "act", "outcome"),
    [
        ("slow-refund", "succeed", RefundOutcome.SUCCEEDED),
        ("bad-refund", "fail", RefundOutcome.FAILED),
    ],
)
def test_one_that_takes_a_while_is_pending_and_then_ends(sandbox, account, act, outcome):
    report = PayPal().refund(orders.refund_of(paid(account)))
    assert (report.outcome, report.failure_code) == (RefundOutcome.PENDING, "")
    control(sandbox, f"refunds/{name_in(report.ref)}/{act}")
    ended = PayPal().fetch_refund(report.ref)
    assert ended.outcome is outcome
    assert bool(ended.failure_code) is (outcome is RefundOutcome.FAILED)


@pytest.mark.parametrize("status", ["CANCELLED", "FAILED"])
def test_one_that_was_taken_back_failed(sandbox, status):
    report = PayPal().refund(orders.refund_of(paid()))
    for one in made(sandbox):
        one["status"] = status
    ended = PayPal().fetch_refund(report.ref)
    assert (ended.outcome, ended.failure_code) == (RefundOutcome.FAILED, status)


@pytest.mark.parametrize(("fault", "times"), [(Fault.AFTER, 1), (Fault.LOST, 2)])
def test_one_without_an_answer_is_found_and_not_made_again(sandbox, fault, times):
    payment = paid()
    order = orders.refund_of(payment)
    sandbox.faults.plan(fault, path=path_of(payment), times=times)
    with pytest.raises(NoAnswer):
        PayPal().refund(order)
    found = PayPal().find_refund(order)
    assert (found.refund_id, found.amount) == (order.refund_id, 1500)
    sandbox.state.answers.clear()
    assert PayPal().refund(order) == found
    assert len(made(sandbox)) == 1


def test_one_that_never_arrived_is_not_found(sandbox):
    payment = paid()
    order = orders.refund_of(payment)
    sandbox.faults.plan(Fault.BEFORE, path=path_of(payment))
    with pytest.raises(NoAnswer):
        PayPal().refund(order)
    assert PayPal().find_refund(order) is None
    assert made(sandbox) == []


def test_nothing_is_made_while_nobody_knows_what_was_made_before(sandbox):
    payment = paid()
    order = name_in(payment.facts.provider_ids["session"])
    path = f"/paypal/v2/checkout/orders/{order}"
    sandbox.faults.plan(Fault.BEFORE, path=path, method="GET")
    with pytest.raises(NoAnswer):
        PayPal().refund(orders.refund_of(payment))
    assert made(sandbox) == []


def test_many_at_once_make_one(sandbox):
    order = orders.refund_of(paid())

    def ask(_):
        with suppress(NoAnswer):  # another one with the same id was under way
            PayPal().refund(order)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert [one["amount"] for one in made(sandbox)] == [1500]
    assert name_in(PayPal().refund(order).ref) == made(sandbox)[0]["id"]


@pytest.mark.parametrize("custom", ["", "u1:01K0000000000000000000000A"])
def test_one_of_paypals_own_pages_has_no_id_of_ours(sandbox, custom):
    payment = paid()
    capture = payment.facts.provider_ids["intent"]
    control(sandbox, f"payments/{name_in(capture)}/refund", amount=700)
    [by_hand] = made(sandbox)
    by_hand["custom_id"] = custom
    report = PayPal().fetch_refund(f"refund:{by_hand['id']}")
    assert (report.refund_id, report.amount, report.payment_ref) == ("", 700, capture)
    assert PayPal().find_refund(orders.refund_of(payment)) is None


@pytest.mark.parametrize("end", ["close", "escalate", "lose"])
def test_what_paypal_took_back_is_a_refund_unless_a_dispute_tells_of_it(sandbox, end):
    payment = paid()
    capture = payment.facts.provider_ids["intent"]
    control(sandbox, f"payments/{name_in(capture)}/reverse")
    [one] = made(sandbox)
    report = PayPal().fetch_refund(f"reversal:{one['id']}")
    assert (report.ref, report.amount) == (f"refund:{one['id']}", 1500)
    assert (report.refund_id, report.payment_ref) == ("", capture)
    for taken in captures(sandbox):
        taken |= {"refunded": 0, "status": "COMPLETED"}
    control(sandbox, f"payments/{name_in(capture)}/dispute", inquiry="true")
    with pytest.raises(NoAnswer):  # perhaps it tells of it: that is known at its end
        PayPal().fetch_refund(f"reversal:{one['id']}")
    [dispute] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{dispute['id']}/{end}")
    assert PayPal().fetch_refund(f"reversal:{one['id']}") == (report if end == "close" else None)


def test_a_dispute_that_was_won_explains_only_what_was_taken_for_it(sandbox):
    """Its amount, and before it ended: that came back. What PayPal takes later is gone."""
    payment = paid("asks")
    capture = payment.facts.provider_ids["intent"]
    [dispute] = sandbox.state.all(DISPUTE)
    control(sandbox, f"payments/{name_in(capture)}/reverse")
    [before] = made(sandbox)
    for act in ("escalate", "win"):
        control(sandbox, "clock", advance=60)
        control(sandbox, f"disputes/{dispute['id']}/{act}")
    assert PayPal().fetch_refund(f"reversal:{before['id']}") is None
    before["amount"] = 700
    assert PayPal().fetch_refund(f"reversal:{before['id']}").amount == 700
    for taken in captures(sandbox):
        taken |= {"refunded": 0, "status": "COMPLETED"}
    control(sandbox, f"payments/{name_in(capture)}/reverse")
    after = made(sandbox)[0]
    report = PayPal().fetch_refund(f"reversal:{after['id']}")
    assert (report.ref, report.amount, report.payment_ref) == (
        f"refund:{after['id']}",
        1500,
        capture,
    )


def test_what_a_clerk_wrote_does_not_leave_the_site(sandbox):
    PayPal().refund(orders.refund_of(paid(), reason="Alice called: wrong amount"))
    assert "Alice" not in str(made(sandbox))


@pytest.mark.parametrize("refs", [{}, {"session": "order:O1"}, {"intent": "pi_1"}])
def test_without_a_name_of_the_payment_nothing_is_asked(sandbox, refs):
    order = replace(orders.refund_of(paid()), payment_refs=refs)
    with pytest.raises(ProviderRefused) as refused:
        PayPal().refund(order)
    assert refused.value.reason == "payment_unknown"
    assert PayPal().find_refund(order) is None
    assert made(sandbox) == []


def test_the_capture_alone_finds_its_refunds(sandbox):
    payment = paid()
    refs = {"intent": payment.facts.provider_ids["intent"]}
    order = replace(orders.refund_of(payment), payment_refs=refs)
    report = PayPal().refund(order)
    assert PayPal().find_refund(order) == report


def test_a_payment_whose_order_is_forgotten_goes_back_once_all_the_same(sandbox, monkeypatch):
    payment = paid()

    def ask(method, path, *more, **named):
        if path.startswith(paypal_orders.ORDERS):
            raise NotThere(reason="INVALID_RESOURCE_ID", about="")
        return call(method, path, *more, **named)

    monkeypatch.setattr(paypal_orders, "call", ask)
    order = orders.refund_of(payment)
    report = PayPal().refund(order)
    assert PayPal().refund(order) == report
    sandbox.state.answers.clear()
    with pytest.raises(ProviderRefused):
        PayPal().refund(order)
    assert len(made(sandbox)) == 1


@pytest.mark.parametrize("currency", ["USD", "JPY"])
def test_amounts_go_and_come_in_our_parts_of_each_currency(sandbox, currency):
    report = PayPal().refund(orders.refund_of(paid(currency=currency)))
    assert (report.amount, report.currency) == (1500, currency)


def test_an_unknown_refund_is_not_there(sandbox):
    assert PayPal().fetch_refund("pi_1") is None
    assert PayPal().fetch_refund("refund:../x") is None
    with pytest.raises(NotThere):
        PayPal().fetch_refund("refund:NOTHING")
