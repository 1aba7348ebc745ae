import pytest

from dynamo import deadlines
from dynamo.errors import (
    InvalidItem,
    ItemTooLarge,
    Throttled,
    TokenReused,
    TransactionCancelled,
    TransactionConflict,
)
from dynamo.expressions import Update, attr
from dynamo.table import transact
from tests.dynamo.conftest import ON_BOTH

ALICE = {"pk": "USER#alice", "sk": "BALANCE"}
BOB = {"pk": "USER#bob", "sk": "BALANCE"}
LEG = {"pk": "USER#alice", "sk": "LEDGER#1"}
SESSION = {"session_hash": "a"}


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    slept = []
    monkeypatch.setattr(deadlines.time, "sleep", slept.append)
    return slept


@pytest.fixture
def transfer(table):
    """Alice pays Bob 5, if she can."""
    table.batch_write(puts=[ALICE | {"amount": 7}, BOB | {"amount": 0}])
    enough = table.exists() & attr("amount").ge(5)
    return [
        table.updating(ALICE, Update().add("amount", -5), condition=enough, label="debit"),
        table.updating(BOB, Update().add("amount", 5), condition=table.exists(), label="credit"),
    ]


def amounts(table):
    return [item["amount"] for item in table.batch_get([ALICE, BOB])]


@ON_BOTH
def test_it_writes_everything(on, table, sessions, transfer):
    checked = sessions.checking(SESSION, sessions.missing())
    transact([*transfer, table.putting_new(LEG), checked])
    assert amounts(table) == [2, 5]
    assert table.get(LEG) == LEG


@ON_BOTH
def test_it_names_the_action_that_failed_and_writes_nothing(on, table, transfer):
    transact(transfer)
    with pytest.raises(TransactionCancelled) as caught:
        transact([table.putting_new(LEG, label="leg"), *transfer])
    error = caught.value
    assert error.labels == ("debit",)
    assert error.failed("debit")
    assert not error.failed("leg")
    assert not error.failed("credit")
    assert error.item("debit") == ALICE | {"amount": 2}
    assert error.item("leg") is None
    assert error.table == table.name
    assert amounts(table) == [2, 5]
    assert table.get(LEG) is None


@ON_BOTH
def test_each_kind_of_action_can_refuse(on, table):
    table.put(ALICE | {"amount": 1})
    refusing = {
        "put": table.putting(ALICE, condition=attr("amount").eq(9), label="put"),
        "new": table.putting_new(ALICE, label="new"),
        "delete": table.deleting(ALICE, condition=attr("amount").eq(9), label="delete"),
        "check": table.checking(ALICE, attr("amount").eq(9), label="check"),
    }
    for label, write in refusing.items():
        with pytest.raises(TransactionCancelled) as caught:
            transact([table.putting(BOB), write])
        assert caught.value.labels == (label,)
    assert list(table.scan()) == [ALICE | {"amount": 1}]


def test_a_label_defaults_to_the_table(table, sessions):
    assert table.deleting(ALICE).label == "billing"
    assert sessions.deleting(SESSION).label == "sessions"


@pytest.mark.engine
def test_a_token_applies_once(table, transfer):
    transact(transfer, token="job-1")
    transact(transfer, token="job-1")
    assert amounts(table) == [2, 5]


@pytest.mark.engine
def test_a_token_is_refused_for_other_writes(table, transfer):
    token = "a token that is much longer than the 36 characters of the service"
    transact(transfer, token=token)
    with pytest.raises(TokenReused):
        transact([table.putting(LEG)], token=token)
    assert table.get(LEG) is None


def test_without_a_token_every_call_is_its_own(table):
    counting = [table.updating(ALICE, Update().add("n", 1))]
    transact(counting)
    transact(counting)
    assert table.get(ALICE)["n"] == 2


def conflict(*codes):
    return {"CancellationReasons": [{"Code": code} for code in codes]}


@ON_BOTH
def test_it_repeats_a_conflict_with_the_same_token(on, table, transfer, faults, pauses):
    tokens = []
    from dynamo import client

    client.client().meta.events.register(
        "before-call.dynamodb.TransactWriteItems",
        lambda params, **_: tokens.append(params["body"]),
        unique_id="tokens",
    )
    reasons = conflict("None", "TransactionConflict")
    faults.refuse("TransactWriteItems", "TransactionCanceledException", times=3, **reasons)
    transact(transfer)
    client.client().meta.events.unregister(
        "before-call.dynamodb.TransactWriteItems", unique_id="tokens"
    )
    assert amounts(table) == [2, 5]
    assert len(tokens) == 4
    assert len(set(tokens)) == 1
    assert len(pauses) == 3


def test_it_repeats_a_transaction_in_progress(table, faults):
    faults.refuse("TransactWriteItems", "TransactionInProgressException")
    transact([table.putting(ALICE)])
    assert table.get(ALICE) == ALICE


def test_it_gives_up_on_a_conflict_that_stays(table, faults):
    reasons = conflict("TransactionConflict")
    faults.refuse("TransactWriteItems", "TransactionCanceledException", times=99, **reasons)
    with pytest.raises(TransactionConflict):
        transact([table.putting(ALICE)])
    assert len(faults.hits) == deadlines.ATTEMPTS


def test_a_failed_condition_beside_a_conflict_is_not_repeated(table, faults):
    reasons = conflict("ConditionalCheckFailed", "TransactionConflict")
    faults.refuse("TransactWriteItems", "TransactionCanceledException", times=9, **reasons)
    with pytest.raises(TransactionCancelled) as caught:
        transact([table.putting(ALICE, label="a"), table.putting(BOB, label="b")])
    assert caught.value.labels == ("a",)
    assert len(faults.hits) == 1


def test_a_throttled_transaction_is_throttled(table, faults):
    reasons = conflict("ThrottlingError", "None")
    faults.refuse("TransactWriteItems", "TransactionCanceledException", times=9, **reasons)
    with pytest.raises(Throttled):
        transact([table.putting(ALICE), table.putting(BOB)])


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "DeleteItem"])
def test_a_single_write_repeats_a_conflict_too(table, faults, operation):
    calls = {
        "PutItem": lambda: table.put(ALICE),
        "UpdateItem": lambda: table.update(ALICE, Update().set("n", 1)),
        "DeleteItem": lambda: table.delete(ALICE),
    }
    faults.refuse(operation, "TransactionConflictException", times=2)
    calls[operation]()
    assert faults.hits == [operation] * 2


def test_it_refuses_what_the_service_would_refuse(table, faults):
    big = [table.putting({"pk": "a", "sk": str(n), "t": "x" * 340_000}) for n in range(13)]
    with faults.outage():
        with pytest.raises(InvalidItem, match="not 0"):
            transact([])
        with pytest.raises(InvalidItem, match="not 101"):
            transact([table.putting({"pk": "a", "sk": str(n)}) for n in range(101)])
        with pytest.raises(InvalidItem, match="'one' and 'two'"):
            transact([table.putting(ALICE, label="one"), table.deleting(ALICE, label="two")])
        with pytest.raises(ItemTooLarge):
            transact(big)


@ON_BOTH
def test_it_takes_a_hundred_actions(on, table):
    transact([table.putting_new({"pk": "a", "sk": f"{n:03}"}) for n in range(100)])
    assert len(table.query("a").items) == 100
