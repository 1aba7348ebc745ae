"""Somebody who did everything that the feed knows: nothing of it is left out of the copy that they
get, and nothing stays when their account is erased."""

from datetime import timedelta

import pytest

from core import clock
from newsfeed import personal_data
from newsfeed import services as newsfeed
from tests.families import documented, family_of
from tests.newsfeed import feeds, people, uploads
from tests.newsfeed.feeds import by

OF_OTHERS = {"BLOCKEDBY#<other_id>"}  # who blocked somebody is theirs who did it
LEFT = ("USER#", "REL#", "NOTIF#", "HIDE#", "UNLOCK#")  # of others, see personal_data.erase


@pytest.fixture
def life(alice, bob, mallory):
    """Of Bob, with whom the others had to do."""
    for one, other in ((bob, alice), (alice, bob), (bob, mallory), (mallory, bob)):
        feeds.follow(one, other)
    post = write(bob)
    other = feeds.publish(alice, "Alice's words")
    talk(alice, bob, post)
    talk(bob, alice, other)
    feeds.hide(bob, other)
    feeds.hide(alice, post)
    feeds.sell(feeds.publish_paid(alice), bob)
    feeds.sell(post, alice)
    feeds.unfollow(bob, mallory)
    feeds.unfollow(mallory, bob)
    people.mute(bob, mallory)
    people.mute(mallory, bob)
    people.block(bob, mallory)
    newsfeed.choose_notifications(user_sub=bob.user_sub, choices={"reacted": False}, actor=by(bob))
    feeds.work()


def write(author):
    held = uploads.uploaded(author, alt="A tern")
    post = feeds.publish(author, "First words", media=(held.media_id,), idempotency_key="key")
    feeds.edit(author, post, "Second words", media_ids=(held.media_id,))
    newsfeed.pin_post(author_sub=author.user_sub, post_id=post.post_id, actor=by(author))
    feeds.delete(author, feeds.publish(author, "Taken back"))
    feeds.save_draft(author)
    feeds.schedule(author, feeds.save_draft(author), clock.now() + timedelta(days=1))
    uploads.uploaded(author, uploads.TEXT, "notes.txt")
    return post


def talk(one, other, post):
    said = feeds.comment(one, post, "A remark")
    feeds.reply(one, feeds.reply(other, said))
    feeds.react(one, post)


def rows_about(user):
    return [row for row in feeds.rows() if user.user_sub in str(row)]


def test_it_is_of_every_family_that_is_somebodys(life, bob):
    lived = {
        family_of("app", row["pk"], row["sk"])
        for row in feeds.rows()
        if row.get("user_id") == bob.user_sub
    }
    known = {each for each in documented() if each.table == "app" and each.owner}
    assert {each.sk for each in known - lived} <= OF_OTHERS


def test_the_copy_has_something_of_all_of_it(life, bob):
    copy = personal_data.export(bob.user_sub)
    assert [name for name, rows in copy.items() if not list(rows)] == []


def test_erasing_leaves_nothing_but_what_leads_nowhere(life, bob):
    for _ in range(2):
        personal_data.erase(bob.user_sub)
    feeds.work()
    left = rows_about(bob)
    assert [row for row in left if not row["pk"].startswith(LEFT)] == []
    assert [row for row in left if row["pk"].endswith(bob.user_sub)] == []
    assert "words" not in str(left)


def test_others_keep_theirs(life, alice, bob, mallory):
    before = newsfeed.list_posts_of(viewer_sub=None, author_sub=alice.user_sub).items
    personal_data.erase(bob.user_sub)
    after = newsfeed.list_posts_of(viewer_sub=None, author_sub=alice.user_sub).items
    assert [each.post_id for each in after] == [each.post_id for each in before]
    assert people.muted(mallory) == []
    assert people.followers(alice) == []
