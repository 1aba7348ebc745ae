"""Cursors of the feed's lists: the id a page ended with, signed for one person and one list."""

from dynamo import cursor as signed


def read(text: str, *, viewer_sub: str | None, route: str) -> str:
    """The id to go on from, "" for the start. Raises CursorForged and CursorExpired."""
    if not text:
        return ""
    return signed.decode(text, scope=_scope(viewer_sub, route))["id"]


def written(last_id: str, *, viewer_sub: str | None, route: str) -> str:
    return signed.encode({"id": last_id}, scope=_scope(viewer_sub, route))


def _scope(viewer_sub: str | None, route: str) -> str:
    return f"{viewer_sub or ''}:newsfeed:{route}"
