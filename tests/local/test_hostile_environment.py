"""A developer's shell full of real credentials: local mode works, and never leaves loopback."""

import shutil
import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.local.running import LocalRun
from tests.local.test_fence import HOSTILE

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
RECORDER = Path(__file__).with_name("sitecustomize_recorder.py")
ON_THIS_MACHINE = {"127.0.0.1", "::1", "localhost", "None"}


@pytest.fixture
def closed_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@pytest.fixture
def run(tmp_path, closed_port):
    recorder = tmp_path / "recorder"
    recorder.mkdir()
    shutil.copy(RECORDER, recorder / "sitecustomize.py")
    proxy = f"http://127.0.0.1:{closed_port}"
    environment = {name: value for name, value in HOSTILE.items() if name != "PATH"}
    environment |= dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), proxy)
    environment |= {"PYTHONPATH": str(recorder), "CONNECTIONS": str(tmp_path / "connections")}
    with LocalRun(tmp_path, environment) as run:
        yield run


def talked_to(run):
    lines = (run.folder / "connections").read_text().splitlines()
    return {line.split(" ", 1)[1] for line in lines}


def test_no_process_talks_to_anybody_off_this_machine(run):
    run.start(demo=True).until_ready()
    connection = HTTPConnection("127.0.0.1", run.port, timeout=10)
    connection.request("GET", "/sign-in/")
    assert connection.getresponse().status == 200
    connection.close()
    assert run.create_admin("nadia").returncode == 0
    assert run.end() == 0
    assert "127.0.0.1" in talked_to(run)
    assert talked_to(run) <= ON_THIS_MACHINE


def test_the_recorder_would_have_seen_and_stopped_it(run):
    run.environment["ENV_FILE"] = ""
    code = "import socket; socket.create_connection(('192.0.2.1', 9))"
    answer = run.python("-c", code)
    assert "PermissionError" in answer.stderr
    assert talked_to(run) == {"192.0.2.1"}
