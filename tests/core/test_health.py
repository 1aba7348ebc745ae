import threading
import time

import pytest

from core import health
from dynamo import metering
from dynamo.errors import Unavailable
from dynamo.table import Table


@pytest.fixture
def frozen(monkeypatch):
    """Storage that answers nothing until the test ends."""
    thawed, asked = threading.Event(), []

    def hang(*args, **kwargs):
        asked.append(threading.current_thread())
        thawed.wait(10)
        raise Unavailable

    monkeypatch.setattr(Table, "get", hang)
    yield asked
    thawed.set()
    for thread in asked:
        thread.join(10)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_both_answer_any_host_without_cookies_and_are_not_stored(client, path):
    response = client.get(path, HTTP_HOST="10.1.2.3:8000", HTTP_COOKIE="sessionid=x")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"


def test_the_process_is_healthy_while_storage_is_away(client, faults):
    with faults.outage():
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert client.get("/readyz").status_code == 200


def test_healthz_asks_storage_nothing(client):
    with metering.budget(calls=0):
        client.get("/healthz")


def test_frozen_storage_is_told_long_before_it_answers(client, frozen):
    started = time.perf_counter()
    assert client.get("/readyz").status_code == 503
    assert time.perf_counter() - started < 5  # of the ten seconds that it would take


def test_probes_of_frozen_storage_do_not_pile_up(client, frozen):
    before = {*threading.enumerate()}
    for _ in range(5):
        assert not health.storage_answers()
    assert {*threading.enumerate()} - before == {*frozen}
    assert len(frozen) == 1


def test_a_path_that_looks_alike_is_an_ordinary_page(client):
    assert health.answer("/healthz/") is None
    assert health.answer("/api/healthz") is None
