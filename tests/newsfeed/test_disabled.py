"""Somebody whose account is disabled, or is being erased, is not there for the others."""

import pytest
from django.core.management import call_command

from core import clock
from dynamo.table import transact
from newsfeed import services as newsfeed
from newsfeed.errors import AuthorNotFound, PostNotFound
from tests.newsfeed import feeds
from users import deletion


@pytest.fixture
def life(alice, bob):
    """Alice's public post, which Bob has in his feed; each commented on the other's."""
    feeds.follow(bob, alice)
    post, other = feeds.publish(alice, "Alice's words"), feeds.publish(bob, "Bob's words")
    feeds.work()
    feeds.comment(bob, post)
    feeds.comment(alice, other, "Alice's remark")
    return post, other


def disable(user):
    call_command("disable_user", user.email)


def begin_erasure(user):
    now = clock.now()
    transact([deletion.set_delete_after_write(user.user_sub, now)])
    deletion.close(user.user_sub, delete_after=now)


@pytest.mark.parametrize("end", [disable, begin_erasure])
def test_their_posts_and_comments_are_gone_at_the_next_read(life, alice, bob, end):
    post, other = life
    feeds.hide(bob, post)
    feeds.unhide(bob, post)
    end(alice)
    assert feeds.home_ids(bob) == feeds.explored(bob) == feeds.explored() == [other.post_id]
    assert feeds.timeline(bob, alice) == []
    assert feeds.comments(bob, other).items == []
    assert feeds.notifications(bob) == []
    for read in (feeds.read, feeds.comments, feeds.comment, feeds.hide):
        with pytest.raises(PostNotFound):
            read(bob, post)


def test_nobody_finds_or_follows_them(life, alice, mallory, client_for):
    disable(alice)
    before = feeds.rows()
    with pytest.raises(AuthorNotFound):
        feeds.follow(mallory, alice)
    client = client_for(mallory)
    assert client.get("/@alice_h/").status_code == 404
    assert client.get("/api/v1/posts/?author=alice_h").status_code == 404
    assert feeds.rows() == before


def test_what_was_hidden_of_them_is_not_listed_and_their_follow_not_shown(life, alice, bob):
    post, _ = life
    feeds.follow(alice, bob)
    feeds.hide(bob, post)
    disable(alice)
    assert feeds.hidden_ids(bob) == []
    assert newsfeed.list_followers(viewer_sub=bob.user_sub).items == []
    assert newsfeed.list_following(viewer_sub=bob.user_sub).items == []


def test_enabling_brings_everything_back(life, alice, bob):
    post, other = life
    disable(alice)
    call_command("enable_user", alice.email)
    assert feeds.read(bob, post).text == "Alice's words"
    assert set(feeds.home_ids(bob)) == {post.post_id, other.post_id}
    assert len(feeds.comments(bob, other).items) == 1
