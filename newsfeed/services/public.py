"""The public posts of everybody, by day."""

from functools import partial

from core import clock, ids
from dynamo.gather import gather
from newsfeed.items import PAGE, Pointer, moment_of
from newsfeed.repository import PostRepository, keys

DAYS_AT_ONCE, DAYS_AT_MOST = 4, 12  # of buckets, for one page

_posts = PostRepository()


def list_public(before: str) -> tuple[list[Pointer], str]:
    """A page over the buckets of the days that have public posts, newest first.

    Reads some days side by side, and more of them the longer it takes. Where little is
    published, or much was deleted, the page is short and goes on below the last day it looked at.
    """
    upto = keys.day_of(moment_of(before) if before else clock.now())
    days, older = _posts.list_public_days(upto, limit=DAYS_AT_MOST)
    found: list[Pointer] = []
    looked, at_once = 0, DAYS_AT_ONCE
    while looked < len(days):
        chunk = days[looked : looked + at_once]
        reads = (partial(_posts.list_public, day, before=before, limit=PAGE) for day in chunk)
        for pointers, more in gather(*reads):
            found += pointers
            if len(found) >= PAGE or more:
                found = found[:PAGE]
                return found, found[-1].post_id
        looked, at_once = looked + at_once, at_once * 2
    return found, ids.first_id_of(keys.start_of(days[-1])) if older else ""
