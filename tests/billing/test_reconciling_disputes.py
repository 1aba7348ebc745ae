"""Disputes in a provider's books: taken, given back, lost in silence, or without a name."""

from datetime import timedelta

import pytest

from billing import services as billing
from billing.items import DisputeStatus
from billing.providers.messages import EntryKind
from billing.services.reconciling import What
from core import clock
from tests.billing import books
from tests.billing.lives import dispute, purse


@pytest.fixture
def opened(there, alice):
    """A payment, its dispute as both sides have it, and the payment's name there."""
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref)
    there.disputes(ref, 1000, "dp_1")
    return payment, billing.list_disputes(payment)[0], ref


def test_one_that_is_only_here_is_missing_there(opened, there, closed):
    _, known, _ = opened
    there.provider.books.pop()
    closed()
    assert there.differences() == [(What.MISSING_THERE, EntryKind.DISPUTE, known.dispute_id)]


@pytest.mark.parametrize("taken", [True, False])
def test_one_of_a_day_before_is_asked_about(there, alice, ahead, taken):
    payment, ref = there.settled(alice)
    there.disputes(ref, 1000, "dp_1", taken=taken)
    ahead(days=2)  # its webhook was late
    dispute(payment, ref="dp_1", payment_ref=ref)
    ahead(days=1)
    found = there.compared("2026-12-07").differences
    assert [each.what for each in found] == ([] if taken else [What.MISSING_THERE])


def test_its_fee_is_compared_and_noted(there, alice, closed):
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref, fee=0)
    there.disputes(ref, 1000, "dp_1")
    (known,) = billing.list_disputes(payment)
    closed()
    assert there.differences() == [(What.FEE, EntryKind.DISPUTE, known.dispute_id)]
    assert there.differences(fix=True) == []
    assert billing.list_disputes(payment)[0].fee == 1500
    assert books.problems() == []


def test_the_same_one_under_two_names_is_not_taken_twice(opened, there, alice, closed):
    _, known, ref = opened
    there.provider.books.pop()
    there.disputes(ref, 1000, "dp_other")
    closed()
    expected = [(What.NAME, EntryKind.DISPUTE, known.dispute_id)]
    assert there.differences() == expected
    assert there.differences(fix=True) == expected
    assert purse(alice) == (0, 1000, 0)


def test_two_of_other_amounts_are_two(there, alice, closed):
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref, amount=400)
    there.disputes(ref, 600, "dp_2")
    (known,) = billing.list_disputes(payment)
    closed()
    assert there.differences() == [
        (What.MISSING_HERE, EntryKind.DISPUTE, ""),
        (What.MISSING_THERE, EntryKind.DISPUTE, known.dispute_id),
    ]


def test_one_that_is_won_there_is_told(there, alice, closed):
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref)
    there.disputes(ref, 1000, "dp_1", status=DisputeStatus.WON)
    there.line(EntryKind.DISPUTE, "dp_1", ref, 1000)
    (known,) = billing.list_disputes(payment)
    closed()
    assert there.differences() == [(What.STATUS, EntryKind.DISPUTE, known.dispute_id)]
    assert there.differences(fix=True) == []
    assert purse(alice) == (1000, 0, 0)
    assert books.problems() == []


def test_one_that_ended_later_is_found_while_it_is_open_here(there, alice, ahead):
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref)
    there.disputes(ref, 1000, "dp_1", DisputeStatus.LOST)
    ahead(days=30)
    quiet = (clock.now() - timedelta(days=3)).date().isoformat()  # no entry tells that it is lost
    found = there.compared(quiet)
    assert [(each.what, each.there[:4]) for each in found.differences] == [(What.STATUS, "lost")]
    assert billing.repair(found).differences == ()
    assert billing.list_disputes(payment)[0].status is DisputeStatus.LOST
    assert books.problems() == []


def test_one_that_was_held_before_it_was_taken_is_one(there, alice, closed):
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref)
    there.disputes(ref, 1000, "dp_1")
    for amount in (1000, -1000):
        there.line(EntryKind.DISPUTE, "dp_1", ref, amount)
    closed()
    assert there.differences() == []
    there.line(EntryKind.DISPUTE, "dp_1", ref, -1000, at=clock.now() - timedelta(days=1))
    ((what, of, _),) = there.differences()
    assert (what, of) == (What.DOUBLE, EntryKind.DISPUTE)


def test_a_dispute_without_a_name_is_that_of_its_payment(there, alice, bob, closed):
    payment, ref = there.settled(alice)
    dispute(payment, ref="dp_1", payment_ref=ref)
    there.disputes(ref, 1000, "dp_1")
    there.provider.books.pop()
    there.line(EntryKind.DISPUTE, "", ref, -1000, fee=1500, event=None)
    _, other = there.settled(bob)
    there.line(EntryKind.DISPUTE, "", other, -1000, event=None)
    closed()
    (found,) = there.compared().differences
    assert (found.what, found.ref) == (What.MISSING_HERE, f"of {other}")
