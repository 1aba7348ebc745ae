from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.services.step_up import PER_USER
from core import clock
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.sessions import stores
from users import services as users

PAGE, API = "/settings/password/", "/api/v1/account/password/"
NEW = "seven grey herons over the lake"
WRONG = "not the password at all"


def change(client, current=PASSWORD, new=NEW, **extra):
    return client.post(PAGE, {"current_password": current, "new_password": new, **extra})


def signs_in(user, password):
    answer = Client().post("/sign-in/", {"login": user.email, "password": password})
    return answer.status_code == 302


def test_the_new_password_signs_in_and_the_old_one_does_not(client_for, alice):
    assert change(client_for(alice)).url == "/settings/security/"
    assert signs_in(alice, NEW)
    assert not signs_in(alice, PASSWORD)


def test_ending_the_others_is_ticked_and_keeps_this_browser_under_a_new_key(client_for, alice):
    this, other = client_for(alice), client_for(alice)
    assert 'id="id_end_others" checked' in this.get(PAGE).content.decode()
    key = this.cookies["sessionid"].value
    change(this, end_others="on")
    assert this.cookies["sessionid"].value != key
    assert this.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_unticked_the_others_stay_but_this_key_still_changes(client_for, alice):
    this, other = client_for(alice), client_for(alice)
    key = this.cookies["sessionid"].value
    change(this)
    assert other.get("/account/").status_code == 200
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/account/").status_code == 302


def test_trusted_browsers_stop_being_trusted(client_for, alice):
    change(client_for(alice))
    assert users.get_user(alice.user_sub).trust_epoch == alice.trust_epoch + 1


def test_the_owner_is_told(client_for, alice):
    client = client_for(alice)
    deliver()
    mail.outbox.clear()
    change(client)
    deliver()
    assert [sent.subject for sent in mail.outbox] == ["Your password was changed (Latchkey)"]
    assert mail.outbox[0].to == [alice.email]


@pytest.mark.parametrize(
    ("current", "new", "says"),
    [
        (WRONG, NEW, "That is not your password."),
        (PASSWORD, "short", "Use at least"),
        (PASSWORD, "password1234", "easy to guess"),
        (PASSWORD, "alice@example.com", "easy to guess"),
        (PASSWORD, PASSWORD, "This is your password already."),
    ],
)
def test_it_refuses_and_changes_nothing(client_for, alice, current, new, says):
    client = client_for(alice)
    deliver()
    mail.outbox.clear()
    before, key = dump_tables("users"), client.cookies["sessionid"].value
    assert says in change(client, current, new, end_others="on").content.decode()
    assert dump_tables("users") == before
    assert client.cookies["sessionid"].value == key
    assert (deliver(), mail.outbox) == (0, [])


def test_it_never_shows_a_password_again(client_for, alice):
    page = change(client_for(alice), WRONG, "short").content.decode()
    assert WRONG not in page
    assert 'value="short"' not in page


def test_the_sixth_try_in_a_minute_is_refused_even_with_the_right_password(client_for, alice):
    client = client_for(alice)
    for _ in range(5):
        change(client, WRONG)
    answer = change(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 60
    assert signs_in(alice, PASSWORD)


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(client_for, alice, monkeypatch):
    client = client_for(alice)
    from accounts.services import password as service

    check = service._check_new

    def meanwhile(*arguments):
        check(*arguments)
        writes = users.set_password_writes(
            alice.user_sub, old_hash=None, new_hash=users.hash_password("another one entirely")
        )
        service.transact(writes)

    monkeypatch.setattr(service, "_check_new", meanwhile)
    assert "changed elsewhere" in change(client).content.decode()
    assert signs_in(alice, "another one entirely")


def test_the_api_does_the_same(client_for, alice):
    this, other = client_for(alice), client_for(alice)
    body = {"current_password": PASSWORD, "new_password": NEW}
    answer = this.put(API, body, content_type="application/json")
    assert (answer.status_code, answer.content) == (204, b"")
    assert this.get("/api/v1/account/").status_code == 200
    assert other.get("/api/v1/account/").status_code == 401
    assert signs_in(alice, NEW)


def test_the_api_names_the_wrong_field_and_changes_nothing(client_for, alice):
    client = client_for(alice)
    before = dump_tables("users")
    body = {"current_password": WRONG, "new_password": NEW}
    answer = client.put(API, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_password")
    assert list(answer.json()["errors"]) == ["current_password"]
    assert dump_tables("users") == before


@pytest.mark.parametrize("path", [PAGE, "/settings/history/"])
def test_a_visitor_is_sent_to_sign_in(client, path):
    assert client.get(path).url == f"/sign-in/?next={path}"


def test_an_unsafe_call_of_a_visitor_gets_401(client):
    assert client.put(API, {}, content_type="application/json").status_code == 401


def test_it_is_no_second_budget_for_guessing_the_password_inside_a_session(client_for, alice):
    client = client_for(alice)
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(PER_USER.free):
            client.post("/confirm/", {"password": WRONG})
        time.shift(timedelta(seconds=61))
        before = dump_tables("users")
        assert change(client).status_code == 429
    assert dump_tables("users") == before


def test_guesses_at_it_begin_the_wait_of_step_up_and_the_owner_is_told(client_for, alice):
    client = client_for(alice)
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(PER_USER.free):
            change(client, WRONG)
        assert client.post("/confirm/", {"password": PASSWORD}).status_code == 429
        time.shift(timedelta(seconds=PER_USER.window))
        assert change(client).status_code == 302
    assert "session.step_up_failed" in dump_tables("alerts")


def test_a_session_that_was_ended_changes_nothing(alice):
    """Both or neither: the password never changes while the others stay signed in."""
    from accounts.services.password import change_password
    from sessions import services as sessions
    from sessions.errors import SessionEnded

    session = stores.reopened(stores.sign_in(alice))
    assert session.get("_auth_user_id")
    sessions.end_all_sessions(user_sub=alice.user_sub, actor=stores.actor(alice))
    before = dump_tables("users", "app", "alerts")
    with pytest.raises(SessionEnded):
        change_password(
            user=users.get_user(alice.user_sub),
            current_password=PASSWORD,
            new_password=NEW,
            end_others=True,
            session=session,
            actor=stores.actor(alice),
        )
    assert dump_tables("users", "app", "alerts") == before
