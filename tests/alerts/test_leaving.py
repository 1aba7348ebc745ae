"""Where security alerts go: who takes one of these places away is seen there."""

from datetime import timedelta

import pytest
from django.core import mail

from alerts import services as alerts
from alerts.items import AlertKind, Category, Channel
from core import aws, inbox, sms, sms_budget
from core.errors import Invalid
from core.sms_budget import Use
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.alerts.people import actor, listed, prefer
from tests.alerts.post import clock_stands, fail
from tests.dumps import dump_tables

NUMBER, OTHER = "+4915123456789", "+4915123456780"


@pytest.fixture
def phone(settings, tmp_path, alice):
    settings.LOCAL_DIR = tmp_path
    settings.SMS_BACKEND = "core.sms.LocalInbox"
    alerts.choose_phone(user_sub=alice.user_sub, number=NUMBER, actor=actor(alice))
    prefer(alice, choices={"security": {"sms": "now"}})
    return alice


def texts():
    for _ in range(3):
        run_due()
    return [each for each in inbox.list_messages() if each.kind == "sms"]


def kinds(user):
    return [alert.kind for alert in listed(user)]


def test_a_phone_that_gets_it_is_no_alarm(phone):
    assert kinds(phone) == []
    assert texts() == []
    assert NUMBER not in dump_tables("alert_prefs", "app")


@pytest.mark.parametrize(
    "change",
    [
        {"choices": {"security": {"sms": "off"}}},
        {"min_severity": {"sms": 85}},
    ],
)
def test_turned_off_or_down_the_phone_is_told_so(phone, change):
    prefer(phone, **change)
    (told,) = [each for each in texts() if "no longer come to this phone" in each.text]
    assert told.to == NUMBER
    assert kinds(phone) == [AlertKind.PREFS_CHANGED]
    assert "Text message" in listed(phone)[0].sentence
    assert len(mail.outbox) == 1


def test_a_phone_that_is_removed_is_told_so(phone):
    alerts.remove_phone(user_sub=phone.user_sub, actor=actor(phone))
    assert [each.to for each in texts() if "no longer come" in each.text] == [NUMBER]
    assert alerts.get_preferences(phone.user_sub).phone is None


def test_another_phone_is_told_to_the_one_before(phone):
    alerts.choose_phone(user_sub=phone.user_sub, number=OTHER, actor=actor(phone))
    assert [each.to for each in texts() if "no longer come" in each.text] == [NUMBER]
    assert alerts.get_preferences(phone.user_sub).phone_number == OTHER


def test_the_same_phone_again_is_no_change(phone):
    before = dump_tables("alert_prefs")
    alerts.choose_phone(user_sub=phone.user_sub, number=NUMBER, actor=actor(phone))
    assert dump_tables("alert_prefs") == before


def test_another_number_than_the_one_for_alerts_removes_nothing(phone):
    alerts.remove_phone(user_sub=phone.user_sub, number=OTHER, actor=actor(phone))
    assert alerts.get_preferences(phone.user_sub).phone_number == NUMBER


def test_money_that_leaves_is_not_security(phone):
    prefer(phone, min_severity={"webhook": 0}, choices={"account": {"sms": "off"}})
    assert kinds(phone) == []


def test_a_webhook_that_loses_security_is_an_alert(alice):
    prefer(alice, choices={"security": {"webhook": "off"}})
    assert kinds(alice) == [AlertKind.PREFS_CHANGED]
    assert "Webhook" in listed(alice)[0].sentence


def test_sms_needs_a_phone(alice):
    with pytest.raises(Invalid):
        prefer(alice, choices={"security": {"sms": "now"}})
    assert dump_tables("alert_prefs") == ""


def test_a_choice_stays_possible_when_the_phone_is_gone(phone):
    alerts.remove_phone(user_sub=phone.user_sub, actor=actor(phone))
    prefer(phone, choices={"security": {"sms": "now"}})
    assert alerts.get_preferences(phone.user_sub).wants(Category.SECURITY, Channel.SMS)


def test_a_last_call_is_within_the_budget_of_the_site(phone, settings, caplog):
    settings.SMS_PER_DAY = 4
    sms_budget.book(Use.ALERT)
    prefer(phone, choices={"security": {"sms": "off"}})
    run_due()
    assert texts() == []
    assert "text message skipped" in caplog.messages
    assert [job.kind for _, job in list_jobs() if job.kind == "alerts.last_call"] == []


def test_a_number_that_is_gone_ends_the_last_call(phone, monkeypatch):
    def refuse(**message):
        raise sms.SmsRefused("OptedOut")

    monkeypatch.setattr(sms, "send", refuse)
    prefer(phone, choices={"security": {"sms": "off"}})
    assert texts() == []
    assert [job.kind for _, job in list_jobs() if job.kind == "alerts.last_call"] == []


def test_a_last_call_is_made_once_the_provider_takes_it(phone, monkeypatch, time_machine):
    clock = clock_stands(time_machine)
    prefer(phone, choices={"security": {"sms": "off"}})
    fail(monkeypatch, aws.AwsUnavailable("Throttling"), times=4, owner=sms.LocalInbox, name="send")
    for _ in range(5):
        run_due()
        clock.shift(timedelta(minutes=30))
    assert ["no longer come to this phone" in each.text for each in texts()] == [True]


def test_the_last_calls_of_a_number_are_three_a_day(phone, time_machine):
    clock_stands(time_machine)
    for _ in range(4):
        prefer(phone, choices={"security": {"sms": "off"}})
        prefer(phone, choices={"security": {"sms": "now"}})
    assert len([each for each in texts() if "no longer come to this phone" in each.text]) == 3
