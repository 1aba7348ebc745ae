"""A whole local run in a folder of its own, watched through its output and its port."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from core.local.server import healthy
from tests import engines

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40


class LocalRun:
    """`manage.py runlocal` as a user's shell would start it; ended with the test."""

    def __init__(self, folder, environment=()):
        self.folder = folder
        self.port = engines.free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": str(folder / ".env"),
            "LOCAL_DIR": str(folder / "local"),
            "PORT": str(self.port),
            "DEBUG": "false",  # so that a file saved meanwhile restarts nothing
            **dict(environment),
        }
        self.output = folder / "output"
        self.process = None

    def start(self, *arguments, starter=(), demo=False):
        """Without the demo, which takes most of a first start, unless it is asked for."""
        arguments += () if demo else ("--without-demo",)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*starter, sys.executable, "manage.py", "runlocal", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self

    def until_ready(self):
        self.wait_for(lambda: "Ctrl-C ends it" in self.text() or self.process.poll() is not None)
        assert healthy(self.port), self.text()
        return self

    def ended(self):
        """Its exit code, once it has ended by itself."""
        return self.process.wait(PATIENCE)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.ended()

    def text(self):
        return self.output.read_text()

    def manage(self, *arguments, given=""):
        """A command in a second terminal."""
        return self.python("manage.py", *arguments, given=given)

    def python(self, *arguments, given=""):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def create_admin(self, name):
        options = ["--email", f"{name}@example.com", "--handle", f"{name}_h", "--password-stdin"]
        return self.manage("create_admin", *options, given="correct horse battery staple\n")

    def engine_pid(self):
        return next(pid for pid in processes() if f"STATE_DIR={self.folder}" in environ(pid))

    def engine_port(self):
        return int(re.search(r"^LOCAL_ENGINE_PORT=(\d+)$", self.env_text(), re.M)[1])

    def env_text(self):
        return (self.folder / ".env").read_text()

    def all_processes(self):
        """All processes with this run's folder in their environment: itself, and what it began."""
        return [pid for pid in processes() if str(self.folder) in environ(pid)]

    def wait_for(self, condition, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


def processes():
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            yield int(folder.name)


def environ(pid):
    """Empty for a process that has ended or is not ours."""
    try:
        return Path(f"/proc/{pid}/environ").read_text()
    except OSError:
        return ""
