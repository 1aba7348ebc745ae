"""Documents that name tests, and tests that stand for others, name ones that exist."""

import ast
import re
from pathlib import Path

import pytest

from tests.accounts.test_known_bugs import PROVEN_ELSEWHERE as OF_ACCOUNTS
from tests.apikeys.test_known_bugs import PROVEN_ELSEWHERE as OF_KEYS
from tests.mfa.test_known_bugs import PROVEN_ELSEWHERE as OF_FACTORS

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(?:(tests/[\w/]*(?:\.py)?)(?:::)?)?(test_\w+(?:\.py)?)?`")


def functions_of(path):
    return {node.name for node in ast.parse(path.read_text()).body if hasattr(node, "name")}


def all_tests():
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return {path.name for path in files} | {n for path in files for n in functions_of(path)}


@pytest.mark.parametrize("document", ["docs/asvs.md", "docs/security.md"])
def test_a_document_names_only_tests_that_exist(document):
    named = [found for found in NAMED.findall((ROOT / document).read_text()) if any(found)]
    assert len(named) > 30
    known = all_tests()
    missing = [path for path, _ in named if path and not (ROOT / path).exists()]
    missing += [name for _, name in named if name and name not in known]
    assert missing == []


@pytest.mark.parametrize(
    "reference",
    sorted({*sum((*OF_ACCOUNTS.values(), *OF_FACTORS.values(), *OF_KEYS.values()), ())}),
)
def test_a_known_bug_is_proven_by_a_test_that_exists(reference):
    path, _, name = reference.partition("::")
    assert name in functions_of(ROOT / "tests" / path)
