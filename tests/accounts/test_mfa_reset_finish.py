"""The end of the wait: every second factor goes, once."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.test import Client

from accounts.items import Outcome
from accounts.services import mfa_reset, mfa_reset_finish
from alerts.items import AlertKind
from mfa.items import Method
from tests.accounts.lost import (
    MAILBOX,
    at_once,
    begin,
    finish_link,
    go_through,
    kinds,
    outcomes,
    post,
    stop_link,
    wait_code,
    waiting_of,
    waits,
    with_factor,
)
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.mfa.people import (
    again,
    enter_code,
    enter_password,
    is_signed_in,
    phone_code,
    turn_on_totp,
)
from tests.mfa.trust import trusted_browser

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def secret(alice):
    return with_factor(alice)


def test_the_stop_link_does_not_finish(alice, secret, time):
    begin(alice)
    token = stop_link().split("/")[-2]
    go_through(time, hours=72)
    client, _ = enter_password(alice)
    assert client.post(f"/lost/finish/{token}/").status_code == 410
    assert again(alice).factors == {Method.TOTP}


def test_a_trusted_browser_comes_to_the_link_too(alice, time):
    _secret, codes = turn_on_totp(alice)
    laptop = trusted_browser(alice, codes[0])
    begin(alice)
    go_through(time, hours=72)
    form = {"login": alice.email, "password": PASSWORD, "next": finish_link()}
    assert laptop.post("/sign-in/", form).url == "/sign-in/second-step/"
    assert laptop.post(form["next"]).url == "/sign-in/"
    assert again(alice).factors == frozenset()


def test_after_the_wait_the_link_and_the_password_remove_everything(alice, secret, time):
    session, _ = enter_password(alice)
    enter_code(session, phone_code(secret))
    begin(alice)
    go_through(time, hours=72)
    client, link = Client(), finish_link()
    assert "Your password first" in client.get(link).content.decode()
    form = {"login": alice.email, "password": PASSWORD, "next": link}
    assert client.post("/sign-in/", form).url == "/sign-in/second-step/"
    assert client.get("/sign-in/second-step/").url == link
    assert "Remove two-step sign-in" in client.get(link).content.decode()
    assert again(alice).factors
    assert client.post(link).url == "/sign-in/"
    assert not is_signed_in(session)
    now = again(alice)
    assert (now.factors, now.session_epoch) == (frozenset(), alice.session_epoch + 1)
    assert now.preferred_factor == ""
    assert now.trust_epoch > alice.trust_epoch + 1
    for table in ("totp", "recovery"):
        assert alice.user_sub not in dump_tables(table)
    assert outcomes(alice)[0] is Outcome.MFA_RESET_DONE
    assert kinds(alice)[0] is AlertKind.MFA_RESET_DONE


def test_whose_factors_are_gone_is_led_to_set_them_up(alice, secret, time):
    finish(alice, time)
    client, answer = enter_password(alice)
    assert answer.url == "/settings/mfa/"
    assert "Set up two-step sign-in again" in client.get(answer.url).content.decode()
    turn_on_totp(alice)
    assert again(alice).factors_reset_at is None


def test_the_first_sign_in_after_it_is_told_as_one_of_a_new_browser(alice, secret, time):
    finish(alice, time)
    assert AlertKind.NEW_DEVICE not in kinds(alice)
    enter_password(alice)
    assert AlertKind.NEW_DEVICE in kinds(alice)


def finish(user, time):
    begin(user)
    go_through(time, hours=72)
    client, _ = enter_password(user)
    link = finish_link()
    assert client.post(link).url == "/sign-in/"
    return client, link


def test_it_removes_once(alice, secret, time):
    _client, link = finish(alice, time)
    turn_on_totp(alice)
    client, _ = enter_password(alice)
    assert client.post(link).status_code == 410
    assert again(alice).factors == {Method.TOTP}


def test_the_link_of_somebody_else_removes_nothing(alice, bob, secret, time):
    with_factor(bob)
    begin(bob)
    go_through(time, hours=72)
    client, _ = enter_password(alice)
    assert client.post(finish_link()).status_code == 410
    assert again(alice).factors
    assert again(bob).factors


def test_the_window_is_over_after_seven_days(alice, secret, time):
    begin(alice)
    go_through(time, hours=72)
    link = finish_link()
    time.shift(timedelta(days=7))
    client, _ = enter_password(alice)
    assert client.post(link).status_code == 410
    assert again(alice).factors == {Method.TOTP}
    deliver()
    assert "MFARESET" not in dump_tables("users")
    assert again(alice).mfa_reset_due is None


def test_the_link_is_mailed_again_when_it_is_asked_for(alice, secret, time):
    begin(alice)
    go_through(time, hours=72)
    mail.outbox.clear()
    client, _ = enter_password(alice)
    assert "Mail the link again" in client.get("/sign-in/lost/").content.decode()
    client.post("/sign-in/lost/send/")
    assert client.post(finish_link()).url == "/sign-in/"
    assert not again(alice).factors


def test_what_is_left_of_old_factors_goes_and_new_ones_stay(alice, secret, monkeypatch, time):
    from mfa.services import resetting

    monkeypatch.setattr(resetting, "MOST_REMOVED", 1)
    finish(alice, time)
    assert alice.user_sub in dump_tables("recovery")
    time.shift(timedelta(seconds=1))
    turn_on_totp(alice)
    deliver()
    assert len(dump_tables("totp").splitlines()) == 1
    assert len(dump_tables("recovery").splitlines()) == 10


def test_the_api_goes_the_same_way(alice, secret, time):
    client, _ = enter_password(alice)
    lost = "sessions/second-step/lost/"
    assert client.get(f"/api/v1/{lost}").json()["reset"] is None
    assert post(client, f"{lost}send/").status_code == 204
    deliver()
    wrong = post(client, lost, {"code": "BBBB-BBBB"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_code")
    assert post(client, lost, {"code": wait_code()}).status_code == 201
    again_asked = post(client, f"{lost}send/")
    assert (again_asked.status_code, again_asked.json()["code"]) == (409, "mfa_reset_running")
    go_through(time, hours=72)
    client, _ = enter_password(alice)
    token = finish_link().split("/")[-2]
    assert client.get(f"/api/v1/{lost}").json()["is_due"] is True
    assert post(client, f"{lost}finish/", {"token": token}).status_code == 204
    assert not again(alice).factors
    late = post(client, f"{lost}finish/", {"token": token})
    assert (late.status_code, late.json()["code"]) == (401, "sign_in_expired")


@pytest.mark.engine
def test_of_finishing_and_stopping_at_once_one_wins(alice, secret, time):
    begin(alice)
    link = stop_link()
    go_through(time, hours=72)
    waiting, token = waiting_of(alice), finish_link().split("/")[-2]
    finish_it = partial(mfa_reset_finish.finish_mfa_reset, waiting, token, actor=MAILBOX)
    stop_it = partial(mfa_reset.stop_by_link, link.split("/")[-2], actor=MAILBOX)
    assert at_once(*[finish_it, stop_it] * 3) == 1
    done = kinds(alice).count(AlertKind.MFA_RESET_DONE)
    assert done + kinds(alice).count(AlertKind.MFA_RESET_STOPPED) == 1
    assert (not again(alice).factors) is bool(done)
    assert not waits(alice)


@pytest.mark.engine
def test_a_lost_answer_removes_once_and_says_so(alice, secret, time, faults):
    begin(alice)
    go_through(time, hours=72)
    waiting, token = waiting_of(alice), finish_link().split("/")[-2]
    faults.lose_answer("TransactWriteItems")
    mfa_reset_finish.finish_mfa_reset(waiting, token, actor=MAILBOX)
    assert again(alice).session_epoch == alice.session_epoch + 1
