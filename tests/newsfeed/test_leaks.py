"""What has to be bought is nowhere else than in the post's own row."""

import pytest

from newsfeed import services as newsfeed
from newsfeed.errors import PostLocked
from tests.newsfeed import feeds


def everything_shown_to(viewer):
    """What every list and page of the feed gives this person."""
    sub = viewer.user_sub
    return [
        newsfeed.home_feed(viewer_sub=sub),
        newsfeed.explore(viewer_sub=sub),
        newsfeed.list_hidden(user_sub=sub),
        newsfeed.list_notifications(user_sub=sub),
        newsfeed.list_following(viewer_sub=sub),
        newsfeed.list_followers(viewer_sub=sub),
    ]


@pytest.mark.parametrize(
    "body", [feeds.BODY, f"{feeds.CANARY} and nothing free", f"{feeds.CANARY}\n" * 500]
)
def test_the_locked_part_is_in_no_other_row_and_in_no_answer(alice, bob, body):
    feeds.follow(bob, alice)
    post = feeds.publish_paid(alice, body)
    feeds.work()
    feeds.hide(bob, post)
    feeds.comment(alice, post, "Mine")
    holders = [row["sk"] for row in feeds.rows() if feeds.CANARY in str(row)]
    assert holders == ["META"]
    assert feeds.CANARY not in str(everything_shown_to(bob))
    feeds.unhide(bob, post)
    assert feeds.CANARY not in str(everything_shown_to(bob))
    for viewer in (bob, None):
        assert feeds.CANARY not in str(feeds.read(viewer, post))
    page = newsfeed.list_posts_of(viewer_sub=bob.user_sub, author_sub=alice.user_sub)
    assert feeds.CANARY not in str(page)


def test_a_comment_that_quotes_it_is_for_those_who_bought_it(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish_paid(alice)
    feeds.comment(alice, post, f"About the {feeds.CANARY}")
    feeds.work()
    with pytest.raises(PostLocked):
        feeds.comments(bob, post)
    assert feeds.CANARY not in str(everything_shown_to(bob))
    assert feeds.CANARY not in str(everything_shown_to(alice)[3])


def test_nobody_without_access_makes_the_body_be_read(alice, bob, monkeypatch):
    from newsfeed.repository import PostRepository

    post = feeds.publish_paid(alice)
    monkeypatch.delattr(PostRepository, "find_content")
    assert feeds.read(bob, post).text == "Free words."
    with pytest.raises(AttributeError):
        feeds.read(alice, post)
