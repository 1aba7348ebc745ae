"""Which of a key's secrets was sent."""

from datetime import datetime
from enum import StrEnum

from apikeys import peppers
from apikeys.items import ApiKey, Digest
from apikeys.texts import ParsedKey


class Slot(StrEnum):
    CURRENT = "current"
    PENDING = "pending"  # takes over now
    PREVIOUS = "previous"  # of before the last rotation, while it still works


def slot_of(sent: ParsedKey, key: ApiKey | None, now: datetime) -> Slot | None:
    """None when it is none of them, or there is no such key.

    All are compared, each in constant time, whichever there are: how long it takes says neither
    whether a key exists nor whether it is being rotated.
    """
    found = None
    for slot, digest in _digests(key, now).items():
        if peppers.matches(sent.key_id, sent.secret, digest):
            found = slot
    return found


def _digests(key: ApiKey | None, now: datetime) -> dict[Slot, Digest | None]:
    if key is None:
        return dict.fromkeys(Slot)
    previous = key.previous_at(now)
    return {
        Slot.CURRENT: key.digest,
        Slot.PENDING: key.pending.digest if key.pending else None,
        Slot.PREVIOUS: previous.digest if previous else None,
    }
