"""What a stranger does: copy the code, type `make run`. Fetches packages, so `long`."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from core.local.server import healthy
from tests import engines
from tests.local.running import ROOT

pytestmark = [pytest.mark.long, pytest.mark.engine, pytest.mark.timeout(400)]
FIRST_START = 180
SECOND_START = 8


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The files under version control and those about to be, in a path with a space."""
    folder = tmp_path_factory.mktemp("a clean copy")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


class Made:
    """One `make run` in a process group of its own, as a terminal would start it."""

    def __init__(self, folder, **environment):
        self.port = engines.free_port()
        self.output = folder / "output"
        self.began = time.monotonic()
        kept = ("PATH", "HOME", "PIP_CERT", "PIP_FIND_LINKS", "SSL_CERT_FILE")
        inherited = {name: os.environ[name] for name in kept if name in os.environ}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run", f"PORT={self.port}"],
                cwd=folder,
                env={**inherited, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def seconds_until_ready(self, limit):
        while not healthy(self.port):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < self.began + limit, self.output.read_text()
            time.sleep(0.1)
        return time.monotonic() - self.began

    def wait_for(self, count, text):
        assert self.says(count, text, seconds=30), self.output.read_text()

    def says(self, count, text, *, seconds):
        deadline = time.monotonic() + seconds
        while self.output.read_text().count(text) < count:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(30)


def test_a_clean_copy_runs_and_the_second_start_is_quick_and_needs_no_network(copy):
    with Made(copy) as first:
        first.seconds_until_ready(FIRST_START)
        first.wait_for(1, "Sign in as alice@example.com")
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "HTTPS_PROXY": "http://127.0.0.1:9"}
    with Made(copy, **offline) as second:
        assert second.seconds_until_ready(SECOND_START) <= SECOND_START
        second.wait_for(1, "Sign in as alice@example.com")
        assert "tables made" not in second.output.read_text()


def test_a_saved_file_restarts_the_worker(copy):
    with Made(copy) as made:
        made.seconds_until_ready(FIRST_START)
        made.wait_for(1, "Ctrl-C ends it")
        made.wait_for(1, "worker started")
        saved = copy / "jobs" / "kinds.py"
        for _ in range(6):  # on a busy machine it looks at files a while after it has started
            saved.touch()
            if made.says(2, "worker started", seconds=10):
                break
        made.wait_for(2, "worker started")
        assert made.process.poll() is None
