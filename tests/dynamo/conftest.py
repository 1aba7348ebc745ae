from io import StringIO

import pytest

from dynamo import provisioning
from dynamo.schema import configured_schemas, schema_named
from dynamo.table import Table
from tests.dynamo.commands import unprotect

ON_BOTH = pytest.mark.parametrize(
    "on", ["moto", pytest.param("engine", marks=pytest.mark.engine)], indirect=True
)


@pytest.fixture
def on():
    """Asked for by ON_BOTH: the same test on moto and on a real engine."""


@pytest.fixture
def table():
    """The billing table: both keys and an index of keys only (gsi1)."""
    return Table(schema_named("billing"))


@pytest.fixture
def sessions():
    """The sessions table: one key and an index that includes attributes."""
    return Table(schema_named("sessions"))


@pytest.fixture
def row():
    return {"pk": "USER#alice", "sk": "BALANCE"}


@pytest.fixture
def account(settings):
    """Names that nothing has yet; what a test made of them is gone afterwards."""
    names = settings.DYNAMODB_TABLES.items()
    settings.DYNAMODB_TABLES = {logical: f"fresh-{name}" for logical, name in names}
    yield
    for schema in configured_schemas():
        if state := provisioning.read_state(schema):
            if state.protected:
                unprotect(schema)
            provisioning.delete_table(schema)


@pytest.fixture
def nobody(monkeypatch):
    """Nobody sits at the terminal."""
    monkeypatch.setattr("sys.stdin", StringIO())


@pytest.fixture
def person(monkeypatch):
    """A person at the terminal, who answers in this order; the list holds the questions."""
    asked = []

    def answering(*answers):
        replies = iter(answers)
        terminal = StringIO()
        terminal.isatty = lambda: True
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or next(replies))
        return asked

    return answering
