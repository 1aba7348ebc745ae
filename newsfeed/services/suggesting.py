"""Whom a person who follows nobody could follow."""

from dynamo.gather import gather
from newsfeed.repository import PeopleRepository
from newsfeed.services.public import list_public
from users import services as users
from users.items import Profile

SUGGESTED = 8
PAGES = 2  # of the newest public posts

_people = PeopleRepository()


def suggest_people(*, viewer_sub: str) -> list[Profile]:
    """Who wrote the newest public posts, without the person and whomever they follow, followed
    lately, muted, or blocked, or who blocked them."""
    (pointers, last), relations = gather(
        lambda: list_public(""), lambda: _people.relations_of(viewer_sub)
    )
    authors = [pointer.author_id for pointer in pointers]
    for _ in range(PAGES - 1):
        if not last or len(set(authors)) >= 2 * SUGGESTED:
            break
        pointers, last = list_public(last)
        authors += [pointer.author_id for pointer in pointers]
    left_out = relations.gone | {viewer_sub}
    wanted = [each for each in dict.fromkeys(authors) if each not in left_out]
    followed, profiles = gather(
        lambda: _people.followed_among(viewer_sub, wanted), lambda: users.get_profiles(wanted)
    )
    shown = [each for each in wanted if each not in followed and each in profiles]
    return [profiles[each] for each in shown[:SUGGESTED]]


def follows_nobody(user_sub: str) -> bool:
    found, _ = _people.list_following(user_sub, after="", limit=1)
    return not found
