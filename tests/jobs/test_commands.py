from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import clock
from core.ids import new_id
from jobs.worker import run_due
from tests.jobs.work import RECORD, dead, effects, record, waiting


def run(name, *arguments):
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def kill(ledger, hands):
    """Makes jobs of these names dead; the handler works again afterwards."""

    def kill(*names):
        for name in names:
            record(name, secret={"token": "correct-horse"})
        ledger.failure = RuntimeError("correct-horse")
        for _ in range(8):
            run_due()
            hands.shift(timedelta(hours=7))
        ledger.failure = None
        return [row.job_id for row in dead()]

    return kill


def test_the_worker_runs_once(ledger, registry, hands):
    registry.recurring("tests.sweep", every=timedelta(hours=1))(lambda job: None)
    record()
    assert run("run_worker", "--once") == "1 jobs run.\n"
    assert effects("one") == 1
    hands.shift(timedelta(hours=1))
    assert run("run_worker", "--once") == "1 jobs run.\n"


@pytest.mark.parametrize("threads", ["0", "33", "-1"])
def test_the_worker_refuses_a_useless_number_of_threads(threads):
    with pytest.raises(CommandError, match=f"--threads must be 1 to 32, not {threads}"):
        run("run_worker", "--threads", threads)


def test_the_worker_refuses_to_wait_for_a_queue_that_nobody_named():
    with pytest.raises(CommandError, match="--no-relay goes with JOBS_QUEUE_URL, which is not set"):
        run("run_worker", "--no-relay")


def test_the_list_names_each_state_and_no_secret(ledger, kill, registry):
    registry.recurring("tests.sweep", every=timedelta(hours=1))(lambda job: None)
    kill("buried")
    record("now", secret={"token": "correct-horse"})
    record("later", due=clock.now() + timedelta(days=1))
    lines = run("list_jobs")
    for state, name in [("waiting", "now"), ("scheduled", "later"), ("dead", "buried")]:
        assert any(line.startswith(state) and f"name={name}" in line for line in lines.split("\n"))
    assert "error RuntimeError" in lines
    assert "recurring  tests.sweep  every 1:00:00  next when a worker starts" in lines
    assert "3 jobs." in lines
    assert "correct-horse" not in lines


def test_the_list_narrows_to_a_state_and_a_kind(kill):
    kill("buried")
    record("now")
    assert "1 jobs." in run("list_jobs", "--state", "dead")
    assert "0 jobs." in run("list_jobs", "--state", "leased")
    assert "2 jobs." in run("list_jobs", "--kind", RECORD)
    assert "0 jobs." in run("list_jobs", "--kind", "tests.other")


def test_the_list_refuses_an_unknown_state():
    with pytest.raises(CommandError, match="--state must be one of waiting, leased"):
        run("list_jobs", "--state", "lost")


def test_a_dead_job_runs_again_with_all_its_tries(kill, ledger):
    (job_id,) = kill("one")
    assert run("redrive_jobs", job_id) == "1 jobs put back.\n"
    assert dead() == []
    assert run_due() == 1
    assert (effects("one"), ledger.runs[-1].tries) == (1, 1)
    assert ledger.runs[-1].secret == {"token": "correct-horse"}
    assert ledger.runs[-1].id == job_id


def test_all_dead_jobs_or_those_of_a_kind(kill):
    kill("one", "two")
    assert run("redrive_jobs", "--all", "--yes", "--kind", "tests.other") == "0 jobs put back.\n"
    assert run("redrive_jobs", "--all", "--yes") == "2 jobs put back.\n"
    assert run_due() == 2


def test_an_id_that_is_not_dead_puts_nothing_back(kill):
    (job_id,) = kill("one")
    missing = new_id()
    with pytest.raises(CommandError, match=f"job_id: not among the dead jobs: {missing}"):
        run("redrive_jobs", job_id, missing)
    assert len(dead()) == 1
    assert waiting() == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Name the job ids, or pass --all"),
        (["01ARZ3NDEKTSV4RRFFQ69G5FAV", "--all"], "one of the two"),
        (["nonsense"], "job_id: 'nonsense' is not a job id"),
        (["01ARZ3NDEKTSV4RRFFQ69G5FAV", "--kind", RECORD], "--kind goes with --all"),
    ],
)
def test_redriving_refuses(arguments, reason):
    with pytest.raises(CommandError, match=reason):
        run("redrive_jobs", *arguments)


@pytest.mark.parametrize(("answer", "left"), [("n", 1), ("", 1), ("y", 0)])
def test_redriving_all_asks(kill, monkeypatch, answer, left):
    kill("one")
    monkeypatch.setattr("sys.stdin", StringIO(f"{answer}\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    if left:
        with pytest.raises(CommandError, match="Nothing was changed"):
            run("redrive_jobs", "--all")
    else:
        run("redrive_jobs", "--all")
    assert len(dead()) == left


def test_redriving_all_without_a_terminal_needs_yes(kill, monkeypatch):
    kill("one")
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="Pass --yes"):
        run("redrive_jobs", "--all")
    assert len(dead()) == 1


@pytest.mark.parametrize(
    "command",
    [["run_worker", "--once"], ["list_jobs"], ["redrive_jobs", "--all", "--yes"]],
)
def test_a_command_says_that_storage_is_away(command, faults):
    with faults.outage(), pytest.raises(CommandError, match="Storage does not answer"):
        run(*command)
