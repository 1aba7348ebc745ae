"""Refunds at a provider that keeps no name of ours for them."""

import pytest

from billing import services as billing
from billing.errors import EventTooEarly, PaymentMismatch
from billing.items import RefundStatus
from billing.providers.errors import NoAnswer
from billing.providers.messages import RefundOutcome
from tests.billing import books
from tests.billing.lives import now, purse, refund, told, top_up
from tests.billing.proofs.world import between_two_reads

PENDING = {"ref": "", "outcome": RefundOutcome.PENDING, "is_unnamed": True}


@pytest.fixture
def paid(alice, provider):
    return top_up(alice.user_sub, 1500)


def ended(payment, amount=500, ref="re_1"):
    return told(payment, ref=ref, amount=amount, is_unnamed=True)


def stored(one):
    return billing.get_refund(one.user_sub, one.payment_intent_id, one.refund_id)


def test_one_that_was_taken_on_is_not_asked_for_again(alice, paid, provider):
    one = refund(paid, 500)
    told(paid, one, **PENDING)
    assert stored(one).is_taken_on
    assert billing.run_refund(refund=one).status is RefundStatus.PENDING
    assert provider.refund_calls == []
    assert ended(paid).refund_id == one.refund_id
    assert purse(alice) == (1000, 0, 0)
    assert books.problems() == []


def test_what_was_taken_on_ends_before_what_was_not(alice, paid, provider):
    never_asked, silent, taken_on = (refund(paid, 500, idempotency_key=k) for k in "abc")
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        billing.run_refund(refund=silent)
    told(paid, taken_on, **PENDING)
    ends = [ended(paid, ref=f"re_{n}").refund_id for n in range(3)]
    assert ends == [taken_on.refund_id, silent.refund_id, never_asked.refund_id]
    assert purse(alice) == (0, 0, 0)
    assert books.problems() == []


def test_another_amount_is_another_refund(alice, paid, provider):
    one = refund(paid, 500)
    told(paid, one, **PENDING)
    assert ended(paid, 400).refund_id != one.refund_id
    assert stored(one).status is RefundStatus.PENDING
    assert now(paid).refunded == 400
    assert books.problems() == []


def test_its_end_may_come_before_its_beginning(alice, paid, provider):
    one = refund(paid, 500)
    assert ended(paid).refund_id == one.refund_id
    told(paid, one, **PENDING)
    assert stored(one).status is RefundStatus.SUCCEEDED
    assert stored(one).provider_ref == "re_1"
    assert "mismatch_at" not in str(books.rows())
    assert books.problems() == []


@pytest.mark.parametrize("is_silent", [True, False])
def test_what_went_without_ours_leaves_no_room_for_it(alice, paid, provider, is_silent):
    """A job of ours and a webhook would wait for each other."""
    taken_on, last = (refund(paid, amount, idempotency_key=str(amount)) for amount in (300, 400))
    told(paid, taken_on, **PENDING)
    if is_silent:
        provider.is_silent = True
        with pytest.raises(NoAnswer):
            billing.run_refund(refund=last)
    assert ended(paid, 1100).status is RefundStatus.SUCCEEDED
    assert (stored(last).status, stored(last).failure_code) == (RefundStatus.FAILED, "used_up")
    assert stored(taken_on).status is RefundStatus.PENDING
    assert (now(paid).refunded, now(paid).reserved, purse(alice)) == (1100, 300, (100, 300, 0))
    assert books.problems() == []


def test_of_several_that_one_fails_that_nobody_asked_for(alice, paid, provider):
    """The newer one may be made: its answer was lost."""
    never_asked, silent = (refund(paid, n, idempotency_key=str(n)) for n in (400, 800))
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        billing.run_refund(refund=silent)
    ended(paid, 500)
    assert stored(never_asked).status is RefundStatus.FAILED
    assert stored(silent).status is RefundStatus.UNKNOWN
    assert ended(paid, 800, ref="re_2").refund_id == silent.refund_id
    assert purse(alice) == (200, 0, 0)
    assert books.problems() == []


def test_which_of_two_was_made_is_not_guessed(alice, paid, provider):
    both = [refund(paid, n, idempotency_key=str(n)) for n in (400, 800)]
    provider.is_silent = True
    for each in both:
        with pytest.raises(NoAnswer):
            billing.run_refund(refund=each)
    with pytest.raises(EventTooEarly):
        ended(paid, 500)
    assert {stored(each).status for each in both} == {RefundStatus.UNKNOWN}
    ended(paid, 800, ref="re_2")
    assert ended(paid, 500).status is RefundStatus.SUCCEEDED
    assert [stored(each).status for each in both] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
    assert purse(alice) == (200, 0, 0)
    assert books.problems() == []


def test_what_a_provider_took_on_is_not_given_up(alice, paid, provider):
    one = refund(paid, 500)
    told(paid, one, **PENDING)
    with pytest.raises(EventTooEarly):
        ended(paid, 1100)
    assert stored(one).status is RefundStatus.PENDING
    assert purse(alice) == (1000, 500, 0)


def test_more_than_was_paid_ends_none_of_ours(alice, paid, provider):
    one = refund(paid, 500)
    assert ended(paid, 700, ref="re_0").status is RefundStatus.SUCCEEDED
    with pytest.raises(PaymentMismatch):
        ended(paid, 900)
    assert stored(one).status is RefundStatus.PENDING
    assert purse(alice) == (300, 500, 0)


def test_told_twice_it_ends_once(alice, paid, provider):
    one, _other = (refund(paid, 500, idempotency_key=key) for key in "ab")
    assert [ended(paid).refund_id for _ in range(2)] == [one.refund_id] * 2
    assert purse(alice) == (500, 500, 0)
    assert books.problems() == []


def test_two_that_end_at_once_are_two(alice, paid, provider):
    """One is named by the other's end after it was chosen by its amount."""
    both = [refund(paid, 500, idempotency_key=key) for key in "ab"]
    with between_two_reads(lambda: ended(paid, ref="re_1")):
        ended(paid, ref="re_2")
    assert {stored(one).provider_ref for one in both} == {"re_1", "re_2"}
    assert purse(alice) == (500, 0, 0)
    assert "mismatch_at" not in str(books.rows())
    assert books.problems() == []


def test_the_provider_learns_whether_it_is_all_of_it(alice, paid, provider):
    billing.run_refund(refund=refund(paid, 500))
    billing.run_refund(refund=refund(paid))
    assert [order.is_whole for order in provider.refund_calls] == [False, False]
    whole = top_up(alice.user_sub, 1500)
    billing.run_refund(refund=refund(whole))
    assert provider.refund_calls[-1].is_whole
