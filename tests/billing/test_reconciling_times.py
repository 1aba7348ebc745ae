"""What looks like a difference of books, and is none; and what must not be booked twice."""

from dataclasses import replace

import pytest

from billing import services as billing
from billing.items import RefundStatus
from billing.providers.errors import NoAnswer, NotThere
from billing.providers.messages import EntryKind, Outcome, RefundOutcome
from billing.services.reconciling import What
from tests.billing import books
from tests.billing.lives import now, purse, refund, settle, told
from tests.billing.reconciled import DAY


def silent(ref, told=None):
    raise NoAnswer


def test_a_repair_is_no_difference_of_its_own_day(there, alice, closed, ahead):
    payment = there.asked(alice)
    there.pays(payment)
    closed()
    assert there.differences(fix=True) == []
    repaired_on = now(payment).settled_at.date().isoformat()
    ahead(days=2)
    assert there.compared(repaired_on).differences == ()


def test_money_around_midnight_is_of_both_days(there, alice, time_machine, ahead, monkeypatch):
    time_machine.move_to(f"{DAY}T23:59:58Z", tick=False)
    payment = there.asked(alice)
    ref = there.pays(payment)
    time_machine.move_to("2026-12-06T00:00:05Z", tick=False)
    settle(payment, provider_ids={"intent": ref})
    billing.note_fee(payment=payment, fee=74)
    ahead(days=2)
    monkeypatch.setattr(there.provider, "fetch_payment", silent)
    assert there.differences() == []
    assert there.compared("2026-12-06").differences == ()


def test_payments_of_a_day_before_that_are_not_there_are_missing(there, alice, ahead):
    payment = there.asked(alice)
    unpaid = there.asked(alice)
    ref = there.pays(unpaid, outcome=Outcome.PROCESSING)
    there.provider.books.clear()
    ahead(days=1)
    settle(payment, provider_ids={"intent": "pi_nowhere"})
    settle(unpaid, provider_ids={"intent": ref})
    ahead(days=1)
    found = there.compared("2026-12-06").differences
    assert [(each.what, each.our_id) for each in found] == [
        (What.MISSING_THERE, each.payment_intent_id) for each in (payment, unpaid)
    ]


def test_its_books_count_more_than_its_answer_where_both_must_have_it(there, alice, closed):
    payment, _ = there.settled(alice)
    there.provider.books.clear()
    closed()
    assert there.differences() == [
        (What.MISSING_THERE, EntryKind.PAYMENT, payment.payment_intent_id)
    ]


def test_what_is_under_way_there_as_well_is_none(there, alice, bob, closed):
    payment, ref = there.settled(alice)
    there.refunds(ref, 300, refund(payment, 300), outcome=RefundOutcome.PENDING)
    slow = there.asked(bob)
    there.pays(slow, outcome=Outcome.PROCESSING)
    closed()
    assert there.differences() == []


def test_a_refund_that_came_back_is_reversed(there, alice, closed):
    payment, ref = there.settled(alice)
    going = refund(payment, 300)
    name = there.refunds(ref, 300, going, outcome=RefundOutcome.FAILED)
    told(payment, going)
    there.line(EntryKind.REFUND, name, ref, 300)
    closed()
    assert there.differences() == [(What.STATUS, EntryKind.REFUND, going.refund_id)]
    assert there.differences(fix=True) == []
    assert billing.list_refunds(payment)[0].status is RefundStatus.REVERSED
    assert purse(alice) == (1000, 0, 0)
    assert books.problems() == []


def test_a_refund_that_came_back_here_alone_is_told(there, alice, time_machine, ahead):
    time_machine.move_to("2026-12-04T22:00:00Z", tick=True)
    payment, ref = there.settled(alice)
    time_machine.move_to("2026-12-04T23:30:00Z", tick=True)
    going = refund(payment, 300)
    there.refunds(ref, 300, going)
    told(payment, going)
    time_machine.move_to(f"{DAY}T12:00:00Z", tick=True)
    told(payment, going, outcome=RefundOutcome.FAILED)
    ahead(days=1)
    assert there.differences() == [(What.MISSING_THERE, EntryKind.REFUND, going.refund_id)]


def test_a_refund_of_its_dashboard_that_is_under_way_is_none(there, alice, closed):
    _, ref = there.settled(alice)
    there.refunds(ref, 300, outcome=RefundOutcome.PENDING)
    closed()
    assert there.differences() == []


def test_refunds_without_our_names_are_known_by_their_amount(there, alice, closed):
    payment, ref = there.settled(alice)
    ours = [refund(payment, 200) for _ in range(2)]
    for name in ("re_a", "re_b"):
        there.refunds(ref, 200, ref=name, is_unnamed=True)
    closed()
    assert there.differences() == [(What.STATUS, EntryKind.REFUND, each.refund_id) for each in ours]
    assert there.differences(fix=True) == []
    assert purse(alice) == (600, 0, 0)
    assert books.problems() == []


def test_the_webhook_of_an_entry_says_what_to_ask_about(there, alice, closed):
    _, ref = there.settled(alice)
    there.refunds(ref, 300, ref="re_reversal", outcome=RefundOutcome.PENDING)
    (*_, entry) = there.provider.books
    there.provider.books[-1] = replace(entry, ref="re_line")
    closed()
    assert there.differences() == []


def test_a_refund_that_is_only_here_is_missing_there(there, alice, closed):
    payment, _ = there.settled(alice)
    going = refund(payment, 300)
    told(payment, going)
    closed()
    assert there.differences() == [(What.MISSING_THERE, EntryKind.REFUND, going.refund_id)]


def test_the_same_refund_under_two_names_is_not_taken_twice(there, alice, closed):
    payment, ref = there.settled(alice)
    there.refunds(ref, 300, ref="re_other")
    told(payment, amount=300, ref="re_dashboard")
    (known,) = billing.list_refunds(payment)
    closed()
    expected = [(What.NAME, EntryKind.REFUND, known.refund_id)]
    assert there.differences() == expected
    assert there.differences(fix=True) == expected
    assert purse(alice) == (700, 0, 0)


def test_a_payment_that_was_paid_twice_is_credited_once(there, alice, closed):
    payment, _ = there.settled(alice)
    there.pays(payment)
    closed()
    expected = [(What.DOUBLE, EntryKind.PAYMENT, payment.payment_intent_id)]
    assert there.differences() == expected
    assert there.differences(fix=True) == expected
    assert purse(alice) == (1000, 0, 0)


@pytest.mark.parametrize("error", [NoAnswer(), NotThere(reason="missing", about="id")])
def test_what_its_provider_does_not_tell_of_is_missing_here(there, closed, monkeypatch, error):
    def silent(ref, told=None):
        raise error

    monkeypatch.setattr(there.provider, "fetch_payment", silent)
    there.line(EntryKind.PAYMENT, "pi_9", "pi_9", 4200, event=None)
    there.line(EntryKind.REFUND, "re_9", "", -4200, event=None)
    closed()
    expected = [
        (What.MISSING_HERE, EntryKind.PAYMENT, ""),
        (What.MISSING_HERE, EntryKind.REFUND, ""),
    ]
    assert there.differences() == expected
    assert there.differences(fix=True) == expected


def test_money_that_left_for_nobody_knows_what_is_missing_here(there, closed, monkeypatch):
    monkeypatch.setattr(there.provider, "fetch_payment", lambda ref, told=None: None)
    there.line(EntryKind.REFUND, "re_9", "", -4200)
    closed()
    assert there.differences() == [(What.MISSING_HERE, EntryKind.REFUND, "")]


def test_one_that_cannot_be_repaired_now_holds_up_no_other(there, alice, bob, closed, monkeypatch):
    refs = [there.pays(there.asked(user)) for user in (alice, bob)]
    closed()
    fetch = there.provider.fetch_payment

    def broken(ref, told=None):
        if ref == refs[0]:
            raise NoAnswer
        return fetch(ref)

    monkeypatch.setattr(there.provider, "fetch_payment", broken)
    assert there.differences(fix=True) == [(What.MISSING_HERE, EntryKind.PAYMENT, "")]
    assert (purse(alice), purse(bob)) == ((0, 0, 0), (1000, 0, 0))


def test_without_a_webhook_to_do_again_its_own_services_ask(there, alice, closed):
    no_fee, ref = there.settled(alice, fee=None, event=None)
    going = refund(no_fee, 300)
    name = there.refunds(ref, 300, going)
    there.provider.books.pop()
    there.line(EntryKind.REFUND, name, ref, -300, event=None)
    closed()
    assert {what for what, _, _ in there.differences()} == {What.FEE, What.STATUS}
    assert there.differences(fix=True) == []
    assert now(no_fee).fee == 74
    assert purse(alice) == (700, 0, 0)
    assert books.problems() == []
