"""Putting everything that is stored under the first key of FIELD_ENCRYPTION_KEYS.

Row by row and without a mark of how far it got: what is under the first key already is passed
over, so a run that broke off is simply run again.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from core import keyring
from core.crypto import DecryptionFailed
from core.sealed import Sealed
from dynamo.schema import TableSchema
from dynamo.table import Item, Table

LOOKS = 3  # at a row that is changed at the same moment


class State(StrEnum):
    CURRENT = "under the first key"
    OLD = "to be written anew"
    RENEWED = "written anew"
    BUSY = "in use"  # changed or held while we looked; the next run finds it
    STAYS = "not to be written anew"
    KEYLESS = "unreadable, the key is not configured"
    BROKEN = "unreadable, the key does not open it"


Tally = Counter[tuple[str, str, State]]  # by kind, key id, and what became of it


def rotate(schema: TableSchema, kinds: Iterable[Sealed], *, dry_run: bool) -> tuple[int, Tally]:
    """How many rows the table has, and what became of their values. A page in memory at a time.

    Raises StorageError; what was done until then is done.
    """
    mine, rows, tally = list(kinds), 0, Tally()
    for row in Table(schema).scan():
        rows += 1
        for sealed in mine:
            tally.update(_settled(sealed, row, dry_run=dry_run))
    return rows, tally


def _settled(sealed: Sealed, row: Item, *, dry_run: bool) -> Iterable[tuple[str, str, State]]:
    """Nothing for a row without a value of this kind; the scan may be behind, so what is replaced
    is compared, and looked at again when it has changed."""
    found: Item | None = row
    for look in range(LOOKS):
        if look:
            found = _again(sealed.schema, row)
        key_id = sealed.key_id(found) if found else ""
        if not found or not key_id:
            return
        state = _state(sealed, found, key_id, dry_run=dry_run)
        if state is not State.BUSY or look == LOOKS - 1:
            yield sealed.kind, key_id, state
            return


def _state(sealed: Sealed, row: Item, key_id: str, *, dry_run: bool) -> State:
    if key_id == keyring.current_id():
        return State.CURRENT
    if key_id not in keyring.ids():
        return State.KEYLESS
    if sealed.stays:
        return State.STAYS
    if dry_run:
        return State.OLD
    try:
        return State.RENEWED if sealed.renew(row) else State.BUSY
    except DecryptionFailed:
        return State.BROKEN


def _again(schema: TableSchema, row: Item) -> Item | None:
    return Table(schema).get({name: row[name] for name in schema.keys}, consistent=True)
