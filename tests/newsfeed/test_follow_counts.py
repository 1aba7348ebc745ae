"""How many follow somebody: exact whatever happens, and how they hear of posts with it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core import ids
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from newsfeed import personal_data
from newsfeed import services as newsfeed
from newsfeed.items import FollowCounts
from newsfeed.repository import AUDIENCE_LABEL, AudienceRepository, PeopleRepository
from tests.newsfeed import feeds


def counts(user):
    return AudienceRepository().counts_of(user.user_sub)


def turn(author, *, pulled):
    transact(AudienceRepository().turning(author.user_sub, pulled=pulled))


def looked_up(follower):
    return PeopleRepository().items_looked_up(follower.user_sub)


def test_each_follow_counts_once_on_both_sides(alice, bob, mallory):
    for _ in range(2):
        feeds.follow(bob, alice)
        feeds.follow(mallory, alice)
    assert counts(alice) == FollowCounts(followers=2, following=0)
    assert counts(bob) == FollowCounts(followers=0, following=1)
    for _ in range(2):
        feeds.unfollow(bob, alice)
    assert counts(alice) == FollowCounts(followers=1, following=0)
    assert counts(bob) == FollowCounts()


def test_counters_are_nobody_in_the_lists(alice, bob):
    feeds.follow(bob, alice)
    assert len(newsfeed.list_followers(viewer_sub=alice.user_sub).items) == 1
    assert len(newsfeed.list_following(viewer_sub=bob.user_sub).items) == 1


def test_an_account_that_is_erased_is_counted_no_more(alice, bob, mallory):
    feeds.follow(bob, alice)
    feeds.follow(alice, mallory)
    feeds.follow(mallory, alice)
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    assert counts(mallory) == counts(bob) == counts(alice) == FollowCounts()
    assert looked_up(bob) == []


def test_who_follows_looks_up_what_they_missed_for_as_long_as_pointers_last(alice, bob):
    feeds.follow(bob, alice)
    (row,) = looked_up(bob)
    assert "ttl" in row
    feeds.unfollow(bob, alice)
    assert looked_up(bob) == []


def test_who_follows_an_author_of_very_many_looks_up_their_posts_without_an_end(alice, bob):
    turn(alice, pulled=True)
    feeds.follow(bob, alice)
    (row,) = looked_up(bob)
    assert "ttl" not in row
    assert AudienceRepository().find(alice.user_sub).pulled


def test_a_follow_is_refused_that_read_the_other_way(alice, bob):
    turn(alice, pulled=True)
    with pytest.raises(TransactionCancelled) as refused:
        transact(PeopleRepository().following(bob.user_sub, alice.user_sub, pulled=False))
    assert refused.value.failed(AUDIENCE_LABEL)
    assert looked_up(bob) == []
    assert counts(alice) == counts(bob) == FollowCounts()


@pytest.mark.parametrize("before", [True, False])
def test_a_turn_between_the_read_and_the_follow_is_noticed(alice, bob, monkeypatch, before):
    turn(alice, pulled=not before)
    monkeypatch.setattr(AudienceRepository, "is_pulled", lambda *asked: before)
    feeds.follow(bob, alice)
    (row,) = looked_up(bob)
    assert ("ttl" not in row) == (not before)
    assert counts(alice).followers == 1


def test_nobody_looks_up_who_is_followed_no_more(alice, bob):
    writes = PeopleRepository().pulling(bob.user_sub, alice.user_sub, lasting=True)
    with pytest.raises(TransactionCancelled) as refused:
        transact(writes)
    assert refused.value.failed(bob.user_sub)
    assert looked_up(bob) == []


@pytest.mark.engine
def test_many_at_once_are_counted_exactly(alice):
    people = [ids.new_id() for _ in range(8)]

    def follow(sub):
        transact(PeopleRepository().following(sub, alice.user_sub))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(follow, people))
    assert counts(alice).followers == 8
