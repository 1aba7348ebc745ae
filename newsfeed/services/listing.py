"""A page of people."""

from collections.abc import Callable

from newsfeed.items import PAGE, PeoplePage
from newsfeed.services import cursors
from users import services as users


def people_page(
    read: Callable[..., tuple[list[str], bool]], viewer_sub: str, cursor: str, route: str
) -> PeoplePage:
    """In the order of their ids; accounts that are disabled are left out. Raises CursorForged and
    CursorExpired."""
    after = cursors.read(cursor, viewer_sub=viewer_sub, route=route)
    found, more = read(viewer_sub, after=after, limit=PAGE)
    profiles = users.get_profiles(found)
    last = found[-1] if more and found else ""
    following = cursors.written(last, viewer_sub=viewer_sub, route=route) if last else ""
    people = [profiles[each] for each in found if each in profiles]
    return PeoplePage(items=people, next_cursor=following)
