"""Django's own tests of session engines and of the session middleware, run on ours.

In a process of their own: they need django.contrib.sessions, whose label is that of our app.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import engines

ROOT = Path(__file__).resolve().parents[2]
ALL = {"Engine": 65, "EngineWithNaiveTimes": 65, "MiddlewareOfDjango": 12, "MiddlewareOfOurs": 12}


def run(*arguments):
    found = subprocess.run(
        [sys.executable, "-m", "tests.upstream.run", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert found.stdout, found.stderr
    return json.loads(found.stdout), found


def test_djangos_own_tests_pass_on_moto():
    passed, process = run("--engine", "moto")
    assert passed == ALL, process.stderr
    assert process.returncode == 0


@pytest.mark.long
@pytest.mark.engine
def test_djangos_own_tests_pass_on_the_engine(request):
    endpoint = engines.TEST_ENDPOINT or request.getfixturevalue("engine").url
    passed, process = run("--endpoint", endpoint)
    assert passed == ALL, process.stderr
    assert process.returncode == 0
