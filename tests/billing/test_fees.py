import pytest

from alerts.repository import AlertRepository
from billing import services as billing
from billing.items import PaymentStatus
from billing.providers.messages import Outcome
from core.actor import Actor
from jobs import worker
from tests.billing import books
from tests.billing.lives import now, pay, purse, settle, top_up

NOBODY = Actor(None)


def booked(account):
    return sum(leg["amount"] for leg in books.legs() if leg["pk"].startswith(f"ACCT#{account}:"))


def start(user, provider):
    payment, _url = billing.start_top_up(
        user_sub=user.user_sub,
        amount=1500,
        provider="stripe",
        save_method=False,
        actor=Actor(user.user_sub),
    )
    provider.outcome = Outcome.SUCCEEDED
    return payment


def refresh(payment):
    return billing.refresh_payment(
        user_sub=payment.user_sub, payment_id=payment.payment_intent_id, actor=NOBODY
    )


def test_it_is_booked_with_the_settlement(alice, provider):
    provider.fee = 74
    payment = start(alice, provider)
    assert refresh(payment).fee == 74
    assert (booked("clearing"), booked("provider_fees")) == (-1426, -74)
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_job_asks_for_it_until_it_is_known(alice, provider, ahead):
    payment = start(alice, provider)
    assert refresh(payment).fee is None
    ahead(minutes=11)
    worker.run_due()
    provider.is_silent = True
    ahead(hours=2)
    worker.run_due()
    assert now(payment).fee is None
    provider.is_silent, provider.fee = False, 74
    ahead(hours=7)
    worker.run_due()
    assert (now(payment).fee, booked("provider_fees")) == (74, -74)
    ahead(days=30)
    worker.run_due()
    assert books.problems() == []


def test_it_is_booked_once(alice):
    payment = top_up(alice.user_sub, 1500)
    assert billing.note_fee(payment=payment, fee=74) is True
    assert billing.note_fee(payment=payment, fee=99) is False
    assert (now(payment).fee, booked("provider_fees")) == (74, -74)


def test_a_fee_of_nothing_has_no_legs(alice):
    payment = top_up(alice.user_sub, 1500)
    before = len(books.legs())
    assert billing.note_fee(payment=payment, fee=0) is True
    assert (now(payment).fee, len(books.legs())) == (0, before)


def test_nothing_is_booked_for_a_payment_that_brought_nothing(alice):
    assert billing.note_fee(payment=pay(alice.user_sub), fee=74) is False
    with pytest.raises(ValueError, match="not negative"):
        billing.note_fee(payment=top_up(alice.user_sub), fee=-1)
    assert booked("provider_fees") == 0


def test_late_money_is_told_as_late(alice):
    payment = pay(alice.user_sub, 1500)
    billing.fail_payment(payment=payment, failure_code="expired", actor=NOBODY)
    assert settle(payment) is True  # which was read before it failed
    kinds = [row["kind"] for row in AlertRepository().rows_of(alice.user_sub)]
    assert kinds == ["billing.payment.failed", "billing.payment.late"]
    assert (purse(alice), now(payment).status) == ((1500, 0, 0), PaymentStatus.SETTLED)
    assert books.problems() == []
