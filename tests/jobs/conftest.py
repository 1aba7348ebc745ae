"""Handlers of these tests live in a registry of their own; nothing of them outlasts a test."""

import pytest

from jobs import handlers
from tests.jobs.work import RECORD, Ledger


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(handlers, "_handlers", {})
    monkeypatch.setattr(handlers, "_recurrences", {})
    return handlers


@pytest.fixture
def hands(time_machine):
    """The clock stands still at the first second of 2030; `hands.shift(seconds)` moves it."""
    time_machine.move_to("2030-01-01T00:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def ledger(registry):
    """A handler of RECORD that counts its effects in the table, and its runs here."""
    ledger = Ledger()
    registry.handler(RECORD)(ledger.handle)
    return ledger
