"""How much is new: never more than the page would show."""

import pytest

from core.errors import Invalid
from dynamo.metering import budget
from newsfeed import services as newsfeed
from newsfeed.items import Arrivals
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS


def count(viewer, since=""):
    return newsfeed.count_arrivals(viewer_sub=viewer.user_sub, since=since)


def test_what_is_gone_hidden_or_of_somebody_unfollowed_is_not_counted(alice, bob, mallory):
    feeds.follow(bob, alice)
    feeds.follow(bob, mallory)
    gone, hidden, _ = (feeds.publish(alice) for _ in range(3))
    feeds.publish(mallory, visibility=FOLLOWERS)
    feeds.work()
    assert count(bob) == Arrivals(count=4, more=False)
    feeds.delete(alice, gone)
    feeds.hide(bob, hidden)
    feeds.unfollow(bob, mallory)
    assert count(bob) == Arrivals(count=1, more=False)


@pytest.mark.parametrize("blocks", [True, False])
def test_nothing_is_counted_between_two_of_whom_one_blocked_the_other(alice, bob, blocks):
    feeds.follow(bob, alice)
    feeds.publish(alice)
    feeds.work()
    who, whom = (bob, alice) if blocks else (alice, bob)
    newsfeed.block(user_sub=who.user_sub, other_sub=whom.user_sub, actor=feeds.by(who))
    assert count(bob) == Arrivals(count=0, more=False)
    newsfeed.unblock(user_sub=who.user_sub, other_sub=whom.user_sub, actor=feeds.by(who))
    assert count(bob) == Arrivals(count=0, more=False)  # the block ended the follow


def test_it_counts_to_twenty(alice, bob):
    feeds.follow(bob, alice)
    posts = [feeds.publish(alice) for _ in range(21)]
    feeds.work()
    assert count(bob) == Arrivals(count=20, more=True)
    assert count(bob, since=posts[0].post_id) == Arrivals(count=20, more=False)


@pytest.mark.parametrize("since", ["x", "0", "a" * 26, "01M8H#"])
def test_it_says_what_since_must_be(bob, since):
    with pytest.raises(Invalid) as refused:
        count(bob, since=since)
    assert set(refused.value.errors) == {"since"}


def test_asking_costs_next_to_nothing_while_nothing_is_new(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.follow(bob, alice)
    time_machine.move_to("2030-04-15T00:00:00Z")
    newest = feeds.publish(alice)
    feeds.work()
    with budget(calls=2, hops=1, rru=1):
        assert count(bob, since=newest.post_id).count == 0


def test_the_page_gives_a_link_or_nothing(client_for, alice, bob):
    client = client_for(bob)
    feeds.follow(bob, alice)
    assert client.get("/feed/new/").content.strip() == b""
    post = feeds.publish(alice)
    feeds.work()
    answer = client.get("/feed/new/")
    assert "1 new post<" in answer.content.decode()
    assert 'href="/feed/"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert client.get(f"/feed/new/?since={post.post_id}").content.strip() == b""
    assert client.get("/feed/new/?since=x").status_code == 400


def test_the_feed_says_from_where_to_count(client_for, alice, bob):
    feeds.follow(bob, alice)
    posts = [feeds.publish(alice) for _ in range(21)]
    feeds.work()
    page = client_for(bob).get("/feed/").content.decode()
    assert f"/feed/new/?since={posts[-1].post_id}" in page
    older = feeds.home(bob).next_cursor
    assert "arrivals" not in client_for(bob).get(f"/feed/?after={older}").content.decode()


def test_the_api_counts_too(client_for, alice, bob):
    feeds.follow(bob, alice)
    feeds.publish(alice)
    feeds.work()
    client = client_for(bob)
    assert client.get("/api/v1/feed/new/").json() == {"count": 1, "more": False}
    refused = client.get("/api/v1/feed/new/?since=x")
    assert refused.status_code == 400
    assert "since" in refused.json()["errors"]
