"""The JSON doors of second factors and of the second step."""

from datetime import timedelta

import pytest
from django.test import Client

from core.stepup import STEP_UP_SECONDS
from tests.dumps import dump_tables
from tests.factories import PASSWORD, make_user
from tests.mfa.people import (
    again,
    deliver,
    last_mail_code,
    phone_code,
    turn_on_email,
    turn_on_totp,
)

API, STEP = "/api/v1/mfa/", "/api/v1/sessions/second-step/"
pytestmark = pytest.mark.usefixtures("time")


def post(client, path, data=None):
    return client.post(path, data or {}, content_type="application/json")


def first_step(user):
    client = Client()
    return client, post(client, "/api/v1/sessions/", {"login": user.email, "password": PASSWORD})


def test_an_app_is_set_up_and_confirmed(client_for, alice):
    client = client_for(alice)
    setup = post(client, f"{API}totp/", {"name": "phone"}).json()
    assert setup["uri"].startswith("otpauth://totp/")
    url = f"{API}totp/{setup['device_id']}/confirm/"
    answer = post(client, url, {"code": phone_code(setup["secret"])})
    assert len(answer.json()["recovery_codes"]) == 10
    found = client.get(API).json()
    assert (found["devices"][0]["name"], found["recovery_codes"]) == ("phone", 10)
    assert found["preferred"] == setup["device_id"]
    url = f"{API}totp/{setup['device_id']}/"
    assert client.delete(url).json()["code"] == "last_factor"
    assert client.get(API).json() == found
    assert client.delete(f"{url}?turns_off=true").status_code == 204
    assert client.get(API).json() == {"devices": [], "recovery_codes": 0, "preferred": ""}


def test_a_mailbox_is_set_up_and_confirmed(client_for, alice):
    client = client_for(alice)
    device = post(client, f"{API}email/", {"address": "second@example.org"}).json()
    assert device["hint"] == "s…@example.org"
    deliver()
    url = f"{API}email/{device['device_id']}/"
    assert post(client, f"{url}resend/").status_code == 429
    assert post(client, f"{url}confirm/", {"code": last_mail_code()}).status_code == 200
    assert again(alice).factors == {"email"}


def test_recovery_codes_are_replaced(client_for, alice):
    client = client_for(alice)
    assert post(client, f"{API}recovery-codes/").json()["code"] == "no_factor"
    turn_on_totp(alice)
    answer = post(client, f"{API}recovery-codes/")
    assert (answer.status_code, len(answer.json()["recovery_codes"])) == (201, 10)


def test_texts_are_refused_where_nothing_sends_them(client_for, alice):
    answer = post(client_for(alice), f"{API}sms/", {"phone": "+4915123456789", "consent": True})
    assert (answer.status_code, answer.json()["code"]) == (503, "sms_not_configured")


def test_bad_input_names_its_field(client_for, alice):
    client = client_for(alice)
    setup = post(client, f"{API}totp/").json()
    url = f"{API}totp/{setup['device_id']}/confirm/"
    for data, field in (({}, "code"), ({"code": 123456}, "code"), ({"code": "000000"}, "code")):
        answer = post(client, url, data)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_stranger_finds_nothing(client_for, alice, mallory):
    setup = post(client_for(alice), f"{API}totp/").json()
    client, before = client_for(mallory), dump_tables("totp")
    for path in (setup["device_id"], "0" * 26, "x"):
        assert client.delete(f"{API}totp/{path}/").status_code == 404
        assert post(client, f"{API}totp/{path}/confirm/", {"code": "1"}).status_code == 404
    assert dump_tables("totp") == before


def test_a_visitor_and_a_stale_session_change_nothing(client_for, alice, time):
    client = client_for(alice)
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 1))
    for path in ("totp/", "email/", "recovery-codes/", f"totp/{'0' * 26}/confirm/"):
        assert post(client, API + path).json()["code"] == "reauthentication_required"
        assert post(Client(), API + path).status_code == 401
    assert client.get(API).status_code == 200
    assert Client().get(API).status_code == 401


def test_signing_in_takes_both_steps(alice):
    secret, _ = turn_on_totp(alice)
    client, answer = first_step(alice)
    assert answer.status_code == 202
    assert answer.json()["second_step"]["methods"] == ["totp", "recovery"]
    assert client.get("/api/v1/account/").status_code == 401
    answer = post(client, STEP, {"method": "totp", "code": phone_code(secret)})
    assert (answer.status_code, answer.json()["handle"]) == (201, alice.handle)
    assert client.get("/api/v1/account/").status_code == 200


def test_the_second_step_sends_codes(alice):
    turn_on_email(alice)
    client, _ = first_step(alice)
    assert post(client, f"{STEP}send/", {"method": "email"}).status_code == 204
    deliver()
    answer = post(client, STEP, {"method": "email", "code": last_mail_code()})
    assert answer.status_code == 201


def test_it_is_refused_without_the_first_step_and_after_five_tries(alice):
    secret, _ = turn_on_totp(alice)
    right = {"method": "totp", "code": phone_code(secret)}
    answer = post(Client(), STEP, right)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_expired")
    client, _ = first_step(alice)
    for _ in range(5):
        answer = post(client, STEP, {"method": "totp", "code": "000000"})
        assert (answer.status_code, answer.json()["code"]) == (400, "wrong_code")
    assert post(client, STEP, right).json()["code"] == "sign_in_expired"
    assert client.get("/api/v1/account/").status_code == 401


def test_a_forged_request_finishes_nothing(alice):
    secret, _ = turn_on_totp(alice)
    client = Client(enforce_csrf_checks=True)
    client.cookies["second_step"] = first_step(alice)[0].cookies["second_step"].value
    answer = post(client, STEP, {"method": "totp", "code": phone_code(secret)})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_no_door_signs_in_without_the_factor(alice, rf):
    from django.http import HttpResponse

    from accounts.browser import sign_in
    from accounts.errors import SecondStepMissing

    turn_on_totp(alice)
    with pytest.raises(SecondStepMissing):
        sign_in(
            rf.get("/"),
            again(alice),
            remember=False,
            methods=["password", "password"],
            response=HttpResponse(),
        )


def test_a_program_may_trust_itself_too(alice):
    secret, _ = turn_on_totp(alice)
    client, _ = first_step(alice)
    code = {"method": "totp", "code": phone_code(secret)}
    answer = post(client, STEP, {**code, "trust_browser": "perhaps"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["trust_browser"])
    assert post(client, STEP, {**code, "trust_browser": True}).status_code == 201
    client.delete("/api/v1/sessions/current/")
    answer = post(client, "/api/v1/sessions/", {"login": alice.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["handle"]) == (201, alice.handle)
    assert client.get("/api/v1/account/").status_code == 200


def test_no_staff_account_trusts(alice):
    admin = make_user("root", is_staff=True)
    secret, _ = turn_on_totp(admin)
    client, _ = first_step(admin)
    code = {"method": "totp", "code": phone_code(secret)}
    answer = post(client, STEP, {**code, "trust_browser": True})
    assert (answer.status_code, answer.json()["code"]) == (400, "trust_not_allowed")
    assert list(answer.json()["errors"]) == ["trust_browser"]
    assert "trusted" not in client.cookies
    assert client.get("/api/v1/account/").status_code == 401
    assert post(client, STEP, code).status_code == 201  # it was not used up
