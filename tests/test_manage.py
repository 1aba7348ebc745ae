"""The command line as an operator meets it."""

import os
import subprocess
import sys

from tests.engines import free_port
from tests.factories import PASSWORD


def run_manage(*arguments, typed="", **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, "DYNAMODB_TEST_ENDPOINT": "", **environment},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_without_storage_ends_with_one_sentence():
    answer = run_manage(
        "create_admin",
        "--email=root@example.com",
        "--handle=rita_root",
        "--password-stdin",
        typed=f"{PASSWORD}\n",
        DYNAMODB_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}",
        SITE_URL="http://127.0.0.1:8000",
    )
    assert answer.returncode == 1
    assert "Storage does not answer" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert PASSWORD not in answer.stderr + answer.stdout
