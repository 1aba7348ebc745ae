"""Runs pytest with storage on a MiniStack process instead of moto.

python -m tests.on_engine [pytest argument ...]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import engines


def main(arguments):
    with tempfile.TemporaryDirectory() as folder:
        engine = engines.new_engine(Path(folder))
        engine.start()
        environment = {**os.environ, "DYNAMODB_TEST_ENDPOINT": engine.url}
        command = [sys.executable, "-m", "pytest", *arguments]
        try:
            return subprocess.call(command, env=environment)
        finally:
            engine.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
