from datetime import timedelta

import pytest

from core import clock, ids
from jobs import personal_data, services
from jobs.kinds import JobKind
from jobs.repository import Outbox

ALICE, BOB = ids.new_id(), ids.new_id()


@pytest.fixture
def outbox():
    for user_sub in (ALICE, BOB):
        for days in (0, 400):
            services.enqueue(
                JobKind.AVATAR_REMOVAL,
                ids={"user_sub": user_sub, "name": "x", "token_hash": "abc"},
                due=clock.now() + timedelta(days=days),
                secret={"code": "BCDF"},
            )
    return Outbox()


def names(user_sub):
    return [row.job_id for row in services.list_jobs_of(user_sub)]


def test_it_lists_a_persons_jobs_without_secrets(outbox):
    rows = personal_data.export(ALICE)["waiting"]
    assert sorted(row["job_id"] for row in rows) == sorted(names(ALICE))
    assert len(rows) == 2
    assert all(row["ids"] == {"user_sub": ALICE, "name": "x"} for row in rows)
    assert all("secret" not in row for row in rows)


def test_it_erases_those_and_no_others(outbox):
    before = names(BOB)
    personal_data.erase(ALICE)
    assert names(ALICE) == []
    assert names(BOB) == before


def test_it_erases_dead_ones(outbox):
    from dataclasses import replace

    from jobs.repository import DEAD_PARTITION

    row = next(services.list_jobs_of(ALICE))
    outbox.bury(row, replace(row, partition=DEAD_PARTITION), holder=False)
    assert len(names(ALICE)) == 2
    personal_data.erase(ALICE)
    assert names(ALICE) == []


def test_one_that_a_worker_holds_stays(outbox):
    now = clock.now()
    row = next(services.list_jobs_of(ALICE))
    until = clock.text(now + timedelta(minutes=1))
    outbox.lease(row, owner="worker", now=clock.text(now), until=until)
    personal_data.erase(ALICE)
    assert names(ALICE) == [row.job_id]
