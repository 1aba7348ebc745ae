"""Where tests keep their tables: moto in this process, or an engine on loopback."""

import os
import socket
import threading
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.test import override_settings
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends

from core.local.engine import Engine
from dynamo import client, provisioning
from dynamo.schema import configured_schemas
from dynamo.table import Table
from tests.quick_moto import quick


def _own_endpoint():
    """The one that belongs to this process, of the endpoints separated by commas."""
    endpoints = os.environ["DYNAMODB_TEST_ENDPOINT"].split(",")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if worker >= len(endpoints):
        raise RuntimeError("DYNAMODB_TEST_ENDPOINT names fewer endpoints than there are processes")
    return endpoints[worker]


TEST_ENDPOINT = _own_endpoint() if os.environ.get("DYNAMODB_TEST_ENDPOINT") else ""


def create_tables():
    """Without TTL: an engine's reaper reads the real clock, and tests freeze theirs."""
    for schema in configured_schemas():
        if not provisioning.read_state(schema):
            client.call("CreateTable", **provisioning.table_parameters(schema, protected=False))


def empty_tables():
    for table in map(Table, configured_schemas()):
        keys = table.schema.keys
        table.batch_write(deletes=[{name: item[name] for name in keys} for item in table.scan()])


@contextmanager
def moto():
    """moto loses writes when threads meet in it, so that one request at a time enters."""
    entrance = threading.RLock()
    with quick(), pytest.MonkeyPatch.context() as patch:
        enter = BotocoreStubber.process_request

        def one_at_a_time(self, request):
            with entrance:
                return enter(self, request)

        patch.setattr(BotocoreStubber, "process_request", one_at_a_time)
        with mock_aws():
            create_tables()
            yield


def empty():
    """The storage that is connected, without a row left."""
    if client.is_local():
        empty_tables()
    else:
        empty_moto()


def empty_moto():
    for table in moto_tables():
        table.items.clear()


def moto_tables():
    for regions in dynamodb_backends.values():
        for backend in regions.values():
            yield from backend.tables.values()


def rows():
    """Table -> its rows, comparable, of the engine that is connected; moto's are the live ones."""
    if client.is_local():
        return {schema.table_name: rows_of(schema) for schema in configured_schemas()}
    # A read of a key that does not exist leaves an empty entry behind.
    return {
        table.name: {key: found for key, found in table.items.items() if found}
        for table in moto_tables()
    }


def rows_of(schema):
    return sorted(Table(schema).scan(), key=lambda row: [row[name] for name in schema.keys])


def put_back(kept):
    """Make a copy of `rows()` what storage holds."""
    if client.is_local():
        empty_tables()
        for schema in configured_schemas():
            Table(schema).batch_write(puts=kept[schema.table_name])
    else:
        for table in moto_tables():
            table.items.clear()
            table.items.update(deepcopy(kept[table.name]))


_clients = {}


@contextmanager
def connected_to(endpoint):
    """Let the code under test use this endpoint, as local mode does; clients are kept."""
    before = client._client
    with override_settings(STORAGE="local", DYNAMODB_ENDPOINT_URL=endpoint):
        client._client = _clients.get(endpoint)
        yield
        _clients[endpoint] = client._client
    client._client = before


def close_clients():
    for kept in filter(None, [*_clients.values(), client._client]):
        kept.close()


def new_engine(folder):
    """An engine that was not started; it ends with this process in any case."""
    inherited = {"PATH": os.environ.get("PATH", "")}
    return Engine(port=free_port(), folder=folder, inherited=inherited)


def free_port():
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]
