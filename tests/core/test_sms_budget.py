"""One budget for all text messages, in shares that no other use can spend."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import time_machine

from core import aws, sms, sms_budget
from core.sms_budget import SmsBudgetSpent, Use
from tests.dumps import dump_tables

PHONE = "+4915123456789"
OTHERS = {use: [other for other in Use if other is not use] for use in Use}


class Phone:
    sent: list[str] = []
    error: Exception | None = None

    def send(self, *, to, text, message_id):
        if Phone.error:
            raise Phone.error
        Phone.sent.append(text)


@pytest.fixture(autouse=True)
def small(settings, monkeypatch):
    """Eight a day, twelve an hour: four codes to sign in, two to set up, two alerts a day."""
    settings.SMS_BACKEND = "tests.core.test_sms_budget.Phone"
    settings.SMS_PER_DAY, settings.SMS_PER_HOUR = 8, 12
    monkeypatch.setattr(Phone, "sent", [])
    monkeypatch.setattr(Phone, "error", None)
    with time_machine.travel("2031-01-01T12:00:00Z", tick=False) as clock:
        yield clock


def send(use=Use.ALERT, **options):
    sms.send(to=PHONE, text="x", message_id="job-1", use=use, **options)


def send_all(use):
    """Until it is refused."""
    with suppress(SmsBudgetSpent):
        while True:
            send(use)


@pytest.mark.parametrize(("use", "most"), [(Use.SIGN_IN, 4), (Use.SET_UP, 2), (Use.ALERT, 2)])
def test_each_use_has_its_share(use, most):
    send_all(use)
    assert len(Phone.sent) == most
    with pytest.raises(SmsBudgetSpent) as refused:
        send(use)
    assert 0 < refused.value.retry_after <= 86_400


@pytest.mark.parametrize("use", Use)
def test_a_flood_of_one_use_leaves_the_others_theirs(use):
    send_all(use)
    before = len(Phone.sent)
    for other in OTHERS[use]:
        send(other)
    assert len(Phone.sent) == before + 2


def test_all_shares_together_are_the_budget(settings):
    for budget in (4, 5, 7, 8, 1000):
        settings.SMS_PER_DAY = settings.SMS_PER_HOUR = budget
        assert sum(sms_budget._share(budget, use) for use in Use) == budget


def test_an_hour_has_a_budget_of_its_own_and_its_refusals_use_up_nothing_of_the_day(
    settings, small
):
    settings.SMS_PER_HOUR = 4
    for _ in range(5):
        send_all(Use.ALERT)
    assert len(Phone.sent) == 1
    small.shift(3600)
    send_all(Use.ALERT)
    assert len(Phone.sent) == 2


def test_what_the_day_refuses_uses_up_nothing_of_the_hour(settings):
    settings.SMS_PER_DAY = 4
    for _ in range(5):
        send_all(Use.ALERT)
    settings.SMS_PER_DAY = 100
    send_all(Use.ALERT)
    assert len(Phone.sent) == 3


@pytest.mark.parametrize(
    "error",
    [sms.SmsRefused("OptedOut"), aws.AwsUnavailable("Throttling"), aws.AwsRefused("Forbidden")],
)
def test_what_nobody_took_is_given_back(error):
    Phone.error = error
    for _ in range(5):
        with pytest.raises(type(error)):
            send()
    Phone.error = None
    send_all(Use.ALERT)
    assert len(Phone.sent) == 2


def test_what_may_have_arrived_counts():
    Phone.error = aws.AwsUnavailable("ReadTimeoutError")
    for _ in range(2):
        with pytest.raises(aws.AwsUnavailable):
            send()
    with pytest.raises(SmsBudgetSpent):
        send()


def test_what_was_booked_before_is_counted_once():
    for _ in range(2):
        sms_budget.book(Use.ALERT)
        send(booked=True)
    with pytest.raises(SmsBudgetSpent):
        sms_budget.book(Use.ALERT)


@pytest.mark.engine
def test_of_many_at_once_a_share_sends_as_many_as_it_has_and_alarms_once(settings, caplog):
    settings.SMS_PER_HOUR = 100

    def attempt(_number):
        try:
            sms_budget.book(Use.ALERT)
        except SmsBudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(attempt, range(12))).count(True) == 2
    assert caplog.messages.count("sms budget reached") == 1


def test_one_line_a_window_is_the_alarm(caplog, small):
    def alarms():
        return [
            (record.budget, record.share)
            for record in caplog.records
            if (record.message, record.levelname) == ("sms budget reached", "ERROR")
        ]

    send_all(Use.ALERT)
    for _ in range(3):
        with pytest.raises(SmsBudgetSpent):
            send(Use.ALERT)
    assert alarms() == [("SMS_PER_DAY", "alert")]
    send_all(Use.SET_UP)
    assert alarms() == [("SMS_PER_DAY", "alert"), ("SMS_PER_DAY", "set_up")]
    small.shift(86_400)
    send_all(Use.ALERT)
    assert alarms()[2:] == [("SMS_PER_DAY", "alert")]


def test_a_site_that_sends_none_counts_none(settings):
    settings.SMS_BACKEND = ""
    before = dump_tables("rate_limits")
    with pytest.raises(sms.SmsNotConfigured):
        send()
    assert dump_tables("rate_limits") == before


NOTE = " Reply STOP to opt out."


def test_the_first_text_to_a_number_in_30_days_says_how_to_stop_them(small):
    for days in (0, 0, 15, 16):
        small.shift(days * 86_400)
        send(Use.SIGN_IN)
    assert [NOTE in text for text in Phone.sent] == [True, False, False, True]


def test_a_first_text_that_nobody_took_has_told_nothing():
    Phone.error = aws.AwsUnavailable("Throttling")
    with pytest.raises(aws.AwsUnavailable):
        send()
    Phone.error = None
    send()
    assert Phone.sent == [f"x{NOTE}"]


def test_a_text_that_leaves_no_room_leaves_it_to_the_next_one():
    sms.send(to=PHONE, text="x" * 150, message_id="job-1", use=Use.ALERT)
    send()
    assert Phone.sent == ["x" * 150, f"x{NOTE}"]


def test_no_number_is_stored_in_clear():
    send()
    assert PHONE not in dump_tables("rate_limits")
