"""Months of the books: opening + lines = closing, and the next one opens with that."""

import csv
import io
from datetime import date

import pytest

from billing import services as billing
from billing.errors import StatementNotFound
from billing.items import Bucket, EntryType
from billing.repository import BILLING, StatementRepository
from dynamo.errors import Unavailable
from dynamo.expressions import Update
from dynamo.metering import budget
from dynamo.table import Table
from tests.billing import books
from tests.billing.lives import buy, top_up
from tests.billing.walks import text_of
from tests.sessions.stores import client_of, sign_in
from tests.shell import CALLS, HOPS, RRU


@pytest.fixture
def history(alice, bob, time_machine):
    """Alice tops up in March, buys in March and May; today is the tenth of June."""
    moves = (
        ("2030-03-01T00:00:00Z", lambda: top_up(alice.user_sub, 3000)),
        ("2030-03-31T23:59:59Z", lambda: buy(alice.user_sub, bob.user_sub, 500, "post:1")),
        ("2030-05-05T12:00:00Z", lambda: buy(alice.user_sub, bob.user_sub, 1000, "post:2")),
    )
    for moment, move in moves:
        time_machine.move_to(moment, tick=False)
        move()
    time_machine.move_to("2030-06-10T12:00:00Z", tick=False)


def available(balances):
    return balances[Bucket.AVAILABLE]


def closings(user):
    return {f"{one.month:%Y-%m}": one.balances for one in billing.list_statements(user.user_sub)}


def kept(user):
    return [
        row["sk"]
        for row in books.rows()
        if row["sk"].startswith("STMT#") and row["user_sub"] == user.user_sub
    ]


@pytest.mark.usefixtures("history")
def test_opening_and_lines_are_the_closing_with_which_the_next_month_opens(alice):
    months = ("2030-03", "2030-04", "2030-05", "2030-06")
    found = [billing.get_statement(alice.user_sub, month) for month in months]
    assert [(available(one.opening), available(one.closing)) for one in found] == [
        (0, 2500),
        (2500, 2500),
        (2500, 1500),
        (1500, 1500),
    ]
    assert [one.lines for one in found] == [2, 0, 1, 0]
    assert found[0].moved == {
        (Bucket.AVAILABLE, EntryType.TOP_UP): 3000,
        (Bucket.AVAILABLE, EntryType.PURCHASE): -500,
    }
    assert all(one.is_verified for one in found)
    assert [one.is_final for one in found] == [True, True, True, False]


@pytest.mark.usefixtures("history")
def test_the_order_in_which_they_are_asked_for_makes_no_difference(alice):
    months = ("2030-05", "2030-03", "2030-06", "2030-04")
    first = {month: billing.get_statement(alice.user_sub, month) for month in months}
    second = {month: billing.get_statement(alice.user_sub, month) for month in reversed(months)}
    assert first == second


@pytest.mark.usefixtures("history")
def test_a_seller_has_statements_of_earnings(bob):
    (may,) = [billing.get_statement(bob.user_sub, "2030-05")]
    assert (may.opening[Bucket.EARN], may.closing[Bucket.EARN]) == (450, 1350)
    assert may.is_verified


@pytest.mark.usefixtures("history")
def test_the_list_has_every_month_back_to_the_first_movement(alice):
    found = closings(alice)
    assert [*found] == ["2030-06", "2030-05", "2030-04", "2030-03"]
    assert [available(balances) for balances in found.values()] == [1500, 1500, 2500, 2500]
    assert closings(alice) == found  # now from what is kept


@pytest.mark.usefixtures("history")
def test_a_closing_is_kept_once_its_month_is_over_for_an_hour(alice, time_machine):
    time_machine.move_to("2030-06-01T00:59:59Z", tick=False)
    billing.list_statements(alice.user_sub)
    assert kept(alice) == ["STMT#2030-03"]
    time_machine.move_to("2030-06-01T01:00:00Z", tick=False)
    billing.list_statements(alice.user_sub)
    assert sorted(kept(alice)) == ["STMT#2030-03", "STMT#2030-05"]


@pytest.mark.usefixtures("history")
def test_lines_of_months_that_are_kept_are_not_read_again(alice):
    billing.get_statement(alice.user_sub, "2030-06")
    with budget(calls=2, hops=2, rru=2, wru=0):
        billing.get_statement(alice.user_sub, "2030-06")


@pytest.mark.usefixtures("history")
def test_its_page_costs_three_reads_in_two_hops(alice):
    client = client_of(sign_in(alice))
    client.get("/wallet/statements/2030-05/")
    with budget(calls=5 + CALLS, hops=4 + HOPS, rru=5 + RRU, wru=0):
        client.get("/wallet/statements/2030-05/")


@pytest.mark.usefixtures("history")
def test_a_line_that_was_tampered_with_is_told_and_nothing_is_kept(alice, caplog):
    line = next(
        row
        for row in books.legs()
        if row["sk"].startswith("LEDGER#2030-03") and row["type"] == "purchase"
    )
    place = {"pk": line["pk"], "sk": line["sk"]}
    Table(BILLING).update(place, Update().set("amount", -400))
    assert not billing.get_statement(alice.user_sub, "2030-03").is_verified
    assert not billing.get_statement(alice.user_sub, "2030-05").is_verified
    assert kept(alice) == []
    assert "does not add up" in caplog.text
    page = text_of(client_of(sign_in(alice)).get("/wallet/statements/2030-03/"))
    assert "These numbers do not add up" in page


@pytest.mark.usefixtures("history")
def test_a_kept_closing_that_differs_from_the_lines_is_told(alice):
    billing.get_statement(alice.user_sub, "2030-03")
    (row,) = [row for row in books.rows() if row["sk"] == "STMT#2030-03"]
    place = {"pk": row["pk"], "sk": row["sk"]}
    Table(BILLING).update(place, Update().set("available", 9999))
    assert not billing.get_statement(alice.user_sub, "2030-03").is_verified
    assert not billing.get_statement(alice.user_sub, "2030-05").is_verified


@pytest.mark.usefixtures("history")
def test_what_is_kept_is_made_again_when_it_is_gone(alice):
    before = closings(alice)
    for month in (date(2030, 3, 1), date(2030, 5, 1)):
        place = {"pk": f"USER#{alice.user_sub}", "sk": f"STMT#{month:%Y-%m}"}
        Table(BILLING).delete(place)
    assert closings(alice) == before
    assert len(StatementRepository().upto(alice.user_sub, date(2030, 6, 1), limit=0)) == 2


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    "month",
    ["2030-02", "2030-07", "2030-13", "2030-5", "1999-01", "x", "2030-03-01", "\uff12030-03"],
)
def test_a_month_that_is_none_of_theirs_is_not_found(alice, month):
    with pytest.raises(StatementNotFound):
        billing.get_statement(alice.user_sub, month)
    client = client_of(sign_in(alice))
    assert client.get(f"/wallet/statements/{month}/").status_code == 404
    assert client.get(f"/wallet/statements/{month}/export.csv").status_code == 404
    answer = client.get(f"/api/v1/billing/statements/{month}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "statement_not_found")


def test_who_never_moved_money_has_none_and_nothing_is_written(alice):
    client = client_of(sign_in(alice))
    assert "No statement yet" in text_of(client.get("/wallet/statements/"))
    assert client.get("/api/v1/billing/statements/").json() == {"results": []}
    assert books.rows() == []


@pytest.mark.usefixtures("history")
def test_the_page_and_the_api_tell_the_same(alice, settings):
    settings.SELLER_NAME, settings.SELLER_ADDRESS = "Example Ltd", "1 Street | Berlin"
    client = client_of(sign_in(alice))
    page = text_of(client.get("/wallet/statements/2030-03/"))
    for shown in ("Statement of March 2030", "$0.00", "+$25.00", "$30.00", "\u2212$5.00", "Berlin"):
        assert shown in page
    told = client.get("/api/v1/billing/statements/2030-03/").json()
    assert (told["month"], told["opening"]["available"], told["closing"]["available"]) == (
        "2030-03",
        0,
        2500,
    )
    assert [line["amount"] for line in told["results"]] == [3000, -500]
    assert told["is_verified"] is True
    listed = client.get("/api/v1/billing/statements/").json()["results"]
    assert [one["month"] for one in listed][-1] == "2030-03"
    assert "March 2030" in text_of(client.get("/wallet/statements/"))


@pytest.mark.usefixtures("history")
def test_long_months_have_pages(alice, monkeypatch):
    monkeypatch.setattr("billing.services.statements.LINES", 1)
    client = client_of(sign_in(alice))
    first = client.get("/api/v1/billing/statements/2030-03/").json()
    assert [line["amount"] for line in first["results"]] == [3000]
    second = client.get(f"/api/v1/billing/statements/2030-03/?after={first['next']}").json()
    assert [line["amount"] for line in second["results"]] == [-500]
    other = client.get(f"/api/v1/billing/statements/2030-05/?after={first['next']}")
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")
    assert 'rel="next"' in text_of(client.get("/wallet/statements/2030-03/"))


def table_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("root", ["/wallet/", "/api/v1/billing/"])
def test_the_ledger_is_a_table_with_signs_and_a_running_balance(alice, bob, root):
    rows = table_of(client_of(sign_in(alice)), f"{root}ledger/export.csv")
    assert [(row["type"], row["amount"], row["amount_minor"]) for row in rows] == [
        ("topup", "30.00", "3000"),
        ("purchase", "-5.00", "-500"),
        ("purchase", "-10.00", "-1000"),
    ]
    assert [row["balance"] for row in rows] == ["30.00", "25.00", "15.00"]
    assert {row["currency"] for row in rows} == {"USD"}
    sold = table_of(client_of(sign_in(bob)), f"{root}ledger/export.csv")
    assert [row["balance_minor"] for row in sold] == ["450", "1350"]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("root", ["/wallet/", "/api/v1/billing/"])
def test_a_month_is_a_table_that_goes_on_from_its_opening(bob, root):
    (row,) = table_of(client_of(sign_in(bob)), f"{root}statements/2030-05/export.csv")
    assert (row["amount_minor"], row["balance_minor"]) == ("900", "1350")


def test_no_cell_of_text_is_computed_by_a_spreadsheet(alice, bob):
    top_up(alice.user_sub, 3000)
    buy(alice.user_sub, bob.user_sub, 500, reference="=cmd|'/c")
    text = "".join(billing.export_ledger(alice.user_sub))
    (row,) = [row for row in csv.DictReader(io.StringIO(text)) if row["type"] == "purchase"]
    assert row["reference"] == "'=cmd|'/c"
    assert row["amount"] == "-5.00"  # a number, to be added up


def test_a_table_is_sent_as_it_is_read(alice, bob, monkeypatch):
    monkeypatch.setattr("billing.services.exporting.ROWS", 2)
    top_up(alice.user_sub, 3000)
    for number in range(4):
        buy(alice.user_sub, bob.user_sub, 500, reference=f"post:{number}")
    parts = list(billing.export_ledger(alice.user_sub))
    assert [part.count("\n") for part in parts] == [1, 2, 2, 1]


def test_nothing_is_a_table_with_a_head(alice):
    assert len("".join(billing.export_ledger(alice.user_sub)).splitlines()) == 1


def test_a_store_that_does_not_answer_is_503_and_no_half_table(alice, monkeypatch):
    client = client_of(sign_in(alice))

    def fail(self, *args, **kwargs):
        raise Unavailable

    monkeypatch.setattr("billing.repository.LedgerRepository.oldest_first", fail)
    for path in ("/wallet/ledger/export.csv", "/api/v1/billing/ledger/export.csv"):
        assert client.get(path).status_code == 503
