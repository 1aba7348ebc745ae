"""Fan-out: once for each follower, however often a worker dies half-way."""

import pytest

from core import ids
from dynamo.table import transact
from jobs import services as jobs
from jobs.handlers import find_handler
from jobs.items import Job
from jobs.kinds import JobKind
from newsfeed.repository import FeedRepository, PeopleRepository
from newsfeed.services import fanning
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS, PRIVATE

CROWD = 7


@pytest.fixture
def crowd(alice, monkeypatch):
    """Followers, three to a page of the fan-out."""
    monkeypatch.setattr(fanning, "FOLLOWERS_AT_ONCE", 3)
    subs = [ids.new_id() for _ in range(CROWD)]
    for sub in subs:
        transact(PeopleRepository().following(sub, alice.user_sub))
    return sorted(subs)


def reached(post):
    """The owner of each pointer to the post."""
    rows = [row for row in feeds.rows() if row["sk"].endswith(post.post_id) and "a" in row]
    return sorted(row["user_id"] for row in rows if row["pk"].startswith("USER#"))


def test_every_follower_is_reached_page_by_page(alice, crowd):
    post = feeds.publish(alice, visibility=FOLLOWERS)
    feeds.work()
    assert reached(post) == sorted([*crowd, alice.user_sub])


def test_a_worker_that_dies_half_way_leaves_nobody_out_and_nobody_twice(
    alice, crowd, monkeypatch, time_machine
):
    time_machine.move_to("2030-01-01T00:00:00Z")
    post = feeds.publish(alice)
    push, deaths = FeedRepository.push, iter([True, False, True, True])

    def dying(self, pointers):
        push(self, pointers)
        if next(deaths, False):
            raise RuntimeError("the worker is gone")

    monkeypatch.setattr(FeedRepository, "push", dying)
    for minute in range(0, 60, 5):
        time_machine.move_to(f"2030-01-01T00:{minute:02}:00Z")
        feeds.work()
    assert next(deaths, "none left") == "none left"
    assert reached(post) == sorted([*crowd, alice.user_sub])


def test_the_same_job_writes_the_same_bytes(alice, crowd):
    post = feeds.publish(alice)
    feeds.work()
    before = sorted(feeds.rows(), key=str)
    fanning.fan_out(post.post_id, after="")
    assert sorted(feeds.rows(), key=str) == before


def test_a_post_that_was_deleted_first_goes_nowhere(alice, crowd):
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    feeds.work()
    assert reached(post) == []
    assert feeds.explored() == []


def test_a_private_post_asks_for_no_job_and_goes_nowhere(alice, crowd):
    post = feeds.publish(alice, visibility=PRIVATE)
    assert fanning.fan_out(post.post_id, after="") == ("", [])
    feeds.work()
    assert reached(post) == []


def test_a_removal_that_finds_the_post_there_leaves_it(alice):
    post = feeds.publish(alice)
    job = Job(
        id=ids.new_id(),
        kind="newsfeed.post_removal",
        ids={"post_id": post.post_id},
        secret={},
        due=post.created_at,
        tries=1,
        created_at=post.created_at,
    )
    find_handler(job.kind)(job)
    assert feeds.read(alice, post).text == "Hello"


def test_a_backfill_that_the_version_before_asked_for_does_nothing(alice, bob):
    jobs.enqueue(JobKind.FEED_BACKFILL, ids={"user_sub": bob.user_sub, "author": alice.user_sub})
    before = feeds.rows()
    feeds.work()
    assert feeds.rows() == before
    assert list(jobs.list_jobs()) == []
