"""Feeds of whom nobody is told: followers look for the posts, and see the same as ever."""

import random

import pytest

from core import ids
from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table, transact
from jobs import services as jobs
from newsfeed import services as newsfeed
from newsfeed.items import Pointer
from newsfeed.repository import AudienceRepository, FeedRepository, PeopleRepository, heads, keys
from newsfeed.services import fanning, hydrating, merging
from newsfeed.services import feeds as lists
from tests.factories import make_user
from tests.newsfeed import feeds
from tests.newsfeed.crowds import gather_crowd
from tests.newsfeed.feeds import FOLLOWERS, PAID, PRIVATE, PUBLIC


@pytest.fixture
def pull(settings):
    settings.FANOUT = "pull"


@pytest.fixture
def short_pages(monkeypatch):
    """Four posts to a page, and six to a head."""
    for module in (hydrating, lists, merging):
        monkeypatch.setattr(module, "PAGE", 4)
    monkeypatch.setattr(heads, "SIZE", 6)


def pointers_of(user):
    return [key for key in feeds.keys_of(f"USER#{user.user_sub}") if "FEED#" in key[1]]


def looked_up(follower):
    return PeopleRepository().items_looked_up(follower.user_sub)


def all_pages(viewer):
    found, cursor = [], ""
    while True:
        page = feeds.home(viewer, cursor)
        found += [item.post_id for item in page.items]
        cursor = page.next_cursor
        if not cursor:
            return found


def test_followers_find_what_they_are_not_told_of(alice, bob, mallory, pull):
    feeds.follow(bob, alice)
    posts = [feeds.publish(alice, visibility=kind) for kind in (PUBLIC, FOLLOWERS, PAID)]
    feeds.publish(alice, visibility=PRIVATE)
    feeds.work()
    assert pointers_of(bob) == []
    assert set(feeds.home_ids(bob)) == {post.post_id for post in posts}
    assert feeds.home_ids(mallory) == []
    assert len(feeds.home_ids(alice)) == 3
    feeds.delete(alice, posts[0])
    assert posts[0].post_id not in feeds.home_ids(bob)


def test_unfollowing_ends_it_at_the_next_read(alice, bob, pull):
    feeds.follow(bob, alice)
    feeds.publish(alice, visibility=FOLLOWERS)
    feeds.work()
    assert len(feeds.home_ids(bob)) == 1
    feeds.unfollow(bob, alice)
    assert feeds.home_ids(bob) == []
    assert looked_up(bob) == []


def test_a_pointer_and_what_is_looked_up_are_one_post(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    assert len(pointers_of(bob)) == 1
    assert feeds.home_ids(bob) == [post.post_id]


def test_what_is_older_than_pointers_last_is_not_looked_up(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.publish(alice)
    time_machine.move_to("2030-03-01T00:00:00Z")
    post = feeds.publish(alice)
    feeds.work()
    time_machine.move_to("2030-04-02T00:00:00Z")
    feeds.follow(bob, alice)
    assert feeds.home_ids(bob) == [post.post_id]


@pytest.mark.parametrize("seed", range(3))
def test_pages_are_those_of_one_list_whatever_it_comes_from(
    alice, bob, mallory, short_pages, seed, monkeypatch, settings
):
    """Three authors of whom one tells, one is looked up and one was followed too late."""
    carol, chance = make_user("carol"), random.Random(seed)
    feeds.follow(bob, alice)
    transact(AudienceRepository().turning(mallory.user_sub, pulled=True))
    feeds.follow(bob, mallory)
    settings.FANOUT_PUSH_BELOW = 0
    wanted = []
    for number in range(30):
        author = chance.choice([alice, mallory, carol, alice if seed else mallory])
        kind = chance.choice([PUBLIC, PUBLIC, FOLLOWERS, PRIVATE])
        post = feeds.publish(author, f"Post {number}", kind)
        if kind is not PRIVATE:
            wanted.append(post.post_id)
    feeds.work()
    feeds.follow(bob, carol)
    assert all_pages(bob) == sorted(wanted, reverse=True)


def test_the_head_names_the_newest_that_are_not_private(alice, short_pages):
    posts = [feeds.publish(alice).post_id for _ in range(7)]
    feeds.publish(alice, visibility=PRIVATE)
    feeds.work()
    (row,) = heads.HeadRepository().items_of(alice.user_sub)
    assert row["ids"] == sorted(posts, reverse=True)[:6]
    assert row["more"]


def test_a_head_that_is_made_anew_keeps_what_else_is_in_its_row(alice):
    first = feeds.publish(alice).post_id
    app, key = Table(schema_named("app")), keys.head(alice.user_sub)
    app.update(key, Update().set("pinned", first))
    feeds.work()
    second = feeds.publish(alice).post_id
    feeds.work()
    row = app.get(key)
    assert (row["pinned"], row["ids"]) == (first, [second, first])


def test_of_two_heads_at_once_none_loses_a_post(alice, monkeypatch):
    feeds.publish(alice)
    newest, met = heads.HeadRepository._newest, []

    def interrupted(self, author_id):
        found = newest(self, author_id)
        if not met:
            met.append(feeds.publish(alice).post_id)
            heads.HeadRepository().rebuild(author_id)
        return found

    monkeypatch.setattr(heads.HeadRepository, "_newest", interrupted)
    heads.HeadRepository().rebuild(alice.user_sub)
    (row,) = heads.HeadRepository().items_of(alice.user_sub)
    assert row["ids"][0] == met[0]
    assert len(row["ids"]) == 2


@pytest.fixture
def narrow(settings, monkeypatch):
    """Above six followers they look, below four they are told; three to a page of jobs."""
    settings.FANOUT_PULL_ABOVE, settings.FANOUT_PUSH_BELOW = 6, 4
    monkeypatch.setattr(fanning, "FOLLOWERS_AT_ONCE", 3)
    monkeypatch.setattr(fanning, "TURNED_AT_ONCE", 2)


def leave(author, subs):
    for sub in subs:
        transact(PeopleRepository().unfollowing(sub, author.user_sub))


def test_an_author_turns_at_two_numbers_and_nobody_is_left_out(alice, bob, narrow):
    feeds.follow(bob, alice)
    crowd = gather_crowd_of(alice, 5)
    first = feeds.publish(alice)
    feeds.work()
    assert len(pointers_of(bob)) == 1  # six are not above six
    crowd += gather_crowd_of(alice, 1)
    second = feeds.publish(alice)
    feeds.work()
    assert len(pointers_of(bob)) == 1
    assert all("ttl" not in row for row in looked_up(bob))
    assert feeds.home_ids(bob) == [second.post_id, first.post_id]
    leave(alice, crowd[:3])
    third = feeds.publish(alice)  # four are not below four
    feeds.work()
    assert len(pointers_of(bob)) == 1
    leave(alice, crowd[3:4])
    fourth = feeds.publish(alice)
    feeds.work()
    assert len(pointers_of(bob)) == 2
    assert all("ttl" in row for row in looked_up(bob))
    posts = [first, second, third, fourth]
    assert feeds.home_ids(bob) == sorted((post.post_id for post in posts), reverse=True)


def gather_crowd_of(author, number):
    subs = [ids.new_id() for _ in range(number)]
    for sub in subs:
        transact(PeopleRepository().following(sub, author.user_sub))
    return subs


def test_a_worker_that_dies_while_an_author_turns_leaves_nobody_out(
    alice, bob, narrow, monkeypatch, time_machine
):
    time_machine.move_to("2030-01-01T00:00:00Z")
    crowd = gather_crowd(alice, 7)
    pull, deaths = fanning._pull, iter([True, False, True, True])

    def dying(*asked, **how):
        ended = pull(*asked, **how)
        if next(deaths, False):
            raise RuntimeError("the worker is gone")
        return ended

    monkeypatch.setattr(fanning, "_pull", dying)
    feeds.publish(alice)
    for minute in range(0, 60, 5):
        time_machine.move_to(f"2030-01-01T00:{minute:02}:00Z")
        feeds.work()
    assert next(deaths, "none left") == "none left"
    held = [row["user_id"] for row in feeds.rows() if row["sk"].startswith("PULL#")]
    assert sorted(held) == crowd
    assert list(jobs.list_jobs()) == []


def test_who_unfollows_while_an_author_turns_looks_nothing_up(alice, bob, narrow, monkeypatch):
    crowd = gather_crowd(alice, 6)
    feeds.follow(bob, alice)
    listed = PeopleRepository.list_followers

    def late(self, author_id, **how):
        found = listed(self, author_id, **how)
        feeds.unfollow(bob, alice)
        return found

    feeds.publish(alice)
    monkeypatch.setattr(PeopleRepository, "list_followers", late)
    feeds.work()
    assert looked_up(bob) == []
    held = [row["user_id"] for row in feeds.rows() if row["sk"].startswith("PULL#")]
    assert sorted(held) == crowd


def test_a_turn_that_is_over_is_dropped(alice, bob):
    feeds.follow(bob, alice)
    assert fanning.turn(alice.user_sub, pulled=True, after="") == ""
    (row,) = looked_up(bob)
    assert "ttl" in row


def test_a_turn_that_comes_late_leaves_what_the_next_one_wrote(alice, bob, monkeypatch):
    feeds.follow(bob, alice)
    audiences, listed = AudienceRepository(), PeopleRepository.list_followers
    turns = []

    def turned_again(self, author_id, **how):
        found = listed(self, author_id, **how)
        if not turns:
            turns.append("to pull")
            transact(audiences.turning(alice.user_sub, pulled=True))
            fanning.turn(alice.user_sub, pulled=True, after="")
        return found

    monkeypatch.setattr(PeopleRepository, "list_followers", turned_again)
    assert fanning.turn(alice.user_sub, pulled=False, after="") == ""
    (row,) = looked_up(bob)
    assert "ttl" not in row


def test_new_posts_are_counted_whichever_way_they_come(alice, bob, mallory):
    def count(since):
        return newsfeed.count_arrivals(viewer_sub=bob.user_sub, since=since).count

    transact(AudienceRepository().turning(mallory.user_sub, pulled=True))
    FeedRepository().push([(bob.user_sub, Pointer(post_id=ids.new_id(), author_id=alice.user_sub))])
    assert count("") == 0  # of a post that is not there
    for author in (alice, mallory):
        feeds.follow(bob, author)
    assert count("") == 0
    first = feeds.publish(alice).post_id
    second = feeds.publish(mallory).post_id
    feeds.publish(bob)
    feeds.publish(alice, visibility=PRIVATE)
    feeds.work()
    assert (count(""), count(first), count(second)) == (2, 1, 0)
