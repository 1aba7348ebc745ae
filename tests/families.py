"""The families of items that docs/data-model.md documents, and whether a stored row is of one."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from dynamo.schema import all_schemas
from dynamo.table import Table

START, END = "<!-- families -->\n", "<!-- families: end -->"
SHARD, HASH = r"\d+", r"[0-9a-f]{64}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
PLACES = {"created_at": TIME, "ts": TIME, "due": TIME, "day": r"\d{4}-?\d\d-?\d\d"}
PLACES |= {"shard": SHARD, "window": SHARD, "lane": "[ib]", "hash": HASH, "digest": HASH}
PLACES |= {"session_hash": HASH, "code_hash": HASH, "email": r"\S+@\S+"}
ID = {"post_id", "user_id", "user_sub", "comment_id", "notification_id", "job_id", "device_id"}
ID |= {"payment_method_id", "payment_intent_id", "author_id", "alert_id", "challenge_id"}
ID |= {"refund_id", "dispute_id", "adjustment_id", "other_id", "media_id"}
PLACES |= {"version": SHARD}
ID |= {"draft_id"}
ID |= {"key_id", "signin_id", "export_id", "approval_id"}
ANYTHING = r"[^#]+"


@dataclass(frozen=True)
class Family:
    """`owner` is the attribute that names whose row it is; empty for rows of nobody."""

    table: str
    pk: str
    sk: str
    owner: str


@cache
def documented():
    page = (settings.BASE_DIR / "docs/data-model.md").read_text()
    lines = page.partition(START)[2].partition(END)[0].splitlines()[2:]
    rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return tuple(Family(*row[:3], "" if row[3] == "none" else row[3]) for row in rows)


def rows_of(*logical):
    """(logical table, partition key, sort key, row) of everything stored."""
    for schema in all_schemas():
        if schema.table_name and schema.logical in logical:
            for row in Table(schema).scan():
                names = (*schema.keys, None)[:2]
                yield schema.logical, row[names[0]], row[names[1]] if names[1] else "", row


def family_of(table, pk, sk):
    fitting = [
        family
        for family in documented()
        if family.table == table and fits(family.pk, pk) and fits(family.sk, sk)
    ]
    assert len(fitting) <= 1, f"{pk} / {sk} fits {fitting}"
    return fitting[0] if fitting else None


@cache
def pattern(text):
    return re.compile("".join(part(piece) for piece in re.split(r"(<\w+>)", text)))


def part(piece):
    if not re.fullmatch(r"<\w+>", piece):
        return re.escape(piece)
    name = piece[1:-1]
    return ULID if name in ID else PLACES.get(name, ANYTHING)


def fits(text, key):
    return pattern(text).fullmatch(key) is not None
