import pytest

from dynamo import metering
from dynamo.errors import ConditionFailed, TransactionCancelled, Unavailable
from dynamo.expressions import Update, attr, begins_with
from dynamo.metering import budget, meter
from dynamo.table import transact
from tests.dynamo.conftest import ON_BOTH

KB = 1000
ALICE = {"pk": "USER#alice", "sk": "BALANCE"}
BOB = {"pk": "USER#bob", "sk": "BALANCE"}
CARD = {"pk": "USER#alice", "sk": "PM#1", "gsi1pk": "CARDEXP#202611", "gsi1sk": "1"}


def sized(key, kilobytes):
    """An item a little below so many KB."""
    return key | {"text": "x" * (kilobytes * KB - 50)}


def units(action):
    with meter(exact=True) as spent:
        action()
    return spent.rru, spent.wru


@ON_BOTH
def test_reads_cost_by_4_kb_and_half_when_eventually_consistent(on, table):
    table.batch_write(puts=[sized(ALICE, 3), sized(BOB, 9)])
    assert units(lambda: table.get(ALICE)) == (0.5, 0)
    assert units(lambda: table.get(ALICE, consistent=True)) == (1, 0)
    assert units(lambda: table.get(BOB, consistent=True)) == (3, 0)
    assert units(lambda: table.get(BOB, attributes=["pk"])) == (1.5, 0)
    assert units(lambda: table.get({"pk": "a", "sk": "b"}, consistent=True)) == (1, 0)


@ON_BOTH
def test_a_batch_rounds_every_item_up_and_charges_missing_keys(on, table):
    table.batch_write(puts=[sized(ALICE, 5), BOB])
    keys = [ALICE, BOB, {"pk": "a", "sk": "missing"}]
    assert units(lambda: table.batch_get(keys)) == (1 + 0.5 + 0.5, 0)
    assert units(lambda: table.batch_get(keys, consistent=True)) == (2 + 1 + 1, 0)


@ON_BOTH
def test_a_query_rounds_the_page_up_and_charges_what_a_filter_drops(on, table):
    rows = [sized({"pk": "USER#alice", "sk": f"PAY#{n}", "n": n}, 3) for n in range(4)]
    table.batch_write(puts=rows)
    payments = begins_with("PAY#")
    assert units(lambda: table.query("USER#alice", sort=payments)) == (1.5, 0)
    assert units(lambda: table.query("USER#alice", sort=payments, limit=1)) == (0.5, 0)
    assert units(lambda: table.query("USER#alice", consistent=True)) == (3, 0)
    few = attr("n").eq(1)
    assert units(lambda: table.query("USER#alice", sort=payments, filter=few)) == (1.5, 0)
    assert units(lambda: table.query("USER#mallory")) == (0.5, 0)
    assert units(lambda: list(table.scan())) == (1.5, 0)


@ON_BOTH
def test_a_query_of_an_index_charges_its_entries_only(on, table):
    table.put(sized(CARD, 9))
    assert units(lambda: table.query("CARDEXP#202611", index="gsi1")) == (0.5, 0)


@ON_BOTH
def test_writes_cost_by_the_larger_item_before_and_after(on, table):
    assert units(lambda: table.put(sized(ALICE, 3))) == (0, 3)
    assert units(lambda: table.put(ALICE)) == (0, 3)
    assert units(lambda: table.update(ALICE, Update().set("text", "x" * 1500))) == (0, 2)
    assert units(lambda: table.update(ALICE, Update().remove("text"))) == (0, 2)
    assert units(lambda: table.update(BOB, Update().set("n", 1))) == (0, 1)
    table.put(sized(ALICE, 4))
    assert units(lambda: table.delete(ALICE)) == (0, 4)
    assert units(lambda: table.delete(ALICE)) == (0, 1)


@ON_BOTH
def test_a_failed_condition_costs_the_larger_item(on, table):
    table.put(sized(ALICE, 3))

    def fail(write):
        with pytest.raises(ConditionFailed):
            write()

    assert units(lambda: fail(lambda: table.put_new(ALICE))) == (0, 3)
    assert units(lambda: fail(lambda: table.put_new(sized(ALICE, 5)))) == (0, 5)
    table.put(CARD)
    assert units(lambda: fail(lambda: table.put_new(CARD))) == (0, 1)
    never = attr("n").exists()
    assert units(lambda: fail(lambda: table.delete(ALICE, condition=never))) == (0, 3)
    assert units(lambda: fail(lambda: table.delete(BOB, condition=never))) == (0, 1)


@ON_BOTH
def test_an_index_costs_only_when_its_entry_changes(on, table):
    assert units(lambda: table.put(CARD)) == (0, 1 + 1)
    assert units(lambda: table.update(CARD_KEY, Update().set("brand", "visa"))) == (0, 1)
    assert units(lambda: table.update(CARD_KEY, Update().set("gsi1sk", "2"))) == (0, 1 + 2)
    assert units(lambda: table.update(CARD_KEY, Update().remove("gsi1pk"))) == (0, 1 + 1)
    assert units(lambda: table.delete(CARD_KEY)) == (0, 1)


CARD_KEY = {"pk": "USER#alice", "sk": "PM#1"}


def test_an_included_attribute_costs_an_index_write_when_it_changes(sessions):
    key = {"session_hash": "a"}
    sessions.put(key | {"user_sub": "alice", "created_at": "2026", "ip": "::1", "seen_at": "1"})
    assert units(lambda: sessions.update(key, Update().set("seen_at", "2"))) == (0, 1)
    assert units(lambda: sessions.update(key, Update().set("ip", "::2"))) == (0, 2)


@ON_BOTH
def test_a_transaction_costs_twice(on, table):
    table.put(sized(ALICE, 3))
    writes = [
        table.putting_new(sized(BOB, 2)),
        table.updating(ALICE, Update().set("n", 1)),
        table.checking(CARD_KEY, table.missing()),
    ]
    assert units(lambda: transact(writes)) == (0, 2 * (2 + 3 + 1))

    def fail():
        with pytest.raises(TransactionCancelled):
            transact(writes)

    assert units(fail) == (0, 2 * (2 + 3 + 1))


def test_a_transaction_does_not_double_the_writes_of_an_index(sessions):
    row = {"session_hash": "a", "user_sub": "alice", "created_at": "2026"}
    assert units(lambda: transact([sessions.putting_new(row)])) == (0, 2 + 1)


def test_a_batch_of_writes_costs_what_its_writes_cost(table):
    table.put(sized(ALICE, 3))
    batch = {"puts": [CARD, sized(BOB, 2)], "deletes": [ALICE]}
    assert units(lambda: table.batch_write(**batch)) == (0, 2 + 2 + 3)


def test_measuring_is_not_measured(table):
    with meter(exact=True) as spent:
        table.put(ALICE)
        table.update(ALICE, Update().set("n", 1))
        table.get(ALICE)
    assert (spent.calls, spent.hops) == (3, 3)
    assert [operation.name for operation in spent.operations] == [
        "PutItem",
        "UpdateItem",
        "GetItem",
    ]
    assert {operation.table for operation in spent.operations} == {table.name}


def test_a_meter_counts_for_the_one_around_it(table):
    with meter(exact=True) as outer:
        table.put(ALICE)
        with meter() as inner:
            table.get(ALICE)
    assert inner.exact
    assert (inner.calls, inner.rru, inner.wru) == (1, 0.5, 0)
    assert (outer.calls, outer.hops, outer.rru, outer.wru) == (2, 2, 0.5, 1)
    assert metering.current() is None


def test_faults_are_counted(table, faults, monkeypatch):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    faults.refuse("GetItem", "ThrottlingException", times=3)
    with meter() as spent, pytest.raises(Unavailable):
        table.get(ALICE)
    with meter() as repeated:
        table.get(ALICE)
    assert (spent.calls, spent.throttles, spent.retries, spent.rru) == (1, 1, 1, 0)
    assert spent.operations[0].error == "Throttled"
    assert (repeated.throttles, repeated.retries) == (0, 1)


def test_the_services_own_count_is_used_off_a_local_endpoint(table, faults, monkeypatch):
    monkeypatch.setattr("dynamo.client.is_local", lambda: False)
    table.put(ALICE)
    counted = {"ConsumedCapacity": {"CapacityUnits": 7.5}}
    faults.answer("GetItem", lambda answer: answer | counted)
    with meter(exact=False) as spent:
        table.get(ALICE)
    assert spent.rru == 7.5


def test_a_budget_passes_what_it_allows(table):
    with budget(calls=2, hops=2, rru=0.5, wru=1) as spent:
        table.put(ALICE)
        table.get(ALICE)
    assert spent.calls == 2


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"calls": 1}, "2 calls .budget 1."),
        ({"hops": 1}, "2 hops .budget 1."),
        ({"rru": 0}, "0.5 rru .budget 0."),
        ({"wru": 0.5}, "1 wru .budget 0.5."),
    ],
)
def test_a_budget_names_what_it_was_spent_on(table, limits, message):
    def spend():
        with budget(**limits):
            table.put(ALICE)
            table.get(ALICE)

    with pytest.raises(AssertionError, match=message) as caught:
        spend()
    assert f"PutItem {table.name}: 0 RRU, 1 WRU" in str(caught.value)


def test_a_measurement_that_fails_does_not_undo_the_call(table, faults):
    def failing(answer):
        faults.refuse("GetItem", "ServiceUnavailable", times=2)
        return answer

    faults.answer("PutItem", failing)
    with meter(exact=True) as spent:
        table.put({"pk": "USER#alice", "sk": "1"})
    assert (spent.calls, spent.wru) == (1, 1)
    assert faults.hits == ["PutItem", "GetItem", "GetItem"]
