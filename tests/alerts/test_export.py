"""All alerts as a file."""

import csv
import io
import json

import pytest
from django.test import Client

from alerts import services as alerts
from alerts.items import AlertKind
from alerts.services.export import FileFormat
from core.spreadsheets import harmless
from dynamo.errors import Unavailable
from tests.alerts.people import tell
from tests.alerts.test_filters import copies

PAGES, API = "/alerts/export.", "/api/v1/alerts/export."


def text_of(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("root", [PAGES, API])
def test_both_formats_hold_every_alert(client_for, alice, bob, root):
    tell(alice, AlertKind.NEW_DEVICE)
    copies(alice, 120)
    tell(bob, device="of Bob")
    client = client_for(alice)
    answer = client.get(root + "csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="alerts.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(text_of(answer))))
    lines = [json.loads(line) for line in text_of(client.get(root + "ndjson")).splitlines()]
    assert [row["alert_id"] for row in rows] == [line["alert_id"] for line in lines]
    assert len(rows) == 121
    assert lines[0]["facts"] == {"device": "Firefox on Windows", "ip": "192.0.2.7"}
    assert rows[0]["title"] == "New sign-in to your account"
    assert "of Bob" not in str(rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "=cmd|'/c calc'!A"])
def test_a_spreadsheet_computes_nothing(alice, start):
    tell(alice, AlertKind.APIKEY_CREATED, key="k", hint=f"{start}1+1")
    tell(alice, AlertKind.HANDLE_CHANGED, old="a", new="b")
    text = "".join(alerts.export_alerts(user_sub=alice.user_sub, file_format=FileFormat.CSV))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("1+1" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\r", "\n=1"])
def test_every_dangerous_beginning_is_quoted(text):
    assert harmless(text) == f"'{text}"
    assert harmless("a" + text) == "a" + text


def test_pages_are_read_as_they_are_sent(alice, monkeypatch):
    tell(alice)
    copies(alice, 9)
    monkeypatch.setattr("alerts.services.export.ROWS", 4)
    parts = list(alerts.export_alerts(user_sub=alice.user_sub, file_format=FileFormat.NDJSON))
    assert [part.count("\n") for part in parts] == [4, 4, 2]


def test_nothing_is_an_empty_file_with_a_head(alice):
    (head, empty) = alerts.export_alerts(user_sub=alice.user_sub, file_format=FileFormat.CSV)
    assert (head.split(",")[0], empty) == ("alert_id", "")


def test_a_store_that_does_not_answer_is_503_and_no_half_file(client_for, alice, monkeypatch):
    def fail(self, *args, **kwargs):
        raise Unavailable

    client = client_for(alice)
    monkeypatch.setattr("alerts.repository.AlertRepository.page", fail)
    assert client.get(PAGES + "csv").status_code == 503
    assert client.get(API + "ndjson").status_code == 503


def test_a_visitor_gets_none():
    assert Client().get(PAGES + "csv").status_code == 302
    assert Client().get(API + "csv").status_code == 401
