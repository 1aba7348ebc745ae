"""Where tests keep their tables: moto in this process, or an engine on loopback."""

import os
import socket
import threading
from contextlib import contextmanager

from django.test import override_settings
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends

from core.local.engine import Engine
from dynamo import client, provisioning
from dynamo.schema import configured_schemas
from dynamo.table import Table

TEST_ENDPOINT = os.environ.get("DYNAMODB_TEST_ENDPOINT", "")


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
    enter = BotocoreStubber.process_request

    def one_at_a_time(self, request):
        with entrance:
            return enter(self, request)

    BotocoreStubber.process_request = one_at_a_time
    with mock_aws():
        create_tables()
        yield
    BotocoreStubber.process_request = enter


def empty_moto():
    for regions in dynamodb_backends.values():
        for backend in regions.values():
            for table in backend.tables.values():
                table.items.clear()


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
