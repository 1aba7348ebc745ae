"""Disputes as Stripe tells them, and where staff see them."""

import pytest

from billing.items import DisputeStatus
from billing.providers.errors import NotThere, ProviderRefused
from billing.providers.stripe import Stripe
from core import clock
from tests.billing import orders


@pytest.fixture
def intent(sandbox, stripe_api):
    person = orders.customer()
    method = orders.saved_card(stripe_api, person)
    return Stripe().charge(orders.charge_of(person, method)).facts.provider_ids["intent"]


@pytest.fixture
def opened(sandbox, control, intent):
    def open_one(**values):
        control(f"payments/{intent}/dispute", **values)
        return sandbox.state.all("dispute")[0]["id"]

    return open_one


def test_a_chargeback_takes_the_money_and_a_fee(sandbox, intent, opened):
    report = Stripe().fetch_dispute(opened())
    assert (report.status, report.taken) == (DisputeStatus.OPEN, True)
    assert (report.amount, report.fee, report.currency) == (1500, 1500, "USD")
    assert (report.payment_ref, report.livemode, report.reason) == (intent, False, "fraudulent")
    wait = report.due_at - clock.now()
    assert 6 <= wait.days <= 7


@pytest.mark.parametrize(
    ("end", "status"), [("win", DisputeStatus.WON), ("lose", DisputeStatus.LOST)]
)
def test_it_ends_and_the_fee_stays(opened, control, end, status):
    ref = opened(amount=1000)
    control(f"disputes/{ref}/{end}")
    report = Stripe().fetch_dispute(ref)
    assert (report.status, report.taken, report.amount, report.fee) == (status, True, 1000, 1500)


def test_an_inquiry_takes_nothing_until_it_is_a_chargeback(opened, control):
    ref = opened(inquiry="true")
    report = Stripe().fetch_dispute(ref)
    assert (report.status, report.taken, report.fee) == (DisputeStatus.INQUIRY, False, 0)
    control(f"disputes/{ref}/escalate")
    report = Stripe().fetch_dispute(ref)
    assert (report.status, report.taken, report.fee) == (DisputeStatus.OPEN, True, 1500)


def test_an_inquiry_may_end_as_one(opened, control):
    ref = opened(inquiry="true")
    control(f"disputes/{ref}/close")
    report = Stripe().fetch_dispute(ref)
    assert (report.status, report.taken) == (DisputeStatus.CLOSED, False)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("under_review", DisputeStatus.OPEN),
        ("appeal_under_review", DisputeStatus.OPEN),
        ("warning_under_review", DisputeStatus.INQUIRY),
        ("prevented", DisputeStatus.LOST),
    ],
)
def test_every_step_of_stripes_is_one_of_ours(sandbox, opened, status, expected):
    ref = opened()
    sandbox.state.find(ref)["status"] = status
    assert Stripe().fetch_dispute(ref).status is expected


def test_one_that_was_prevented_before_it_took_money_is_closed(sandbox, opened):
    ref = opened(inquiry="true")
    sandbox.state.find(ref)["status"] = "prevented"
    report = Stripe().fetch_dispute(ref)
    assert (report.status, report.taken) == (DisputeStatus.CLOSED, False)


def test_a_disputed_payment_cannot_be_refunded_until_it_is_won(sandbox, intent, opened, control):
    ref = opened(amount=500)
    payment = Stripe().fetch_payment(intent)
    with pytest.raises(ProviderRefused) as refused:
        Stripe().refund(orders.refund_of(payment, amount=500))
    assert refused.value.reason == "charge_disputed"
    assert sandbox.state.all("refund") == []
    control(f"disputes/{ref}/win")
    assert Stripe().refund(orders.refund_of(payment, amount=500)).amount == 500


def test_it_says_whether_the_money_is_real_and_no_fee_of_another_currency(sandbox, opened):
    ref = opened()
    dispute = sandbox.state.find(ref)
    dispute["livemode"] = True
    dispute["balance_transactions"][0]["currency"] = "eur"
    report = Stripe().fetch_dispute(ref)
    assert (report.livemode, report.taken, report.fee) == (True, True, 0)


def test_an_unknown_dispute_is_not_there(sandbox):
    assert Stripe().fetch_dispute("pi_1") is None
    with pytest.raises(NotThere):
        Stripe().fetch_dispute("du_nothing")


def test_staff_are_led_to_the_dashboard_of_the_mode(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    address = Stripe().dashboard_url
    assert address("pi_1") == "https://dashboard.stripe.com/test/payments/pi_1"
    settings.STRIPE_SECRET_KEY = "sk_live_x"
    assert address("du_1") == "https://dashboard.stripe.com/disputes/du_1"
    assert address("re_1") == ""


def test_in_the_sandbox_the_dashboard_is_its_own(sandbox):
    assert Stripe().dashboard_url("pi_1") == f"http://127.0.0.1:{sandbox.port}/dashboard/#pi_1"
