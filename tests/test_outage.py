"""Storage stopped or frozen: every door says 503 soon, and works again when storage is back."""

import os
import signal
import time

import pytest

from tests import engines
from tests.factories import PASSWORD, make_user

PATIENCE = 5.0  # seconds until a door must have answered
SIGN_IN = {"login": "alice", "password": PASSWORD}
DOORS = [("/account/", None), ("/api/v1/account/", None), ("/sign-in/", SIGN_IN)]


@pytest.fixture
def own_engine(tmp_path):
    engine = engines.new_engine(tmp_path)
    engine.start()
    with engines.connected_to(engine.url):
        engines.create_tables()
        yield engine
    engine.stop()


def knock(client, path, data):
    started = time.perf_counter()
    answer = client.post(path, data) if data else client.get(path)
    return answer, time.perf_counter() - started


def assert_unavailable(client):
    for path, data in DOORS:
        answer, seconds = knock(client, path, data)
        assert answer.status_code == 503, path
        assert int(answer.headers["Retry-After"]) >= 1
        assert seconds < PATIENCE, path
        assert not answer.cookies.get("sessionid"), "nobody is signed out by an outage"
    answer, seconds = knock(client, "/readyz", None)
    assert (answer.status_code, seconds < 1) == (503, True)
    assert client.get("/healthz").status_code == 200


def test_frozen_storage_is_503_and_then_works_again(own_engine, client_for):
    client = client_for(make_user("alice"))
    os.kill(own_engine.child.pid, signal.SIGSTOP)
    try:
        assert_unavailable(client)
    finally:
        os.kill(own_engine.child.pid, signal.SIGCONT)
    assert client.get("/account/").status_code == 200


def test_stopped_storage_is_503_and_then_works_again(own_engine, client_for):
    client = client_for(make_user("alice"))
    own_engine.stop()
    assert_unavailable(client)
    own_engine.start()
    assert client.get("/account/").status_code == 200


def test_a_visitor_is_served_without_storage(own_engine, client):
    own_engine.stop()
    for path in ("/", "/sign-in/", "/sign-up/"):
        assert client.get(path).status_code == 200
    answer = client.post("/sign-in/", SIGN_IN)
    assert answer.status_code == 503
    assert b"do not go together" not in answer.content
