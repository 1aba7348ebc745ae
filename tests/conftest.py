"""Storage and the cast for every test.

Tests run on moto, in this process. `@pytest.mark.engine` runs one on a MiniStack process, and
DYNAMODB_TEST_ENDPOINT=http://127.0.0.1:<port> runs all of them on that engine. Tables are made
once and are empty when a test starts.
"""

import gc
from contextlib import nullcontext
from dataclasses import replace
from functools import wraps

import pytest
from hypothesis import settings as hypothesis_settings

from apikeys.services import counting
from core import clock, memory, middleware
from mfa import totp
from newsfeed import demo_texts
from tests import engines
from tests.faults import Faults

pytest_plugins = ["tests.factories"]
hypothesis_settings.register_profile("tests", deadline=None)  # a busy machine is no fault
hypothesis_settings.load_profile("tests")


def pytest_collection_finish():
    """What was collected stays: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def with_room(call):
    return call()


# Python 3.11 to 3.13 keep frames in pieces of 16 KiB, and take and give back a piece with every
# call that crosses the end of one: up to a third of the time of a test that does so in a loop. A
# frame that says it needs more gets a piece with room for all that it calls.
with_room.__code__ = with_room.__code__.replace(co_stacksize=40_000)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    test = pyfuncitem.obj
    pyfuncitem.obj = wraps(test)(lambda **given: with_room(lambda: test(**given)))
    try:
        return (yield)
    finally:
        pyfuncitem.obj = test


@pytest.fixture(scope="session")
def _default_storage():
    if engines.TEST_ENDPOINT:
        with engines.connected_to(engines.TEST_ENDPOINT):
            engines.create_tables()
        yield
    else:
        with engines.moto():
            yield
    engines.close_clients()


@pytest.fixture(scope="session")
def engine(_default_storage, tmp_path_factory):
    """The MiniStack process that all tests marked `engine` share."""
    engine = engines.new_engine(tmp_path_factory.mktemp("engine"))
    engine.start()
    with engines.connected_to(engine.url):
        engines.create_tables()
    yield engine
    engine.stop()


@pytest.fixture(autouse=True)
def _storage(request, _default_storage):
    endpoint = engines.TEST_ENDPOINT
    if not endpoint and request.node.get_closest_marker("engine"):
        endpoint = request.getfixturevalue("engine").url
    with engines.connected_to(endpoint) if endpoint else nullcontext():
        engines.empty_tables() if endpoint else engines.empty_moto()
        yield


@pytest.fixture(autouse=True, scope="session")
def _patient_requests():
    """A busy machine that pauses for seconds is no outage; tests of the deadline set their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "REQUEST_SECONDS", 60.0)
        yield


@pytest.fixture(autouse=True, scope="session")
def _codes_that_differ():
    """One phone in two thousand shows a code twice in a quarter of an hour, or 000000: tests count
    on each code being new, and guess that one. What such a code does: mfa/test_totp.py."""
    draw = totp.new_secret

    def new_secret():
        while True:
            secret, now = draw(), totp.step_at(clock.now())
            codes = {totp.code_of(secret, step) for step in range(now - 5, now + 25)}
            if len(codes) == 30 and "000000" not in codes:
                return secret

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totp, "new_secret", new_secret)
        yield


@pytest.fixture(autouse=True)
def _fresh_memory():
    """What a process remembers is not of the test before."""
    memory.clear_all()


@pytest.fixture(autouse=True)
def _no_calls_left_to_count(_storage):
    """The thread that writes counts of calls ends with the test that made it."""
    yield
    counting.counts.forget()


@pytest.fixture
def faults(monkeypatch):
    """Lost answers, refusals and outages of storage: see tests/faults.py."""
    return Faults(monkeypatch)


@pytest.fixture
def undrawn(monkeypatch):
    """The demo without pictures, each of which takes a process of its own."""
    posts = tuple(replace(post, pictures=()) for post in demo_texts.POSTS)
    monkeypatch.setattr(demo_texts, "POSTS", posts)


@pytest.fixture
def transactional_db():
    """pytest-django's live_server asks for this; there is no SQL database to flush."""


@pytest.fixture
def media_folder(settings, tmp_path):
    """Where this test's uploads are: an empty folder, made when the first one is saved."""
    stored = settings.STORAGES["media"]
    options = {**stored["OPTIONS"], "location": tmp_path / "posts"}
    settings.STORAGES = {**settings.STORAGES, "media": {**stored, "OPTIONS": options}}
    return tmp_path / "posts"


@pytest.fixture
def avatar_folder(settings, tmp_path):
    """Where this test's pictures are: an empty folder, made when the first one is saved."""
    stored = settings.STORAGES["avatars"]
    options = {**stored["OPTIONS"], "location": tmp_path / "avatars"}
    settings.STORAGES = {**settings.STORAGES, "avatars": {**stored, "OPTIONS": options}}
    return tmp_path / "avatars"
