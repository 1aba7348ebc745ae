import pytest
from django.test import Client

from dynamo.metering import budget
from tests.sessions import stores
from tests.sessions.stores import client_of

SESSIONS = "/api/v1/sessions/"


def test_the_list_shows_every_session_and_no_key(this, other):
    client = client_of(this)
    with budget(calls=4, rru=6, wru=0):
        answer = client.get(SESSIONS)
    first, second = answer.json()["results"]
    assert (first["sid"], first["current"]) == (this.sid, True)
    assert (second["sid"], second["current"]) == (other.sid, False)
    assert first["label"] == "Firefox on Windows"
    assert first["methods"] == ["password"]
    assert first["created_at"].endswith("Z")
    assert this.session_key not in answer.content.decode()


def test_deleting_a_session_ends_it(this, other):
    answer = client_of(this).delete(f"{SESSIONS}{other.sid}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client_of(other).get(SESSIONS).status_code == 401


def test_deleting_the_own_session_signs_out(this):
    client = client_of(this)
    answer = client.delete(f"{SESSIONS}{this.sid}/")
    assert answer.status_code == 204
    assert answer.cookies["sessionid"]["max-age"] == 0
    assert stores.rows() == []


@pytest.mark.parametrize("sid", ["somebody's", "unknown"])
def test_a_session_that_is_not_yours_is_the_same_404(mallory, this, sid):
    sid = this.sid if sid == "somebody's" else "x" * 22
    answer = client_of(stores.sign_in(mallory)).delete(f"{SESSIONS}{sid}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "session_not_found"
    assert stores.row(this.session_key) is not None


def test_ending_the_others_keeps_this_one(this, other):
    client = client_of(this)
    assert client.post(f"{SESSIONS}end-others/").status_code == 204
    assert [found["sid"] for found in client.get(SESSIONS).json()["results"]] == [this.sid]
    assert client_of(other).get(SESSIONS).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("delete", "x/"), ("post", "end-others/")]
)
def test_a_visitor_gets_401(method, path):
    answer = getattr(Client(), method)(f"{SESSIONS}{path}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Session, Bearer"


@pytest.mark.parametrize("whose", ["one", "others"])
def test_an_unsafe_call_needs_the_csrf_token(this, other, whose):
    client = client_of(this, enforce_csrf_checks=True)
    before = stores.rows()
    answer = (
        client.post(f"{SESSIONS}end-others/")
        if whose == "others"
        else client.delete(f"{SESSIONS}{other.sid}/")
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert stores.rows() == before
