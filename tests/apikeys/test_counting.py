"""The thread that writes counts: when it is there, what an outage costs, how it ends."""

import os
import threading
from multiprocessing import get_context

import pytest

from apikeys.services import counting
from apikeys.services.counting import counts
from dynamo import metering
from dynamo.client import deadline
from tests.apikeys.keys import issue, use_rows
from tests.apikeys.test_usage import count

NAME = "apikeys-usage"


def threads():
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def written():
    """What the rows say, once the thread that is under way has ended."""
    for thread in threads():
        thread.join(30)
    return in_rows()


def in_rows():
    return sum(row.get(name, 0) for row in use_rows().values() for name in row if "_ok" in name)


def test_there_is_a_thread_only_while_something_waits(alice, monkeypatch):
    monkeypatch.setattr(counting, "WRITE_EVERY", 0.01)
    issued = issue(alice)
    assert threads() == []
    count(issued, times=3)
    assert written() == 3
    assert threads() == []
    count(issued)
    assert written() == 4


def test_so_many_calls_are_written_at_once(alice):
    issued = issue(alice)
    count(issued, times=counting.WRITE_AT - 1)
    [thread] = threads()
    assert thread.daemon
    assert use_rows() == {}
    count(issued)
    assert written() == counting.WRITE_AT


def test_no_thread_to_be_had_fails_no_call_and_the_next_one_asks_again(alice, monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    issued = issue(alice)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        count(issued)
    monkeypatch.setattr(counting, "WRITE_EVERY", 0.01)
    count(issued)
    assert written() == 2


def test_the_call_that_wakes_it_pays_nothing(alice):
    issued = issue(alice)
    with metering.meter() as spent, deadline(0):
        count(issued, times=counting.WRITE_AT)
        [thread.join(30) for thread in threads()]
    assert spent.calls == 0
    assert written() == counting.WRITE_AT


def test_an_outage_keeps_what_was_counted(alice, faults):
    issued = issue(alice)
    count(issued, times=2)
    with faults.outage():
        counts.write()
    assert use_rows() == {}
    count(issued)
    counts.write()
    assert written_now() == 3


def written_now():
    counts.end()
    return written()


@pytest.mark.engine
@pytest.mark.parametrize("operation", ["UpdateItem", "TransactWriteItems"])
def test_a_lost_answer_counts_once(alice, faults, operation):
    issued = issue(alice)
    if operation == "UpdateItem":
        count(issued)
        counts.write()
    before = in_rows()
    faults.lose_answer(operation)
    count(issued, times=2)
    counts.write()
    assert faults.hits == [operation]
    assert written_now() == before + 2


def test_a_long_outage_keeps_so_many_rows_and_no_more(alice, bob, faults, monkeypatch):
    monkeypatch.setattr(counting, "MOST_ROWS", 1)
    first, second = issue(alice), issue(bob)
    count(first)
    count(second)
    with faults.outage():
        counts.write()
    count(first)
    counts.write()
    assert written_now() == 2
    assert [row["user_id"] for row in use_rows().values()] == [alice.user_sub]


def test_a_row_that_cannot_be_written_does_not_hold_up_the_others(alice, bob, caplog, monkeypatch):
    first, second = issue(alice), issue(bob)
    real = counting._usage.add

    def failing(month, found):
        if month.key_id == first.key.key_id:
            raise ValueError("a bug")
        return real(month, found)

    monkeypatch.setattr(counting._usage, "add", failing)
    count(first)
    count(second)
    counts.write()
    assert [row["user_id"] for row in use_rows().values()] == [bob.user_sub]
    assert "calls not counted" in caplog.text


def test_the_end_of_the_process_writes_what_waits(alice):
    count(issue(alice), times=2)
    counts.end()
    assert (written(), threads()) == (2, [])


def test_what_the_end_cannot_write_is_logged(alice, caplog, faults):
    count(issue(alice), times=2)
    with faults.outage():
        counts.end()
    assert (use_rows(), threads()) == ({}, [])
    [record] = [each for each in caplog.records if each.name == counting.__name__]
    assert (record.message, record.calls) == ("calls not counted: the process ended", 2)


def test_forgetting_writes_nothing_and_leaves_no_thread(alice):
    count(issue(alice))
    counts.forget()
    assert (use_rows(), threads()) == ({}, [])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_counts_for_itself(alice):
    """The child has neither the parent's counts, which would be written twice, nor its lock."""
    count(issue(alice))
    reader, writer = os.pipe()
    with counts._lock:
        child = os.fork()
        if not child:
            told = f"{len(counts._waiting)} {counts._lock.locked()} {counts._thread}"
            os.write(writer, told.encode())
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100) == b"0 False None"
    for end in (reader, writer):
        os.close(end)


@pytest.mark.engine
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_worker_of_a_server_writes_before_it_ends(alice, monkeypatch):
    """Servers fork their workers by multiprocessing, whose children run no `atexit`."""
    monkeypatch.setattr(counting, "SECONDS_AT_THE_END", 30.0)  # a new client, on a busy machine
    issued = issue(alice)
    worker = get_context("fork").Process(target=count, args=(issued,), kwargs={"times": 3})
    worker.start()
    worker.join(30)
    assert (worker.exitcode, written()) == (0, 3)
