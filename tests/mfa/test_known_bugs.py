"""Faults of second factors that other products had and published, each with the test that keeps it
out of here.

Those that other tests prove already are listed by name; tests/test_references.py looks that they
are there.
"""

import base64
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table
from mfa import services as mfa
from tests.accounts.test_email_change import NEW, ask, code_for, confirm
from tests.authorization.routes import walk
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.mfa.people import (
    ACTOR,
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
from users import repository as rows

STEP, SEND = "/sign-in/second-step/", "/sign-in/second-step/send/"
pytestmark = pytest.mark.usefixtures("time", "sms_inbox")
PROVEN_ELSEWHERE = {
    "hanko PR #2723: the code of the enrolment signs in": (
        "mfa/test_sign_in.py::test_the_code_of_the_enrolment_counts_as_used",
    ),
    "django-otp #67: TOTP secrets in clear": (
        "mfa/test_stored.py::test_the_tables_hold_no_secret_no_code_and_no_number",
        "mfa/test_devices.py::test_a_secret_in_use_is_never_shown_again",
    ),
    "idenplane #398: parallel guesses pass the counter of tries": (
        "mfa/test_races.py::test_wrong_codes_at_once_spend_exactly_the_budget",
        "mfa/test_races.py::test_of_wrong_codes_of_one_challenge_five_are_compared",
    ),
    "parse-server GHSA-2299-ghjr-6vjp, artifact-keeper #1822: a recovery code works many times"
    " at once": ("mfa/test_races.py::test_a_recovery_code_is_accepted_once",),
    "django-two-factor-auth #305, #421, #652: one device of an account": (
        "mfa/test_ways.py::test_every_device_is_another_way_and_the_recovery_code_is_the_last",
        "mfa/test_ways.py::test_a_code_of_any_app_counts",
    ),
    "better-auth #4101, #5738: no choice of the second factor": (
        "mfa/test_ways.py::test_the_preferred_one_is_asked_for_first",
        "mfa/test_ways.py::test_the_choice_travels_with_its_device",
    ),
    "flask-security #479: who resets the password by mail gets past the second factor": (
        "mfa/test_sign_in.py::test_a_password_reset_does_not_skip_it",
        "mfa/test_mailboxes.py::test_the_account_cannot_move_to_the_mailbox_of_its_factor",
    ),
    "noggin #61: the password alone replaces a second factor": (
        "mfa/test_step_up.py::test_the_password_is_no_way_round_it",
        "mfa/test_step_up.py::test_nor_is_a_weaker_factor",
    ),
    "warehouse #14274: recovery codes are all that is left": (
        "mfa/test_managing.py::test_nobody_keeps_recovery_codes_alone",
    ),
    "filament-breezy #284: a recovery code works again": (
        "mfa/test_sign_in.py::test_a_recovery_code_works_once_and_its_owner_is_told",
    ),
    "django-allauth-2fa #152: a recovery code does not confirm a removal": (
        "mfa/test_step_up.py::test_a_recovery_code_confirms_too_once",
    ),
}


def sent_code(client, method, read):
    client.post(SEND, {"method": method})
    deliver()
    return read()


@pytest.mark.parametrize("seconds", [0, 29, 30, 59, 60])
def test_a_totp_code_is_refused_as_long_as_its_window_is_open(alice, time, seconds):
    """goiabada #111, Ory Kratos: nothing was stored. django-allauth kept the used code for 30
    seconds, in one process: too short as soon as a drift is allowed."""
    secret, _ = turn_on_totp(alice)
    code = phone_code(secret, steps=1)  # of the next step: it stays in the window the longest
    first, _ = enter_password(alice)
    enter_code(first, code)
    assert is_signed_in(first)
    time.shift(timedelta(seconds=seconds))
    client, _ = enter_password(alice)
    enter_code(client, code)
    assert not is_signed_in(client)


@pytest.mark.parametrize("method", ["sms", "email"])
def test_a_sent_code_works_once(alice, method):
    """django-two-factor-auth: the code of a text message was a TOTP of three minutes, taken
    again and again."""
    turn_on, read = {
        "sms": (turn_on_sms, last_text_code),
        "email": (turn_on_email, last_mail_code),
    }[method]
    turn_on(alice)
    client, _ = enter_password(alice)
    code = sent_code(client, method, read)
    waiting = client.cookies["second_step"].value
    enter_code(client, code, method)
    assert is_signed_in(client)
    again_, _ = enter_password(alice)
    enter_code(again_, code, method)
    assert not is_signed_in(again_)
    thief = Client()
    thief.cookies["second_step"] = waiting
    enter_code(thief, code, method)
    assert not is_signed_in(thief)


@pytest.mark.parametrize("turn_on", [turn_on_totp, turn_on_sms, turn_on_email])
def test_an_account_with_one_kind_only_is_asked_for_it(alice, turn_on):
    """better-auth #8627: the second step was skipped for accounts without TOTP."""
    turn_on(alice)
    client, answer = enter_password(alice)
    assert answer.url == STEP
    assert not is_signed_in(client)
    body = {"login": alice.email, "password": PASSWORD}
    answer = client.post("/api/v1/sessions/", body, content_type="application/json")
    assert answer.status_code == 202
    assert client.get("/api/v1/account/").status_code == 401


def test_no_other_page_takes_a_password_and_signs_in(alice):
    """django-allauth-2fa #90: the admin had a sign-in page of its own, without a second step."""
    turn_on_totp(alice)
    body = {"login": alice.email, "username": alice.email, "password": PASSWORD}
    tried = 0
    for _view, name, path in walk(get_resolver().url_patterns):
        if "<" in path or "sandbox" in name:
            continue
        client, tried = Client(raise_request_exception=False), tried + 1
        for content_type in ("application/json", None):
            extra = {"content_type": content_type} if content_type else {}
            client.post(f"/{path}", body, **extra)
        assert not is_signed_in(client), name
    assert tried > 40


def test_the_guard_against_guessing_holds_at_the_second_step(alice):
    """Keycloak GHSA-85v8-vx4w-q684: it looked at passwords only."""
    secret, _ = turn_on_totp(alice)
    for _ in range(2):
        client, _ = enter_password(alice)
        for _ in range(5):
            enter_code(client, "000000")
    client, _ = enter_password(alice)
    assert enter_code(client, phone_code(secret)).status_code == 429
    assert not is_signed_in(client)


def test_neither_the_right_password_nor_a_new_sign_in_gives_tries_back(alice):
    """django-allauth began to count anew with each request of a code; NIST SP 800-63B-4 §3.1.3.2
    forbids it."""
    turn_on_email(alice)
    for _ in range(2):
        client, _ = enter_password(alice)
        sent_code(client, "email", last_mail_code)
        for _ in range(5):
            enter_code(client, "000000", "email")
    client, _ = enter_password(alice)
    assert enter_code(client, last_mail_code(), "email").status_code == 429


@pytest.mark.parametrize("typed", ["anything", "", "-", " ", "0" * 24, "null", "[]", "\x00"])
def test_no_other_text_is_a_recovery_code(alice, typed):
    """authboss #351: any text was taken as one."""
    turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, typed, "recovery")
    assert not is_signed_in(client)
    assert mfa.overview(again(alice)).recovery_codes == 10


def test_what_the_table_holds_of_a_recovery_code_is_none(alice):
    """django-otp #68, better-auth, Ory Kratos: they were kept in clear and compared as they are."""
    turn_on_totp(alice)
    stored = [row["code_hash"] for row in Table(schema_named("recovery")).scan()]
    client, _ = enter_password(alice)
    enter_code(client, stored[0], "recovery")
    assert not is_signed_in(client)


def test_new_recovery_codes_do_not_follow_from_what_is_stored(alice):
    """django-allauth: all of them came from a seed in the row, so the old ones could be made
    again."""
    _, old = turn_on_totp(alice)
    new = mfa.replace_recovery_codes(user=again(alice), actor=ACTOR)
    assert not set(old) & set(new)
    for row in Table(schema_named("recovery")).scan():
        assert set(row) == {"user_sub", "code_hash", "created_at", "updated_at", "sv"}


def test_the_password_waits_nowhere_for_the_second_step(alice):
    """django-two-factor-auth CVE-2020-15105: it was in the session until the code came."""
    turn_on_totp(alice)
    client, _ = enter_password(alice)
    kept = dump_tables() + "".join(morsel.value for morsel in client.cookies.values())
    for text in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode()[:-4]):
        assert text not in kept
    assert dump_tables("sessions") == ""


def test_another_address_of_the_account_keeps_the_second_step(client_for, alice):
    """hotcrp #246: the factors hung on the address, so a new one got around them."""
    client = client_for(alice)
    turn_on_totp(alice)
    ask(client)
    confirm(client, code_for())
    changed = again(alice)
    assert changed.email == NEW
    _, answer = enter_password(changed)
    assert answer.url == STEP


def test_a_second_device_leaves_the_first_one_as_it_was(alice):
    """hotcrp #246: it took its place."""
    first, _ = turn_on_totp(alice, name="one")
    turn_on_totp(alice, name="two")
    client, _ = enter_password(alice)
    enter_code(client, phone_code(first))
    assert is_signed_in(client)


def test_a_session_that_waits_for_its_code_may_do_nothing(alice):
    """django-two-factor-auth, better-auth: the first step already made a session."""
    turn_on_totp(alice)
    client, _ = enter_password(alice)
    before = dump_tables("totp", "recovery", "users")
    device = mfa.overview(again(alice)).devices[0]
    for what in ("remove/", "rename/", "prefer/"):
        client.post(f"/settings/mfa/totp/{device.device_id}/{what}", {"turns_off": "on"})
    client.delete(f"/api/v1/mfa/totp/{device.device_id}/?turns_off=true")
    assert client.get("/api/v1/mfa/").status_code == 401
    assert dump_tables("totp", "recovery", "users") == before


def test_a_disabled_account_is_not_let_in_by_its_code(alice):
    """django-allauth 65.13.0, at the second step: it was disabled after its password was right."""
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    Table(rows.SCHEMA).update(rows.account_key(alice.user_sub), Update().set("is_active", False))
    enter_code(client, phone_code(secret))
    assert not is_signed_in(client)
