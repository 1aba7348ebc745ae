"""An engine of its own is stopped, and frozen; callers are told in time and recover alone."""

import os
import signal
import time

import pytest

from dynamo.errors import Unavailable
from dynamo.gather import gather
from tests import engines

LIMIT_SECONDS = 4.0


@pytest.fixture
def own_engine(tmp_path):
    engine = engines.new_engine(tmp_path)
    engine.start()
    with engines.connected_to(engine.url):
        engines.create_tables()
        yield engine
    engine.stop()


def seconds_to_fail(call):
    started = time.perf_counter()
    with pytest.raises(Unavailable):
        call()
    return time.perf_counter() - started


@pytest.mark.engine
def test_a_stopped_engine_is_unavailable_until_it_is_back(own_engine, table, row):
    table.put(row)
    own_engine.stop()
    assert seconds_to_fail(lambda: table.get(row)) < LIMIT_SECONDS
    assert seconds_to_fail(lambda: table.put_new(row)) < LIMIT_SECONDS
    own_engine.start()
    assert table.get(row) == row


@pytest.mark.engine
def test_a_frozen_engine_is_unavailable_until_it_thaws(own_engine, table, row):
    table.put(row)
    os.kill(own_engine.child.pid, signal.SIGSTOP)
    try:
        assert seconds_to_fail(lambda: table.get(row)) < LIMIT_SECONDS
        branches = [lambda: table.get(row)] * 3
        assert seconds_to_fail(lambda: gather(*branches)) < LIMIT_SECONDS
    finally:
        os.kill(own_engine.child.pid, signal.SIGCONT)
    assert table.get(row) == row
