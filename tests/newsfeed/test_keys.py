"""The rows of the feed: the families that the table's users rely on, to the letter."""

from zlib import crc32

import pytest

from core import clock, ids
from newsfeed import services as newsfeed
from newsfeed.repository import keys
from tests.newsfeed import feeds

AT = "2030-01-02T03:04:05.000000Z"


@pytest.fixture(autouse=True)
def _hands(time_machine):
    time_machine.move_to("2030-01-02T03:04:05Z", tick=False)


@pytest.fixture
def life(alice, bob):
    """One row of every kind: (post, comment)."""
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    note = feeds.comment(bob, post)
    feeds.reply(alice, note)
    feeds.react(bob, post)
    feeds.hide(bob, post)
    feeds.work()
    return post.post_id, note.comment_id


def test_posts(life, alice):
    post, _ = life
    meta = (f"POST#{post}", "META")
    assert meta in feeds.keys_of("POST#")
    (row,) = [row for row in feeds.rows() if (row["pk"], row["sk"]) == meta]
    assert {**row, "pk": "", "sk": ""} == {
        "pk": "",
        "sk": "",
        "user_id": alice.user_sub,
        "created_at": AT,
        "updated_at": AT,
        "sv": 1,
        "body": "Hello",
        "attachments": [],
        "visibility": "public",
        "unlock_price": 0,
        "version": 1,
    }


def test_comments_and_reactions(life, alice, bob):
    post, note = life
    ((_, below),) = feeds.keys_of(f"REPLIES#{note}")
    reply = keys.id_at(below)
    assert below == f"COMMENT#{AT}#{reply}"
    assert feeds.keys_of(f"POST#{post}#") == sorted(
        [
            (f"POST#{post}#COMMENTS", f"BY#{alice.user_sub}"),
            (f"POST#{post}#COMMENTS", f"BY#{bob.user_sub}"),
            (f"POST#{post}#COMMENTS", f"COMMENT#{AT}#{note}"),
            (f"POST#{post}#COMMENTS", f"REPLY#{reply}"),
            (f"POST#{post}#REACT", f"USER#{bob.user_sub}"),
        ]
    )


def test_feeds(life, alice, bob):
    post, _ = life
    assert feeds.keys_of("USER#") == sorted(
        (f"USER#{who.user_sub}", f"FEED#{AT}#{post}") for who in (alice, bob)
    )


def test_notifications(life, alice, bob):
    told = [(who, each) for who in (alice, bob) for each in feeds.notifications(who)]
    assert len(told) == 4
    assert feeds.keys_of("NOTIF#") == sorted(
        (f"NOTIF#{who.user_sub}", f"NOTIF#{AT}#{each.notification_id}") for who, each in told
    )


def test_hidden_posts(life, bob):
    assert feeds.keys_of("HIDE#") == [(f"HIDE#{bob.user_sub}", f"POST#{life[0]}")]


def test_unlock_records(bob):
    post_id = ids.new_id()
    expected = {"pk": f"UNLOCK#{bob.user_sub}", "sk": f"POST#{post_id}"}
    assert keys.unlock(bob.user_sub, post_id) == expected


def test_what_stands_beside_the_six_families(life, alice, bob):
    post, note = life
    shard = crc32(bob.user_sub.encode()) % keys.COUNT_SHARDS
    assert feeds.keys_of("AUTHOR#", "FOLLOW", "PUB#") == sorted(
        [
            (f"AUTHOR#{alice.user_sub}", "HEAD"),
            (f"AUTHOR#{alice.user_sub}", f"POST#{AT}#{post}"),
            (f"AUTHOR#{alice.user_sub}", feeds.keys_of("REPLIES#")[0][1]),
            (f"AUTHOR#{bob.user_sub}", f"COMMENT#{AT}#{note}"),
            (f"AUTHOR#{bob.user_sub}", f"REACT#{post}"),
            (f"FOLLOWERS#{alice.user_sub}", f"CNT#{shard}"),
            (f"FOLLOWERS#{alice.user_sub}", f"USER#{bob.user_sub}"),
            (f"FOLLOWING#{bob.user_sub}", "CNT#0"),
            (f"FOLLOWING#{bob.user_sub}", f"USER#{alice.user_sub}"),
            ("PUB#DAYS", "DAY#20300102"),
            ("PUB#20300102#0", f"POST#{AT}#{post}"),
        ]
    )


def test_every_row_has_owner_dates_and_shape(life, bob, alice):
    newsfeed.mark_notifications_read(
        user_sub=alice.user_sub, upto=feeds.notifications(alice)[0].notification_id
    )
    feeds.unfollow(bob, alice)
    for row in feeds.rows():
        assert {"created_at", "updated_at", "sv"} <= row.keys(), row
        assert "user_id" in row or row["sk"].startswith(("CNT#", "DAY#")), row
        assert clock.parse(row["created_at"]).date() == clock.now().date()


@pytest.mark.parametrize("bad", ["", "x#y", "META", "0" * 25, "z" * 26, "8" + "0" * 25])
def test_nothing_but_an_id_enters_a_key(bad):
    for make in (keys.meta, keys.comments, keys.feed, keys.hides, keys.unlocks, keys.author):
        with pytest.raises(ValueError, match="ULID"):
            make(bad)
