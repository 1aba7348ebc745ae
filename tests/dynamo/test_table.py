import pytest
from django.core.exceptions import ImproperlyConfigured

from dynamo import metering
from dynamo.errors import ConditionFailed, ItemTooLarge, TableMissing
from dynamo.expressions import (
    Update,
    at_least,
    at_most,
    attr,
    begins_with,
    between,
    equals,
    less_than,
    more_than,
)
from tests.dynamo.conftest import ON_BOTH


@ON_BOTH
def test_it_keeps_an_item(table, on, row):
    item = row | {"amount": 5, "text": "", "raw": b"\0", "tags": {"a"}, "map": {}, "list": []}
    table.put(item)
    assert table.get(row) == item
    assert table.get(row, consistent=True) == item


def test_a_missing_item_is_none(table, row):
    assert table.get(row) is None


@ON_BOTH
def test_it_reads_only_the_attributes_asked_for(table, on, row):
    table.put(row | {"a.b": 1, "status": 2, "c": 3})
    assert table.get(row, attributes=["a.b", "status"]) == {"a.b": 1, "status": 2}


@ON_BOTH
def test_a_put_replaces_the_whole_item(table, on, row):
    table.put(row | {"old": 1})
    table.put(row | {"new": 1})
    assert table.get(row) == row | {"new": 1}


@ON_BOTH
def test_put_new_refuses_a_second_item_and_shows_the_first(table, on, row):
    table.put_new(row | {"n": 1})
    with pytest.raises(ConditionFailed) as caught:
        table.put_new(row | {"n": 2})
    assert caught.value.item == row | {"n": 1}
    assert caught.value.table == table.name
    assert caught.value.operation == "PutItem"
    assert caught.value.request_id
    assert caught.value.__cause__ is caught.value.cause
    assert table.get(row) == row | {"n": 1}


@ON_BOTH
def test_an_update_with_exists_creates_nothing(table, on, row):
    with pytest.raises(ConditionFailed) as caught:
        table.update(row, Update().set("n", 1), condition=table.exists())
    assert caught.value.item is None
    assert table.get(row) is None


@ON_BOTH
@pytest.mark.parametrize(
    ("returning", "answer"),
    [
        ("none", {}),
        ("new", {"pk": "USER#alice", "sk": "BALANCE", "n": 2, "m": 1}),
        ("old", {"pk": "USER#alice", "sk": "BALANCE", "n": 1, "m": 1}),
        ("updated_new", {"n": 2}),
    ],
)
def test_an_update_answers_what_is_asked(table, on, row, returning, answer):
    table.put(row | {"n": 1, "m": 1})
    change = Update().set("n", 2)
    assert table.update(row, change, condition=table.exists(), returning=returning) == answer


@ON_BOTH
def test_delete_is_conditional_and_returns_the_old_item(table, on, row):
    table.put(row | {"n": 1})
    with pytest.raises(ConditionFailed) as caught:
        table.delete(row, condition=attr("n").eq(2))
    assert caught.value.item == row | {"n": 1}
    assert table.delete(row, condition=attr("n").eq(1), returning_old=True) == row | {"n": 1}
    assert table.delete(row, returning_old=True) is None


@pytest.fixture
def payments(table):
    rows = [{"pk": "USER#alice", "sk": f"PAY#{n}", "n": n} for n in range(1, 6)]
    others = [{"pk": "USER#alice", "sk": "BALANCE"}, {"pk": "USER#bob", "sk": "PAY#1"}]
    table.batch_write(puts=[*rows, *others])
    return rows


@ON_BOTH
@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        (begins_with("PAY#"), [1, 2, 3, 4, 5]),
        (between("PAY#2", "PAY#4"), [2, 3, 4]),
        (equals("PAY#3"), [3]),
        (at_least("PAY#4"), [4, 5]),
        (more_than("PAY#4"), [5]),
        (less_than("PAY#2"), [None, 1]),
        (at_most("PAY#2"), [None, 1, 2]),
        (None, [None, 1, 2, 3, 4, 5]),
    ],
)
def test_a_query_reads_a_range_of_its_partition(on, table, payments, sort, numbers):
    page = table.query("USER#alice", sort=sort)
    assert [item.get("n") for item in page.items] == numbers
    assert page.next is None


@ON_BOTH
def test_a_query_pages_in_both_directions(on, table, payments):
    first = table.query("USER#alice", sort=begins_with("PAY#"), limit=2, newest_first=True)
    second = table.query(
        "USER#alice", sort=begins_with("PAY#"), limit=10, newest_first=True, start=first.next
    )
    assert first.next == {"pk": "USER#alice", "sk": "PAY#4"}
    assert [item["n"] for item in first.items + second.items] == [5, 4, 3, 2, 1]
    assert second.next is None


@ON_BOTH
@pytest.mark.parametrize("limit", [0, 1, 2, 5])
def test_all_of_a_range_is_read_page_by_page(on, table, payments, limit):
    found = table.query_all(
        "USER#alice", sort=begins_with("PAY#"), limit=limit, newest_first=True, consistent=True
    )
    assert [item["n"] for item in found] == [5, 4, 3, 2, 1]
    few = table.query_all("USER#alice", sort=begins_with("PAY#"), limit=1, filter=attr("n").gt(3))
    assert [item["n"] for item in few] == [4, 5]


@ON_BOTH
def test_no_page_is_read_before_it_is_needed(on, table, payments):
    with metering.budget(calls=1):
        assert next(table.query_all("USER#alice", sort=begins_with("PAY#"), limit=1))["n"] == 1


@ON_BOTH
def test_a_filter_drops_items_after_the_limit(on, table, payments):
    page = table.query(
        "USER#alice", sort=begins_with("PAY#"), limit=2, filter=attr("n").gt(1), consistent=True
    )
    assert [item["n"] for item in page.items] == [2]
    assert page.next == {"pk": "USER#alice", "sk": "PAY#2"}


@ON_BOTH
def test_an_index_is_sparse_and_shows_what_it_projects(on, sessions):
    common = {"user_sub": "alice", "created_at": "2026", "ip": "::1"}
    sessions.put({"session_hash": "a", "data": {}, "kind": "session", **common})
    sessions.put({"session_hash": "b", "data": {}})
    page = sessions.query("alice", index="user_sub-index")
    assert page.items == [{"session_hash": "a", "kind": "session", **common}]


@ON_BOTH
def test_an_index_is_paged_by_all_its_keys(on, table):
    for n in range(3):
        table.put({"pk": f"USER#{n}", "sk": "PM#1", "gsi1pk": "EXP", "gsi1sk": f"{n}"})
    first = table.query("EXP", index="gsi1", limit=2)
    rest = table.query("EXP", index="gsi1", start=first.next)
    assert set(first.next) == {"pk", "sk", "gsi1pk", "gsi1sk"}
    assert [item["gsi1sk"] for item in first.items + rest.items] == ["0", "1", "2"]


@ON_BOTH
def test_a_scan_reads_every_item_once_over_its_segments(on, table, payments):
    found = [item for segment in range(3) for item in table.scan(segment=segment, segments=3)]
    assert len(found) == 7
    assert len({(item["pk"], item["sk"]) for item in found}) == 7


def test_no_one_sees_the_mark_of_a_conditional_write(table, row):
    table.put_new(row)
    table.update(row, Update().set("n", 1), condition=table.exists())
    assert table.get(row) == row | {"n": 1}
    assert table.query(row["pk"]).items == [row | {"n": 1}]
    assert list(table.scan()) == table.batch_get([row]) == [row | {"n": 1}]
    with pytest.raises(ConditionFailed) as caught:
        table.put_new(row)
    assert caught.value.item == row | {"n": 1}


ALICE = {"pk": "USER#alice", "sk": "BALANCE"}


@pytest.mark.parametrize(
    "refused",
    [
        lambda t: t.get({"pk": "a"}),
        lambda t: t.get({"pk": "a", "sk": "b", "more": "c"}),
        lambda t: t.get({"pk": "", "sk": "b"}),
        lambda t: t.get({"pk": "a", "sk": 1}),
        lambda t: t.get({"pk": "a" * 2049, "sk": "b"}),
        lambda t: t.get({"pk": "a", "sk": "é" * 513}),
        lambda t: t.put({"pk": "a"}),
        lambda t: t.put({"pk": "a", "sk": 5}),
        lambda t: t.put(ALICE | {"op": "mine"}),
        lambda t: t.put(ALICE | {"price": 1.5}),
        lambda t: t.put(ALICE | {"gsi1pk": 5}),
        lambda t: t.put(ALICE | {"gsi1pk": ""}),
        lambda t: t.update(ALICE, Update()),
        lambda t: t.update(ALICE, Update().set("sk", "other")),
        lambda t: t.update(ALICE, Update().remove("pk")),
        lambda t: t.update(ALICE, Update().set("op", "mine")),
        lambda t: t.update(ALICE, Update().set("gsi1sk", 5)),
        lambda t: t.update(ALICE, Update().increment("gsi1sk", 5)),
        lambda t: t.query("a", consistent=True, index="gsi1"),
        lambda t: t.query("a", index="no-such-index"),
        lambda t: t.query("a", limit=-1),
        lambda t: t.query(""),
        lambda t: t.query("a", sort=begins_with("")),
        lambda t: t.query("a", sort=between("", "b")),
        lambda t: t.query("a", sort=at_most("é" * 513)),
        lambda t: t.query("a", filter=attr("sk").eq("b")),
        lambda t: t.batch_write(puts=[ALICE], deletes=[ALICE]),
    ],
)
def test_a_refused_call_changes_nothing_and_is_not_sent(table, refused, faults):
    table.put(ALICE)
    with faults.outage(), pytest.raises(ValueError, match=r"\w"):
        refused(table)
    assert list(table.scan()) == [ALICE]


def test_an_item_that_is_too_large_is_refused(table, row):
    with pytest.raises(ItemTooLarge):
        table.put(row | {"text": "x" * 360_000})
    assert table.get(row) is None


@ON_BOTH
def test_an_update_that_grows_an_item_too_far_is_refused(on, table, row):
    table.put(row | {"one": "x" * 350_000})
    with pytest.raises(ItemTooLarge):
        table.update(row, Update().set("two", "x" * 100_000))
    assert "two" not in table.get(row)


@ON_BOTH
def test_a_missing_table_names_the_fix(on, table, row, settings):
    settings.DYNAMODB_TABLES = settings.DYNAMODB_TABLES | {"billing": "no-such-table"}
    with pytest.raises(TableMissing, match="create_tables"):
        table.get(row)


def test_a_table_that_is_not_configured_names_its_variable(table, row, settings):
    settings.DYNAMODB_TABLES = settings.DYNAMODB_TABLES | {"billing": ""}
    with pytest.raises(ImproperlyConfigured, match="BILLING_TABLE_NAME"):
        table.get(row)
