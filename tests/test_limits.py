"""docs/limits.md names every limit of the code with its numbers, and no other."""

import re
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
SPANS = {60: "a minute", 300: "5 minutes", 3600: "an hour", 86_400: "a day", 2_592_000: "30 days"}
LIMIT = re.compile(r'Limit\((?:name=)?"([\w.-]+)", times=([\w.]+), seconds=([\d_ *]+)\)')
LOCKOUT = re.compile(r'Lockout\(name="(\w+)"')


def declared():
    """Name -> (times, span)."""
    found = {}
    for config in apps.get_app_configs():
        if Path(config.path).parent != ROOT:
            continue
        for file in Path(config.path).rglob("*.py"):
            text = file.read_text()
            for name, times, seconds in LIMIT.findall(text):
                found[name] = (times.replace("settings.", ""), SPANS[product(seconds)])
            found |= dict.fromkeys(LOCKOUT.findall(text), ("growing wait", ""))
    return found


def product(text):
    first, _, second = text.partition("*")
    return int(first) * int(second or 1)


def documented():
    page = (ROOT / "docs/limits.md").read_text().partition("## How much")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines()]
    return {
        row[0].strip("`"): (row[1].strip("`"), row[2])
        for row in rows
        if row and row[0].startswith("`")
    }


def test_every_limit_is_documented_as_it_is():
    assert len(declared()) > 30
    assert documented() == declared()
