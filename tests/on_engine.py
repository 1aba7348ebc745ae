"""Runs pytest with storage on MiniStack instead of moto, an engine for each of its processes.

python -m tests.on_engine [pytest argument ...]
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests import engines

PROCESSES = min((os.cpu_count() or 1) + 1, 4)  # one waits while another computes


def main(arguments):
    with ExitStack() as started:
        endpoints = [new_endpoint(started) for _ in range(PROCESSES)]
        environment = {**os.environ, "DYNAMODB_TEST_ENDPOINT": ",".join(endpoints)}
        processes = ["--numprocesses", str(PROCESSES), "--dist", "worksteal"]
        command = [sys.executable, "-m", "pytest", *processes, *arguments]
        return subprocess.call(command, env=environment)


def new_endpoint(started):
    folder = started.enter_context(tempfile.TemporaryDirectory())
    engine = engines.new_engine(Path(folder))
    engine.start()
    started.callback(engine.stop)
    return engine.url


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
