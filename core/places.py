"""How much of something may be under way at once for one subject, over all processes.

Each piece of work holds a place while it lasts. A place is a lease: if its holder dies, it ends by
itself.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from core import clock, ids
from core.repository import PlaceRepository
from dynamo.errors import ConditionFailed, StorageError

_places = PlaceRepository()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `places` at once. `seconds`: longer than the work and than clocks may differ."""

    name: str
    places: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Place:
    pk: str
    holder: str


def take(cap: Cap, subject: str) -> Place | None:
    """None when all are held. Each is one conditional write, so no two holders share one."""
    digest = hashlib.sha256(f"{cap.name}:{subject}".encode()).hexdigest()
    holder, now = ids.new_id(), clock.epoch(clock.now())
    for number in range(cap.places):
        place = Place(pk=f"{cap.name}#{digest}#{number}", holder=holder)
        with suppress(ConditionFailed):
            _places.take(place.pk, holder=holder, now=now, until=now + cap.seconds)
            return place
    return None


def leave(place: Place) -> None:
    """Never fails: where storage does not answer, the place ends at its time."""
    with suppress(ConditionFailed, StorageError):
        _places.leave(place.pk, holder=place.holder)
