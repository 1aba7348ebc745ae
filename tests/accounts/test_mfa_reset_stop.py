"""What ends the wait of somebody who says that every second factor is lost."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import services
from accounts.items import Outcome
from alerts.items import AlertKind
from tests.accounts.lost import (
    MAILBOX,
    begin,
    go_through,
    link_in,
    stop_link,
    told_by_mail,
    waits,
    with_factor,
)
from tests.accounts.mailbox import deliver
from tests.alerts.people import listed, newest, tell
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import (
    again,
    enter_code,
    enter_password,
    is_signed_in,
    phone_code,
)

pytestmark = pytest.mark.usefixtures("time")
NEW = "another horse, another staple"
SECURITY = ("users", "totp", "recovery", "sessions")


@pytest.fixture
def secret(alice):
    return with_factor(alice)


def outcomes(user):
    records, _ = services.list_sign_ins(user_sub=user.user_sub)
    return [record.outcome for record in records]


def kinds(user):
    return [alert.kind for alert in listed(user)]


def post(client, path, body=None):
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json")


def test_a_mailed_link_stops_it_without_a_sign_in_and_opening_it_changes_nothing(alice, secret):
    begin(alice)
    link, stranger = stop_link(), Client()
    before = dump_tables(*SECURITY)
    assert "Stop this?" in stranger.get(link).content.decode()
    assert dump_tables(*SECURITY) == before
    assert stranger.post(link).url == "/lost/stopped/"
    assert "It is stopped" in stranger.get("/lost/stopped/").content.decode()
    assert not waits(alice)
    assert outcomes(alice)[0] is Outcome.MFA_RESET_STOPPED
    assert kinds(alice)[0] is AlertKind.MFA_RESET_STOPPED
    for ask in (stranger.get, stranger.post):
        assert ask(link).status_code == 410


def test_the_link_works_until_the_end_of_the_wait(alice, secret, time):
    begin(alice)
    link = stop_link()
    go_through(time, hours=71)
    assert Client().post(link).url == "/lost/stopped/"
    assert not waits(alice)


@pytest.mark.parametrize("token", ["forged", "x" * 400, "a.b.c"])
def test_a_forged_link_stops_and_finishes_nothing(alice, secret, token):
    begin(alice)
    client, _ = enter_password(alice)
    for path in (f"/lost/stop/{token}/", f"/lost/finish/{token}/"):
        assert client.get(path).status_code == 410
        assert client.post(path).status_code == 410
    assert waits(alice)
    assert again(alice).factors


def test_signing_in_with_a_factor_stops_it(alice, secret):
    begin(alice)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    assert is_signed_in(client)
    assert not waits(alice)
    assert "about to be removable" not in client.get("/account/").content.decode()


def test_a_session_that_is_signed_in_sees_it_and_stops_it(alice, secret):
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    begin(alice)
    page = client.get("/settings/security/").content.decode()
    assert "Two-step sign-in is about to be removable" in page
    assert client.post("/settings/security/stop-reset/").url == "/settings/security/"
    assert not waits(alice)
    assert again(alice).mfa_reset_due is None


def test_confirming_with_a_factor_stops_it(alice, secret, time):
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    begin(alice)
    time.shift(timedelta(minutes=6))
    answer = client.post("/confirm/", {"method": "totp", "code": phone_code(secret)})
    assert answer.status_code == 302
    assert not waits(alice)


def test_a_new_password_ends_it(alice, secret):
    begin(alice)
    deliver()
    services.ask_password_reset(email=alice.email, actor=MAILBOX)
    deliver()
    Client().post(link_in(mail.outbox[-1].body, "reset-password"), {"password": NEW})
    assert not waits(alice)
    assert again(alice).mfa_reset_due is None


def test_this_was_not_me_ends_it(alice, secret):
    tell(alice, AlertKind.NEW_DEVICE)
    alert_id = newest(alice).alert_id
    begin(alice)
    found = services.find_not_me(user_sub=alice.user_sub, alert_id=alert_id)
    services.say_not_me(found, actor=MAILBOX)
    assert not waits(alice)


def test_a_wait_that_ended_early_tells_nothing_more_and_leaves_no_row(alice, secret, time):
    begin(alice)
    users_before = again(alice)
    services.say_not_me(asked_of(alice), actor=MAILBOX)
    deliver()
    mail.outbox.clear()
    go_through(time, hours=73)
    assert told_by_mail() == []
    assert "MFARESET" not in dump_tables("users")
    assert "mfa_reset_due" not in dump_tables("users")
    assert again(alice).factors == users_before.factors


def asked_of(user):
    tell(user, AlertKind.NEW_DEVICE)
    return services.find_not_me(user_sub=user.user_sub, alert_id=newest(user).alert_id)


def test_the_api_stops_it_by_session_and_by_link(alice, secret, time):
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    begin(alice)
    assert client.get("/api/v1/account/mfa-reset/").json()["due"]
    assert client.delete("/api/v1/account/mfa-reset/").status_code == 204
    assert client.get("/api/v1/account/mfa-reset/").status_code == 404
    assert not waits(alice)
    time.shift(timedelta(minutes=2))
    begin(alice)
    token = stop_link().split("/")[-2]
    assert post(Client(), "mfa-reset/stop/", {"token": token}).status_code == 204
    assert not waits(alice)
    used = post(Client(), "mfa-reset/stop/", {"token": token})
    assert (used.status_code, used.json()["code"]) == (400, "mfa_reset_closed")


def test_the_link_works_in_the_browser_of_somebody_who_must_set_up_a_factor(
    alice, secret, client_for
):
    begin(alice)
    link = stop_link()
    olga = client_for(make_user("olga", is_staff=True))
    assert olga.get(link).status_code == 200
    assert olga.post(link).url == "/lost/stopped/"
    assert not waits(alice)
    assert olga.get("/settings/profile/").url.startswith("/settings/mfa/")
