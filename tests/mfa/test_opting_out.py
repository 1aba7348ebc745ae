"""A phone whose owner replied STOP, and the consent that its texts rest on."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock, ids, inbox
from core.errors import Invalid
from core.sms import LocalInbox, SmsOptedOut
from dynamo.table import Table
from jobs.services import list_jobs
from mfa import services as mfa
from mfa.errors import PhoneOptedOut
from mfa.items import Method
from mfa.repository.tables import SMS
from mfa.texts import CONSENT, CONSENT_VERSION
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.mfa.people import (
    ACTOR,
    PHONE,
    again,
    deliver,
    enter_code,
    enter_password,
    is_signed_in,
    last_text_code,
    turn_on_sms,
)

STEP, SEND, ADD = "/sign-in/second-step/", "/sign-in/second-step/send/", "/settings/mfa/sms/add/"
API = "/api/v1/mfa/sms/"
SAYS_SO = "no longer takes our messages"
pytestmark = pytest.mark.usefixtures("time", "sms_inbox")


@pytest.fixture
def stopped(monkeypatch):
    """Numbers that STOP was sent from."""
    numbers, send = set(), LocalInbox.send

    def unless_stopped(self, *, to, text, message_id):
        if to in numbers:
            raise SmsOptedOut
        send(self, to=to, text=text, message_id=message_id)

    monkeypatch.setattr(LocalInbox, "send", unless_stopped)
    return numbers


def texts():
    return [each.text.strip() for each in inbox.list_messages() if each.kind == "sms"]


def phones_of(user):
    return mfa.overview(again(user)).devices


def send(user):
    mfa.send_code(user=again(user), method=Method.SMS, challenge_id=ids.new_id(), actor=ACTOR)


def asks_for_a_code(client):
    """The page after it, when the worker was there."""
    answer = client.post(SEND, {"method": "sms"})
    deliver()
    return client.get(answer.url).content.decode()


def test_the_page_says_that_the_phone_takes_no_messages_and_offers_another_way(alice, stopped):
    _, codes = turn_on_sms(alice)
    stopped.add(PHONE)
    client, _ = enter_password(alice)
    page = asks_for_a_code(client)
    assert SAYS_SO in page
    assert "Reply START" in page
    assert "?method=recovery" in page
    assert [job for _, job in list_jobs() if job.kind == "mfa.code"] == []
    enter_code(client, codes[0], "recovery")
    assert is_signed_in(client)
    assert "Stopped" in client.get("/settings/mfa/").content.decode()


def test_within_a_minute_it_is_not_asked_again(alice, stopped, time):
    turn_on_sms(alice)
    stopped.add(PHONE)
    send(alice)
    deliver()
    before = dump_tables("sms", "app", "rate_limits")
    with pytest.raises(PhoneOptedOut):
        send(alice)
    assert dump_tables("sms", "app", "rate_limits") == before
    time.shift(timedelta(minutes=1))
    send(alice)


def test_after_start_the_next_code_arrives_and_the_notice_is_gone(alice, stopped, time):
    turn_on_sms(alice)
    stopped.add(PHONE)
    send(alice)
    deliver()
    assert phones_of(alice)[0].opted_out_at == clock.now()
    stopped.clear()
    time.shift(timedelta(minutes=1))
    client, _ = enter_password(alice)
    assert SAYS_SO not in asks_for_a_code(client)
    assert phones_of(alice)[0].opted_out_at is None
    enter_code(client, last_text_code(), "sms")
    assert is_signed_in(client)


def test_another_phone_takes_its_place(alice, stopped):
    other = PHONE[:-1] + "1"
    turn_on_sms(alice, phone=other)
    turn_on_sms(alice)
    stopped.add(PHONE)
    send(alice)
    deliver()
    assert mfa.ways_of(again(alice))[0].hint == other[-4:]
    send(alice)


def test_the_api_says_it_too(alice, stopped):
    turn_on_sms(alice)
    stopped.add(PHONE)
    client, sent = Client(), {"login": alice.email, "password": PASSWORD}
    client.post("/api/v1/sessions/", sent, content_type="application/json")
    path = "/api/v1/sessions/second-step/send/"
    codes = []
    for _ in range(2):
        answer = client.post(path, {"method": "sms"}, content_type="application/json")
        codes.append(answer.status_code)
        deliver()
    assert codes == [204, 409]
    assert answer.json()["code"] == "phone_opted_out"


def test_a_set_up_says_it_on_its_page(client_for, alice, stopped):
    stopped.add(PHONE)
    client = client_for(alice)
    page = client.post(ADD, {"phone": PHONE, "consent": "on"})
    deliver()
    assert SAYS_SO in client.get(page.url).content.decode()


def test_a_number_that_is_confirmed_again_takes_messages(alice, stopped, time):
    stopped.add(PHONE)
    device = mfa.start_sms(user=alice, phone=PHONE, name="", actor=ACTOR, consent=True)
    deliver()
    stopped.clear()
    time.shift(timedelta(minutes=1))
    mfa.resend_code(user=alice, method=Method.SMS, device_id=device.device_id, actor=ACTOR)
    deliver()
    mfa.confirm_sent(
        user=alice,
        method=Method.SMS,
        device_id=device.device_id,
        code=last_text_code(),
        actor=ACTOR,
    )
    assert phones_of(alice)[0].opted_out_at is None


def test_the_first_message_says_how_to_stop_them(alice):
    turn_on_sms(alice)
    send(alice)
    deliver()
    assert [text.endswith("Reply STOP to opt out.") for text in texts()] == [False, True]


def test_a_phone_is_kept_with_the_consent_of_its_owner(client_for, alice):
    client = client_for(alice)
    page = client.get(ADD).content.decode()
    assert str(CONSENT).replace("'", "&#x27;") in page
    client.post(ADD, {"phone": PHONE, "consent": "on"})
    (row,) = (row for row in Table(SMS).scan() if "phone" in row)
    assert (row["consent_version"], row["consent_at"]) == (CONSENT_VERSION, clock.text(clock.now()))


def test_without_consent_nothing_is_sent_or_kept(client_for, alice):
    client = client_for(alice)
    with pytest.raises(Invalid) as refused:
        mfa.start_sms(user=alice, phone=PHONE, name="", actor=ACTOR)
    assert list(refused.value.errors) == ["consent"]
    assert "Agree to get text messages" in client.post(ADD, {"phone": PHONE}).content.decode()
    for sent in ({}, {"consent": False}, {"consent": None}):
        answer = client.post(API, {"phone": PHONE, **sent}, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["errors"]["consent"] == [
            "Agree to get text messages from us; without that we send no code."
        ]
    assert dump_tables("sms", "app") == ""


def test_the_api_keeps_it_and_shows_it(client_for, alice):
    sent = {"phone": PHONE, "consent": True}
    answer = client_for(alice).post(API, sent, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["consent_at"]
    assert answer.json()["opted_out_at"] is None


def test_a_phone_from_before_it_was_asked_stays_readable(alice):
    turn_on_sms(alice)
    (row,) = Table(SMS).scan()
    Table(SMS).put({name: row[name] for name in row if not name.startswith("consent_")})
    assert phones_of(alice)[0].consent_at is None
    send(alice)
