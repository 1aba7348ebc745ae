"""Handing out and erasing what the feed holds of a person."""

import json

import pytest

from accounts.services import exports
from core import ids
from dynamo.table import transact
from newsfeed import personal_data
from newsfeed import services as newsfeed
from newsfeed.errors import PostNotFound
from newsfeed.items import Unlock
from newsfeed.repository import MarkRepository
from tests.newsfeed import feeds, people


@pytest.fixture
def life(alice, bob):
    """Bob's rows in every family; (his post, Alice's post)."""
    feeds.follow(bob, alice)
    feeds.follow(alice, bob)
    own, other = feeds.publish(bob, "Bob's own words"), feeds.publish(alice, "Alice's words")
    locked = feeds.publish_paid(alice)
    feeds.work()
    feeds.comment(bob, other, "Bob's comment")
    feeds.comment(alice, own, "Alice answers")
    feeds.hide(bob, other)
    unlock = Unlock(user_id=bob.user_sub, post_id=locked.post_id, price=500, currency="USD")
    transact([MarkRepository().unlocking(unlock, made=ids.new_id())])
    newsfeed.mark_notifications_read(
        user_sub=bob.user_sub, upto=feeds.notifications(bob)[0].notification_id
    )
    feeds.publish(bob, "Twice", idempotency_key="key")
    feeds.work()
    return own, other


def test_a_person_gets_their_own_words_and_the_names_of_the_rest(life, alice, bob):
    own, other = life
    exported = {name: list(rows) for name, rows in personal_data.export(bob.user_sub).items()}
    assert {row["body"] for row in exported["posts"]} == {"Bob's own words", "Twice"}
    assert own.post_id in {row["post_id"] for row in exported["posts"]}
    assert [row["text"] for row in exported["comments"]] == ["Bob's comment"]
    assert [row["account"] for row in exported["following"]] == [alice.user_sub]
    assert [row["account"] for row in exported["followers"]] == [alice.user_sub]
    assert [row["post_id"] for row in exported["hidden_posts"]] == [other.post_id]
    assert exported["unlocked_posts"][0]["price"] == 500
    assert exported["notifications"]
    assert "Alice" not in str(exported)
    assert feeds.CANARY not in str(exported)


def test_a_copy_does_not_tell_of_who_blocked_the_person(alice, bob, mallory):
    for other in (alice, mallory):
        feeds.follow(bob, other)
    feeds.unfollow(bob, mallory)
    people.block(alice, bob)
    exported = personal_data.export(bob.user_sub)
    assert [row["account"] for row in exported["unfollowed"]] == [mallory.user_sub]
    assert alice.user_sub not in str(exported)


def test_the_copy_is_a_file_of_json(life, bob):
    (comment,) = json.loads(exports.collect(bob))["data"]["newsfeed"]["comments"]
    assert comment["created_at"].endswith("Z")


def test_erasing_leaves_no_row_of_the_person(life, alice, bob):
    own, other = life
    feeds.unfollow(bob, alice)
    for _ in range(2):
        personal_data.erase(bob.user_sub)
    left = [row for row in feeds.rows() if row.get("user_id") == bob.user_sub]
    assert left == []
    assert not [row for row in feeds.rows() if bob.user_sub in row["pk"] + row["sk"]]
    assert "Bob" not in str(feeds.rows())
    with pytest.raises(PostNotFound):
        feeds.read(alice, own)
    assert feeds.read(alice, other).comment_count == 0
    assert own.post_id not in feeds.home_ids(alice)


def test_erasing_leaves_others_as_they_are(life, alice, bob):
    _, other = life
    personal_data.erase(bob.user_sub)
    assert feeds.read(None, other).text == "Alice's words"
    assert other.post_id in feeds.home_ids(alice)
    assert newsfeed.list_followers(viewer_sub=alice.user_sub).items == []
    assert newsfeed.list_following(viewer_sub=alice.user_sub).items == []


def test_nothing_of_the_feed_holds_an_erasure_back(bob):
    assert personal_data.holds(bob.user_sub) == []


def test_whom_a_person_blocked_and_muted_is_theirs_to_know_and_nobody_elses(alice, bob, mallory):
    people.block(bob, alice)
    people.mute(bob, mallory)
    copy = personal_data.export(bob.user_sub)
    assert [row["account"] for row in copy["blocked"]] == [alice.user_sub]
    assert [row["account"] for row in copy["muted"]] == [mallory.user_sub]
    for other in (alice, mallory):
        assert bob.user_sub not in str(personal_data.export(other.user_sub))


@pytest.mark.parametrize("gone", ["alice", "bob", "mallory"])
def test_erasing_takes_both_ends_of_blocks_and_mutes(alice, bob, mallory, gone):
    cast = {"alice": alice, "bob": bob, "mallory": mallory}
    people.block(bob, alice)
    people.mute(bob, mallory)
    for _ in range(2):
        personal_data.erase(cast[gone].user_sub)
    assert cast[gone].user_sub not in str(feeds.rows())


def test_whom_a_person_stopped_following_is_theirs_to_know(life, alice, bob):
    feeds.unfollow(bob, alice)
    (row,) = personal_data.export(bob.user_sub)["unfollowed"]
    assert row["account"] == alice.user_sub


def test_erasing_takes_back_what_authors_were_told_of_the_comments(life, alice, bob):
    personal_data.erase(bob.user_sub)
    assert [str(each.kind) for each in feeds.notifications(alice)] == ["followed"]
