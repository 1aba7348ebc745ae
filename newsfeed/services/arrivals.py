"""What came to a feed since it was looked at."""

from django.utils.translation import gettext as _

from core import ids
from core.errors import Invalid
from dynamo.gather import gather
from newsfeed.items import Arrivals, Pointer
from newsfeed.repository import FeedRepository, PeopleRepository
from newsfeed.services.heads import find_heads
from newsfeed.services.hydrating import hydrate

COUNTED = 20  # further than that nobody counts

_feeds = FeedRepository()
_people = PeopleRepository()


def count_arrivals(*, viewer_sub: str, since: str) -> Arrivals:
    """How many posts of others a feed would show above the post `since` ("" = in all), 20 at most.

    One hop while nothing is new, and one for whom this person looks up. What is new goes through
    the gate as on the page: a number never tells of a post that is not shown. Raises Invalid.
    """
    if since and not ids.is_id(since):
        raise Invalid(errors={"since": [_("Give the id of the newest post that you have.")]})
    newer, relations = gather(
        lambda: _feeds.list_newer(viewer_sub, than=since, limit=COUNTED + 1),
        lambda: _people.relations_of(viewer_sub),
    )
    found = {pointer.post_id: pointer for pointer in newer}
    for author, head in find_heads(relations).items():
        for post_id in head.post_ids:
            if post_id > since:
                found[post_id] = Pointer(post_id=post_id, author_id=author)
    left_out = relations.gone | {viewer_sub}
    newest = [found[each] for each in sorted(found, reverse=True)]
    shown = [each for each in newest if each.author_id not in left_out][: COUNTED + 1]
    followed = {pointer.author_id for pointer in shown}
    views = hydrate(shown, viewer_sub=viewer_sub, followed=followed, relations=relations)
    count = sum(not view.hidden for view in views)
    return Arrivals(count=min(count, COUNTED), more=count > COUNTED)
