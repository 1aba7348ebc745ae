"""Whom a newcomer could follow."""

import pytest

from core import ids
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from newsfeed import services as newsfeed
from newsfeed.repository import keys
from newsfeed.repository.rows import stamped
from tests.factories import make_user
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS, PRIVATE
from tests.newsfeed.test_disabled import disable


def suggested(viewer):
    return [person.handle for person in newsfeed.suggest_people(viewer_sub=viewer.user_sub)]


def test_those_are_suggested_who_wrote_for_everybody_lately(alice, bob, mallory):
    carol = make_user("carol")
    feeds.publish(alice)
    feeds.publish_paid(mallory)
    feeds.publish(mallory)
    feeds.publish(carol, visibility=FOLLOWERS)
    feeds.publish(carol, visibility=PRIVATE)
    feeds.publish(bob)
    feeds.work()
    assert suggested(bob) == ["mallory_h", "alice_h"]


@pytest.mark.parametrize("kind", [keys.BLOCKED, keys.BLOCKED_BY, keys.MUTED])
def test_nobody_is_suggested_who_was_muted_or_blocked(alice, bob, kind):
    feeds.publish(alice)
    feeds.work()
    key = keys.related(bob.user_sub, kind, alice.user_sub)
    Table(schema_named("app")).put(stamped(key, user_id=bob.user_sub, made=ids.new_id()))
    assert suggested(bob) == []


def test_nor_who_is_followed_or_was_or_is_not_there(alice, bob, mallory):
    for author in (alice, mallory):
        feeds.publish(author)
    feeds.work()
    feeds.follow(bob, alice)
    disable(mallory)
    assert suggested(bob) == []
    feeds.unfollow(bob, alice)
    assert suggested(bob) == []


def test_there_are_eight_at_most(bob):
    for number in range(9):
        feeds.publish(make_user(f"writer{number}"))
    feeds.work()
    with budget(calls=1 + 1 + 1 + 2, hops=3):
        assert len(suggested(bob)) == 8


def test_a_newcomer_finds_them_on_feed_and_explore_and_comes_back(client_for, alice, bob):
    feeds.publish(alice)
    feeds.work()
    client = client_for(bob)
    for path in ("/feed/", "/explore/"):
        page = client.get(path).content.decode()
        assert "People to follow" in page
        assert "/@alice_h/follow/" in page
        assert f'name="next" value="{path}"' in page
    answer = client.post("/@alice_h/follow/", {"next": "/feed/"})
    assert answer.url == "/feed/"
    for path in ("/feed/", "/explore/"):
        assert "People to follow" not in client.get(path).content.decode()


def test_the_api_suggests_too(client_for, alice, bob):
    feeds.publish(alice)
    feeds.work()
    found = client_for(bob).get("/api/v1/suggestions/").json()["results"]
    assert [person["handle"] for person in found] == ["alice_h"]
    assert "bio" not in found[0]
