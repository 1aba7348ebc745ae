"""Replies: one level of them, what is left of a comment above them, and who is told."""

import pytest

from core.errors import RateLimited
from newsfeed import limits
from newsfeed import services as newsfeed
from newsfeed.errors import CommentNotFound, PostLocked, PostNotFound
from newsfeed.items import NOBODY, DeletedBy
from newsfeed.repository import CommentRepository, LifeRepository
from tests.newsfeed import feeds

NEVER = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def post(alice):
    return feeds.publish(alice)


@pytest.fixture
def said(post, bob):
    return feeds.comment(bob, post, "First.")


def texts(page):
    return [each.text for each in page.items]


def told(user):
    return [(str(each.kind), each.actor.handle) for each in feeds.notifications(user)]


def page_of(viewer, post, **asked):
    return newsfeed.list_comments(
        viewer_sub=viewer.user_sub, post_id=post.post_id, replies=True, **asked
    )


def test_a_reply_stands_below_its_comment_and_is_counted(alice, bob, post, said):
    feeds.reply(alice, said, "Thank you.")
    (item,) = feeds.comments(bob, post).items
    assert (item.text, item.reply_count) == ("First.", 1)
    below = feeds.thread(bob, said)
    assert (texts(below), below.comment.comment_id) == (["Thank you."], said.comment_id)
    assert feeds.read(None, post).comment_count == 2


def test_a_reply_to_a_reply_stands_below_the_same_comment(alice, bob, mallory, post, said):
    first = feeds.reply(alice, said, "One")
    second = feeds.reply(mallory, first, "Two")
    assert second.parent_id == said.comment_id
    assert texts(feeds.thread(bob, said)) == ["One", "Two"]
    assert feeds.comments(bob, post).items[0].reply_count == 2


def test_who_is_answered_hears_of_it_and_the_author_too(alice, bob, mallory, post, said):
    feeds.reply(mallory, said)
    assert told(bob) == [("replied", "mallory_h")]
    (line,) = feeds.notifications(alice)
    assert [actor.handle for actor in line.actors] == ["mallory_h", "bob_h"]


def test_nobody_is_told_twice_nor_of_themselves(alice, bob, post):
    mine = feeds.comment(alice, post)
    feeds.reply(alice, mine)
    feeds.reply(bob, mine)
    assert told(alice) == [("replied", "bob_h")]
    assert told(bob) == []


def test_a_reply_that_is_deleted_is_not_told_of_any_more(alice, bob, mallory, post, said):
    answer = feeds.reply(mallory, feeds.reply(alice, said))
    assert len(told(alice)) == 2
    feeds.delete_comment(mallory, answer)
    assert told(alice) == [("commented", "bob_h")]
    assert feeds.read(None, post).comment_count == 2


def test_replies_come_in_pages_oldest_first(bob, said):
    written = [feeds.reply(bob, said, f"Reply {n}").comment_id for n in range(23)]
    first = feeds.thread(bob, said)
    second = feeds.thread(bob, said, first.next_cursor)
    assert [each.comment_id for each in first.items + second.items] == written
    assert (len(first.items), second.next_cursor) == (20, "")
    assert (first.begins, second.begins) == (True, False)


def test_a_page_shows_the_first_replies_and_how_many_more(bob, post, said):
    for n in range(5):
        feeds.reply(bob, said, f"Reply {n}")
    (item,) = page_of(bob, post).items
    assert [each.text for each in item.replies] == ["Reply 0", "Reply 1", "Reply 2"]
    assert (item.reply_count, item.more_replies) == (5, 2)
    assert texts(feeds.thread(bob, said, item.replies_cursor)) == ["Reply 3", "Reply 4"]


def test_a_link_to_a_comment_shows_the_page_that_holds_it(bob, post):
    written = [feeds.comment(bob, post, f"Comment {n}") for n in range(25)]
    page = page_of(bob, post, at=written[10].comment_id)
    assert texts(page)[:2] == ["Comment 10", "Comment 9"]
    assert page.target == written[10].comment_id


def test_a_link_to_a_reply_shows_its_thread_from_there_on(bob, post, said):
    replies = [feeds.reply(bob, said, f"Reply {n}") for n in range(8)]
    page = page_of(bob, post, at=replies[5].comment_id)
    assert [each.text for each in page.items[0].replies] == ["Reply 5", "Reply 6", "Reply 7"]
    assert not page.items[0].replies_begin
    assert texts(feeds.thread(bob, replies[6])) == ["Reply 6", "Reply 7"]


@pytest.mark.parametrize("at", ["x", "x#y", NEVER])
def test_a_link_to_nothing_is_not_found(bob, post, at):
    with pytest.raises(CommentNotFound):
        page_of(bob, post, at=at)
    with pytest.raises(CommentNotFound):
        newsfeed.list_replies(viewer_sub=bob.user_sub, post_id=post.post_id, comment_id=at)
    with pytest.raises(CommentNotFound):
        newsfeed.find_comment(viewer_sub=bob.user_sub, post_id=post.post_id, comment_id=at)


@pytest.mark.parametrize("at", ["x#y", NEVER])
def test_a_reply_to_nothing_is_not_written(bob, post, at):
    before = feeds.rows()
    with pytest.raises(CommentNotFound):
        newsfeed.add_comment(
            author_sub=bob.user_sub,
            post_id=post.post_id,
            text="?",
            reply_to=at,
            actor=feeds.by(bob),
        )
    assert feeds.rows() == before


def test_a_comment_of_another_post_is_not_found_below_this_one(alice, bob, said):
    other = feeds.publish(alice)
    with pytest.raises(CommentNotFound):
        newsfeed.add_comment(
            author_sub=bob.user_sub,
            post_id=other.post_id,
            text="?",
            reply_to=said.comment_id,
            actor=feeds.by(bob),
        )
    assert feeds.read(None, other).comment_count == 0


def test_a_comment_with_replies_leaves_its_place_and_nothing_else(alice, bob, post, said):
    feeds.reply(alice, said, "Thank you.")
    feeds.delete_comment(bob, said)
    (item,) = page_of(alice, post).items
    assert (item.text, item.author, item.deleted_by) == ("", None, DeletedBy.AUTHOR)
    assert (item.own, item.deletable, item.editable) == (False, False, False)
    assert [each.text for each in item.replies] == ["Thank you."]
    assert feeds.read(None, post).comment_count == 1
    assert bob.user_sub not in str(feeds.keys_of("AUTHOR#", "POST#"))
    assert "First." not in str(feeds.rows())
    assert told(alice) == []


def test_it_says_when_the_posts_author_took_it_away(alice, bob, post, said):
    feeds.reply(bob, said)
    feeds.delete_comment(alice, said)
    (item,) = page_of(bob, post).items
    assert item.deleted_by is DeletedBy.POST_AUTHOR


def test_what_is_deleted_is_not_deleted_edited_or_answered_again(alice, bob, post, said):
    feeds.reply(alice, said)
    feeds.delete_comment(bob, said)
    before = feeds.rows()
    for attempt in (
        lambda: feeds.delete_comment(bob, said),
        lambda: feeds.delete_comment(alice, said),
        lambda: feeds.edit_comment(bob, said, "Again"),
        lambda: feeds.reply(bob, said),
    ):
        with pytest.raises(CommentNotFound):
            attempt()
    assert feeds.rows() == before


def test_a_thread_goes_on_below_a_deleted_comment(alice, bob, post, said):
    answer = feeds.reply(alice, said)
    feeds.delete_comment(bob, said)
    feeds.reply(bob, answer, "Still here")
    assert texts(feeds.thread(bob, said)) == ["I agree.", "Still here"]
    assert feeds.read(None, post).comment_count == 2


def test_the_last_reply_takes_the_place_with_it(alice, bob, post, said):
    replies = [feeds.reply(alice, said) for _ in range(2)]
    feeds.delete_comment(bob, said)
    for each in replies:
        assert len(feeds.comments(bob, post).items) == 1
        feeds.delete_comment(alice, each)
    assert feeds.comments(bob, post).items == []
    assert feeds.read(None, post).comment_count == 0
    assert feeds.keys_of(f"POST#{post.post_id}#COMMENTS", "REPLIES#") == []


def test_a_reply_that_comes_while_its_comment_is_deleted_keeps_the_place(
    alice, bob, post, said, monkeypatch
):
    removing, replied = CommentRepository.removing, []

    def reply_first(self, comment, **options):
        writes = removing(self, comment, **options)
        if not replied:
            replied.append(feeds.reply(alice, said, "Just in time"))
        return writes

    monkeypatch.setattr(CommentRepository, "removing", reply_first)
    feeds.delete_comment(bob, said)
    (item,) = page_of(alice, post).items
    assert (item.deleted_by, item.reply_count) == (DeletedBy.AUTHOR, 1)
    assert feeds.read(None, post).comment_count == 1


def test_a_reply_to_what_is_deleted_right_now_is_not_written(alice, bob, post, said, monkeypatch):
    adding = CommentRepository.adding

    def delete_first(self, comment):
        feeds.delete_comment(bob, said)
        return adding(self, comment)

    monkeypatch.setattr(CommentRepository, "adding", delete_first)
    with pytest.raises(CommentNotFound):
        feeds.reply(alice, said)
    assert feeds.keys_of(f"POST#{post.post_id}#", "REPLIES#") == []
    assert feeds.notifications(bob) == []


def test_whoever_sees_the_teaser_only_reads_no_thread(alice, bob):
    post = feeds.publish_paid(alice)
    said = feeds.comment(alice, post, feeds.CANARY)
    for attempt in (
        lambda: feeds.thread(bob, said),
        lambda: feeds.reply(bob, said),
        lambda: feeds.edit_comment(bob, said, "Mine"),
        lambda: page_of(bob, post, at=said.comment_id),
        lambda: newsfeed.find_comment(
            viewer_sub=bob.user_sub, post_id=post.post_id, comment_id=said.comment_id
        ),
    ):
        with pytest.raises(PostLocked):
            attempt()


def test_a_deleted_post_takes_every_reply_along(alice, bob, post, said):
    feeds.reply(alice, said)
    feeds.delete(alice, post)
    with pytest.raises(PostNotFound):
        feeds.thread(bob, said)
    LifeRepository().remove_content(post.post_id)
    assert feeds.keys_of(f"POST#{post.post_id}#", "REPLIES#") == []
    assert not [key for key in feeds.keys_of("AUTHOR#") if "COMMENT#" in key[1]]


def test_replies_and_edits_count_to_the_limit_of_comments(bob, post, said, monkeypatch):
    monkeypatch.setattr(limits, "COMMENTS", limits.COMMENTS.__class__("few", times=2, seconds=3600))
    feeds.reply(bob, said)
    feeds.edit_comment(bob, said, "Edited")
    before = feeds.rows()
    for attempt in (lambda: feeds.reply(bob, said), lambda: feeds.edit_comment(bob, said, "Twice")):
        with pytest.raises(RateLimited):
            attempt()
    assert feeds.rows() == before


def test_a_tombstone_is_nobodys(alice, bob, said):
    feeds.reply(alice, said)
    feeds.delete_comment(bob, said)
    (row,) = [row for row in feeds.rows() if "deleted_by" in row]
    assert row["user_id"] == NOBODY
    assert {"text", "edited_at"} & row.keys() == set()
