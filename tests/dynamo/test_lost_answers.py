"""The SDK repeats a request whose answer was lost; the first one was done all the same."""

import pytest

from dynamo.errors import ConditionFailed, Unavailable
from dynamo.expressions import Update, attr
from dynamo.table import transact
from tests.dynamo.conftest import ON_BOTH

ALICE = {"pk": "USER#alice", "sk": "BALANCE"}


@ON_BOTH
def test_put_new_succeeds(on, table, faults):
    faults.lose_answer("PutItem")
    table.put_new(ALICE | {"n": 1})
    assert faults.hits == ["PutItem"]
    assert table.get(ALICE) == ALICE | {"n": 1}


@ON_BOTH
def test_put_new_still_refuses_an_item_of_another(on, table, faults):
    table.put_new(ALICE | {"n": 1})
    faults.lose_answer("PutItem")
    with pytest.raises(ConditionFailed) as caught:
        table.put_new(ALICE | {"n": 2})
    assert caught.value.item == ALICE | {"n": 1}
    assert table.get(ALICE) == ALICE | {"n": 1}


@ON_BOTH
@pytest.mark.parametrize(
    ("returning", "answer"),
    [("none", {}), ("new", ALICE | {"n": 2, "m": 0}), ("updated_new", {"n": 2})],
)
def test_a_conditional_update_happens_once_and_succeeds(on, table, faults, returning, answer):
    table.put(ALICE | {"n": 1, "m": 0})
    faults.lose_answer("UpdateItem")
    change = Update().increment("n", 1)
    assert table.update(ALICE, change, condition=attr("n").eq(1), returning=returning) == answer
    assert faults.hits == ["UpdateItem"]
    assert table.get(ALICE) == ALICE | {"n": 2, "m": 0}


@ON_BOTH
def test_an_update_whose_condition_still_holds_adds_once(on, table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("UpdateItem")
    change = Update().increment("n", 1).add("m", 5).append("log", "x")
    answer = table.update(ALICE, change, condition=attr("n").ge(1), returning="new")
    assert answer == table.get(ALICE) == ALICE | {"n": 2, "m": 5, "log": ["x"]}
    assert table.update(ALICE, change, condition=attr("n").ge(1), returning="new")["n"] == 3


def test_an_update_that_needs_the_lost_old_item_says_so(table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("UpdateItem")
    with pytest.raises(Unavailable, match="its answer was lost"):
        table.update(ALICE, Update().set("n", 2), condition=attr("n").eq(1), returning="old")
    assert table.get(ALICE) == ALICE | {"n": 2}


@ON_BOTH
def test_a_conditional_update_still_refuses(on, table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("UpdateItem")
    with pytest.raises(ConditionFailed):
        table.update(ALICE, Update().set("n", 3), condition=attr("n").eq(2))
    assert table.get(ALICE) == ALICE | {"n": 1}


@ON_BOTH
def test_a_conditional_delete_succeeds(on, table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("DeleteItem")
    table.delete(ALICE, condition=attr("n").eq(1))
    assert faults.hits == ["DeleteItem"]
    assert table.get(ALICE) is None


@ON_BOTH
def test_a_conditional_delete_still_refuses(on, table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("DeleteItem")
    with pytest.raises(ConditionFailed):
        table.delete(ALICE, condition=attr("n").eq(2))
    assert table.get(ALICE) == ALICE | {"n": 1}


def test_a_delete_of_nothing_refuses_when_no_answer_was_lost(table):
    with pytest.raises(ConditionFailed):
        table.delete(ALICE, condition=table.exists())


@pytest.mark.engine
def test_a_transaction_happens_once_and_succeeds(table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("TransactWriteItems")
    counting = table.updating(ALICE, Update().add("n", 1), condition=attr("n").eq(1))
    transact([counting, table.putting_new({"pk": "USER#alice", "sk": "LEDGER#1"})])
    assert faults.hits == ["TransactWriteItems"]
    assert table.get(ALICE)["n"] == 2


@pytest.mark.parametrize("conditional", [True, False])
def test_a_delete_that_needs_the_lost_old_item_says_so(table, faults, conditional):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("DeleteItem")
    with pytest.raises(Unavailable, match="its answer was lost"):
        table.delete(ALICE, condition=table.exists() if conditional else None, returning_old=True)
    assert table.get(ALICE) is None


def test_an_update_never_shows_its_own_first_attempt_as_the_old_item(table, faults):
    table.put(ALICE | {"n": 1})
    faults.lose_answer("UpdateItem")
    with pytest.raises(Unavailable, match="its answer was lost"):
        table.update(ALICE, Update().set("n", 2), returning="old")
    assert table.get(ALICE) == ALICE | {"n": 2}
