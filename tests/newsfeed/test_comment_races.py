"""Comments, replies, deletions and reactions at once: every count stays what is there."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from dynamo.errors import TransactionConflict
from newsfeed import services as newsfeed
from newsfeed.errors import CommentNotFound
from newsfeed.items import ReactionKind
from tests.newsfeed import feeds

pytestmark = pytest.mark.engine


def together(*calls):
    with ThreadPoolExecutor(max_workers=8) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def there(viewer, post):
    """How many comments and replies a reader finds by going through all of them."""
    page = newsfeed.list_comments(viewer_sub=viewer.user_sub, post_id=post.post_id)
    threads = [feeds.thread(viewer, each) for each in page.items]
    return sum(each.author is not None for each in page.items) + sum(
        len(thread.items) for thread in threads
    )


@pytest.mark.parametrize("times", [3, pytest.param(15, marks=pytest.mark.long)])
def test_replies_and_deletions_at_once_are_counted(alice, bob, mallory, times):
    post = feeds.publish(alice)
    said = [feeds.comment(bob, post) for _ in range(times)]

    def reply(to):
        with suppress(CommentNotFound, TransactionConflict):
            feeds.reply(mallory, to)

    def delete(comment):
        with suppress(TransactionConflict):
            feeds.delete_comment(bob, comment)

    calls = [call for each in said for call in (lambda c=each: reply(c), lambda c=each: delete(c))]
    together(*calls, *(lambda: feeds.comment(alice, post) for _ in range(2)))
    assert feeds.read(alice, post).comment_count == there(alice, post)
    for item in newsfeed.list_comments(viewer_sub=alice.user_sub, post_id=post.post_id).items:
        assert item.reply_count == len(feeds.thread(alice, item).items)


@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.long)])
def test_reactions_at_once_leave_one_a_person(alice, bob, mallory, times):
    post = feeds.publish(alice)

    def react(who, kind):
        with suppress(TransactionConflict):
            feeds.react(who, post, kind)

    calls = [
        lambda who=who, kind=kind: react(who, kind)
        for who in (bob, mallory)
        for kind in list(ReactionKind)[:times]
    ]
    together(*calls)
    assert sum(feeds.read(alice, post).reactions.values()) == 2
    assert [each.count for each in feeds.notifications(alice)] == [2]
    for who in (bob, mallory):
        feeds.unreact(who, post)
    assert feeds.read(alice, post).reactions == {}
    assert feeds.notifications(alice) == []
