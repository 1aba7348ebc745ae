"""Keys with two secrets."""

from datetime import timedelta

from apikeys import services
from apikeys.items import RotationStart
from tests.apikeys.keys import ACTOR, rows

HOUR = timedelta(hours=1)


def rotate(issued, *, overlap, start=RotationStart.NOW):
    """The new secret works at once, the old one for a while."""
    key = issued.key
    return services.rotate_key(
        user_sub=key.user_sub,
        key_id=key.key_id,
        version=rows()[key.key_id]["version"],
        overlap_hours=overlap // HOUR,
        start=start,
        actor=ACTOR,
    ).secret


def prepare(issued, *, overlap):
    """The new secret takes over at its first use."""
    return rotate(issued, overlap=overlap, start=RotationStart.FIRST_USE)
