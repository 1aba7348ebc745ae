"""What every stored row has to be: of one documented family, dated, shaped, somebody's, and
without an encrypted value that a new key would leave behind."""

import re

from dynamo.schema import all_schemas
from tests.families import TIME, documented, family_of, rows_of
from tests.walks.keys import undeclared

OWNERS = ("user_sub", "user_id")
NOBODY = "0" * 10  # the time in the id that stands in for a name without an account


def families(*logical, beginning=""):
    """The documented ones of these tables, or of the partitions that begin so."""
    return {
        each for each in documented() if each.table in logical and each.pk.startswith(beginning)
    }


def seen():
    """The families of everything stored now. Fails for a row that is not as documented."""
    people = {row["user_sub"] for _, _, sk, row in rows_of("users") if sk == "ACCOUNT"}
    tables = [schema.logical for schema in all_schemas()]
    return {checked(people, *stored) for stored in rows_of(*tables)}


def checked(people, table, pk, sk, row):
    family = family_of(table, pk, sk)
    assert family, f"{table} {pk} / {sk} is not documented"
    for name in ("created_at", "updated_at"):
        assert re.fullmatch(TIME, row.get(name, "")), (name, row)
    assert row["created_at"] <= row["updated_at"], row
    assert row.get("sv") == 1, row
    assert not family.owner or family.owner in row, row
    assert undeclared(table, row) == set(), row
    owners = {row[name] for name in OWNERS if name in row}
    assert {owner for owner in owners if not owner.startswith(NOBODY)} <= people, row
    return family
