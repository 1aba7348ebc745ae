from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing import services as billing
from billing.repository import BILLING
from dynamo.table import Table
from tests.billing import books
from tests.billing.lives import buy, dispute, refund, told, top_up
from tests.billing.test_adjusting import correct


@pytest.fixture
def life(alice, bob):
    """Something of everything."""
    first, second = (top_up(alice.user_sub, 1500) for _ in range(2))
    buy(alice.user_sub, bob.user_sub, 500)
    told(first, refund(first, 300))
    refund(first, 200)
    dispute(second)
    correct(bob, 100)


def audit(*arguments):
    out = StringIO()
    try:
        call_command("audit_ledger", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def spoil(change, **where):
    """Change the first row that begins so, past every condition."""
    [(name, beginning)] = where.items()
    row = next(row for row in books.rows() if str(row.get(name, "")).startswith(beginning))
    Table(BILLING).put({**row, **change(row)})


def rules(user_sub=""):
    found = billing.audit_person(user_sub) if user_sub else billing.audit_all()
    return {finding.rule for finding in found}


def test_right_books_have_no_findings(life, alice):
    assert audit() == ("The books add up.\n", "")
    assert audit(alice.user_sub) == ("The books add up.\n", "")


@pytest.mark.parametrize(
    ("where", "change", "rule"),
    [
        ({"sk": "BALANCE"}, lambda row: {"available": row["available"] + 1}, "I1"),
        ({"sk": "LEDGER#"}, lambda row: {"after": -5}, "I2"),
        ({"sk": "EARNDAY#"}, lambda row: {"pending": 1}, "I4"),
        ({"sk": "PAY#"}, lambda row: {"reserved": row["reserved"] + 1}, "I5"),
        ({"sk": "PAY#"}, lambda row: {"status": "charged_back"}, "I5"),
        ({"sk": "IDEM#"}, lambda row: {"txn": "01JZZZZZZZZZZZZZZZZZZZZZZZ"}, "I6"),
        ({"status": "open"}, lambda row: {"held": row["held"] + 1}, "I7"),
        ({"status": "restricted"}, lambda row: {"status": "active"}, "I7"),
    ],
)
def test_a_row_that_was_changed_by_hand_is_found(life, where, change, rule):
    spoil(change, **where)
    assert rule in rules()
    lines, error = audit()
    assert f"{rule} " in lines
    assert "do not add up" in error


def test_a_leg_that_is_missing_is_found_once_it_is_no_longer_under_way(life, ahead):
    row = next(row for row in books.rows() if row["sk"].startswith("LEG#"))
    Table(BILLING).batch_write(deletes=[{"pk": row["pk"], "sk": row["sk"]}])
    assert rules() == set()
    ahead(minutes=1)
    assert rules() == {"I3"}


def test_it_changes_nothing(life):
    before = books.rows()
    audit()
    assert sorted(map(str, books.rows())) == sorted(map(str, before))


def test_it_says_what_is_wrong_with_the_question(life, settings):
    assert "not the id" in audit("alice")[1]
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    assert "BILLING_TABLE_NAME" in audit()[1]
