"""`make run` from its start to whatever ends it."""

import os
import re
import signal
import socket

import pytest

from core.local.server import healthy
from tests.local.running import LocalRun

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
DEMO = "Sign in as alice@example.com"


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    with LocalRun(folder) as run:
        yield run


def test_a_first_start_sets_everything_up_and_a_second_finds_it(run):
    del run.environment["DEBUG"]
    run.start(demo=True).until_ready()
    assert (run.folder / ".env").stat().st_mode & 0o777 == 0o600
    assert "12 tables made" in run.text()
    assert "demo accounts loaded" in run.text()
    assert DEMO in run.text()
    assert "manage.py demo_code prints it" in run.text()
    assert f"http://127.0.0.1:{run.port}/dev/inbox/" in run.text()
    assert re.search(r"payment sandbox at http://127\.0\.0\.1:\d+, no real money", run.text())
    assert run.create_admin("dora").returncode == 0
    assert run.end(signal.SIGINT) == 0
    assert run.all_processes() == []

    kept = run.env_text()
    run.start(demo=True).until_ready()
    assert run.env_text() == kept
    assert "tables made" not in run.text()
    assert DEMO in run.text()
    again = run.create_admin("dora")
    assert again.returncode == 1
    assert "already" in again.stderr


@pytest.mark.parametrize(
    "number", [signal.SIGHUP, pytest.param(signal.SIGKILL, marks=pytest.mark.long)]
)
def test_however_it_ends_nothing_is_left_running_and_the_data_is_kept(run, number):
    run.start().until_ready()
    assert run.create_admin("dora").returncode == 0
    run.end(number)
    run.start().until_ready()
    assert "was killed last time" not in run.text()
    assert run.create_admin("dora").returncode == 1
    assert run.end() == 0
    assert run.all_processes() == []


def test_a_killed_engine_ends_the_run_and_the_next_one_says_so(run):
    run.start().until_ready()
    os.kill(run.engine_pid(), signal.SIGKILL)
    assert run.ended() == 1
    assert "The engine ended by itself" in run.text()
    assert run.all_processes() == []
    run.start().until_ready()
    assert "was killed last time" in run.text()
    assert "12 tables made" in run.text()


def test_a_second_run_in_the_same_folder_is_refused(run):
    run.start().until_ready()
    second = LocalRun(run.folder)
    second.output = run.folder / "second"
    assert second.start().ended() == 1
    assert f"It runs already: process {run.process.pid}" in second.text()
    assert healthy(run.port)


@pytest.mark.parametrize("variable", ["PORT", "LOCAL_ENGINE_PORT", "BILLING_SANDBOX_PORT"])
def test_a_taken_port_is_named_and_nothing_is_started(run, variable):
    run.environment["DEBUG"] = "true"  # the sandbox is for development only
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run.environment[variable] = str(port)
        assert run.start().ended() == 1
    assert f"{variable}={port} cannot be used: Address already in use" in run.text()
    assert run.all_processes() == []


def test_an_endpoint_of_ones_own_is_used_and_no_engine_started(run, engine):
    run.environment["DYNAMODB_ENDPOINT_URL"] = engine.url
    run.start().until_ready()
    assert f"{engine.url} is used" in run.text()
    assert not (run.folder / "local" / "aws").exists()
    assert run.end() == 0
    assert engine.child.exit_code is None


def test_an_endpoint_elsewhere_is_refused(run):
    run.environment["DYNAMODB_ENDPOINT_URL"] = "https://dynamodb.us-east-1.amazonaws.com"
    assert run.start().ended() == 1
    assert "DYNAMODB_ENDPOINT_URL" in run.text()
    assert "Traceback" not in run.text()


def test_an_env_file_that_does_not_say_local_starts_no_engine(run):
    (run.folder / ".env").write_text("SITE_NAME=Mine\n")
    assert run.start().ended() == 1
    assert "STORAGE is aws" in run.text()
    assert "DDB_SESSIONS_TABLE" in run.text()
    assert run.env_text() == "SITE_NAME=Mine\n"
    assert not (run.folder / "local").exists()


def test_it_ends_with_the_process_that_started_it_when_asked_to(run):
    run.start("--end-with-parent", starter=["sh", "-c", '"$@" & wait', "sh"]).until_ready()
    run.end(signal.SIGKILL)
    run.wait_for(lambda: run.all_processes() == [])
