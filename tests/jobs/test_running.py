from dataclasses import replace
from datetime import timedelta

import pytest

from core import clock
from core.ids import new_id
from dynamo.expressions import Update, attr
from dynamo.table import Table
from jobs import services
from jobs.errors import LeaseLost
from jobs.handlers import Done, Retry
from jobs.items import Lane
from jobs.repository import SCHEMA, Outbox
from jobs.running import Outcome, Runner, back_off
from jobs.worker import run_due
from tests.jobs.work import RECORD, dead, effect, effects, record, stored, waiting


def lease(owner="another", seconds=60):
    """What a worker holds that is never heard of again."""
    (row,) = waiting()
    now = clock.now()
    until = clock.text(now + timedelta(seconds=seconds))
    return Outbox().lease(row, owner=owner, now=clock.text(now), until=until)


def test_a_finished_job_is_gone_and_its_writes_are_there(ledger):
    record()
    assert run_due() == 1
    assert (waiting(), effects("one")) == ([], 1)


def test_a_handler_may_write_nothing(registry):
    seen = []
    registry.handler(RECORD)(seen.append)
    record(secret={"token": "t"})
    assert run_due() == 1
    (job,) = seen
    assert (job.kind, job.ids, job.secret) == (RECORD, {"name": "one"}, {"token": "t"})
    assert job.tries == 1
    assert waiting() == []


def test_a_job_that_is_due_later_waits(ledger, hands):
    record(due=clock.now() + timedelta(hours=1))
    assert run_due() == 0
    hands.shift(timedelta(hours=1, seconds=1))
    assert run_due() == 1


def test_what_a_job_asks_for_runs_in_the_same_go(ledger, registry):
    registry.handler("tests.first")(
        lambda job: Done(writes=[services.enqueue_write(RECORD, ids={"name": "second"})])
    )
    services.enqueue("tests.first", ids={}, lane=Lane.BULK)
    assert run_due() == 2
    assert effects("second") == 1


def test_the_limit_leaves_the_rest(ledger):
    for name in "abc":
        record(name)
    assert run_due(limit=2) == 2
    assert len(waiting()) == 1


def test_writes_whose_condition_fails_leave_the_job_and_change_nothing(registry):
    guarded = Table(SCHEMA).updating(
        {"pk": "EFFECT#one", "sk": "COUNT"}, Update().add("n", 1), condition=attr("n").exists()
    )
    registry.handler(RECORD)(lambda job: Done(writes=[effect("other"), guarded]))
    record()
    run_due()
    assert (effects("one"), effects("other")) == (0, 0)
    assert stored()["error"] == "TransactionCancelled"


@pytest.mark.parametrize(
    ("tries", "longest"),
    [(1, 5), (2, 20), (3, 80), (4, 320), (5, 1280), (6, 5120), (7, 20480), (8, 21600)],
)
def test_back_off_grows_and_varies(tries, longest):
    delays = [back_off(tries).total_seconds() for _ in range(200)]
    assert longest / 2 <= min(delays) < max(delays) <= longest
    assert len(set(delays)) > 100


def test_a_failed_job_comes_back_later(ledger, hands):
    ledger.failure = RuntimeError("alice@example.com is not here")
    record(secret={"token": "t"})
    run_due()
    item = stored()
    assert "2030-01-01T00:00:02.5" <= item["due"] <= "2030-01-01T00:00:05.0"
    assert (item["tries"], item["error"]) == (1, "RuntimeError")
    assert "lease_until" not in item
    assert "owner" not in item
    ledger.failure = None
    hands.shift(5)
    assert run_due() == 1
    assert [job.tries for job in ledger.runs] == [1, 2]
    assert ledger.runs[1].secret == {"token": "t"}
    assert {job.id for job in ledger.runs} == {item["job_id"]}
    assert effects("one") == 1


def test_a_handler_may_name_its_time(ledger, hands):
    ledger.failure = Retry(after=timedelta(minutes=7))
    record()
    run_due()
    assert stored()["due"] == "2030-01-01T00:07:00.000000Z"
    ledger.failure = Retry(after=timedelta(0))
    hands.shift(timedelta(minutes=7))
    run_due()
    assert stored()["due"] == "2030-01-01T00:07:01.000000Z"


def test_after_eight_failures_a_job_is_dead_for_thirty_days(ledger, hands):
    ledger.failure = RuntimeError()
    record()
    for _ in range(20):
        run_due()
        hands.shift(timedelta(hours=7))
    assert [job.tries for job in ledger.runs] == [1, 2, 3, 4, 5, 6, 7, 8]
    item = stored()
    assert (item["pk"], item["tries"], item["error"]) == ("OUTBOX#DEAD", 8, "RuntimeError")
    died = clock.parse(item["due"])
    assert item["ttl"] == clock.epoch(died + timedelta(days=30))
    hands.move_to(died + timedelta(days=30))
    assert dead() == []


def test_an_unknown_kind_is_put_back_and_never_counted(registry, hands):
    record()
    for _ in range(12):
        assert run_due() == 0
        hands.shift(30)
    item = stored()
    assert item["tries"] == 0
    assert item["due"] > "2030-01-01T00:05:00"
    assert "error" not in item
    registry.handler(RECORD)(lambda job: Done(writes=[effect("one")]))
    hands.shift(30)
    assert run_due() == 1
    assert effects("one") == 1


def test_a_row_of_a_newer_shape_is_left_alone(ledger):
    record()
    item = stored()
    Table(SCHEMA).put({**item, "sv": 2})
    assert run_due() == 0
    assert stored()["sv"] == 2


def test_a_row_that_cannot_be_read_stops_nobody(ledger):
    record("broken")
    item = stored()
    Table(SCHEMA).put({name: item[name] for name in ("pk", "sk", "sv")})
    record("other")
    assert run_due() == 1
    assert effects("other") == 1


def test_a_leased_job_runs_nowhere_else_until_the_lease_ends(ledger, hands):
    record()
    lease()
    assert run_due() == 0
    hands.shift(61)
    assert run_due() == 1
    assert ledger.runs[0].tries == 2
    assert effects("one") == 1


@pytest.mark.parametrize("owner", ["third", "another"])  # the second one leased it once more
def test_who_lost_the_lease_changes_nothing(ledger, hands, owner):
    record()
    late = lease()
    hands.shift(61)
    lease(owner=owner)
    with pytest.raises(LeaseLost):
        Outbox().finish(late, [effect("one")])
    with pytest.raises(LeaseLost):
        Outbox().finish(late, [])
    with pytest.raises(LeaseLost):
        Outbox().put_back(late, replace(late, due=clock.text(clock.now())))
    with pytest.raises(LeaseLost):
        Outbox().extend(late, until=clock.text(clock.now()))
    assert effects("one") == 0
    assert (stored()["owner"], stored()["tries"]) == (owner, 2)


def test_a_job_that_kills_every_worker_is_buried(ledger, hands):
    record()
    for _ in range(8):
        assert lease()
        hands.shift(61)
    run_due()
    assert ledger.runs == []
    (row,) = dead()
    assert (row.tries, row.error) == (8, "WorkerLost")


def test_a_secret_opens_for_its_own_job_only(ledger):
    record("alice", secret={"token": "a"})
    sealed = stored()["secret"]
    other = new_id()
    record("mallory", job_id=other)
    (row,) = [row for row in waiting() if row.job_id == other]
    Table(SCHEMA).update(row.key, Update().set("secret", sealed))
    run_due()
    assert [job.ids["name"] for job in ledger.runs] == ["alice"]
    assert stored()["error"] == "DecryptionFailed"


def test_a_long_job_keeps_its_lease(registry, hands):
    runner = Runner("mine")
    seen = []

    def handle(job):
        hands.shift(45)
        runner.extend_leases()
        hands.shift(45)
        seen.append(run_due())

    registry.handler(RECORD)(handle)
    record()
    (row,) = waiting()
    assert runner.run(row) is Outcome.DONE
    assert seen == [0]
    assert waiting() == []


def test_both_lanes_take_turns(registry):
    order = []
    registry.handler(RECORD)(lambda job: order.append(job.ids["name"]))
    for _ in range(9):
        record("interactive")
    for _ in range(3):
        record("bulk", lane=Lane.BULK)
    run_due()
    assert order == ["interactive", "interactive", "interactive", "bulk"] * 3
