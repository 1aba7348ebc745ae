"""Comments, who may read and write them, and who takes them away."""

import pytest

from core.errors import Invalid
from newsfeed import services as newsfeed
from newsfeed.errors import CommentNotFound, PostLocked, PostNotFound
from newsfeed.items import NotificationKind
from newsfeed.repository import PostRepository, keys
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS


def remove(user, comment):
    newsfeed.delete_comment(
        user_sub=user.user_sub,
        post_id=comment.comment.post_id,
        comment_id=comment.comment_id,
        actor=feeds.by(user),
    )


def test_a_comment_stands_below_its_post_is_counted_and_told(alice, bob):
    post = feeds.publish(alice)
    feeds.comment(bob, post, " Well said. ")
    (item,) = feeds.comments(alice, post).items
    assert (item.text, item.author.handle, item.own, item.deletable) == (
        "Well said.",
        "bob_h",
        False,
        True,
    )
    assert feeds.read(None, post).comment_count == 1
    (told,) = feeds.notifications(alice)
    assert (told.kind, told.actor.handle) == (NotificationKind.COMMENTED, "bob_h")
    assert told.post_id == post.post_id


def test_nobody_is_told_of_their_own_comment(alice):
    post = feeds.publish(alice)
    feeds.comment(alice, post)
    assert feeds.notifications(alice) == []


def test_comments_come_in_pages_newest_first(alice, bob):
    post = feeds.publish(alice)
    written = [feeds.comment(bob, post, f"Comment {n}").comment_id for n in range(23)]
    first = feeds.comments(bob, post)
    second = feeds.comments(bob, post, first.next_cursor)
    seen = [item.comment_id for item in first.items + second.items]
    assert (len(first.items), second.next_cursor) == (20, "")
    assert seen == sorted(written, reverse=True)
    assert feeds.read(bob, post).comment_count == 23


def test_whoever_sees_the_teaser_only_neither_reads_nor_writes(alice, bob, mallory):
    post = feeds.publish_paid(alice)
    feeds.comment(alice, post, f"Did you see the {feeds.CANARY}?")
    before = feeds.rows()
    for attempt in (feeds.comments, feeds.comment):
        with pytest.raises(PostLocked):
            attempt(bob, post)
    with pytest.raises(PostLocked):
        newsfeed.list_comments(viewer_sub=None, post_id=post.post_id)
    assert feeds.rows() == before


def test_a_closed_post_has_no_comments_for_strangers(alice, mallory):
    post = feeds.publish(alice, visibility=FOLLOWERS)
    for attempt in (feeds.comments, feeds.comment):
        with pytest.raises(PostNotFound):
            attempt(mallory, post)


def test_a_comment_that_comes_too_late_is_not_written(alice, bob):
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    with pytest.raises(PostNotFound):
        feeds.comment(bob, post)
    with pytest.raises(PostNotFound):
        feeds.comments(bob, post)
    assert feeds.notifications(alice) == []


def test_a_comment_that_meets_the_deletion_is_not_written(alice, bob, monkeypatch):
    post = feeds.publish(alice)
    hit = newsfeed.comments.ratelimit.hit

    def delete_meanwhile(limit, subject):
        hit(limit, subject)
        feeds.delete(alice, post)

    monkeypatch.setattr(newsfeed.comments.ratelimit, "hit", delete_meanwhile)
    with pytest.raises(PostNotFound):
        feeds.comment(bob, post)
    assert feeds.keys_of(f"POST#{post.post_id}#COMMENTS", f"AUTHOR#{bob.user_sub}") == []


def test_its_author_and_the_posts_author_take_a_comment_away(alice, bob):
    post = feeds.publish(alice)
    for who in (bob, alice):
        remove(who, feeds.comment(bob, post))
    assert feeds.comments(alice, post).items == []
    assert feeds.read(None, post).comment_count == 0
    assert feeds.keys_of(f"AUTHOR#{bob.user_sub}") == []


def test_nobody_else_does(alice, bob, mallory):
    post = feeds.publish(alice)
    comment = feeds.comment(bob, post)
    with pytest.raises(CommentNotFound):
        remove(mallory, comment)
    assert len(feeds.comments(alice, post).items) == 1


def test_a_comment_goes_once(alice, bob):
    post = feeds.publish(alice)
    comment = feeds.comment(bob, post)
    remove(bob, comment)
    with pytest.raises(CommentNotFound):
        remove(bob, comment)
    assert feeds.read(None, post).comment_count == 0


@pytest.mark.parametrize("comment_id", ["", "x#y", "0" * 26, "7" + "Z" * 25])
def test_what_is_no_comment_is_not_found(alice, comment_id):
    post = feeds.publish(alice)
    with pytest.raises(CommentNotFound):
        newsfeed.delete_comment(
            user_sub=alice.user_sub,
            post_id=post.post_id,
            comment_id=comment_id,
            actor=feeds.by(alice),
        )


@pytest.mark.parametrize("text", ["", " \n ", "x" * 1001, "a\u202eb"])
def test_a_bad_comment_is_named_and_not_written(alice, text):
    post = feeds.publish(alice)
    before = feeds.rows()
    with pytest.raises(Invalid) as refused:
        feeds.comment(alice, post, text)
    assert "text" in refused.value.errors
    assert feeds.rows() == before


def test_a_comment_that_goes_with_its_post_right_now_is_not_found(alice, bob):
    post = feeds.publish(alice)
    comment = feeds.comment(bob, post)
    table = PostRepository().table
    table.batch_write(deletes=[keys.count(post.post_id, n) for n in range(keys.COUNT_SHARDS)])
    with pytest.raises(CommentNotFound):
        remove(bob, comment)
