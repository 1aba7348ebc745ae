"""Editing comments, and the lock that refuses every new word."""

import pytest

from core.errors import Invalid
from newsfeed import services as newsfeed
from newsfeed.errors import CommentNotFound, CommentsLocked
from tests.newsfeed import feeds
from tests.newsfeed.standing import lock_comments
from tests.newsfeed.test_replies import page_of, texts


@pytest.fixture
def post(alice):
    return feeds.publish(alice)


@pytest.fixture
def said(post, bob):
    return feeds.comment(bob, post, "First.")


def test_a_comment_is_edited_and_says_so(alice, bob, post, said):
    answer = feeds.reply(alice, said, "Tipo")
    feeds.edit_comment(alice, answer, "Typo")
    feeds.edit_comment(bob, said, "First, edited.")
    (item,) = page_of(bob, post).items
    assert (item.text, item.replies[0].text) == ("First, edited.", "Typo")
    assert item.edited_at > item.created_at
    assert item.replies[0].edited_at


def test_the_same_text_is_no_edit(bob, post, said):
    before = feeds.rows()
    feeds.edit_comment(bob, said, " First. ")
    assert feeds.rows() == before


def test_nobody_edits_what_others_said(alice, mallory, said):
    before = feeds.rows()
    for who in (alice, mallory):
        with pytest.raises(CommentNotFound):
            feeds.edit_comment(who, said, "Changed")
    with pytest.raises(Invalid):
        feeds.edit_comment(alice, said, "")
    assert feeds.rows() == before


def test_locked_comments_can_be_read_and_deleted_only(alice, bob, post, said):
    other = feeds.comment(bob, post, "Second")
    lock_comments(post)
    before = feeds.rows()
    for attempt in (
        lambda: feeds.comment(bob, post),
        lambda: feeds.comment(alice, post),
        lambda: feeds.reply(alice, said),
        lambda: feeds.edit_comment(bob, said, "Changed"),
    ):
        with pytest.raises(CommentsLocked):
            attempt()
    assert feeds.rows() == before
    assert not feeds.comments(bob, post).items[0].editable
    feeds.delete_comment(bob, other)
    assert texts(feeds.comments(bob, post)) == ["First."]


def test_a_lock_that_comes_first_refuses_what_was_under_way(bob, post, monkeypatch):
    hit = newsfeed.comments.ratelimit.hit

    def lock_meanwhile(limit, subject):
        hit(limit, subject)
        lock_comments(post)

    monkeypatch.setattr(newsfeed.comments.ratelimit, "hit", lock_meanwhile)
    with pytest.raises(CommentsLocked):
        feeds.comment(bob, post)
    assert feeds.read(None, post).comment_count == 0
