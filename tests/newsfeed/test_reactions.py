"""Reactions: one a person and post, counted, changed, taken back, and told once."""

import pytest

from core.errors import Invalid, RateLimited
from newsfeed import limits
from newsfeed import services as newsfeed
from newsfeed.errors import PostLocked, PostNotFound
from newsfeed.items import NotificationKind, ReactionKind
from tests.newsfeed import feeds
from tests.newsfeed.standing import block, lock_comments

LIKE, LOVE = ReactionKind.LIKE, ReactionKind.LOVE


@pytest.fixture
def post(alice):
    return feeds.publish(alice)


def seen(viewer, post):
    view = feeds.read(viewer, post)
    return dict(view.reactions), view.reaction


def test_a_reaction_is_counted_and_told(alice, bob, mallory, post):
    feeds.react(bob, post)
    feeds.react(mallory, post, "love")
    assert seen(bob, post) == ({LIKE: 1, LOVE: 1}, LIKE)
    assert seen(None, post) == ({LIKE: 1, LOVE: 1}, None)
    (told,) = feeds.notifications(alice)
    assert (told.kind, told.post_id) == (NotificationKind.REACTED, post.post_id)
    assert [actor.handle for actor in told.actors] == ["mallory_h", "bob_h"]


def test_a_repeat_changes_nothing(bob, post):
    feeds.react(bob, post)
    before = feeds.rows()
    feeds.react(bob, post)
    assert feeds.rows() == before


def test_another_kind_takes_its_place(alice, bob, post):
    feeds.react(bob, post)
    feeds.react(bob, post, "love")
    assert seen(bob, post) == ({LOVE: 1}, LOVE)
    assert len(feeds.notifications(alice)) == 1


def test_it_is_taken_back_with_what_was_told(alice, bob, post):
    feeds.react(bob, post)
    for _ in range(2):
        feeds.unreact(bob, post)
        assert seen(bob, post) == ({}, None)
        assert feeds.notifications(alice) == []


def test_going_back_and_forth_tells_once(alice, bob, post, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.react(bob, post)
    time_machine.shift(60)
    (told,) = feeds.notifications(alice)
    newsfeed.mark_notifications_read(user_sub=alice.user_sub, upto=told.notification_id)
    for kind in ("love", "sad", "like"):
        feeds.unreact(bob, post)
        feeds.react(bob, post, kind)
    assert [each.notification_id for each in feeds.notifications(alice)] == [told.notification_id]
    assert newsfeed.unread_count(alice.user_sub) == 0
    assert seen(bob, post) == ({LIKE: 1}, LIKE)


def test_what_was_taken_back_is_forgotten_with_its_notification(alice, bob, post, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    post = feeds.publish(alice)
    feeds.react(bob, post)
    feeds.unreact(bob, post)
    time_machine.move_to("2030-04-02T00:00:00Z")
    feeds.react(bob, post)
    (told,) = feeds.notifications(alice)
    assert told.unread
    assert seen(bob, post) == ({LIKE: 1}, LIKE)


def test_nobody_is_told_of_their_own_reaction(alice, post):
    feeds.react(alice, post)
    feeds.unreact(alice, post)
    feeds.react(alice, post, "love")
    assert feeds.notifications(alice) == []
    assert seen(alice, post) == ({LOVE: 1}, LOVE)


@pytest.mark.parametrize("kind", ["", "LIKE", "r_like", "n"])
def test_what_is_no_reaction_is_named_and_not_written(bob, post, kind):
    before = feeds.rows()
    with pytest.raises(Invalid) as refused:
        feeds.react(bob, post, kind)
    assert "kind" in refused.value.errors
    assert feeds.rows() == before


def test_whoever_may_not_read_to_the_end_does_not_react(alice, bob, mallory):
    paid = feeds.publish_paid(alice)
    closed = feeds.publish(alice, visibility=feeds.FOLLOWERS)
    blocked = feeds.publish(alice)
    block(alice, mallory)
    before = feeds.rows()
    for who, post, refusal in (
        (bob, paid, PostLocked),
        (bob, closed, PostNotFound),
        (mallory, blocked, PostNotFound),
    ):
        with pytest.raises(refusal):
            feeds.react(who, post)
    assert feeds.rows() == before


@pytest.mark.parametrize("post_id", ["", "x#y", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_a_reaction_to_nothing_is_not_found(bob, post_id):
    with pytest.raises(PostNotFound):
        newsfeed.react(user_sub=bob.user_sub, post_id=post_id, kind="like", actor=feeds.by(bob))
    assert feeds.rows() == []


def test_a_block_that_comes_first_refuses_what_was_under_way(alice, bob, post, monkeypatch):
    hit = newsfeed.reacting.ratelimit.hit

    def block_meanwhile(limit, subject):
        hit(limit, subject)
        block(bob, alice)

    monkeypatch.setattr(newsfeed.reacting.ratelimit, "hit", block_meanwhile)
    with pytest.raises(PostNotFound):
        feeds.react(bob, post)
    assert feeds.keys_of(f"POST#{post.post_id}#REACT", "NOTIF#") == []
    assert seen(None, post) == ({}, None)


def test_one_can_be_taken_back_from_what_is_closed_now(alice, bob, post):
    feeds.react(bob, post)
    block(alice, bob)
    feeds.unreact(bob, post)
    assert seen(None, post) == ({}, None)


def test_a_deleted_post_gets_none_and_loses_its_own(alice, bob, mallory, post):
    feeds.react(bob, post)
    feeds.delete(alice, post)
    with pytest.raises(PostNotFound):
        feeds.react(mallory, post)
    feeds.purge(alice, post)
    feeds.work()
    assert feeds.keys_of(f"POST#{post.post_id}#REACT") == []
    assert not [key for key in feeds.keys_of("AUTHOR#") if "REACT#" in key[1]]


def test_comments_that_are_locked_hold_no_reaction_back(bob, post):
    lock_comments(post)
    feeds.react(bob, post)
    assert seen(bob, post) == ({LIKE: 1}, LIKE)


def test_two_at_once_by_one_person_are_one(bob, post, monkeypatch):
    from newsfeed.repository import ReactionRepository

    changing, raced = ReactionRepository.changing, []

    def react_meanwhile(self, before, after):
        writes = changing(self, before, after)
        if not raced:
            raced.append(True)
            feeds.react(bob, post, "love")
        return writes

    monkeypatch.setattr(ReactionRepository, "changing", react_meanwhile)
    feeds.react(bob, post, "like")
    assert seen(bob, post) == ({LIKE: 1}, LIKE)


def test_reactions_are_limited(bob, post, monkeypatch):
    monkeypatch.setattr(
        limits, "REACTIONS", limits.COMMENTS.__class__("few", times=1, seconds=3600)
    )
    feeds.react(bob, post)
    with pytest.raises(RateLimited):
        feeds.react(bob, post, "love")
    assert seen(bob, post) == ({LIKE: 1}, LIKE)


def test_lists_say_nothing_of_reactions(alice, bob, post):
    feeds.react(bob, post)
    (item,) = newsfeed.list_posts_of(viewer_sub=bob.user_sub, author_sub=alice.user_sub).items
    assert (item.reactions, item.reaction) == (None, None)
