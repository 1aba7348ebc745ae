"""Two people of whom one blocked the other see nothing of each other, wherever they look."""

import pytest

from billing import services as billing
from newsfeed import services as newsfeed
from newsfeed.errors import AuthorNotFound, NotYourself, PostNotFound
from tests.newsfeed import feeds, people
from users.errors import UserNotFound

PAIRS = pytest.mark.parametrize("by_viewer", [True, False], ids=["blocker", "blocked"])


def pair(alice, bob, by_viewer):
    """(who looks, who is looked at): Bob blocked Alice."""
    people.block(bob, alice)
    return (bob, alice) if by_viewer else (alice, bob)


def test_a_block_ends_both_follows(alice, bob):
    feeds.follow(alice, bob)
    feeds.follow(bob, alice)
    people.block(alice, bob)
    for person in (alice, bob):
        assert people.following(person) == people.followers(person) == []
    assert people.blocked(alice) == [bob.user_sub]
    assert people.blocked(bob) == []


def test_nobody_is_told_of_a_block(alice, bob, mailoutbox):
    before = feeds.keys_of("NOTIF#")
    people.block(alice, bob)
    feeds.work()
    assert feeds.keys_of("NOTIF#") == before
    assert mailoutbox == []


def test_blocking_twice_changes_nothing(alice, bob):
    people.block(alice, bob)
    before = feeds.rows()
    people.block(alice, bob)
    assert feeds.rows() == before


def test_unblocking_brings_posts_back_and_no_follow(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    people.block(alice, bob)
    for _ in range(2):
        people.unblock(alice, bob)
    assert feeds.read(bob, post).text == "Hello"
    assert people.following(bob) == []
    assert feeds.home_ids(bob) == []
    assert people.blocked(alice) == []


def test_oneself_cannot_be_blocked_or_muted(alice):
    for change in (people.block, people.mute):
        with pytest.raises(NotYourself):
            change(alice, alice)
    assert feeds.keys_of("REL#", "MUTEDBY#") == []


def test_who_is_blocked_cannot_block_back(alice, bob):
    """It looks like an account that is not there, so neither a second block nor its refusal says
    anything."""
    people.block(alice, bob)
    before = feeds.rows()
    for change in (people.block, people.mute):
        with pytest.raises(UserNotFound):
            change(bob, alice)
    people.unblock(bob, alice)
    assert feeds.rows() == before


@PAIRS
def test_neither_sees_the_profile_of_the_other(alice, bob, by_viewer):
    viewer, other = pair(alice, bob, by_viewer)
    if by_viewer:
        assert people.view(viewer, other).blocked
    else:
        with pytest.raises(UserNotFound):
            people.view(viewer, other)
    with pytest.raises(UserNotFound):
        newsfeed.find_person(viewer_sub=viewer.user_sub, handle=other.handle)
    with pytest.raises(AuthorNotFound):
        feeds.timeline(viewer, other)


@PAIRS
@pytest.mark.parametrize("visibility", [feeds.PUBLIC, feeds.FOLLOWERS, feeds.PAID])
def test_neither_sees_a_post_of_the_other(alice, bob, by_viewer, visibility):
    for one, two in ((alice, bob), (bob, alice)):
        feeds.follow(one, two)
    post = feeds.publish(alice if by_viewer else bob, feeds.BODY, visibility)
    feeds.work()
    viewer, _ = pair(alice, bob, by_viewer)
    with pytest.raises(PostNotFound):
        feeds.read(viewer, post)
    assert post.post_id not in feeds.home_ids(viewer) + feeds.explored(viewer)


@PAIRS
def test_neither_comments_hides_follows_or_buys_at_the_other(alice, bob, by_viewer):
    open_, paid = (
        [feeds.publish(one), feeds.publish_paid(one)][by_kind]
        for one, by_kind in ((alice if by_viewer else bob, 0), (alice if by_viewer else bob, 1))
    )
    viewer, other = pair(alice, bob, by_viewer)
    before = feeds.rows()
    for attempt in (feeds.comment, feeds.hide):
        with pytest.raises(PostNotFound):
            attempt(viewer, open_)
    with pytest.raises(PostNotFound):
        feeds.comments(viewer, open_)
    with pytest.raises(PostNotFound):
        feeds.unlock(viewer, paid)
    with pytest.raises(AuthorNotFound):
        feeds.follow(viewer, other)
    assert feeds.rows() == before
    assert billing.get_wallet(viewer.user_sub).available == 0


@PAIRS
def test_neither_reads_comments_of_the_other_below_posts_of_a_third(alice, bob, mallory, by_viewer):
    post = feeds.publish(mallory)
    feeds.comment(alice, post, "By Alice")
    feeds.comment(bob, post, "By Bob")
    viewer, _ = pair(alice, bob, by_viewer)
    (left,) = feeds.comments(viewer, post).items
    assert left.own
    assert len(feeds.comments(mallory, post).items) == 2


@PAIRS
def test_neither_is_told_what_the_other_did(alice, bob, by_viewer):
    for one, two in ((alice, bob), (bob, alice)):
        feeds.follow(one, two)
        feeds.comment(one, feeds.publish(two))
    viewer, _ = pair(alice, bob, by_viewer)
    assert feeds.notifications(viewer) == []
