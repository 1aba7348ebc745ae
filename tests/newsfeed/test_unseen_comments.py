"""Comments of people whom a reader blocked, muted, or whose account is gone; no count betrays
them."""

import pytest

from newsfeed import personal_data
from newsfeed import services as newsfeed
from newsfeed.errors import CommentNotFound, PostNotFound
from newsfeed.repository import keys
from tests.newsfeed import feeds
from tests.newsfeed.standing import block, mute, stand_to_nobody
from tests.newsfeed.test_replies import page_of, texts


@pytest.fixture
def post(alice):
    return feeds.publish(alice)


def both_ways(bob, mallory):
    return ((bob, mallory), (mallory, bob))


@pytest.mark.parametrize("way", [0, 1])
def test_a_block_hides_comments_both_ways_on_others_posts(alice, bob, mallory, post, way):
    feeds.comment(bob, post, "By Bob")
    feeds.comment(mallory, post, "By Mallory")
    block(*both_ways(bob, mallory)[way])
    for viewer, left in ((bob, "By Bob"), (mallory, "By Mallory")):
        assert texts(page_of(viewer, post)) == [left]
        assert texts(feeds.comments(viewer, post)) == [left]
        assert feeds.read(viewer, post).comment_count == 1
    assert len(feeds.comments(alice, post).items) == 2
    assert feeds.read(alice, post).comment_count == 2


def test_what_others_said_below_stays_and_the_place_says_no_name(alice, bob, mallory, post):
    said = feeds.comment(mallory, post, "By Mallory")
    feeds.reply(alice, said, "By Alice")
    feeds.reply(mallory, said, "By Mallory too")
    block(mallory, bob)
    for page in (page_of(bob, post), feeds.comments(bob, post)):
        (item,) = page.items
        assert (item.author, item.text, item.reply_count) == (None, "", 1)
        assert mallory.user_sub not in str(page)
        assert "Mallory" not in str(page)
    thread = feeds.thread(bob, said)
    assert texts(thread) == ["By Alice"]
    assert "Mallory" not in str(thread)
    assert feeds.read(bob, post).comment_count == 1


def test_a_place_with_nothing_to_see_below_is_not_shown(bob, mallory, post):
    said = feeds.comment(mallory, post, "By Mallory")
    feeds.reply(mallory, said, "By Mallory too")
    block(bob, mallory)
    assert page_of(bob, post).items == feeds.comments(bob, post).items == []
    with pytest.raises(CommentNotFound):
        feeds.thread(bob, said)
    with pytest.raises(CommentNotFound):
        newsfeed.find_comment(
            viewer_sub=bob.user_sub, post_id=post.post_id, comment_id=said.comment_id
        )
    assert feeds.read(bob, post).comment_count == 0


def test_nobody_answers_who_blocked_them(alice, bob, mallory, post):
    said = feeds.comment(mallory, post)
    block(mallory, bob)
    before = feeds.rows()
    with pytest.raises(CommentNotFound):
        feeds.reply(bob, said)
    block(alice, bob)
    with pytest.raises(PostNotFound):
        feeds.comment(bob, post)
    assert [row for row in feeds.rows() if row not in before and row["pk"][:4] != "REL#"] == []


def test_a_block_that_comes_first_refuses_what_was_under_way(alice, bob, post, monkeypatch):
    hit = newsfeed.comments.ratelimit.hit

    def block_meanwhile(limit, subject):
        hit(limit, subject)
        block(alice, bob)

    monkeypatch.setattr(newsfeed.comments.ratelimit, "hit", block_meanwhile)
    with pytest.raises(PostNotFound):
        feeds.comment(bob, post)
    assert feeds.read(None, post).comment_count == 0


def test_counts_leave_out_whom_one_does_not_see_however_many(bob, mallory, post):
    feeds.comment(bob, post)
    feeds.comment(mallory, post)
    block(bob, mallory)
    stand_to_nobody(bob, keys.BLOCKED, 5)
    assert feeds.read(bob, post).comment_count == 1


def test_what_one_said_is_counted_down_to_nothing(bob, mallory, post):
    said = [feeds.comment(mallory, post) for _ in range(2)]
    block(bob, mallory)
    for each in said:
        feeds.delete_comment(mallory, each)
        assert feeds.read(bob, post).comment_count == 0
    assert not [key for key in feeds.keys_of("POST#") if key[1].startswith("BY#")]


def test_muted_people_are_marked_and_counted(alice, bob, mallory, post):
    said = feeds.comment(mallory, post)
    feeds.reply(mallory, said)
    mute(bob, mallory)
    (item,) = page_of(bob, post).items
    assert (item.muted, item.replies[0].muted, item.reply_count) == (True, True, 1)
    assert feeds.read(bob, post).comment_count == 2
    assert not page_of(alice, post).items[0].muted


def test_erasing_a_person_leaves_others_replies(alice, bob, post):
    said = feeds.comment(bob, post, "By Bob")
    feeds.reply(alice, said, "By Alice")
    feeds.reply(bob, said, "By Bob too")
    feeds.react(bob, post)
    feeds.react(bob, feeds.publish(alice))
    for _ in range(2):
        personal_data.erase(bob.user_sub)
    (item,) = page_of(alice, post).items
    assert [each.text for each in item.replies] == ["By Alice"]
    assert "By Bob" not in str(feeds.rows())
    assert bob.user_sub not in str(feeds.rows())
    view = feeds.read(alice, post)
    assert (view.comment_count, view.reactions) == (1, {})


def test_a_copy_of_ones_data_has_replies_and_reactions(alice, bob, post):
    said = feeds.comment(alice, post, "By Alice")
    feeds.edit_comment(bob, feeds.reply(bob, said, "Bye Bob"), "By Bob")
    feeds.react(bob, post, "wow")
    exported = {name: list(rows) for name, rows in personal_data.export(bob.user_sub).items()}
    (comment,) = exported["comments"]
    assert (comment["text"], comment["reply_to"]) == ("By Bob", said.comment_id)
    assert comment["edited_at"]
    (reaction,) = exported["reactions"]
    assert (reaction["post_id"], reaction["kind"]) == (post.post_id, "wow")
    assert "Alice" not in str(exported)
