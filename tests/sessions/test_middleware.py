"""What a request costs, and what it answers when its session is not what it was."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core import clock
from dynamo.metering import budget
from sessions import services
from tests import shell
from tests.sessions import stores
from users import services as users

COOKIE = "sessionid"


def client_with(key):
    client = Client()
    client.cookies[COOKIE] = key
    return client


def client_of(session):
    return client_with(session.session_key)


def test_a_visitor_without_a_cookie_costs_nothing(client):
    with budget(calls=0):
        answer = client.get("/sign-in/")
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies
    assert stores.rows() == []


def test_a_signed_in_page_reads_the_session_and_the_user(alice):
    client = client_of(stores.sign_in(alice))
    with budget(calls=2 + shell.CALLS, hops=2 + shell.HOPS, rru=2 + shell.RRU, wru=0):
        answer = client.get("/account/")
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize(
    ("cookie", "calls"), [("k" * 32, 1), ("x" * 33, 0), ("A" * 32, 0), ("1", 0), ("é", 0)]
)
def test_a_cookie_of_no_session_costs_one_read_at_most_and_is_removed(cookie, calls):
    with budget(calls=calls, wru=0):
        answer = client_with(cookie).get("/sign-in/")
    assert answer.status_code == 200
    assert answer.cookies[COOKIE]["max-age"] == 0
    assert stores.rows() == []


def test_a_session_in_use_is_noted_once_a_minute(alice):
    session = stores.sign_in(alice)
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=False):
        client = client_of(session)
        with budget(calls=3 + shell.CALLS, wru=1):
            assert COOKIE not in client.get("/account/").cookies
        with budget(calls=2 + shell.CALLS, wru=0):
            client.get("/account/")
        assert stores.row(session.session_key)["seen_at"] == clock.text(clock.now())


def test_a_remembered_cookie_is_renewed_with_the_note(alice):
    session = stores.sign_in(alice, lifetime="remembered")
    with time_machine.travel(clock.now() + timedelta(days=13), tick=False):
        cookie = client_of(session).get("/account/").cookies[COOKIE]
    assert cookie.value == session.session_key
    assert cookie["max-age"] == 14 * 24 * 3600
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_cookie_of_a_standard_sign_in_ends_with_the_browser(alice, client_for):
    assert client_for(alice).cookies[COOKIE]["max-age"] == ""
    assert client_for(alice, remember=True).cookies[COOKIE]["max-age"] == 14 * 24 * 3600


def test_a_failed_note_spoils_no_page(alice, faults):
    session = stores.sign_in(alice)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        faults.refuse("UpdateItem", "ThrottlingException", times=9)
        assert client_of(session).get("/account/").status_code == 200
    assert "UpdateItem" in faults.hits


def test_an_older_epoch_is_signed_out_and_no_row_is_deleted(alice):
    this, other = stores.sign_in(alice), stores.sign_in(alice)
    hidden = stores.row(other.session_key)
    services.end_other_sessions(
        user_sub=alice.user_sub, request_session=this, actor=stores.actor(alice)
    )
    services._sessions.table.put(hidden)  # as if its row had not been removed yet
    with budget(calls=3, wru=0):
        answer = client_of(other).get("/account/")
    assert answer.status_code == 302
    assert answer.cookies[COOKIE]["max-age"] == 0
    assert stores.row(other.session_key) == hidden
    assert client_of(this).get("/account/").status_code == 200


def test_a_session_read_just_before_its_new_epoch_is_read_again(alice, monkeypatch):
    """The epoch goes up between this request's two reads, clicked in the same browser."""
    this = stores.sign_in(alice)
    read_user = users.find_user

    def find_user(user_sub):
        monkeypatch.setattr(users, "find_user", read_user)
        clicker = stores.reopened(this)
        clicker.get("x")
        services.end_other_sessions(
            user_sub=user_sub, request_session=clicker, actor=stores.actor(alice)
        )
        return read_user(user_sub)

    monkeypatch.setattr(users, "find_user", find_user)
    answer = client_of(this).get("/account/")
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies
    assert stores.row(this.session_key)["epoch"] == 1


def test_a_new_secret_key_signs_nobody_out_and_changes_no_key(alice, settings):
    """A change of keys on every browser's next page would cut off its parallel requests."""
    session = stores.sign_in(alice)
    settings.SECRET_KEY = "another key of the same length, for tests only: 0123456789abcdef"
    settings.SECRET_KEY_FALLBACKS = []
    answers = [client_of(session).get("/account/") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(COOKIE not in answer.cookies for answer in answers)


def test_an_inactive_person_is_signed_out(alice):
    from dynamo.expressions import Update
    from dynamo.table import Table
    from users.repository import SCHEMA, account_key

    session = stores.sign_in(alice)
    Table(SCHEMA).update(account_key(alice.user_sub), Update().set("is_active", False))
    answer = client_of(session).get("/account/")
    assert answer.status_code == 302
    assert answer.cookies[COOKIE]["max-age"] == 0
    assert stores.row(session.session_key) is not None


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/account/", "text/html; charset=utf-8"), ("/api/v1/account/", "application/problem+json")],
)
def test_an_outage_is_503_and_signs_nobody_out(alice, faults, path, kind):
    client = client_of(stores.sign_in(alice))
    with faults.outage():
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == kind
    assert int(answer.headers["Retry-After"]) > 0
    assert COOKIE not in answer.cookies
    assert client.get(path).status_code == 200


@pytest.fixture
def more_pages(settings):
    settings.ROOT_URLCONF = "tests.sessions.urls"


@pytest.mark.usefixtures("more_pages")
def test_an_outage_while_saving_is_503(alice, faults):
    session = stores.sign_in(alice)
    client = client_of(session)
    faults.refuse("UpdateItem", "ThrottlingException", times=9)
    answer = client.get("/fill/10/")
    assert answer.status_code == 503
    assert COOKIE not in answer.cookies
    assert "cart" not in stores.reopened(session)


@pytest.mark.usefixtures("more_pages")
def test_a_session_that_would_be_too_large_is_refused(alice, settings):
    settings.SESSION_MAX_BYTES = 2000
    session = stores.sign_in(alice)
    assert client_of(session).get("/fill/2000/").status_code == 400
    assert "cart" not in stores.reopened(session)


@pytest.mark.usefixtures("more_pages")
@pytest.mark.parametrize("then", ["answer", "save", "cycle_key", "load"])
@pytest.mark.parametrize(
    ("prefix", "kind"), [("", "text/html; charset=utf-8"), ("/api/v1", "application/problem+json")]
)
def test_a_session_ended_during_its_request_is_400(alice, prefix, kind, then):
    session = stores.sign_in(alice)
    answer = client_of(session).get(f"{prefix}/ended/{then}/")
    assert answer.status_code == (200 if then == "load" else 400)
    if then != "load":
        assert answer.headers["Content-Type"] == kind
    assert [row["data"] for row in stores.rows() if "user_sub" in row] == []


@pytest.mark.usefixtures("more_pages")
def test_a_failing_page_keeps_the_key_that_the_browser_has(alice):
    session = stores.sign_in(alice)
    client = client_of(session)
    client.raise_request_exception = False
    assert client.get("/fail/").status_code == 500
    assert client.get("/account/").status_code == 200
    assert "cart" not in stores.reopened(session)
