from concurrent.futures import ThreadPoolExecutor

import pytest

from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.expressions import Update, attr
from dynamo.table import transact

ALICE = {"pk": "USER#alice", "sk": "BALANCE"}


def outcomes(attempt, count=50):
    """What each of `count` attempts at once ended with: True, or the error's class."""

    def outcome(number):
        try:
            attempt(number)
        except (ConditionFailed, TransactionCancelled) as error:
            return type(error)
        return True

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(outcome, range(count)))


@pytest.mark.engine
def test_exactly_one_of_fifty_creates_an_item(table):
    found = outcomes(lambda n: table.put_new(ALICE | {"n": n}))
    assert found.count(True) == 1
    assert found.count(ConditionFailed) == 49
    assert table.get(ALICE)["n"] == found.index(True)


@pytest.mark.engine
def test_exactly_one_of_fifty_transactions_wins(table):
    def claim(n):
        counting = table.updating({"pk": "COUNT", "sk": "1"}, Update().add("n", 1))
        transact([table.putting_new(ALICE | {"n": n}), counting])

    found = outcomes(claim)
    assert found.count(True) == 1
    assert found.count(TransactionCancelled) == 49
    assert table.get({"pk": "COUNT", "sk": "1"})["n"] == 1


@pytest.mark.engine
def test_a_balance_never_goes_below_zero(table):
    table.put(ALICE | {"amount": 20})
    enough = attr("amount").ge(1)
    found = outcomes(lambda n: table.update(ALICE, Update().add("amount", -1), condition=enough))
    assert found.count(True) == 20
    assert table.get(ALICE)["amount"] == 0


@pytest.mark.engine
def test_one_token_applies_once_however_often_it_comes(table):
    counting = table.updating(ALICE, Update().add("n", 1))
    assert outcomes(lambda n: transact([counting], token="fixed"), count=20) == [True] * 20
    assert table.get(ALICE)["n"] == 1
