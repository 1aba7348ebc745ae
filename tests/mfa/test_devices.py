"""Turning second factors on and off, at the pages."""

import re
from datetime import timedelta

import pytest

from alerts.items import AlertKind
from core.errors import Conflict, Forbidden, Invalid, RateLimited
from core.sms import SmsNotConfigured
from core.stepup import STEP_UP_SECONDS
from mfa import services as mfa
from mfa.errors import DeviceNotFound, TooManyDevices, WrongFactorCode
from mfa.items import Method
from mfa.services.recovery import normalised
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import (
    ACTOR,
    ADDRESS,
    PHONE,
    again,
    deliver,
    enter_code,
    enter_password,
    last_mail_code,
    last_text_code,
    phone_code,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)

OVERVIEW = "/settings/mfa/"
MFA_TABLES = ("totp", "sms", "email", "recovery", "users", "alerts")
pytestmark = pytest.mark.usefixtures("time")


def set_up_totp(client):
    """The way through the pages up to the code: where it is typed, and the secret."""
    answer = client.post(f"{OVERVIEW}totp/add/", {"name": "My phone"})
    html = client.get(answer.url).content.decode()
    secret = re.search(r'<code id="setup-key">([A-Z2-7 ]+)<', html).group(1).replace(" ", "")
    return answer.url, secret


def test_an_authenticator_app_counts_from_its_first_code_on(client_for, alice):
    client = client_for(alice)
    url, secret = set_up_totp(client)
    assert again(alice).factors == frozenset()
    answer = client.post(url, {"code": phone_code(secret), "end_others": "on"})
    codes = re.findall(r"<li>([0-9A-Z-]{29})</li>", answer.content.decode())
    assert len(set(codes)) == 10
    assert answer["Cache-Control"].count("no-store") == 1
    assert again(alice).factors == {"totp"}
    assert AlertKind.MFA_ENABLED in dump_tables("alerts")
    html = client.get(OVERVIEW).content.decode()
    assert "My phone" in html
    assert "10 of 10 left" in html


def test_the_recovery_codes_are_shown_once(client_for, alice):
    client = client_for(alice)
    url, secret = set_up_totp(client)
    first = client.post(url, {"code": phone_code(secret)}).content.decode()
    codes = re.findall(r"<li>([0-9A-Z-]{29})</li>", first)
    for path in (url, OVERVIEW, f"{OVERVIEW}recovery-codes/", "/settings/security/"):
        assert codes[0] not in client.get(path).content.decode()
    assert client.post(url, {"code": phone_code(secret)}).status_code == 404


def test_a_secret_in_use_is_never_shown_again(client_for, alice):
    client = client_for(alice)
    url, secret = set_up_totp(client)
    client.post(url, {"code": phone_code(secret)})
    assert client.get(url).status_code == 404


def test_a_wrong_code_changes_nothing(client_for, alice):
    client = client_for(alice)
    url, _ = set_up_totp(client)
    before = dump_tables(*MFA_TABLES)
    answer = client.post(url, {"code": "000000"})
    assert "That code is not right" in answer.content.decode()
    assert dump_tables(*MFA_TABLES) == before


def test_wrong_codes_of_a_set_up_are_limited(client_for, alice):
    client = client_for(alice)
    url, _ = set_up_totp(client)
    statuses = [client.post(url, {"code": "000000"}).status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_a_set_up_ends_after_an_hour(client_for, alice, time):
    setup = mfa.start_totp(user=alice, name="", actor=ACTOR)
    time.shift(timedelta(minutes=61))
    with pytest.raises(DeviceNotFound):
        mfa.get_totp_setup(alice, setup.device_id)


def test_another_set_up_takes_the_place_of_one_that_waits(alice):
    first = mfa.start_totp(user=alice, name="", actor=ACTOR)
    mfa.start_totp(user=alice, name="", actor=ACTOR)
    with pytest.raises(DeviceNotFound):
        mfa.get_totp_setup(alice, first.device_id)


def test_a_device_of_somebody_else_is_not_found(client_for, alice, mallory):
    setup = mfa.start_totp(user=alice, name="", actor=ACTOR)
    client, before = client_for(mallory), dump_tables("totp")
    path = f"{OVERVIEW}totp/{setup.device_id}/"
    for url in (path, f"{path}remove/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"code": phone_code(setup.secret)}).status_code == 404
    assert dump_tables("totp") == before


@pytest.mark.parametrize("method", ["recovery", "sms#", "x", "TOTP"])
def test_an_unknown_method_is_not_found(client_for, alice, method):
    client = client_for(alice)
    assert client.get(f"{OVERVIEW}{method}/add/").status_code == 404


def test_several_apps_and_the_last_one_turns_it_off(client_for, alice):
    turn_on_totp(alice, name="one")
    turn_on_totp(alice, name="two")
    assert AlertKind.MFA_METHOD_ADDED in dump_tables("alerts")
    one, two = mfa.overview(again(alice)).devices
    remove(alice, one)
    assert again(alice).factors == {"totp"}
    assert AlertKind.MFA_METHOD_REMOVED in dump_tables("alerts")
    remove(alice, two, turns_off=True)
    assert again(alice).factors == frozenset()
    assert AlertKind.MFA_DISABLED in dump_tables("alerts")
    assert dump_tables("totp", "recovery") == ""


def remove(user, device, **asked):
    which = {"method": device.method, "device_id": device.device_id}
    mfa.remove_device(user=again(user), **which, **asked, actor=ACTOR)


def test_removing_one_twice_is_not_found(alice):
    turn_on_totp(alice)
    (device,) = mfa.overview(again(alice)).devices
    remove(alice, device, turns_off=True)
    with pytest.raises(DeviceNotFound):
        remove(alice, device, turns_off=True)


def test_the_page_says_what_the_last_one_takes_along(client_for, alice):
    client = client_for(alice)
    turn_on_totp(alice)
    (device,) = mfa.overview(again(alice)).devices
    url = f"{OVERVIEW}totp/{device.device_id}/remove/"
    assert "turns two-step sign-in off" in client.get(url).content.decode()
    before = dump_tables(*MFA_TABLES)
    assert "Tick this if you want to turn it off." in client.post(url).content.decode()
    assert dump_tables(*MFA_TABLES) == before
    assert client.post(url, {"turns_off": "on"}).url == OVERVIEW
    assert "It is off" in client.get(OVERVIEW).content.decode()


def test_every_change_offers_to_end_the_other_sessions(client_for, alice):
    other, client = client_for(alice), client_for(alice)
    url, secret = set_up_totp(client)
    assert "checked" in client.get(url).content.decode()
    client.post(url, {"code": phone_code(secret), "end_others": "on"})
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_unticked_the_others_stay_but_no_browser_is_trusted_any_more(client_for, alice):
    other, client = client_for(alice), client_for(alice)
    url, secret = set_up_totp(client)
    client.post(url, {"code": phone_code(secret)})
    assert other.get("/account/").status_code == 200
    assert again(alice).trust_epoch == alice.trust_epoch + 1


def test_changes_need_a_fresh_proof(client_for, alice, time):
    client = client_for(alice)
    setup = mfa.start_totp(user=alice, name="", actor=ACTOR)
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 1))
    before = dump_tables(*MFA_TABLES)
    path = f"{OVERVIEW}totp/{setup.device_id}/"
    for url in (f"{OVERVIEW}totp/add/", path, f"{path}remove/", f"{path}resend/"):
        assert client.post(url, {"code": phone_code(setup.secret)}).url.startswith("/confirm/")
    assert client.get(path).url.startswith("/confirm/")
    assert dump_tables(*MFA_TABLES) == before


def test_a_phone_number_counts_once_its_code_came_back(alice, sms_inbox):
    _, codes = turn_on_sms(alice)
    assert len(codes) == 10
    assert again(alice).factors == {"sms"}
    html = page_after_sms(alice)
    assert "•••• 6789" in html
    assert PHONE not in html


def page_after_sms(user):
    client, _ = enter_password(user)
    client.post("/sign-in/second-step/send/", {"method": "sms"})
    deliver()
    enter_code(client, last_text_code(), "sms")
    return client.get(OVERVIEW).content.decode()


@pytest.mark.parametrize(
    "phone", ["", "0151 23456789", "+49 900 1234567", "+1 900 555 0100", "+1", "x", "+49 30 123456"]
)
def test_it_refuses_what_is_no_mobile_number(alice, sms_inbox, phone):
    with pytest.raises(Invalid) as caught:
        mfa.start_sms(user=alice, phone=phone, name="", actor=ACTOR, consent=True)
    assert list(caught.value.errors) == ["phone"]
    assert dump_tables("sms", "app") == ""


def test_without_a_sender_of_texts_it_says_so(client_for, alice):
    with pytest.raises(SmsNotConfigured):
        mfa.start_sms(user=alice, phone=PHONE, name="", actor=ACTOR, consent=True)
    html = client_for(alice).get(OVERVIEW).content.decode()
    assert "Text messages are not set up on this site." in html
    assert f"{OVERVIEW}sms/add/" not in html


def test_the_same_number_counts_once_and_three_are_the_most(alice, sms_inbox):
    turn_on_sms(alice)
    with pytest.raises(Invalid):
        mfa.start_sms(user=again(alice), phone=PHONE, name="", actor=ACTOR, consent=True)
    for end in ("1", "2"):
        turn_on_sms(alice, phone=PHONE[:-1] + end)
    with pytest.raises(TooManyDevices):
        mfa.start_sms(user=again(alice), phone=PHONE[:-1] + "3", name="", actor=ACTOR, consent=True)


def test_the_mailbox_that_resets_the_password_is_no_second_factor(alice):
    for address in (alice.email, alice.email.upper()):
        with pytest.raises(Invalid) as caught:
            mfa.start_email(user=alice, address=address, name="", actor=ACTOR)
        assert list(caught.value.errors) == ["address"]


def test_staff_cannot_use_email():
    staff = make_user("olga", is_staff=True)
    with pytest.raises(Forbidden):
        mfa.start_email(user=staff, address=ADDRESS, name="", actor=ACTOR)


def test_an_address_counts_once_its_code_came_back(client_for, alice):
    client = client_for(alice)
    answer = client.post(f"{OVERVIEW}email/add/", {"address": ADDRESS, "name": "work"})
    assert "s…@example.org" in client.get(answer.url).content.decode()
    deliver()
    answer = client.post(answer.url, {"code": last_mail_code()})
    assert "Two-step sign-in is on" in answer.content.decode()
    assert again(alice).factors == {"email"}


def test_a_new_code_ends_the_one_before(alice, time):
    device = mfa.start_email(user=alice, address=ADDRESS, name="", actor=ACTOR)
    deliver()
    first = last_mail_code()
    again_please = {"user": alice, "method": Method.EMAIL, "device_id": device.device_id}
    with pytest.raises(RateLimited):
        mfa.resend_code(**again_please, actor=ACTOR)
    time.shift(timedelta(minutes=1))
    mfa.resend_code(**again_please, actor=ACTOR)
    deliver()
    assert first != last_mail_code()
    with pytest.raises(WrongFactorCode):
        mfa.confirm_sent(**again_please, code=first, actor=ACTOR)
    mfa.confirm_sent(**again_please, code=last_mail_code(), actor=ACTOR)


def test_a_mailbox_gets_ten_codes_a_day_at_most(alice, bob, mallory, time):
    sent = 0
    for user in (alice, bob, mallory) * 4:
        try:
            mfa.start_email(user=user, address=ADDRESS, name="", actor=ACTOR)
        except RateLimited:
            break
        sent += 1
    assert sent == 10


def test_new_recovery_codes_end_the_old_ones(client_for, alice):
    client = client_for(alice)
    _, old = turn_on_totp(alice)
    answer = client.post(f"{OVERVIEW}recovery-codes/")
    new = re.findall(r"<li>([0-9A-Z-]{29})</li>", answer.content.decode())
    assert len(set(new) - set(old)) == 10
    verify = {"user": again(alice), "method": Method.RECOVERY, "actor": ACTOR, "challenge_id": ""}
    with pytest.raises(WrongFactorCode):
        mfa.verify(**verify, code=old[0])
    mfa.verify(**verify, code=new[0])
    assert mfa.overview(again(alice)).recovery_codes == 9
    assert AlertKind.RECOVERY_CODES_CREATED in dump_tables("alerts")


def test_recovery_codes_come_with_a_factor_only(alice):
    with pytest.raises(Conflict):
        mfa.replace_recovery_codes(user=alice, actor=ACTOR)
    assert dump_tables("recovery") == ""


def test_few_codes_are_pointed_out(client_for, alice):
    client = client_for(alice)
    _, codes = turn_on_totp(alice)
    verify = {"user": again(alice), "method": Method.RECOVERY, "actor": ACTOR, "challenge_id": ""}
    for code in codes[:7]:
        mfa.verify(**verify, code=code)
    assert "Few left" in client.get(OVERVIEW).content.decode()


def test_a_recovery_code_has_120_bits_and_forgives_how_it_is_copied(alice):
    _, codes = turn_on_totp(alice)
    assert {len(normalised(code)) for code in codes} == {24}
    assert normalised("il-o0 ab") == "1100AB"


def test_a_change_that_was_overtaken_changes_nothing(alice):
    setup = mfa.start_totp(user=alice, name="", actor=ACTOR)
    turn_on_email(alice)
    before = dump_tables(*MFA_TABLES)
    with pytest.raises(Conflict):
        mfa.confirm_totp(  # alice as she was before
            user=alice,
            device_id=setup.device_id,
            code=phone_code(setup.secret),
            actor=ACTOR,
        )
    assert dump_tables(*MFA_TABLES) == before


@pytest.mark.parametrize("name", ["a\u202eb", "\u200b", "a\x07"])
def test_a_name_that_hides_something_is_refused(client_for, alice, name):
    answer = client_for(alice).post(f"{OVERVIEW}totp/add/", {"name": name})
    assert "Remove the invisible characters" in answer.content.decode()
    assert dump_tables("totp") == ""
