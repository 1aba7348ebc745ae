"""Deleting a post: gone at once, back within 30 days, then gone for good, buyers apart."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import RateLimited
from core.ratelimit import Limit
from dynamo.errors import Unavailable
from dynamo.table import Table
from newsfeed import limits
from newsfeed import services as newsfeed
from newsfeed.errors import PostIsSold, PostNotFound
from newsfeed.items import FEED_KEPT
from newsfeed.repository import CommentRepository, rows
from tests.newsfeed import feeds
from tests.newsfeed.feeds import PRIVATE

START = "2030-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def clock_of_the_test(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


def wait(time_machine, **time):
    time_machine.move_to(clock.now() + timedelta(**time), tick=False)
    feeds.work()


def test_only_its_author_deletes_and_restores_a_post(alice, mallory):
    post = feeds.publish(alice)
    with pytest.raises(PostNotFound):
        feeds.delete(mallory, post)
    assert feeds.read(alice, post).text == "Hello"
    feeds.delete(alice, post)
    for way in (feeds.restore, feeds.purge):
        with pytest.raises(PostNotFound):
            way(mallory, post)
    assert feeds.deleted_ids(alice) == [post.post_id]
    assert feeds.deleted_ids(mallory) == []


def test_a_deleted_post_is_gone_for_everybody_at_once(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    feeds.delete(alice, post)
    for viewer in (alice, bob, None):
        with pytest.raises(PostNotFound):
            feeds.read(viewer, post)
    assert feeds.home_ids(bob) == feeds.explored() == feeds.timeline(alice, alice) == []
    with pytest.raises(PostNotFound):
        feeds.delete(alice, post)


def test_a_restored_post_is_as_it_was(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, "Second thoughts")
    feeds.work()
    feeds.comment(bob, post, "Indeed")
    feeds.delete(alice, post)
    feeds.restore(alice, post)
    feeds.work()
    assert feeds.read(bob, post).text == "Second thoughts"
    assert [each.text for each in feeds.comments(bob, post).items] == ["Indeed"]
    assert feeds.home_ids(bob) == feeds.timeline(bob, alice) == feeds.explored() == [post.post_id]
    assert feeds.deleted_ids(alice) == []
    with pytest.raises(PostNotFound):
        feeds.restore(alice, post)


def test_a_post_restored_before_it_was_told_of_is_told_of_then(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    feeds.work()
    feeds.restore(alice, post)
    feeds.work()
    assert feeds.home_ids(bob) == [post.post_id]


def test_a_script_that_brings_back_on_and_on_is_stopped(alice, monkeypatch):
    monkeypatch.setattr(limits, "EDITS", Limit("test-edits", times=1, seconds=60))
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    feeds.restore(alice, post)
    feeds.delete(alice, post)
    with pytest.raises(RateLimited):
        feeds.restore(alice, post)
    assert feeds.timeline(alice, alice) == []
    assert feeds.deleted_ids(alice) == [post.post_id]


def test_a_restored_private_post_is_told_to_nobody(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, visibility=PRIVATE)
    feeds.delete(alice, post)
    feeds.restore(alice, post)
    feeds.work()
    assert feeds.keys_of("USER#") == []
    (entry,) = [row for row in feeds.rows() if row["sk"].startswith("POST#")]
    assert entry["p"] == 1


def test_after_30_days_nothing_is_left_but_a_tombstone(alice, bob, clock_of_the_test):
    post = feeds.publish(alice, "Regrettable words", warning="Regrettable too")
    feeds.edit(alice, post, "Other regrettable words")
    feeds.comment(bob, post, "Indeed")
    feeds.delete(alice, post)
    wait(clock_of_the_test, days=29, hours=23)
    assert "Regrettable" in str(feeds.rows())
    wait(clock_of_the_test, hours=2)
    assert feeds.keys_of("POST#", "AUTHOR#", "PUB#2030") == [(f"POST#{post.post_id}", "CARD")]
    assert "egrettable" not in str(feeds.rows())
    (card,) = [row for row in feeds.rows() if row["sk"] == "CARD"]
    assert card["ttl"] == clock.epoch(clock.now() + FEED_KEPT)
    with pytest.raises(PostNotFound):
        feeds.restore(alice, post)


def test_a_post_cannot_be_restored_when_its_time_is_over_and_the_job_is_late(
    alice, clock_of_the_test
):
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    clock_of_the_test.move_to(clock.now() + timedelta(days=30), tick=False)
    with pytest.raises(PostNotFound):
        feeds.restore(alice, post)
    (item,) = newsfeed.list_deleted(author_sub=alice.user_sub).items
    assert item.restorable_until is None


def test_a_second_deletion_has_its_own_30_days(alice, clock_of_the_test):
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    wait(clock_of_the_test, days=20)
    feeds.restore(alice, post)
    feeds.delete(alice, post)
    wait(clock_of_the_test, days=20)
    feeds.restore(alice, post)
    assert feeds.read(alice, post).text == "Hello"


def test_a_buyer_goes_on_reading_and_the_job_looks_again(alice, bob, clock_of_the_test):
    post = feeds.publish_paid(alice)
    feeds.sell(post, bob)
    feeds.delete(alice, post)
    with pytest.raises(PostIsSold):
        feeds.purge(alice, post)
    wait(clock_of_the_test, days=31)
    assert feeds.CANARY in feeds.read(bob, post).text
    for viewer in (alice, None):
        with pytest.raises(PostNotFound):
            feeds.read(viewer, post)
    (item,) = newsfeed.list_deleted(author_sub=alice.user_sub).items
    assert (item.sold, item.restorable_until) == (True, None)


def test_it_goes_once_nobody_holds_an_unlock_any_more(alice, bob, clock_of_the_test):
    post = feeds.publish_paid(alice)
    feeds.sell(post, bob)
    feeds.delete(alice, post)
    wait(clock_of_the_test, days=31)
    feeds.sell(post, alice, count=-1)  # as a refund leaves the counter
    wait(clock_of_the_test, days=31)
    assert feeds.CANARY not in str(feeds.rows())
    assert feeds.deleted_ids(alice) == []


def test_a_post_that_nobody_bought_goes_at_once_when_its_author_says_so(alice):
    post = feeds.publish_paid(alice)
    with pytest.raises(PostNotFound):
        feeds.purge(alice, post)
    feeds.delete(alice, post)
    feeds.purge(alice, post)
    feeds.work()
    assert feeds.CANARY not in str(feeds.rows())
    with pytest.raises(PostNotFound):
        feeds.restore(alice, post)


def test_a_removal_that_died_half_way_is_finished(alice, clock_of_the_test, monkeypatch):
    from newsfeed.repository import LifeRepository

    post = feeds.publish(alice, "Regrettable words")
    feeds.delete(alice, post)
    remove, deaths = LifeRepository.remove_content, iter([True, False])

    def dying(self, post_id):
        if next(deaths, False):
            raise RuntimeError("the worker is gone")
        remove(self, post_id)

    monkeypatch.setattr(LifeRepository, "remove_content", dying)
    wait(clock_of_the_test, days=31)
    assert "Regrettable" in str(feeds.rows())
    wait(clock_of_the_test, hours=1)
    assert "Regrettable" not in str(feeds.rows())


def test_deleted_posts_are_listed_the_latest_first_page_by_page(alice, clock_of_the_test):
    posts = [feeds.publish(alice, f"Number {n}") for n in range(21)]
    for post in posts:
        clock_of_the_test.move_to(clock.now() + timedelta(seconds=1), tick=False)
        feeds.delete(alice, post)
    page = newsfeed.list_deleted(author_sub=alice.user_sub)
    rest = newsfeed.list_deleted(author_sub=alice.user_sub, cursor=page.next_cursor)
    listed = [each.post_id for each in (*page.items, *rest.items)]
    assert listed == [post.post_id for post in reversed(posts)]


def test_a_removal_that_breaks_off_goes_on_where_it_stopped(alice, bob, monkeypatch):
    """However much was said: a part that is gone is not read again."""
    monkeypatch.setattr(rows, "AT_ONCE", 4)
    post = feeds.publish(alice)
    first = feeds.comment(bob, post)
    for _ in range(9):
        feeds.reply(bob, first)
        feeds.comment(bob, post)
    kept = feeds.keys_of("POST#", "REPLIES#")
    write, calls = Table.batch_write, []

    def write_some(table, **what):
        calls.append(what)
        if len(calls) > 4:
            raise Unavailable(operation="BatchWriteItem", table="app")
        write(table, **what)

    with monkeypatch.context() as patched:
        patched.setattr(Table, "batch_write", write_some)
        with pytest.raises(Unavailable):
            CommentRepository().remove_of(post.post_id)
    assert len(feeds.keys_of("POST#", "REPLIES#")) <= len(kept) - 9
    CommentRepository().remove_of(post.post_id)
    assert feeds.keys_of(f"POST#{post.post_id}#COMMENTS", "REPLIES#") == []
    assert [key for key in feeds.keys_of("AUTHOR#") if key[1].startswith("COMMENT#")] == []
