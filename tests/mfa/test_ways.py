"""The second step: what is asked for first, and every other way by its device."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from core import ids, inbox
from core.stepup import STEP_UP_SECONDS
from dynamo.expressions import Update
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from mfa import services as mfa
from mfa.errors import WrongFactorCode
from mfa.items import Method
from tests.dumps import dump_tables
from tests.mfa.people import (
    ACTOR,
    PHONE,
    again,
    deliver,
    enter_code,
    enter_password,
    is_signed_in,
    last_mail_code,
    last_text_code,
    phone_code,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)
from tests.mfa.test_api import STEP as API_STEP
from tests.mfa.test_api import first_step, post

STEP, SEND, CONFIRM = "/sign-in/second-step/", "/sign-in/second-step/send/", "/confirm/"
WORK = PHONE[:-1] + "1"
pytestmark = pytest.mark.usefixtures("time", "sms_inbox")


@pytest.fixture
def phones(alice, time):
    """(private, work): two phones of Alice's, the private one first."""
    private, _ = turn_on_sms(alice, name="Private phone")
    time.shift(timedelta(seconds=1))
    work, _ = turn_on_sms(alice, phone=WORK, name="Work phone")
    return private, work


def prefer(user, device):
    which = {"method": device.method, "device_id": device.device_id}
    mfa.prefer_device(user=again(user), **which, actor=ACTOR)


def others_on(html):
    listed = html.split("Try another way")[-1]
    return re.findall(r'<li><a class="btn"[^>]*>([^<]+)</a></li>', listed)


def send(client, device):
    return client.post(SEND, {"method": device.method, "device_id": device.device_id})


def texts_to(number):
    return sum(message.to == number for message in inbox.list_messages() if message.kind == "sms")


def test_every_device_is_another_way_and_the_recovery_code_is_the_last(alice, phones):
    turn_on_totp(alice, name="one")
    turn_on_totp(alice, name="two")
    turn_on_email(alice)
    html = enter_password(alice)[0].get(STEP).content.decode()
    assert "•••• 6789" in html.split("Try another way")[0]  # the first factor was that phone
    assert others_on(html) == [
        "Authenticator app",
        "Text message to •••• 6781 — Work phone",
        "Email to s…@example.org",
        "Recovery code",
    ]


def test_the_preferred_one_is_asked_for_first(alice, phones):
    turn_on_totp(alice)
    _, work = phones
    prefer(alice, work)
    html = enter_password(alice)[0].get(STEP).content.decode()
    assert "•••• 6781" in html.split("Try another way")[0]
    assert others_on(html)[0] == "Authenticator app"


def test_without_a_choice_the_strongest_one_is(alice, phones):
    private, _ = phones
    turn_on_totp(alice)
    mfa.remove_device(
        user=again(alice), method=Method.SMS, device_id=private.device_id, actor=ACTOR
    )
    html = enter_password(alice)[0].get(STEP).content.decode()
    assert "authenticator app" in html.split("Try another way")[0]


def test_a_preferred_phone_that_the_site_can_no_longer_text_is_passed_over(alice, phones, settings):
    turn_on_totp(alice)
    settings.SMS_BACKEND = ""
    html = enter_password(alice)[0].get(STEP).content.decode()
    assert "authenticator app" in html
    assert others_on(html) == ["Recovery code"]


def test_the_choice_travels_with_its_device(alice, phones):
    _, work = phones
    client, _ = enter_password(alice)
    before = texts_to(WORK)
    answer = send(client, work)
    assert answer.url == f"{STEP}?method=sms&device_id={work.device_id}&sent=1"
    deliver()
    assert texts_to(WORK) == before + 1
    html = client.get(answer.url).content.decode()
    assert "•••• 6781" in html.split("Try another way")[0]
    assert html.count(f'name="device_id" value="{work.device_id}"') == 2
    wrong = enter_code(client, "000000", "sms", device_id=work.device_id).content.decode()
    assert wrong.count(f'name="device_id" value="{work.device_id}"') == 2
    enter_code(client, last_text_code(), "sms", device_id=work.device_id)
    assert is_signed_in(client)


def test_a_code_fits_only_the_device_that_it_was_sent_to(alice, phones):
    private, work = phones
    client, _ = enter_password(alice)
    send(client, private)
    deliver()
    answer = enter_code(client, last_text_code(), "sms", device_id=work.device_id)
    assert "That code is not right" in answer.content.decode()
    assert not is_signed_in(client)
    enter_code(client, last_text_code(), "sms", device_id=private.device_id)
    assert is_signed_in(client)


def test_the_stored_code_is_bound_to_its_device(alice, phones):
    """Whoever may write the table cannot turn a code for one phone into one for another."""
    private, work = phones
    client, _ = enter_password(alice)
    send(client, private)
    deliver()
    table = Table(schema_named("sms"))
    rows = table.query(alice.user_sub, consistent=True).items
    (row,) = [each for each in rows if each["device_id"].startswith("CHALLENGE#")]
    key = {name: row[name] for name in ("user_sub", "device_id")}
    table.update(key, Update().set("for_device", work.device_id))
    enter_code(client, last_text_code(), "sms", device_id=work.device_id)
    assert not is_signed_in(client)


def test_a_change_of_the_device_gives_no_tries_back(alice, phones, time):
    private, work = phones
    client, _ = enter_password(alice)
    send(client, private)
    for _ in range(3):
        enter_code(client, "000000", "sms", device_id=private.device_id)
    time.shift(timedelta(seconds=31))
    send(client, work)
    deliver()
    for _ in range(2):
        enter_code(client, "000000", "sms", device_id=work.device_id)
    enter_code(client, last_text_code(), "sms", device_id=work.device_id)
    assert not is_signed_in(client)


def test_a_change_of_the_device_gets_round_no_wait_and_no_end_of_sends(alice, phones, time):
    client, _ = enter_password(alice)
    before = texts_to(PHONE) + texts_to(WORK)
    for round_ in range(5):
        send(client, phones[round_ % 2])
        send(client, phones[(round_ + 1) % 2])  # at once
        time.shift(timedelta(seconds=31))
        deliver()
    assert texts_to(PHONE) + texts_to(WORK) == before + 3


def test_the_code_of_a_device_that_was_removed_meanwhile_is_refused(alice, phones):
    _, work = phones
    challenge = ids.new_id()
    user = again(alice)
    asked = {"method": Method.SMS, "challenge_id": challenge, "actor": ACTOR}
    mfa.send_code(user=user, device_id=work.device_id, **asked)
    deliver()
    mfa.remove_device(user=user, method=Method.SMS, device_id=work.device_id, actor=ACTOR)
    with pytest.raises(WrongFactorCode):
        mfa.verify(user=again(alice), code=last_text_code(), **asked)


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_device_of_somebody_else_is_no_way(alice, bob, phones, door):
    other, _ = turn_on_sms(bob, phone=PHONE[:-1] + "2")
    before, client = dump_tables("sms"), enter_password(alice)[0]
    for device_id in (other.device_id, "0" * 26, "x", "CHALLENGE#x"):
        data = {"method": "sms", "device_id": device_id}
        if door == "page":
            client.post(SEND, data)
            page = client.get(f"{STEP}?method=sms&device_id={device_id}").content.decode()
            assert "cannot confirm in that way" in page
            assert f'name="device_id" value="{device_id}"' not in page
        else:
            client, _ = first_step(alice)
            assert post(client, f"{API_STEP}send/", data).json()["code"] == "method_not_on"
    assert dump_tables("sms") == before


def test_a_device_of_an_app_or_a_recovery_code_is_refused(alice):
    """Any app's code counts, so naming one would promise what is not kept."""
    secret, _ = turn_on_totp(alice)
    client, _ = first_step(alice)
    device_id = mfa.overview(again(alice)).devices[0].device_id
    for method in ("totp", "recovery"):
        sent = {"method": method, "code": phone_code(secret), "device_id": device_id}
        assert post(client, API_STEP, sent).json()["code"] == "method_not_on"
    assert client.get("/api/v1/account/").status_code == 401
    (app, _recovery) = mfa.ways_of(again(alice))
    sent = {"method": app.method, "device_id": app.device_id, "code": phone_code(secret)}
    assert post(client, API_STEP, sent).status_code == 201


def test_a_code_of_any_app_counts(alice):
    for name in ("one", "two"):
        secret, _ = turn_on_totp(alice, name=name)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    assert is_signed_in(client)


def test_the_api_lists_the_ways_and_needs_no_choice(alice, phones):
    turn_on_totp(alice)
    client, answer = first_step(alice)
    step = answer.json()["second_step"]
    assert step["methods"] == ["totp", "sms", "recovery"]
    assert [(way["method"], way["hint"], way["name"]) for way in step["ways"]] == [
        ("sms", "6789", "Private phone"),
        ("totp", "", ""),
        ("sms", "6781", "Work phone"),
        ("recovery", "", ""),
    ]
    assert post(client, f"{API_STEP}send/").status_code == 204
    deliver()
    answer = post(client, API_STEP, {"code": last_text_code()})
    assert answer.status_code == 201
    assert client.get("/api/v1/sessions/").json()["results"][0]["methods"] == ["password", "sms"]


def test_the_api_sends_to_the_device_that_it_names(alice, phones):
    _, work = phones
    client, _ = first_step(alice)
    chosen = {"method": "sms", "device_id": work.device_id}
    before = texts_to(WORK)
    assert post(client, f"{API_STEP}send/", chosen).status_code == 204
    deliver()
    assert texts_to(WORK) == before + 1
    assert post(client, API_STEP, {**chosen, "code": last_text_code()}).status_code == 201


def test_step_up_lists_the_devices_of_the_strongest_kind_only(alice, phones, time):
    _, work = phones
    turn_on_email(alice)
    client, _ = enter_password(alice)
    send(client, work)
    deliver()
    enter_code(client, last_text_code(), "sms")
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 60))
    html = client.get(CONFIRM).content.decode()
    assert others_on(html) == ["Text message to •••• 6781 — Work phone", "Recovery code"]
    answer = client.post(f"{CONFIRM}send/", {"device_id": work.device_id, "next": "/account/"})
    assert f"device_id={work.device_id}" in answer.url
    deliver()
    assert "•••• 6781" in client.get(answer.url).content.decode().split("Try another way")[0]
    sent = {"method": "sms", "device_id": work.device_id, "code": last_text_code()}
    client.post(CONFIRM, sent)
    assert client.get(f"/settings/mfa/sms/{work.device_id}/rename/").status_code == 200


def test_step_up_asks_for_the_strongest_whatever_is_preferred(alice, time):
    turn_on_email(alice)  # the first one, so it is preferred
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    client.post(SEND, {"method": "email"})
    deliver()
    enter_code(client, last_mail_code(), "email")
    assert client.get("/settings/mfa/totp/add/").url.startswith("/confirm/")  # no fresh mark
    html = client.get(CONFIRM).content.decode()
    assert "authenticator app" in html
    assert others_on(html) == ["Recovery code"]
    sent = len(mail.outbox)
    answer = client.post(f"{CONFIRM}send/", {"method": "email"})
    deliver()
    assert "sent=1" not in answer.url
    assert len(mail.outbox) == sent
    client.post(CONFIRM, {"code": phone_code(secret)})
    assert client.get("/settings/mfa/totp/add/").status_code == 200


def test_the_choice_costs_a_sign_in_no_call(alice):
    """It is on the row of the account, which is read anyway."""
    turn_on_totp(alice)
    client, _ = enter_password(alice)
    with budget(calls=1):
        assert client.get(STEP).status_code == 200


def test_the_ways_of_two_kinds_are_read_beside_each_other(alice, phones):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    with budget(calls=3, hops=2):
        client.get(STEP)
