"""What one person may add in a day."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from billing import services as billing
from billing.errors import DailyCapReached
from billing.items import PaymentStatus
from core.actor import Actor
from dynamo.metering import budget
from tests.billing import books
from tests.billing.lives import pay, settle, top_up
from tests.billing.walks import TOP_UP, text_of
from tests.sessions.stores import client_of, sign_in

NOBODY = Actor(None)


@pytest.fixture(autouse=True)
def cap(settings):
    settings.TOP_UP_DAILY_MAX = 3000


def payments_of(user):
    return [
        row for row in books.rows() if row["sk"].startswith("PAY#") and user.user_sub in row["pk"]
    ]


def test_what_would_pass_the_limit_starts_nothing(alice):
    top_up(alice.user_sub, 1500)
    pay(alice.user_sub, 1000)  # open: it may still be paid
    assert billing.left_today(alice.user_sub) == 500
    before = sorted(map(str, books.rows()))
    with pytest.raises(DailyCapReached) as refusal:
        pay(alice.user_sub, 501)
    (message,) = refusal.value.errors["amount"]
    assert "$30.00" in message
    assert "$5.00 of that is left" in message
    assert sorted(map(str, books.rows())) == before
    pay(alice.user_sub, 500)
    assert billing.left_today(alice.user_sub) == 0


@pytest.mark.parametrize("end", ["failed", "canceled"])
def test_what_brought_no_money_does_not_count(alice, end):
    payment = pay(alice.user_sub, 3000)
    if end == "failed":
        billing.fail_payment(payment=payment, failure_code="card_declined", actor=NOBODY)
    else:
        billing.mark_payment(payment=payment, status=PaymentStatus.CANCELED, actor=NOBODY)
    assert pay(alice.user_sub, 3000).is_open


def test_money_that_came_after_all_counts_and_is_never_refused(alice):
    payment = pay(alice.user_sub, 3000)
    billing.fail_payment(payment=payment, failure_code="card_declined", actor=NOBODY)
    pay(alice.user_sub, 3000)
    assert settle(payment)
    assert billing.get_wallet(alice.user_sub).available == 3000
    assert billing.left_today(alice.user_sub) == 0


def test_a_day_begins_at_midnight_in_utc(alice, time_machine):
    time_machine.move_to("2030-05-06T23:59:59Z", tick=False)
    pay(alice.user_sub, 3000)
    time_machine.move_to("2030-05-07T00:00:00Z", tick=False)
    assert billing.left_today(alice.user_sub) == 3000
    assert pay(alice.user_sub, 3000).is_open


def test_a_request_remembered_since_yesterday_counts_on_the_day_of_its_payment(alice, time_machine):
    from billing.repository import RequestRepository

    time_machine.move_to("2030-05-01T12:00:00Z", tick=False)
    name = RequestRepository().id_of(alice.user_sub, "k1")
    time_machine.move_to("2030-05-07T12:00:00Z", tick=False)
    pay(alice.user_sub, 3000, payment_intent_id=name)
    with pytest.raises(DailyCapReached):
        pay(alice.user_sub, 500)


def test_the_same_payment_again_is_not_another_one(alice):
    payment = pay(alice.user_sub, 3000)
    assert pay(alice.user_sub, 3000, payment_intent_id=payment.payment_intent_id) == payment


def test_the_limit_is_each_persons_own(alice, bob):
    pay(alice.user_sub, 3000)
    assert pay(bob.user_sub, 3000).is_open


@pytest.mark.engine
def test_many_at_once_do_not_pass_it_together(alice):
    def attempt(_):
        try:
            pay(alice.user_sub, 1000)
        except DailyCapReached:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 3
    assert len(payments_of(alice)) == 3


def test_starting_a_payment_costs_two_reads_and_one_transaction(alice):
    with budget(calls=3, hops=3, rru=2, wru=8):
        pay(alice.user_sub, 1000)


def test_the_page_says_it_at_the_field_and_the_api_in_its_code(alice, provider):
    client = client_of(sign_in(alice))
    pay(alice.user_sub, 2500)
    page = text_of(client.post("/wallet/top-up/", TOP_UP))
    assert "$5.00 of that is left today" in page
    answer = client.post(
        "/api/v1/billing/top-ups/",
        {"amount": 1000, "provider": "stripe"},
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "daily_cap_reached")
    shown = client.get("/api/v1/billing/settings/").json()
    assert (shown["top_up_daily_max"], shown["top_up_left_today"]) == (3000, 500)
    assert provider.started == []


def test_the_form_offers_what_the_operator_chose(alice, provider, settings):
    settings.TOP_UP_PRESETS = [700, 1900]
    page = text_of(client_of(sign_in(alice)).get("/wallet/top-up/"))
    assert "$7.00" in page
    assert "$19.00" in page
    assert "$25.00" not in page
