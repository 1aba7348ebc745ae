"""The rules of the ledger itself: who writes it, and what can be a transaction at all."""

import ast
from pathlib import Path

import pytest

from billing.items import Bucket, EntryType, Leg, Transaction, Wallet
from billing.repository import LEDGER_LABEL, LedgerRepository
from billing.services.postings import Moved, credited, moved, wallet_legs
from core import clock, ids
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from tests.billing import books
from tests.billing.lives import top_up

FOLDER = Path(__file__).parents[2] / "billing"


def leg(amount, **more):
    return Leg(bucket=Bucket.FEES, amount=amount, type=EntryType.FEE, **more)


def transaction(*legs):
    return Transaction(
        txn=ids.new_id(),
        at=clock.now(),
        currency="USD",
        user_sub=ids.new_id(),
        ref="",
        actor_sub="",
        legs=legs,
    )


@pytest.mark.parametrize("amounts", [(), (5,), (5, -4), (5, -5, 0), (-1, -1)])
def test_legs_that_do_not_add_up_to_zero_are_no_transaction(amounts):
    with pytest.raises(ValueError, match="not a transaction"):
        transaction(*map(leg, amounts))


def test_a_transaction_is_written_once():
    movement = transaction(leg(5), leg(-5))
    transact(LedgerRepository().adding(movement))
    with pytest.raises(TransactionCancelled) as refusal:
        transact(LedgerRepository().adding(movement))
    assert refusal.value.failed(LEDGER_LABEL)
    assert len(books.legs()) == 2


def test_keys_are_the_documented_ones(alice):
    payment = top_up(alice.user_sub)
    mine, platform = sorted(books.legs(), key=lambda row: row["pk"], reverse=True)
    assert mine["pk"] == f"USER#{alice.user_sub}"
    assert mine["sk"] == f"LEDGER#{mine['ts']}#{payment.payment_intent_id}-2"
    account, _, place = platform["pk"].rpartition("#")
    assert (account, platform["sk"]) == (
        "ACCT#clearing:stripe:USD",
        f"LEG#{payment.payment_intent_id}-1",
    )
    assert 0 <= int(place) < 16


def test_one_module_writes_the_ledger():
    writers = {
        file.name
        for file in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Name) and node.id in ("LEDGER", "LEG", "PLATFORM")
    }
    assert writers == {"ledger.py", "schema.py", "people.py"}  # people.py keeps them
    source = (FOLDER / "repository" / "ledger.py").read_text()
    for verb in ("updating", "deleting", ".update(", ".delete(", "batch_write", ".put("):
        assert verb not in source


def wallet(**amounts):
    return Wallet(user_sub=ids.new_id(), currency="USD", **amounts)


@pytest.mark.parametrize("change", [{"available": -11}, {"held": -1}, {"debt": -1}])
def test_no_part_of_a_wallet_becomes_negative(change):
    with pytest.raises(Moved):
        moved(wallet(available=10), **change)


@pytest.mark.parametrize(
    ("debt", "amount", "available", "left"), [(0, 5, 5, 0), (3, 5, 2, 0), (9, 5, 0, 4)]
)
def test_a_credit_pays_a_debt_first(debt, amount, available, left):
    before = wallet(debt=debt)
    after = credited(before, amount)
    assert (after.available, after.debt) == (available, left)
    legs = wallet_legs(before, after, EntryType.TOP_UP)
    assert sum(each.amount for each in legs) == amount
