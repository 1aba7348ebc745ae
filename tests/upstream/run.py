"""Run Django's session tests against the engine: python -m tests.upstream.run --engine ministack

Prints one JSON object, {case: tests passed}, and exits with 1 if any did not pass.
"""

import argparse
import json
import os
import sys
import tempfile
import unittest
from contextlib import contextmanager
from pathlib import Path

from tests import environment  # noqa: F401  (fixes the process environment)
from tests.upstream.fetch import session_tests


@contextmanager
def storage(arguments):
    from tests import engines

    if arguments.endpoint:
        with engines.connected_to(arguments.endpoint):
            engines.create_tables()
            yield
    elif arguments.engine == "moto":
        with engines.moto():
            yield
    else:
        with tempfile.TemporaryDirectory() as folder:
            engine = engines.new_engine(Path(folder))
            engine.start()
            try:
                with engines.connected_to(engine.url):
                    engines.create_tables()
                    yield
            finally:
                engine.stop()


def passed(case):
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite)
    lost = (result.failures, result.errors, result.skipped, result.expectedFailures)
    return result.testsRun - sum(map(len, lost)), result.wasSuccessful()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["moto", "ministack"], default="moto")
    parser.add_argument("--endpoint", default="", help="an engine that runs already")
    arguments = parser.parse_args()
    sys.path.insert(0, str(session_tests()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.upstream.settings"

    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    from tests.upstream.cases import CASES

    with storage(arguments):
        results = {case.__name__: passed(case) for case in CASES}
    print(json.dumps({name: count for name, (count, _) in results.items()}))
    return 0 if all(good for _, good in results.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
