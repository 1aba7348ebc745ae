"""Signing in with a second step, at the pages."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from alerts.items import AlertKind
from dynamo.metering import budget
from tests.alerts.people import listed
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.mfa.people import (
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

STEP, SEND = "/sign-in/second-step/", "/sign-in/second-step/send/"
pytestmark = pytest.mark.usefixtures("time")


def test_the_password_alone_signs_nobody_in(alice):
    turn_on_totp(alice)
    client, answer = enter_password(alice)
    assert answer.url == STEP
    assert "sessionid" not in client.cookies
    assert not is_signed_in(client)


def test_the_code_signs_in_under_a_new_key_and_goes_on(alice):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice, next="/settings/history/")
    answer = enter_code(client, phone_code(secret))
    assert answer.url == "/settings/history/"
    assert is_signed_in(client)
    assert client.cookies["second_step"].value == ""
    page = client.get("/api/v1/sessions/").json()["results"][0]
    assert page["methods"] == ["password", "totp"]


def test_a_used_step_is_refused(alice):
    secret, _ = turn_on_totp(alice)
    code = phone_code(secret)
    enter_code(enter_password(alice)[0], code)
    second, _ = enter_password(alice)
    answer = enter_code(second, code)
    assert "was used already" in answer.content.decode()
    assert not is_signed_in(second)


def test_the_code_of_the_enrolment_counts_as_used(alice):
    secret, _ = turn_on_totp(alice, steps=0)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    assert not is_signed_in(client)


def test_a_recovery_code_works_once_and_its_owner_is_told(alice):
    _, codes = turn_on_totp(alice)
    first, _ = enter_password(alice)
    typed = codes[0].lower().replace("-", " ").replace("1", "l").replace("0", "o")
    assert enter_code(first, typed, "recovery").status_code == 302
    assert is_signed_in(first)
    assert AlertKind.RECOVERY_CODE_USED in dump_tables("alerts")
    second, _ = enter_password(alice)
    enter_code(second, codes[0], "recovery")
    assert not is_signed_in(second)


def test_a_recovery_code_of_somebody_else_is_none(alice, bob):
    turn_on_totp(alice)
    _, codes = turn_on_totp(bob)
    client, _ = enter_password(alice)
    enter_code(client, codes[0], "recovery")
    assert not is_signed_in(client)


def test_another_way_by_text_message(alice, sms_inbox, time):
    turn_on_totp(alice)
    turn_on_sms(alice)
    client, _ = enter_password(alice)
    html = client.get(STEP).content.decode()
    assert "Text message" in html
    assert "Recovery code" in html
    answer = client.post(SEND, {"method": "sms"})
    assert answer.url == f"{STEP}?method=sms&sent=1"
    assert "•••• 6789" in client.get(answer.url).content.decode()
    deliver()
    assert enter_code(client, last_text_code(), "sms").status_code == 302
    assert is_signed_in(client)


def test_another_way_by_email(alice):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    assert "s…@example.org" in client.get(STEP).content.decode()
    client.post(SEND, {"method": "email"})
    deliver()
    assert [sent.to for sent in mail.outbox].count(["second@example.org"]) == 2  # set-up, sign-in
    enter_code(client, last_mail_code(), "email")
    assert is_signed_in(client)


def test_opening_the_page_sends_nothing(alice):
    turn_on_email(alice)
    deliver()
    before = len(mail.outbox)
    enter_password(alice)[0].get(f"{STEP}?method=email&sent=1")
    deliver()
    assert len(mail.outbox) == before


def test_a_code_fits_only_the_sign_in_that_asked_for_it(alice, time):
    turn_on_email(alice)
    asked, _ = enter_password(alice)
    asked.post(SEND, {"method": "email"})
    deliver()
    other, _ = enter_password(alice)
    enter_code(other, last_mail_code(), "email")
    assert not is_signed_in(other)


def test_a_sent_code_ends_after_five_minutes_and_with_the_next_one(alice, time):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    client.post(SEND, {"method": "email"})
    deliver()
    first = last_mail_code()
    time.shift(timedelta(minutes=1))
    client.post(SEND, {"method": "email"})
    deliver()
    assert not enter_code(client, first, "email").has_header("Location")
    time.shift(timedelta(minutes=5))
    enter_code(client, last_mail_code(), "email")
    assert not is_signed_in(client)


def test_sending_again_waits_and_has_an_end(alice, time):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    for sends in (1, 2, 3, 3):
        client.post(SEND, {"method": "email"})
        client.post(SEND, {"method": "email"})  # at once
        deliver()
        codes = [sent for sent in mail.outbox if sent.to == ["second@example.org"]]
        assert len(codes) == 1 + sends  # one to set it up
        time.shift(timedelta(minutes=1))


def test_five_wrong_codes_end_the_sign_in_even_for_the_right_one(alice):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    for _ in range(5):
        assert enter_code(client, "000000").status_code == 200
    assert enter_code(client, phone_code(secret)).url == "/sign-in/"
    assert not is_signed_in(client)
    again, _ = enter_password(alice)
    assert enter_code(again, phone_code(secret)).status_code == 302
    assert is_signed_in(again)


def test_a_resend_does_not_give_tries_back(alice, time):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    client.post(SEND, {"method": "email"})
    for _ in range(4):
        enter_code(client, "000000", "email")
    time.shift(timedelta(minutes=1))
    client.post(SEND, {"method": "email"})
    deliver()
    enter_code(client, "000000", "email")
    enter_code(client, last_mail_code(), "email")
    assert not is_signed_in(client)


def test_ten_wrong_codes_in_a_row_make_the_account_wait_and_tell_its_owner(alice, time):
    secret, codes = turn_on_totp(alice)
    for client in (enter_password(alice)[0], enter_password(alice)[0]):
        for method in ("totp", "recovery", "totp", "totp", "recovery"):
            enter_code(client, "000000", method)
    client, _ = enter_password(alice)
    answer = enter_code(client, codes[0], "recovery")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    deliver()
    assert AlertKind.SIGN_IN_LOCKED in dump_tables("alerts")
    time.shift(timedelta(minutes=15))
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    assert is_signed_in(client)


def test_a_wrong_code_is_in_the_history(alice):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, "000000")
    enter_code(client, phone_code(secret))
    assert "Right password, wrong code" in client.get("/settings/history/").content.decode()


def test_it_ends_after_ten_minutes(alice, time):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    time.shift(timedelta(minutes=10))
    assert enter_code(client, phone_code(secret)).url == "/sign-in/"
    assert client.get(STEP).url == "/sign-in/"


def test_what_waited_is_used_up_by_its_success(alice):
    secret, codes = turn_on_totp(alice)
    client, _ = enter_password(alice)
    stolen = client.cookies["second_step"].value
    enter_code(client, phone_code(secret))
    thief = Client()
    thief.cookies["second_step"] = stolen
    assert enter_code(thief, codes[0], "recovery").url == "/sign-in/"
    assert not is_signed_in(thief)
    assert enter_code(enter_password(alice)[0], codes[0], "recovery").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "t1.AAAA", "t1." + "A" * 200])
def test_a_made_up_cookie_reads_nothing(alice, cookie):
    client = Client()
    client.cookies["second_step"] = cookie
    with budget(calls=0):
        assert enter_code(client, "123456").url == "/sign-in/"
        assert client.get(STEP).url == "/sign-in/"
        assert client.post(SEND, {"method": "sms"}).url == "/sign-in/"


def test_a_change_of_the_account_ends_what_waits(alice):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    turn_on_email(alice)
    assert enter_code(client, phone_code(secret)).url == "/sign-in/"
    assert not is_signed_in(client)


def test_a_method_that_is_not_on_is_refused(alice):
    turn_on_totp(alice)
    client, _ = enter_password(alice)
    before = len(mail.outbox)
    assert "cannot confirm in that way" in enter_code(client, "1", "sms").content.decode()
    client.post(SEND, {"method": "email"})
    deliver()
    assert not [sent for sent in mail.outbox[before:] if "code" in sent.subject]


def test_a_password_reset_does_not_skip_it(alice):
    from tests.accounts.mailbox import deliver as send_mails

    turn_on_totp(alice)
    client = Client()
    client.post("/reset-password/", {"email": alice.email})
    send_mails()
    link = next(
        word
        for sent in reversed(mail.outbox)
        for word in sent.body.split()
        if re.fullmatch(r"http://testserver/reset-password/.+/", word)
    )
    path = link.removeprefix("http://testserver")
    client.post(path, {"password": "seven grey herons over the lake"})
    assert not is_signed_in(client)
    answer = client.post(
        "/sign-in/", {"login": alice.email, "password": "seven grey herons over the lake"}
    )
    assert answer.url == STEP


def test_without_storage_nobody_is_signed_in(alice, faults):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    with faults.outage():
        assert enter_code(client, phone_code(secret)).status_code == 503
    assert enter_code(client, phone_code(secret)).status_code == 302


def test_it_keeps_to_its_budget(alice):
    """Of a browser that the account knows; both steps together."""
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    client.post("/sign-out/")
    with budget(calls=12):
        client.post("/sign-in/", {"login": alice.email, "password": PASSWORD})
        assert enter_code(client, phone_code(secret, steps=1)).status_code == 302


@pytest.mark.parametrize("sign", ["é", '"', "x"])
def test_however_long_the_way_back_is_the_cookie_is_one_that_browsers_keep(alice, sign):
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice, next="/" + sign * 1999)
    assert len(client.cookies["second_step"].OutputString()) < 4096
    enter_code(client, phone_code(secret))
    assert is_signed_in(client)


def test_its_owner_is_told_that_the_password_was_right(alice):
    turn_on_totp(alice)
    enter_password(alice, password="not it")
    client, _ = enter_password(alice)
    enter_code(client, "000000")
    told = [each for each in listed(alice) if each.kind is AlertKind.SIGN_IN_FAILED]
    right = ["after the right password" in str(each.facts) for each in told]
    assert sorted(right) == [False, True]
