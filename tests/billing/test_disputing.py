from itertools import permutations

import pytest

from billing import services as billing
from billing.errors import DisputeNotFound, EventTooEarly, PaymentMismatch, WalletRestricted
from billing.items import DisputeStatus, PaymentStatus
from core import clock
from dynamo.metering import budget
from tests.billing import books
from tests.billing.lives import buy, dispute, kinds_of, now, pay, purse, refund, told, top_up

INQUIRY, OPEN, CLOSED = DisputeStatus.INQUIRY, DisputeStatus.OPEN, DisputeStatus.CLOSED
WON, LOST = DisputeStatus.WON, DisputeStatus.LOST


def disputes(payment):
    return [each.status for each in billing.list_disputes(now(payment))]


def booked(account):
    return sum(leg["amount"] for leg in books.legs() if leg["pk"].startswith(f"ACCT#{account}:"))


@pytest.fixture
def paid(alice):
    return top_up(alice.user_sub, 1500)


@pytest.fixture
def spent(alice, bob, paid):
    """1,000 of it is Bob's by now."""
    buy(alice.user_sub, bob.user_sub, 1000)
    return paid


def test_what_is_left_is_held_and_nothing_is_spent(alice, bob, spent):
    opened = dispute(spent)
    assert purse(alice) == (0, 500, 0)
    assert (opened.held, opened.status, now(spent).status) == (500, OPEN, PaymentStatus.DISPUTED)
    top_up(alice.user_sub, 1000)
    with pytest.raises(WalletRestricted):
        buy(alice.user_sub, bob.user_sub, 100, "post:2")
    assert kinds_of(alice).count("billing.dispute.opened") == 1
    assert (booked("disputes_receivable"), booked("dispute_fees")) == (-1500, -1500)
    assert books.problems() == []


def test_lost_money_that_was_spent_is_owed(alice, spent):
    dispute(spent)
    lost = dispute(spent, LOST)
    assert purse(alice) == (0, 0, 1000)
    assert (lost.deficit, now(spent).status) == (1000, PaymentStatus.CHARGED_BACK)
    assert billing.get_wallet(alice.user_sub).status == "active"
    assert (booked("disputes_receivable"), booked("dispute_fees")) == (0, -1500)
    top_up(alice.user_sub, 1200)
    assert purse(alice) == (200, 0, 0)
    assert books.problems() == []


def test_what_came_in_since_pays_for_it_first(alice, spent):
    dispute(spent)
    top_up(alice.user_sub, 1200)
    lost = dispute(spent, LOST)
    assert (purse(alice), lost.deficit) == ((200, 0, 0), 0)
    assert books.problems() == []


def test_won_money_is_back(alice, bob, spent):
    dispute(spent)
    dispute(spent, WON, fee=0)  # the provider gives its fee back
    assert purse(alice) == (500, 0, 0)
    assert now(spent).status is PaymentStatus.SETTLED
    assert (booked("disputes_receivable"), booked("dispute_fees")) == (0, 0)
    buy(alice.user_sub, bob.user_sub, 100, "post:2")
    assert kinds_of(alice).count("billing.dispute.closed") == 1
    assert books.problems() == []


def test_lost_and_won_after_all(alice, spent):
    dispute(spent, LOST)
    dispute(spent, WON)
    assert purse(alice) == (500, 0, 0)
    assert (disputes(spent), now(spent).status) == ([WON], PaymentStatus.SETTLED)
    assert books.problems() == []


@pytest.mark.parametrize("end", [WON, LOST])
@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_in_any_order_and_twice_it_is_the_same(alice, spent, end, order):
    """What is fetched says the end already; a report fetched before comes late."""
    reports = [(OPEN, True), (end, True), (end, end is LOST)]
    for place in (*order, *order):
        status, taken = reports[place]
        dispute(spent, status, taken=taken)
    assert disputes(spent) == [end]
    assert purse(alice) == ((500, 0, 0) if end is WON else (0, 0, 1000))
    assert kinds_of(alice).count("billing.dispute.opened") == 1
    assert kinds_of(alice).count("billing.dispute.closed") == 1
    assert books.problems() == []


def test_an_inquiry_moves_no_money(alice, bob, spent):
    due = clock.now().replace(microsecond=0)
    dispute(spent, INQUIRY, fee=0, due_at=due)
    assert purse(alice) == (500, 0, 0)
    [shown] = billing.open_disputes().items
    assert (shown.status, shown.due_at) == (INQUIRY, due)
    dispute(spent, CLOSED, fee=0)
    dispute(spent, INQUIRY, fee=0)  # fetched before
    assert (disputes(spent), billing.open_disputes().items) == ([CLOSED], [])
    assert now(spent).status is PaymentStatus.SETTLED
    assert kinds_of(alice).count("billing.dispute.opened") == 0


def test_an_inquiry_may_become_a_dispute(alice, spent):
    dispute(spent, INQUIRY, fee=0, amount=400)
    dispute(spent, OPEN, amount=1500)
    assert (purse(alice), disputes(spent)) == ((0, 500, 0), [OPEN])
    assert books.problems() == []


def test_won_without_ever_taking_money_is_a_question_that_ended(alice, spent):
    dispute(spent, WON, taken=False, fee=0)
    assert (purse(alice), disputes(spent)) == ((500, 0, 0), [CLOSED])


@pytest.mark.parametrize("ends", [(WON, LOST), (LOST, WON), (WON, WON), (LOST, LOST)])
def test_two_disputes_of_one_payment(alice, spent, ends):
    for ref in ("dp_1", "dp_2"):
        dispute(spent, ref=ref, amount=700)
    assert purse(alice) == (0, 500, 0)
    dispute(spent, ends[0], ref="dp_1", amount=700)
    assert now(spent).status is PaymentStatus.DISPUTED
    assert billing.get_wallet(alice.user_sub).status == "restricted"
    dispute(spent, ends[1], ref="dp_2", amount=700)
    lost = 700 * ends.count(LOST)
    after = {0: PaymentStatus.SETTLED}.get(lost, PaymentStatus.CHARGED_BACK)
    assert (now(spent).status, now(spent).disputed) == (after, lost)
    assert billing.get_wallet(alice.user_sub).status == "active"
    available, held, debt = purse(alice)
    assert (available - debt, held) == (500 - lost, 0)
    assert books.problems() == []


def test_a_dispute_after_a_partial_refund(alice, paid):
    told(paid, refund(paid, 500))
    dispute(paid, amount=1000)
    assert (purse(alice), now(paid).status) == ((0, 1000, 0), PaymentStatus.DISPUTED)
    dispute(paid, WON, amount=1000)
    assert now(paid).status is PaymentStatus.PARTIALLY_REFUNDED
    assert books.problems() == []


def test_a_refund_under_way_ends_beside_the_dispute(alice, paid):
    made = refund(paid, 500)
    dispute(paid, amount=1500)
    assert purse(alice) == (0, 1500, 0)
    told(paid, made)
    assert (purse(alice), now(paid).status) == ((0, 1000, 0), PaymentStatus.DISPUTED)
    dispute(paid, LOST)
    assert purse(alice) == (0, 0, 500)
    assert books.problems() == []


def test_a_later_fee_and_date_are_noted(alice, paid):
    dispute(paid, fee=0)
    due = clock.now().replace(microsecond=0)
    for _ in range(2):
        dispute(paid, fee=1500, due_at=due)
    [stored] = billing.list_disputes(now(paid))
    assert (stored.fee, stored.due_at, booked("dispute_fees")) == (1500, due, -1500)
    assert books.problems() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "EUR"},
        {"livemode": True},
        {"amount": 1501},
        {"amount": 0},
        {"ref": "a#b"},
        {"fee": -1},
    ],
)
def test_a_report_that_does_not_fit_moves_nothing_and_is_told(alice, paid, wrong):
    for _ in range(2):
        with pytest.raises(PaymentMismatch):
            dispute(paid, **wrong)
    assert (purse(alice), disputes(paid)) == ((1500, 0, 0), [])
    assert kinds_of(alice).count("billing.payment.mismatch") == 1


def test_its_amount_stays_once_money_moved(alice, paid):
    dispute(paid, amount=700)
    with pytest.raises(PaymentMismatch):
        dispute(paid, LOST, amount=900)
    assert (purse(alice), disputes(paid)) == ((800, 700, 0), [OPEN])


def test_what_of_it_came_back_is_not_lost(alice, spent):
    """500 of 1,500 was left and is held: 400 of it are lost, and the rest is back."""
    dispute(spent)
    for status in (LOST, LOST, OPEN):
        lost = dispute(spent, status, amount=1500 if status is OPEN else 400)
    assert purse(alice) == (100, 0, 0)
    assert (lost.amount, lost.deficit, now(spent).lost) == (400, 0, 400)
    assert billing.get_wallet(alice.user_sub).status == "active"
    assert (booked("disputes_receivable"), booked("dispute_fees")) == (0, -1500)
    assert kinds_of(alice).count("billing.dispute.closed") == 1
    assert books.problems() == []


def test_a_part_that_is_more_than_was_held_is_owed(alice, spent):
    dispute(spent)
    dispute(spent, LOST, amount=800)
    assert purse(alice) == (0, 0, 300)
    dispute(spent, WON, amount=800)
    assert (purse(alice), now(spent).status) == ((500, 0, 0), PaymentStatus.SETTLED)
    assert books.problems() == []


def test_a_part_that_comes_back_after_the_end_is_left_to_a_person(alice, paid):
    dispute(paid, LOST)
    with pytest.raises(PaymentMismatch):
        dispute(paid, LOST, amount=400)
    assert (purse(alice), disputes(paid)) == ((0, 0, 0), [LOST])
    assert kinds_of(alice).count("billing.payment.mismatch") == 1


def test_lost_after_it_was_won_is_left_to_a_person(alice, paid, caplog):
    dispute(paid, WON)
    dispute(paid, LOST)
    assert (purse(alice), disputes(paid)) == ((1500, 0, 0), [WON])
    assert "dispute lost after it was won" in caplog.messages


def test_a_payment_that_is_not_settled_cannot_be_disputed_yet(alice):
    payment = pay(alice.user_sub)
    with pytest.raises(EventTooEarly):
        dispute(payment)
    assert books.legs() == []


def test_staff_see_what_is_due_first(alice, bob, settings):
    for number, user in enumerate((alice, bob, alice)):
        when = clock.from_epoch(2_000_000_000 - number)
        dispute(top_up(user.user_sub, 500), ref=f"dp_{number}", due_at=when)
    assert [each.provider_ref for each in billing.open_disputes().items] == ["dp_2", "dp_1", "dp_0"]


def test_a_dispute_of_somebody_else_is_not_found(alice, bob, paid):
    opened = dispute(paid)
    named = paid.payment_intent_id, opened.dispute_id
    assert billing.get_dispute(alice.user_sub, *named) == opened
    with pytest.raises(DisputeNotFound):
        billing.get_dispute(bob.user_sub, *named)


def test_each_step_costs_three_reads_beside_each_other_and_one_transaction(alice, paid):
    for status in (OPEN, LOST, WON):
        with budget(calls=4, hops=2):
            dispute(paid, status)


def test_money_is_not_lost_twice(alice, paid):
    """Some providers name a dispute by what they tell of it, and may tell it in another way."""
    top_up(alice.user_sub, 1500)
    dispute(paid, LOST)
    with pytest.raises(PaymentMismatch):
        dispute(paid, LOST, ref="dp_2")
    assert (disputes(paid), purse(alice)) == ([LOST], (1500, 0, 0))
    assert kinds_of(alice).count("billing.payment.mismatch") == 1
    assert books.problems() == []


def test_another_one_about_the_same_money_waits_for_the_first(alice, paid):
    dispute(paid, OPEN)
    with pytest.raises(EventTooEarly):
        dispute(paid, OPEN, ref="dp_2")
    assert (disputes(paid), purse(alice)) == ([OPEN], (0, 1500, 0))
    dispute(paid, WON)
    dispute(paid, OPEN, ref="dp_2")
    assert (sorted(disputes(paid)), purse(alice)) == ([OPEN, WON], (0, 1500, 0))
    assert books.problems() == []


def test_two_about_parts_of_it_are_two(alice, paid):
    for ref in ("dp_1", "dp_2"):
        dispute(paid, LOST, ref=ref, amount=750)
    assert (now(paid).lost, purse(alice)) == (1500, (0, 0, 0))
    assert books.problems() == []
