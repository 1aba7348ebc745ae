"""A day of a provider's books against ours: each difference found, and repaired where doing again
what was missed can."""

import pytest

from billing import services as billing
from billing.items import DisputeStatus, PaymentStatus, ProviderName
from billing.providers.messages import EntryKind
from billing.services.reconciling import What
from billing.services.refund_reports import release
from core.actor import Actor
from tests.billing import books
from tests.billing.lives import dispute, pay, purse, refund, settle

OTHER = {
    ProviderName.STRIPE: ProviderName.PAYPAL,
    ProviderName.PAYPAL: ProviderName.CCBILL,
    ProviderName.CCBILL: ProviderName.STRIPE,
}
of_each = pytest.mark.parametrize("there", list(ProviderName), indirect=True)


def money():
    """All rows but the inbox, which counts how often it was asked to do something."""
    return sorted(str(row) for row in books.rows() if not row["pk"].startswith("WH#"))


@pytest.fixture
def planted(there, alice, bob):
    """Those that doing it again can repair, and those that it cannot; and one that agrees."""
    there.settled(alice)
    of_payments, lasting = _payments(there, alice, bob)
    return [*of_payments, *_refunds(there, bob), *_disputes(there, bob)], lasting


def _payments(there, alice, bob):
    lost, late = there.asked(alice, 1000), there.asked(alice, 1100)
    billing.mark_payment(payment=late, status=PaymentStatus.CANCELED, actor=Actor(None))
    for payment in (lost, late):
        there.pays(payment)
    less, _ = there.settled(alice, here=1500, amount=1200)
    euros, _ = there.settled(alice, currency="EUR")
    no_fee, _ = there.settled(alice, fee=None)
    other_fee, _ = there.settled(alice, fee=99)
    twice, ref = there.settled(alice)
    there.line(EntryKind.PAYMENT, ref, ref, 1000)
    nowhere = there.asked(alice)
    settle(nowhere, provider_ids={"intent": "pi_nowhere"})
    others = pay(bob.user_sub, 1000, provider=OTHER[there.name])
    settle(others, provider_ids={"intent": there.pays(others, fee=None)})
    return (
        [
            (What.MISSING_HERE, EntryKind.PAYMENT, lost.payment_intent_id),
            (What.MISSING_HERE, EntryKind.PAYMENT, late.payment_intent_id),
            (What.FEE, EntryKind.PAYMENT, no_fee.payment_intent_id),
        ],
        [
            (What.AMOUNT, EntryKind.PAYMENT, less.payment_intent_id),
            (What.CURRENCY, EntryKind.PAYMENT, euros.payment_intent_id),
            (What.FEE, EntryKind.PAYMENT, other_fee.payment_intent_id),
            (What.DOUBLE, EntryKind.PAYMENT, twice.payment_intent_id),
            (What.MISSING_THERE, EntryKind.PAYMENT, nowhere.payment_intent_id),
            (What.PROVIDER, EntryKind.PAYMENT, others.payment_intent_id),
        ],
    )


def _refunds(there, bob):
    payment, ref = there.settled(bob)
    pending = refund(payment, 300)
    there.refunds(ref, 300, pending)
    given_up = refund(payment, 200)
    release(payment, given_up.refund_id, failure_code="refused")
    there.refunds(ref, 200, given_up)
    there.refunds(ref, 100)  # of its dashboard
    return [
        (What.STATUS, EntryKind.REFUND, pending.refund_id),
        (What.STATUS, EntryKind.REFUND, given_up.refund_id),
        (What.MISSING_HERE, EntryKind.REFUND, ""),
    ]


def _disputes(there, bob):
    payment, ref = there.settled(bob)
    dispute(payment, ref="dp_1", payment_ref=ref)
    there.disputes(ref, 1000, "dp_1", DisputeStatus.LOST)
    _, ref = there.settled(bob)
    there.disputes(ref, 1000, "dp_2")
    (lost,) = billing.list_disputes(payment)
    return [
        (What.STATUS, EntryKind.DISPUTE, lost.dispute_id),
        (What.MISSING_HERE, EntryKind.DISPUTE, ""),
    ]


@of_each
def test_every_difference_is_found_and_nothing_is_changed(planted, there, closed):
    repairable, lasting = planted
    closed()
    before = sorted(map(str, books.rows()))
    assert sorted(there.differences()) == sorted([*repairable, *lasting])
    assert there.differences() == there.differences()
    assert sorted(map(str, books.rows())) == before


@of_each
def test_what_can_be_repaired_is_and_once(planted, there, closed, alice, bob):
    repairable, lasting = planted
    closed()
    repaired = billing.repair(there.compared())
    assert repaired.replayed == len(repairable)
    left = [(each.what, each.of, each.our_id) for each in repaired.differences]
    assert sorted(left) == sorted(lasting)
    assert books.problems() == []
    assert purse(alice) == (9600, 0, 0)
    assert purse(bob) == (1400, 1000, 0)
    after = money()
    assert sorted(there.differences(fix=True)) == sorted(lasting)
    assert money() == after


def test_they_come_in_the_same_order(planted, there, closed):
    closed()
    found = there.compared().differences
    places = [(each.of, each.our_id, each.ref) for each in found]
    assert places == sorted(places)
    assert found == there.compared().differences
