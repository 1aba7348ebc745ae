"""The uploads of one person: to hand out, or to erase."""

from collections.abc import Mapping

from django.urls import reverse

from core import links
from core.personal_data import visible
from newsfeed import media_files
from newsfeed.items import Variant
from newsfeed.repository import MediaRepository
from newsfeed.repository.keys import id_at

_media = MediaRepository()


def export(user_sub: str) -> list[Mapping[str, object]]:
    """The files are named, with where to get them: together they may be larger than all else."""
    rows = {id_at(row["pk"]): row for row in _media.items_of(user_sub)}
    return [
        {
            "media_id": media_id,
            **visible(row),
            "address": links.absolute(reverse("newsfeed:media", args=[media_id, Variant.FULL])),
        }
        for media_id, row in rows.items()
    ]


def erase(user_sub: str) -> None:
    """Whatever holds them; rows last, so that a repeat finds the files."""
    for media_id in _media.ids_of(user_sub):
        media_files.delete(media_id)
        _media.remove_row(user_sub, media_id)
    _media.remove_room(user_sub)
