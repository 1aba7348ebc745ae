import pytest

from dynamo import deadlines
from dynamo.client import deadline
from dynamo.errors import Throttled, Unavailable
from tests.dynamo.conftest import ON_BOTH


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """Nobody waits; the list holds how long each pause would have been."""
    slept = []
    monkeypatch.setattr(deadlines.time, "sleep", slept.append)
    return slept


def rows(count):
    return [{"pk": "USER#alice", "sk": f"{n:03}", "n": n} for n in range(count)]


def key(row):
    return {"pk": row["pk"], "sk": row["sk"]}


@ON_BOTH
def test_it_writes_and_reads_more_than_one_batch(on, table):
    table.batch_write(puts=rows(130))
    keys = [key(row) for row in reversed(rows(130))]
    assert table.batch_get(keys) == list(reversed(rows(130)))
    table.batch_write(deletes=keys[:60], puts=[{"pk": "USER#bob", "sk": "1"}])
    assert len(table.query("USER#alice").items) == 70
    assert len(table.query("USER#bob").items) == 1


@ON_BOTH
def test_it_reads_a_key_once_and_leaves_missing_ones_out(on, table):
    table.batch_write(puts=rows(2))
    first, second = map(key, rows(2))
    missing = {"pk": "USER#mallory", "sk": "1"}
    assert table.batch_get([second, missing, first, second]) == [rows(2)[1], rows(2)[0]]
    assert table.batch_get([]) == []


def test_the_last_put_of_a_key_wins(table):
    table.batch_write(puts=[{"pk": "a", "sk": "1", "n": n} for n in range(30)])
    assert [item["n"] for item in table.scan()] == [29]


def test_it_asks_again_for_unprocessed_keys(table, faults, pauses):
    table.batch_write(puts=rows(3))

    def only_one(answer):
        (name,) = answer["Responses"]
        kept, *rest = answer["Responses"][name]
        skipped = [{"pk": item["pk"], "sk": item["sk"]} for item in rest]
        return answer | {
            "Responses": {name: [kept]},
            "UnprocessedKeys": {name: {"Keys": skipped}} if skipped else {},
        }

    faults.answer("BatchGetItem", only_one, times=3)
    assert table.batch_get(map(key, rows(3))) == rows(3)
    assert len(faults.hits) == 3
    assert len(pauses) == 2


def test_it_writes_unprocessed_items_again(table, faults):
    request = {"PutRequest": {"Item": {"pk": {"S": "late"}, "sk": {"S": "1"}}}}
    faults.answer(
        "BatchWriteItem", lambda answer: answer | {"UnprocessedItems": {table.name: [request]}}
    )
    table.batch_write(puts=rows(3))
    assert table.get({"pk": "late", "sk": "1"})


def test_it_gives_up_on_what_is_never_processed(table, faults, pauses):
    stuck = {table.name: {"Keys": [{"pk": {"S": "a"}, "sk": {"S": "b"}}]}}
    faults.answer("BatchGetItem", lambda answer: answer | {"UnprocessedKeys": stuck}, times=100)
    with pytest.raises(Throttled):
        table.batch_get([{"pk": "a", "sk": "b"}])
    assert len(faults.hits) == deadlines.ATTEMPTS
    assert max(pauses) <= 1.0


def test_it_gives_up_at_the_deadline(table, faults):
    def late(answer):
        deadlines._ends_at.set(0.0)
        return answer | {"UnprocessedItems": {table.name: [{"DeleteRequest": {"Key": {}}}]}}

    faults.answer("BatchWriteItem", late, times=100)
    with pytest.raises(Unavailable, match="time for this request"), deadline(5):
        table.batch_write(puts=rows(1))
    assert faults.hits == ["BatchWriteItem"]
