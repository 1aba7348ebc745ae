"""The engine process: what it keeps, and how it ends with the process that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection

import boto3
import pytest

from core.local.engine import Engine, EngineFailed, answers
from tests import engines

pytestmark = pytest.mark.engine
STARTER = """
import sys, time
from pathlib import Path
from core.local.engine import Engine
engine = Engine(port=int(sys.argv[1]), folder=Path(sys.argv[2]), inherited={})
engine.start()
print(engine.child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def own_engine(tmp_path):
    engine = engines.new_engine(tmp_path / "a folder")
    yield engine
    engine.stop()


def database(port):
    return boto3.client(
        "dynamodb",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def make_table(port, name="kept"):
    database(port).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_what_was_written_is_there_after_a_restart(own_engine):
    own_engine.start()
    make_table(own_engine.port)
    assert own_engine.stop() is True
    assert own_engine.was_killed() is False
    own_engine.start()
    assert database(own_engine.port).list_tables()["TableNames"] == ["kept"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_it_saves_and_ends_when_its_starter_dies(tmp_path, number):
    port = engines.free_port()
    command = [sys.executable, "-c", STARTER, str(port), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        engine_pid = int(starter.stdout.readline())
        make_table(port)
        starter.send_signal(number)
        starter.wait(10)
    wait_until(lambda: not alive(engine_pid))
    again = Engine(port=port, folder=tmp_path, inherited={})
    assert again.was_killed() is False
    again.start()
    try:
        assert database(port).list_tables()["TableNames"] == ["kept"]
    finally:
        again.stop()


def alive(pid):
    """A zombie whose parent is not ours counts as ended."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_kill_of_the_engine_itself_is_noticed(own_engine):
    own_engine.start()
    os.kill(own_engine.child.pid, signal.SIGKILL)
    wait_until(lambda: own_engine.child.exit_code is not None)
    assert own_engine.was_killed() is True


def test_it_listens_on_loopback_only(own_engine):
    own_engine.start()
    with open(f"/proc/{own_engine.child.pid}/net/tcp") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    port = f":{own_engine.port:04X}"
    assert [address for address in listening if address.endswith(port)] == [f"0100007F{port}"]


def test_only_its_owner_reads_what_it_saves(own_engine, tmp_path):
    own_engine.start()
    make_table(own_engine.port)
    own_engine.stop()
    state = tmp_path / "a folder" / "aws"
    assert state.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o077 for file in state.glob("*.json")} == {0}


def test_it_sees_nothing_of_our_environment(own_engine, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SECRET_KEY", "not for the engine")
    own_engine.start()
    with open(f"/proc/{own_engine.child.pid}/environ") as environment:
        names = {entry.partition("=")[0] for entry in environment.read().split("\0")}
    assert not {"AWS_PROFILE", "SECRET_KEY"} & names
    assert {"BIND_HOST", "STATE_DIR"} <= names


def test_a_taken_port_ends_the_start_with_the_reason(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        engine = Engine(port=other.getsockname()[1], folder=tmp_path, inherited={})
        with pytest.raises(EngineFailed, match="already in use"):
            engine.start()


def test_a_listener_that_is_no_database_is_no_answer(live_port):
    assert answers(live_port) is False


@pytest.fixture
def live_port(own_engine):
    """A port whose listener says 404 or the like to DynamoDB's calls: a plain web server."""
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0"]
    port = engines.free_port()
    with subprocess.Popen(
        [*command[:-1], str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        wait_until(lambda: connects(port))
        yield port
        server.terminate()


def connects(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.connect()
    except OSError:
        return False
    connection.close()
    return True
