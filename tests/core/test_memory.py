"""What a process remembers for a while."""

import os
from datetime import timedelta

import pytest

from core import clock, memory


def test_memory_is_bounded_and_forgets_what_was_used_longest_ago():
    kept, now = memory.Memory(size=2), clock.now()
    until = now + timedelta(seconds=1)
    kept.put("a", 1, until=until)
    kept.put("b", 2, until=until)
    assert kept.get("a", now) == 1
    kept.put("c", 3, until=until)
    assert [kept.get(name, now) for name in "abc"] == [1, None, 3]
    assert kept.get("a", until) is None


def test_memory_takes_a_name_once_until_it_ends():
    kept, now = memory.Memory(), clock.now()
    until = now + timedelta(seconds=1)
    assert kept.put_new("a", True, until=until, now=now)
    assert not kept.put_new("a", True, until=until, now=now)
    assert kept.put_new("a", True, until=until, now=until)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_begins_with_an_empty_memory_and_a_free_lock():
    kept, now = memory.Memory(), clock.now()
    kept.put("a", 1, until=now + timedelta(seconds=1))
    with kept._lock:
        child = os.fork()
        if not child:
            try:
                os._exit(0 if kept.get("a", now) is None else 1)
            finally:
                os._exit(2)
        assert os.waitpid(child, 0)[1] == 0
