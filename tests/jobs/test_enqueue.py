from datetime import datetime, timedelta

import pytest

from core import clock
from core.ids import new_id
from dynamo.errors import TransactionCancelled
from dynamo.expressions import attr
from dynamo.table import Table, transact
from jobs import services
from jobs.errors import InvalidJob
from jobs.items import Lane
from jobs.repository import SCHEMA
from tests.dumps import dump_tables
from tests.jobs.work import RECORD, record, stored, waiting

pytestmark = pytest.mark.usefixtures("registry")
REFUSED = {
    "a text": ({"ids": {"body": "x" * 201}}, r"ids\['body'\] has 201 characters"),
    "a number": ({"ids": {"count": 3}}, r"ids\['count'\] must be a str, not int"),
    "a naive due time": ({"ids": {}, "due": datetime(2030, 1, 1)}, "aware datetime"),  # noqa: DTZ001
    "another job id": ({"ids": {}, "job_id": "a#b"}, "must be a ULID"),
    "a long secret": ({"ids": {}, "secret": {"text": "x" * 5000}}, "`secret` is longer"),
}


def test_it_stores_what_the_data_model_says(hands):
    job_id = new_id()
    services.enqueue(RECORD, ids={"user_sub": "u1"}, lane=Lane.BULK, job_id=job_id)
    item = stored()
    item.pop("op", None)
    shard = item["pk"].removeprefix("OUTBOX#b#")
    assert shard in {"0", "1", "2", "3"}
    at = "2030-01-01T00:00:00.000000Z"
    assert item == {
        "pk": f"OUTBOX#b#{shard}",
        "sk": f"{at}#{job_id}",
        "job_id": job_id,
        "kind": RECORD,
        "lane": "b",
        "due": at,
        "ids": {"user_sub": "u1"},
        "user_sub": "u1",
        "tries": 0,
        "created_at": at,
        "updated_at": at,
        "sv": 1,
    }


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses(case):
    options, reason = REFUSED[case]
    with pytest.raises(InvalidJob, match=reason):
        services.enqueue(RECORD, **options)
    assert waiting() == []


def test_a_job_joins_the_transaction_that_asks_for_it():
    refused = Table(SCHEMA).checking({"pk": "A", "sk": "B"}, attr("pk").exists(), label="no")
    with pytest.raises(TransactionCancelled):
        transact([services.enqueue_write(RECORD, ids={}), refused])
    assert waiting() == []
    transact([services.enqueue_write(RECORD, ids={})])
    assert len(waiting()) == 1


def test_one_job_is_asked_for_only_once():
    due, job_id = clock.now() + timedelta(days=1), new_id()
    record(due=due, job_id=job_id)
    record(due=due, job_id=job_id)
    assert len(waiting()) == 1
    again = services.enqueue_write(RECORD, ids={}, due=due, job_id=job_id)
    with pytest.raises(TransactionCancelled):
        transact([again])


def test_no_dump_shows_a_secret():
    record("one", secret={"token": "correct-horse"})
    dump = dump_tables("app")
    assert "'name': 'one'" in dump
    assert "correct-horse" not in dump
    assert "correct-horse" not in repr(waiting())
