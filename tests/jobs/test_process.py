"""The worker as an operator runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.conf import settings

from jobs import services
from jobs.kinds import JobKind
from tests.engines import free_port
from tests.jobs.work import SECONDS, until, waiting

pytestmark = pytest.mark.engine


@contextmanager
def worker_process(tmp_path, *, endpoint=""):
    log = tmp_path / "worker.log"
    command = [sys.executable, "manage.py", "run_worker"]
    endpoint = endpoint or settings.DYNAMODB_ENDPOINT_URL
    local = {"STORAGE": "local", "DYNAMODB_ENDPOINT_URL": endpoint, "SITE_URL": "http://127.0.0.1"}
    environment = {**os.environ, **local}
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stderr=stderr, stdout=stderr
        )
    try:
        until(lambda: "worker started" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process, log
    finally:
        process.kill()
        process.wait(SECONDS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_jobs_and_ends_soon_after_a_signal(tmp_path, number):
    with worker_process(tmp_path) as (process, log):
        services.enqueue(JobKind.SIGN_UP_MAIL, ids={"attempt_hash": "of nobody"})
        until(lambda: waiting() == [])
        started = time.monotonic()
        process.send_signal(number)
        assert process.wait(SECONDS) == 0, log.read_text()
        assert time.monotonic() - started < 5
    assert "worker stopped" in log.read_text()


def test_it_outlives_an_outage(tmp_path):
    with worker_process(tmp_path, endpoint=f"http://127.0.0.1:{free_port()}") as (process, log):
        until(lambda: "storage is away" in log.read_text())
        assert process.poll() is None
        process.terminate()
        assert process.wait(SECONDS) == 0, log.read_text()


def test_it_hears_a_signal_while_storage_is_frozen(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(SECONDS)
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with worker_process(tmp_path, endpoint=endpoint) as (process, log):
            connection, _ = silent.accept()
            with connection:
                started = time.monotonic()
                process.terminate()
                assert process.wait(SECONDS) == 0, log.read_text()
                assert time.monotonic() - started < 5
