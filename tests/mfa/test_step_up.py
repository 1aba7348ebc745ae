"""Confirming that it is you, with the strongest factor that the account has."""

from datetime import timedelta

import pytest
from django.core import mail

from alerts.items import AlertKind
from core.stepup import STEP_UP_SECONDS
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.mfa.people import (
    deliver,
    enter_code,
    enter_password,
    last_mail_code,
    phone_code,
    turn_on_email,
    turn_on_totp,
)

CONFIRM, ADD = "/confirm/", "/settings/mfa/totp/add/"
pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def stale(alice, time):
    """Alice's browser and phone, six minutes after she signed in with both steps."""
    secret, codes = turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 60))
    client.secret, client.codes = secret, codes
    return client


def is_fresh(client):
    return client.get(ADD).status_code == 200


def test_the_code_of_the_app_is_asked_for(stale):
    html = stale.get(CONFIRM).content.decode()
    assert "authenticator app" in html
    assert 'type="password"' not in html
    before = stale.cookies["sessionid"].value
    answer = stale.post(CONFIRM, {"code": phone_code(stale.secret), "next": ADD})
    assert answer.url == ADD
    assert is_fresh(stale)
    assert stale.cookies["sessionid"].value != before


def test_the_password_is_no_way_round_it(stale):
    stale.post(CONFIRM, {"password": PASSWORD})
    answer = stale.post(
        "/api/v1/account/confirm/", {"password": PASSWORD}, content_type="application/json"
    )
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"code"})
    assert not is_fresh(stale)


def test_nor_is_a_weaker_factor(stale, alice):
    turn_on_email(alice)
    assert "Email" not in stale.get(CONFIRM).content.decode().split("</nav>")[-1].split("<h2")[-1]
    answer = stale.post(
        "/api/v1/account/confirm/send/", {"method": "email"}, content_type="application/json"
    )
    assert answer.json()["code"] == "method_not_on"
    deliver()
    code = last_mail_code()
    answer = stale.post(
        "/api/v1/account/confirm/",
        {"method": "email", "code": code},
        content_type="application/json",
    )
    assert answer.json()["code"] == "method_not_on"
    assert not is_fresh(stale)


def test_a_recovery_code_confirms_too_once(stale, time):
    assert stale.get(f"{CONFIRM}?method=recovery").status_code == 200
    stale.post(CONFIRM, {"method": "recovery", "code": stale.codes[0]})
    assert is_fresh(stale)
    time.shift(timedelta(seconds=STEP_UP_SECONDS))
    stale.post(CONFIRM, {"method": "recovery", "code": stale.codes[0]})
    assert not is_fresh(stale)


def test_a_used_code_does_not_confirm_again(stale, time):
    code = phone_code(stale.secret)
    stale.post(CONFIRM, {"code": code})
    time.shift(timedelta(seconds=10))
    assert "was used already" in stale.post(CONFIRM, {"code": code}).content.decode()


def test_ten_wrong_codes_wait_and_the_owner_is_told(stale):
    for _ in range(10):
        assert stale.post(CONFIRM, {"code": "000000"}).status_code == 200
    assert stale.post(CONFIRM, {"code": phone_code(stale.secret)}).status_code == 429
    assert dump_tables("alerts").count(AlertKind.STEP_UP_FAILED) == 1
    assert not is_fresh(stale)


def test_a_code_by_mail_where_that_is_the_strongest(alice, time):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    client.post("/sign-in/second-step/send/", {"method": "email"})
    deliver()
    enter_code(client, last_mail_code(), "email")
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 60))
    before = len(mail.outbox)
    assert "Send me a code" in client.get(CONFIRM).content.decode()
    deliver()
    assert len(mail.outbox) == before
    answer = client.post(f"{CONFIRM}send/", {"next": ADD})
    deliver()
    assert "next=%2Fsettings%2Fmfa%2Ftotp%2Fadd%2F" in answer.url
    assert client.post(CONFIRM, {"code": last_mail_code(), "next": ADD}).url == ADD
    assert is_fresh(client)


NEW_PASSWORD = "seven grey herons over the lake"
CHANGE = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}


def test_the_password_alone_changes_no_password_where_a_factor_is_on(stale, alice):
    before = dump_tables("users")
    assert stale.post("/settings/password/", CHANGE).url.startswith("/confirm/")
    answer = stale.put("/api/v1/account/password/", CHANGE, content_type="application/json")
    assert answer.json()["code"] == "reauthentication_required"
    assert dump_tables("users") == before


def test_changing_the_password_proves_no_factor(stale, time):
    stale.post(CONFIRM, {"code": phone_code(stale.secret)})
    time.shift(timedelta(seconds=STEP_UP_SECONDS - 10))
    key = stale.cookies["sessionid"].value
    assert stale.post("/settings/password/", CHANGE).url == "/settings/security/"
    assert stale.cookies["sessionid"].value != key
    time.shift(timedelta(seconds=20))
    assert not is_fresh(stale)


def test_signing_in_by_a_weaker_factor_confirms_nothing(alice, time):
    turn_on_totp(alice)
    turn_on_email(alice)
    client, _ = enter_password(alice)
    client.post("/sign-in/second-step/send/", {"method": "email"})
    deliver()
    enter_code(client, last_mail_code(), "email")
    assert client.get("/settings/sessions/").status_code == 200
    assert not is_fresh(client)


def test_signing_in_by_a_recovery_code_confirms_too(alice):
    _, codes = turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, codes[0], "recovery")
    assert is_fresh(client)
