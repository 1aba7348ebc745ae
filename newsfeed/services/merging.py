"""One list of what came to a reader and of what they look up, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from core import clock, ids
from dynamo.gather import gather
from newsfeed.items import FEED_KEPT, PAGE, Head, Pointer
from newsfeed.repository import PostRepository

_posts = PostRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Posts of one origin, without a gap down to the id `floor`; "" = to its end.

    `author_id` is "" for the pointers, which are of many authors.
    """

    pointers: tuple[Pointer, ...]
    floor: str
    author_id: str = ""


def merge(
    own: tuple[list[Pointer], str], heads: Mapping[str, Head], *, before: str
) -> tuple[list[Pointer], str]:
    """A page below `before`, and the id to go on below, as every list does.

    `own` are the reader's pointers below `before`. What a head does not hold any more is read from
    its author's timeline, of those alone on whom the page depends: at most one query for each
    author, beside each other. As pointers do, what was published 90 days ago ends.
    """
    if not heads:
        return own
    oldest = ids.first_id_of(clock.now() - FEED_KEPT)
    stretches = [Stretch(pointers=tuple(own[0]), floor=own[1])]
    stretches += [_of_head(author, head, before) for author, head in heads.items()]
    stretches = _lengthened(stretches, _needed(stretches, oldest))
    floor = max(oldest, *(stretch.floor for stretch in stretches))
    found = [each for each in _newest_first(stretches) if each.post_id >= floor]
    if len(found) > PAGE:
        return found[:PAGE], found[PAGE - 1].post_id
    return found, floor if floor > oldest else ""


def _of_head(author_id: str, head: Head, before: str) -> Stretch:
    below = [post_id for post_id in head.post_ids if not before or post_id < before]
    floor = (below[-1] if below else before) if head.has_more else ""
    pointers = tuple(Pointer(post_id=each, author_id=author_id) for each in below)
    return Stretch(pointers=pointers, floor=floor, author_id=author_id)


def _needed(stretches: list[Stretch], oldest: str) -> str:
    """Down to where a page goes, as far as is known: no post below it can be on the page."""
    known = _newest_first(stretches)
    return max(oldest, known[PAGE - 1].post_id) if len(known) >= PAGE else oldest


def _lengthened(stretches: list[Stretch], needed: str) -> list[Stretch]:
    short = [each for each in stretches if each.author_id and each.floor > needed]
    reads = (
        partial(_posts.list_of, each.author_id, before=each.floor, limit=PAGE) for each in short
    )
    longer = [
        replace(each, pointers=(*each.pointers, *more), floor=floor)
        for each, (more, floor) in zip(short, gather(*reads), strict=True)
    ]
    return [each for each in stretches if each not in short] + longer


def _newest_first(stretches: list[Stretch]) -> list[Pointer]:
    by_id = {each.post_id: each for stretch in stretches for each in stretch.pointers}
    return [by_id[post_id] for post_id in sorted(by_id, reverse=True)]
