import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.services.sign_in import PER_BROWSER
from accounts.services.step_up import PER_USER
from core import clock
from dynamo.metering import meter
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from users import services as users

NEW = "purple monkey dishwasher 9"


def ask(client, email):
    return client.post("/reset-password/", {"email": email})


def link_for(client, email):
    ask(client, email)
    deliver()
    return link()


def link():
    """Of the last mail with a token: notices name the page without one."""
    found = [
        re.search(r"http://testserver(/reset-password/\S+/\S*)", each.body) for each in mail.outbox
    ]
    return [each.group(1) for each in found if each][-1]


def has_password(user, password):
    return users.check_user_password(users.find_user(user.user_sub), password)


def test_it_sets_a_new_password_and_asks_to_sign_in(client, alice):
    answer = client.post(link_for(client, alice.email), {"password": NEW})
    assert answer.url == "/sign-in/"
    assert "sessionid" not in client.cookies
    assert has_password(alice, NEW)
    assert not has_password(alice, PASSWORD)


def test_it_ends_every_session_and_every_trusted_browser(client, client_for, alice, bob):
    signed_in, other = [client_for(alice), client_for(alice)], client_for(bob)
    client.post(link_for(client, alice.email), {"password": NEW})
    assert [each.get("/account/").status_code for each in signed_in] == [302, 302]
    assert other.get("/account/").status_code == 200
    assert users.find_user(alice.user_sub).trust_epoch == alice.trust_epoch + 1


def test_the_owner_is_told(client, alice):
    client.post(link_for(client, alice.email), {"password": NEW}, REMOTE_ADDR="192.0.2.7")
    assert deliver() == 1
    assert "was reset" in mail.outbox[-1].subject
    assert "192.0.2.7" in mail.outbox[-1].body
    assert NEW not in mail.outbox[-1].body
    assert "account.password.reset" in dump_tables("alerts")


def test_opening_the_link_changes_nothing(client, alice):
    path = link_for(client, alice.email)
    before = dump_tables("users", "app", "sessions")
    assert b"Choose a new password" in client.get(path).content
    assert client.get(path).headers["Referrer-Policy"] == "same-origin"
    assert dump_tables("users", "app", "sessions") == before


def test_a_known_and_an_unknown_address_get_the_same_answer_and_one_mail(alice):
    answers, spent = [], []
    for email in (alice.email, "nobody@example.com"):
        with meter() as each:
            answers.append(ask(Client(), email))
        spent.append((each.calls, each.hops, [one.name for one in each.operations]))
        assert deliver() == 1
        assert mail.outbox[-1].to == [email]
    assert answers[0].url == answers[1].url == "/reset-password/sent/"
    assert spent[0] == spent[1]
    assert "No Latchkey account" in mail.outbox[-1].subject
    assert "/reset-password/" not in mail.outbox[-1].body


@pytest.mark.parametrize("change", ["used", "expired", "newer password", "disabled", "new address"])
def test_it_refuses_a_link_that_is_over_and_changes_nothing(client, client_for, alice, change):
    with time_machine.travel(clock.now(), tick=False) as time:
        path = link_for(client, alice.email)
        end_it(client, path, alice, change, time)
        before = dump_tables("users", "app", "sessions", "alerts")
        sent = len(mail.outbox)
        answer = client.post(path, {"password": "another good secret 77"})
        assert answer.status_code == 410
        assert client.get(path).status_code == 410
        assert dump_tables("users", "app", "sessions", "alerts") == before
        deliver()
        assert len(mail.outbox) == sent


def end_it(client, path, alice, change, time):
    from dynamo.table import transact

    fresh = users.find_user(alice.user_sub)
    if change == "used":
        client.post(path, {"password": NEW})
    elif change == "expired":
        time.shift(timedelta(hours=1))
    elif change == "newer password":
        new_hash = users.hash_password(NEW)
        transact(users.set_password_writes(alice.user_sub, old_hash=None, new_hash=new_hash))
    elif change == "disabled":
        transact(users.set_active_writes(alice.user_sub, active=False))
    else:
        transact(users.change_email_writes(fresh, "alice@new.example"))
    deliver()


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "sent"])
def test_a_made_up_token_opens_nothing(client, alice, token):
    before = dump_tables("users")
    client.post(f"/reset-password/{token}/", {"password": NEW})
    assert dump_tables("users") == before


def test_a_link_of_nobody_opens_nothing(client, alice):
    """The row of an unknown address exists, but it is nobody's."""
    from jobs.kinds import JobKind
    from jobs.services import list_jobs

    ask(client, "nobody@example.com")
    rows = [row for _, row in list_jobs(kind=JobKind.PASSWORD_RESET_MAIL)]
    token = open_secret(rows[0])["token"]
    deliver()
    assert client.post(f"/reset-password/{token}/", {"password": NEW}).status_code == 410


def open_secret(row):
    import json

    from core import crypto
    from jobs.services import secret_context

    return json.loads(crypto.decrypt(row.secret, context=secret_context(row.job_id)))


def test_two_links_open_once(client, alice):
    first, second = link_for(client, alice.email), link_for(client, alice.email)
    client.post(first, {"password": NEW})
    assert client.post(second, {"password": "another good secret 77"}).status_code == 410
    assert has_password(alice, NEW)


@pytest.mark.parametrize("password", ["", "short", "password1234", "alice@example.com"])
def test_a_weak_password_changes_nothing_and_keeps_the_link(client, alice, password):
    path = link_for(client, alice.email)
    before = dump_tables("users", "app")
    answer = client.post(path, {"password": password})
    assert b"id_password_error" in answer.content
    assert dump_tables("users", "app") == before
    client.post(path, {"password": NEW})
    assert has_password(alice, NEW)


@pytest.mark.engine
def test_a_lost_answer_still_counts_as_one_reset(client, alice, faults):
    path = link_for(client, alice.email)
    faults.lose_answer("TransactWriteItems")
    assert client.post(path, {"password": NEW}).url == "/sign-in/"
    assert faults.hits == ["TransactWriteItems"]
    assert has_password(alice, NEW)
    assert users.find_user(alice.user_sub).session_epoch == alice.session_epoch + 1
    assert deliver() == 1


def test_the_tables_hold_no_token(client, alice):
    ask(client, alice.email)
    waiting = dump_tables()
    deliver()
    token = link().split("/")[2]
    client.post(link(), {"password": NEW})
    for dump in (waiting, dump_tables()):
        assert token not in dump
        assert NEW not in dump


def test_the_log_has_no_token(client, alice, capsys):
    token = link_for(client, alice.email).split("/")[2]
    client.get(f"/reset-password/{token}/")
    client.post(f"/reset-password/{token}/", {"password": NEW})
    captured = capsys.readouterr()
    assert "accounts:reset_set" in captured.err
    assert token not in captured.err + captured.out


def test_a_bad_address_is_named_and_sends_nothing(client):
    before = dump_tables("users", "app")
    answer = ask(client, "no address")
    assert b"id_email_error" in answer.content
    assert dump_tables("users", "app") == before


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_the_sixth_request_of_an_hour_for_one_address_is_refused(client, alice, email):
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(5):
            assert ask(client, email).status_code == 302
        answer = ask(client, email.upper())
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert deliver() == 5


def test_one_place_asks_twenty_times_a_minute(client):
    with time_machine.travel(clock.now(), tick=False):
        answers = [ask(client, f"n{number}@example.com").status_code for number in range(21)]
    assert answers == [302] * 20 + [429]


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_never_reaches_a_mail(client, alice, header):
    answer = client.post("/reset-password/", {"email": alice.email}, **{header: "evil.example"})
    deliver()
    if header == "HTTP_HOST":
        assert answer.status_code == 400
        assert not mail.outbox
    else:
        assert link()
        assert "evil.example" not in mail.outbox[-1].body


def test_the_api_does_the_same(client, alice):
    sent = client.post("/api/v1/password-resets/", {"email": alice.email}, "application/json")
    assert sent.status_code == 202
    deliver()
    body = {"token": link().split("/")[2], "password": NEW}
    done = client.post("/api/v1/password-resets/confirm/", body, "application/json")
    assert (done.status_code, done.content) == (204, b"")
    assert has_password(alice, NEW)
    again = client.post("/api/v1/password-resets/confirm/", body, "application/json")
    assert (again.status_code, again.json()["code"]) == (400, "reset_link_invalid")


def test_the_api_answers_alike_for_an_unknown_address(client, alice):
    known, unknown = (
        client.post("/api/v1/password-resets/", {"email": email}, "application/json")
        for email in (alice.email, "nobody@example.com")
    )
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert deliver() == 2


def test_both_doors_want_a_csrf_token(alice):
    strict = Client(enforce_csrf_checks=True)
    assert ask(strict, alice.email).status_code == 403
    for path in ("", "confirm/"):
        answer = strict.post(f"/api/v1/password-resets/{path}", {}, "application/json")
        assert answer.json()["code"] == "csrf_failed"
    assert deliver() == 0


def test_it_ends_the_wait_that_a_stranger_opened(client, alice):
    stranger = Client()
    for login in [alice.email, alice.handle] * 5:
        stranger.post("/sign-in/", {"login": login, "password": "not the password"})
    assert Client().post("/sign-in/", sign_in_form(alice.email, PASSWORD)).status_code == 429
    client.post(link_for(client, alice.email), {"password": NEW})
    for login in (alice.email, alice.handle):
        assert Client().post("/sign-in/", sign_in_form(login, NEW)).status_code == 302


def sign_in_form(login, password):
    return {"login": login, "password": password}


def test_it_ends_the_waits_of_the_owners_own_browser(client_for, alice):
    browser = client_for(alice)
    for _ in range(PER_USER.free):
        browser.post("/confirm/", {"password": "forgotten"})
    browser.post("/sign-out/")
    for _ in range(PER_BROWSER.free + 1):
        answer = browser.post("/sign-in/", {"login": alice.email, "password": "forgotten"})
    assert answer.status_code == 429
    Client().post(link_for(Client(), alice.email), {"password": NEW})
    assert browser.post("/sign-in/", {"login": alice.email, "password": NEW}).status_code == 302
    assert browser.post("/confirm/", {"password": NEW}).status_code == 302


def test_no_browser_is_known_any_more(client_for, alice):
    """A thief who once signed in keeps no budget of guesses of their own."""
    client_for(alice)
    assert users.has_known_browsers(alice.user_sub)
    Client().post(link_for(Client(), alice.email), {"password": NEW})
    assert not users.has_known_browsers(alice.user_sub)


def test_a_reset_holds_when_storage_fails_right_after_it(client, alice, faults):
    link = link_for(Client(), alice.email)
    faults.refuse("Query", "ThrottlingException", times=9)
    assert client.post(link, {"password": NEW}).status_code == 302
    assert users.check_user_password(users.get_user(alice.user_sub), NEW)
