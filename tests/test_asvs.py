"""docs/asvs.md answers every requirement of level 1 and 2, once, and by its number."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs/asvs.md"
HOLDS = {"yes", "partly", "no", "operator", "-"}


def requirements():
    """Number -> level."""
    lines = (ROOT / "tests/asvs-5.0.0.txt").read_text().splitlines()
    pairs = [line.split() for line in lines if not line.startswith("#")]
    return {number: int(level.removeprefix("L")) for number, level in pairs}


def rows():
    for line in DOCUMENT.read_text().partition("## Inventory")[0].splitlines():
        if re.match(r"\| V?\d", line):
            yield [cell.strip() for cell in line.split("|")[1:-1]]


def numbers_of(cell):
    """`1.2.3, 1.2.4`, or a section or chapter as `V1.4`, without its rows of level 3."""
    for name in cell.split(", "):
        if not name.startswith("V"):
            yield name
            continue
        inside = [n for n in requirements() if n.startswith(f"{name.removeprefix('V')}.")]
        assert inside, f"there is no {name}"
        yield from (number for number in inside if requirements()[number] < 3)


def answered():
    return [number for row in rows() for number in numbers_of(row[0])]


def test_every_number_exists():
    assert {*answered()} - {*requirements()} == set()


def test_every_requirement_of_level_1_and_2_is_answered_once():
    assert {n for n, level in requirements().items() if level < 3} - {*answered()} == set()
    assert [number for number, times in Counter(answered()).items() if times > 1] == []


@pytest.mark.parametrize("row", [*rows()], ids=lambda row: row[0])
def test_a_row_says_whether_it_holds_and_shows_it(row):
    _, holds, words, proof = row
    assert holds in HOLDS
    assert words
    assert bool(proof) == (holds != "-")
    if holds in ("yes", "partly"):
        assert re.search(r"`test_|`tests/|\]\(|\.py`", proof)
