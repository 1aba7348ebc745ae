"""The text message of an alert: short, to a confirmed phone, a few a day."""

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from alerts import services as alerts
from alerts.items import AlertKind, Channel
from alerts.services import delivery
from core import aws, gsm7, inbox, sms, sms_budget
from core.sms_budget import Use
from jobs.worker import run_due
from tests.alerts.people import actor, choose, newest, tell
from tests.alerts.post import Phones, clock_stands, fail, kill, waiting, work
from tests.dumps import dump_tables

NUMBER, OTHER = "+491701234567", "+491701234568"
LINK = "https://accounts.example.com/alerts/01M83SED8HZ0C3T3K4B59HEY7M/"


@pytest.fixture(autouse=True)
def phones(settings, monkeypatch):
    settings.SMS_BACKEND = "tests.alerts.post.Phones"
    monkeypatch.setattr(Phones, "sent", [])
    return Phones.sent


@pytest.fixture
def clock(time_machine):
    return clock_stands(time_machine)


@pytest.fixture
def alice_by_phone(alice):
    alerts.choose_phone(user_sub=alice.user_sub, number=NUMBER, actor=actor(alice))
    version = alerts.get_preferences(alice.user_sub).version
    choose(alice, version=version, security={"sms": True})
    run_due()
    mail.outbox.clear()
    Phones.sent.clear()
    return alice


def routed(user):
    tell(user)
    while "alerts.route" in waiting():
        run_due(limit=1)


def test_it_is_one_message_that_names_the_site_and_leads_to_the_alert(alice_by_phone, phones):
    tell(alice_by_phone)
    run_due()
    (sent,) = phones
    assert sent.to == NUMBER
    link = f"http://testserver/alerts/{newest(alice_by_phone).alert_id}/"
    text = f"Latchkey: Your password was changed. {link}"
    assert sent.text == f"{text} Reply STOP to opt out."
    assert len(sent.text) <= gsm7.ONE_MESSAGE


def test_nobody_without_a_confirmed_phone_gets_one(alice, phones):
    tell(alice)
    run_due()
    assert phones == []
    assert len(mail.outbox) == 1


def test_a_phone_that_was_removed_meanwhile_gets_none(alice_by_phone, phones):
    routed(alice_by_phone)
    alerts.remove_phone(user_sub=alice_by_phone.user_sub, actor=actor(alice_by_phone))
    run_due()
    assert not [sent for sent in phones if "password was changed" in sent.text]


def test_a_site_that_sends_none_loses_no_job(alice_by_phone, phones, settings):
    settings.SMS_BACKEND = ""
    tell(alice_by_phone)
    run_due()
    assert phones == []
    assert waiting() == []


def test_ten_a_day_go_to_one_person_and_the_mails_go_on(alice_by_phone, phones, clock):
    ending = delivery.SMS_PER_DAY.times + 2
    for _ in range(ending):
        tell(alice_by_phone, AlertKind.STEP_UP_FAILED)
        clock.shift(1)
    tell(alice_by_phone)
    for alert in alerts.list_alerts(user_sub=alice_by_phone.user_sub).items:
        for occurrence in range(ending):
            errand = alerts.Errand(
                user_sub=alice_by_phone.user_sub,
                alert_id=alert.alert_id,
                channel=Channel.SMS,
                occurrence=str(occurrence),
            )
            alerts.run_errand(errand)
    assert len(phones) == delivery.SMS_PER_DAY.times


def test_a_flood_of_alerts_takes_a_quarter_of_what_the_site_sends(
    alice_by_phone, phones, settings, caplog
):
    settings.SMS_PER_DAY = 4
    for _ in range(3):
        tell(alice_by_phone)
    run_due()
    assert len(phones) == 1
    assert len(mail.outbox) == 3
    assert len(alerts.list_alerts(user_sub=alice_by_phone.user_sub).items) >= 3
    assert caplog.messages.count("text message skipped") == 2
    assert caplog.messages.count("sms budget reached") == 1
    assert waiting() == []
    sms_budget.book(Use.SIGN_IN)


def test_what_the_site_could_not_send_is_not_held_against_its_owner(
    alice_by_phone, phones, settings
):
    settings.SMS_PER_DAY = 4
    for _ in range(delivery.SMS_PER_DAY.times + 1):
        tell(alice_by_phone)
    run_due()
    settings.SMS_PER_DAY = 1000
    tell(alice_by_phone)
    run_due()
    assert len(phones) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_sends_it_twice_at_most(
    alice_by_phone, phones, clock, monkeypatch, when
):
    routed(alice_by_phone)
    kill(monkeypatch, Phones, "send", when=when)
    work(4, clock=clock)
    assert len(phones) == (1 if when == "before" else 2)
    assert len({sent.message_id for sent in phones}) == 1
    assert waiting() == []


@pytest.mark.parametrize(
    "error", [aws.AwsUnavailable("Throttling"), aws.AwsRefused("AuthorizationError")]
)
def test_a_network_that_says_not_now_is_asked_until_it_takes_it(
    alice_by_phone, phones, clock, monkeypatch, error
):
    routed(alice_by_phone)
    fail(monkeypatch, error, times=4, owner=Phones, name="send")
    work(6, clock=clock)
    assert len(phones) == 1


@pytest.mark.parametrize("error", [sms.SmsOptedOut(), sms.SmsRefused("InvalidParameter")])
def test_a_number_that_takes_none_is_tried_once_and_said_so(
    alice_by_phone, phones, clock, monkeypatch, error
):
    routed(alice_by_phone)
    fail(monkeypatch, error, times=9, owner=Phones, name="send")
    work(3, clock=clock)
    assert phones == []
    assert waiting() == []
    preferences = alerts.get_preferences(alice_by_phone.user_sub)
    assert preferences.suspended[Channel.SMS].is_about(NUMBER)
    assert newest(alice_by_phone).kind is AlertKind.SMS_REFUSED
    assert mail.outbox[-1].subject.startswith("Text messages to you come back")
    assert NUMBER not in dump_tables()


def test_a_phone_that_stopped_is_texted_again_once_its_owner_says_so(
    alice_by_phone, phones, client_for, monkeypatch
):
    routed(alice_by_phone)
    fail(monkeypatch, sms.SmsOptedOut(), owner=Phones, name="send")
    run_due()
    tell(alice_by_phone)
    run_due()
    assert phones == []
    client = client_for(alice_by_phone)
    assert "reply START" in client.get("/settings/alerts/").content.decode()
    client.post("/settings/alerts/sms/resume/")
    tell(alice_by_phone)
    run_due()
    assert "password was changed" in phones[-1].text


def test_another_phone_is_not_held_for_the_one_that_stopped(alice_by_phone, phones, monkeypatch):
    routed(alice_by_phone)
    fail(monkeypatch, sms.SmsOptedOut(), owner=Phones, name="send")
    run_due()
    alerts.choose_phone(user_sub=alice_by_phone.user_sub, number=OTHER, actor=actor(alice_by_phone))
    assert Channel.SMS not in alerts.get_preferences(alice_by_phone.user_sub).suspended
    tell(alice_by_phone)
    run_due()
    assert [sent.to for sent in phones] == [OTHER]


def test_the_local_inbox_shows_it(alice_by_phone, settings, tmp_path):
    settings.SMS_BACKEND, settings.LOCAL_DIR = "core.sms.LocalInbox", tmp_path
    tell(alice_by_phone)
    run_due()
    (message,) = inbox.list_messages()
    assert (message.kind, message.to) == ("sms", NUMBER)
    assert "Your password was changed" in message.text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("The key “Zoë” — was made…", 'The key "Zoe" - was made...'),
        ("Grüße, señor", "Grüße, señor"),
        ("a\u00a0b\n\nc", "a b c"),
    ],
)
def test_typographic_marks_become_what_every_phone_shows(text, sent):
    assert gsm7.fitted(text, link=LINK) == f"{sent} {LINK}"


def test_another_script_is_kept_and_makes_a_shorter_message():
    text = gsm7.fitted("Пароль вашей учётной записи был изменён", link="https://a.example/x/")
    assert text.startswith("Пароль вашей")
    assert text.endswith("https://a.example/x/")
    assert len(text) <= gsm7.ONE_UNICODE_MESSAGE


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 155, True), ("a" * 156, False), ("п" * 65, True), ("п" * 66, False), ("€" * 77, True)],
)
def test_a_note_goes_with_it_where_one_message_takes_both(text, fits):
    assert gsm7.with_note(text, "note") == (f"{text} note" if fits else text)


@given(st.text(max_size=400))
def test_the_link_is_whole_and_it_is_one_message(text):
    sent = gsm7.fitted(text, link="https://a.example/x/")
    assert sent.endswith("https://a.example/x/")
    plain = gsm7.gsm(sent)
    assert len(sent) <= 70 if plain is None or plain != sent else gsm7.places(sent) <= 160
