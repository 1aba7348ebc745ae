"""Home, explore and timelines: what is in them, and what leaves them at the next read."""

import pytest

from core.errors import RateLimited
from dynamo.cursor import CursorForged
from newsfeed import services as newsfeed
from newsfeed.errors import AuthorNotFound, OwnAccount
from newsfeed.items import Access
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS, PAID, PRIVATE


@pytest.fixture
def short_pages(monkeypatch):
    """Four posts to a page."""
    from newsfeed.services import feeds as lists
    from newsfeed.services import hydrating, merging, public

    for module in (hydrating, lists, merging, public):
        monkeypatch.setattr(module, "PAGE", 4)


def test_a_follower_finds_the_post_in_their_feed_and_nobody_else_does(alice, bob, mallory):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, "Morning light", FOLLOWERS)
    assert feeds.home_ids(bob) == []
    feeds.work()
    (item,) = feeds.home(bob).items
    assert (item.post_id, item.text, item.author.handle) == (
        post.post_id,
        "Morning light",
        "alice_h",
    )
    assert feeds.home_ids(mallory) == []
    assert feeds.home_ids(alice) == [post.post_id]


def test_the_newest_post_comes_first(alice, bob, time_machine):
    feeds.follow(bob, alice)
    posts = [feeds.publish(alice, f"Post {n}").post_id for n in range(3)]
    feeds.work()
    assert feeds.home_ids(bob) == sorted(posts, reverse=True)


def test_following_brings_the_newest_posts_of_the_author_at_once(alice, bob):
    post = feeds.publish(alice)
    feeds.work()
    feeds.follow(bob, alice)
    assert feeds.home_ids(bob) == [post.post_id]


def test_unfollowing_drops_the_posts_at_the_next_read_also_those_on_their_way(alice, bob):
    feeds.follow(bob, alice)
    feeds.publish(alice)
    feeds.work()
    assert len(feeds.home_ids(bob)) == 1
    feeds.publish(alice)
    feeds.unfollow(bob, alice)
    assert feeds.home_ids(bob) == []
    feeds.work()
    assert feeds.home_ids(bob) == []
    feeds.follow(bob, alice)
    assert len(feeds.home_ids(bob)) == 2


def test_the_pointer_of_a_fan_out_that_lost_against_unfollowing_is_hidden(alice, bob):
    from newsfeed.items import Pointer
    from newsfeed.repository import FeedRepository

    feeds.follow(bob, alice)
    post = feeds.publish(alice, visibility=FOLLOWERS)
    feeds.unfollow(bob, alice)
    pointer = Pointer(post_id=post.post_id, author_id=alice.user_sub)
    FeedRepository().push([(bob.user_sub, pointer)])
    assert feeds.home_ids(bob) == []


def test_a_deleted_post_vanishes_everywhere_at_the_next_read(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    feeds.hide(bob, post)
    feeds.unhide(bob, post)
    assert feeds.home_ids(bob) == feeds.explored() == feeds.timeline(bob, alice) == [post.post_id]
    feeds.delete(alice, post)
    assert feeds.home_ids(bob) == feeds.home_ids(alice) == feeds.explored() == []
    assert feeds.timeline(bob, alice) == feeds.timeline(alice, alice) == []


def test_a_hidden_post_leaves_the_lists_of_that_person_only(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    feeds.hide(bob, post)
    feeds.hide(bob, post)
    assert feeds.home_ids(bob) == feeds.explored(bob) == feeds.timeline(bob, alice) == []
    assert feeds.hidden_ids(bob) == [post.post_id]
    assert feeds.read(bob, post).hidden
    assert feeds.home_ids(alice) == feeds.explored() == [post.post_id]
    feeds.unhide(bob, post)
    assert feeds.hidden_ids(bob) == []
    assert feeds.home_ids(bob) == [post.post_id]


def test_a_hidden_post_that_is_gone_or_closed_is_not_listed(alice, bob):
    feeds.follow(bob, alice)
    gone, closed = feeds.publish(alice), feeds.publish(alice, visibility=FOLLOWERS)
    feeds.hide(bob, gone)
    feeds.hide(bob, closed)
    feeds.delete(alice, gone)
    assert feeds.hidden_ids(bob) == [closed.post_id]
    feeds.unfollow(bob, alice)
    assert feeds.hidden_ids(bob) == []


def test_explore_shows_what_is_for_everybody_and_teasers(alice, mallory):
    public, paid = feeds.publish(alice), feeds.publish_paid(alice)
    feeds.publish(alice, visibility=FOLLOWERS)
    feeds.publish(alice, visibility=PRIVATE)
    feeds.work()
    assert set(feeds.explored()) == set(feeds.explored(mallory)) == {public.post_id, paid.post_id}


def test_explore_goes_back_over_days_without_posts(alice, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    old = feeds.publish(alice)
    feeds.work()
    time_machine.move_to("2030-02-10T00:00:00Z")
    new = feeds.publish(alice)
    feeds.work()
    assert feeds.explored() == [new.post_id, old.post_id]
    time_machine.move_to("2030-06-01T00:00:00Z")
    assert feeds.explored() == []


def test_a_timeline_shows_each_viewer_what_they_may_see(alice, bob, mallory):
    feeds.follow(bob, alice)
    public = feeds.publish(alice).post_id
    inner = feeds.publish(alice, visibility=FOLLOWERS).post_id
    own = feeds.publish(alice, visibility=PRIVATE).post_id
    paid = feeds.publish_paid(alice).post_id
    assert set(feeds.timeline(alice, alice)) == {public, inner, own, paid}
    assert set(feeds.timeline(bob, alice)) == {public, inner, paid}
    assert set(feeds.timeline(mallory, alice)) == set(feeds.timeline(None, alice)) == {public, paid}


def test_pages_follow_each_other_without_gaps_or_repeats(alice, bob, short_pages):
    feeds.follow(bob, alice)
    posts = [feeds.publish(alice, f"Post {n}") for n in range(6)]
    feeds.work()
    first = feeds.home(bob)
    feeds.delete(alice, first.items[-1])
    second = feeds.home(bob, first.next_cursor)
    seen = [item.post_id for item in first.items + second.items]
    assert len(first.items) == 4
    assert seen == sorted((post.post_id for post in posts), reverse=True)
    assert second.next_cursor == ""


def test_explore_and_timelines_have_pages_too(alice, short_pages, time_machine):
    posts = []
    for day in (1, 2, 5, 6, 7, 20):
        time_machine.move_to(f"2030-01-{day:02}T00:00:00Z")
        posts.append(feeds.publish(alice, f"Day {day}").post_id)
    feeds.work()
    for read in (
        lambda cursor: newsfeed.explore(viewer_sub=None, cursor=cursor),
        lambda cursor: newsfeed.list_posts_of(
            viewer_sub=None, author_sub=alice.user_sub, cursor=cursor
        ),
    ):
        first = read("")
        second = read(first.next_cursor)
        seen = [item.post_id for item in first.items + second.items]
        assert seen == sorted(posts, reverse=True)
        assert (len(first.items), second.next_cursor) == (4, "")


def test_a_page_is_filled_up_when_posts_on_it_are_gone(alice, bob, short_pages):
    feeds.follow(bob, alice)
    kept = [feeds.publish(alice, f"Kept {n}").post_id for n in range(2)]
    gone = [feeds.publish(alice, f"Gone {n}") for n in range(5)]
    feeds.work()
    for post in gone:
        feeds.delete(alice, post)
    assert feeds.home_ids(bob) == sorted(kept, reverse=True)


def test_a_cursor_of_another_person_or_list_is_refused(alice, bob, short_pages):
    for n in range(5):
        feeds.publish(alice, f"Post {n}")
    feeds.work()
    cursor = feeds.home(alice).next_cursor
    assert cursor
    with pytest.raises(CursorForged):
        feeds.home(bob, cursor)
    with pytest.raises(CursorForged):
        newsfeed.explore(viewer_sub=alice.user_sub, cursor=cursor)


def test_pointers_end_after_90_days_whether_or_not_storage_removed_them(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.follow(bob, alice)
    feeds.publish(alice)
    feeds.work()
    time_machine.move_to("2030-03-31T00:00:00Z")
    assert len(feeds.home_ids(bob)) == 1
    time_machine.move_to("2030-04-02T00:00:00Z")
    assert feeds.home_ids(bob) == []


def test_following_twice_is_following_once(alice, bob):
    feeds.follow(bob, alice)
    feeds.follow(bob, alice)
    assert len(feeds.notifications(alice)) == 1
    assert newsfeed.is_following(follower_sub=bob.user_sub, author_sub=alice.user_sub)
    (person,) = newsfeed.list_followers(viewer_sub=alice.user_sub).items
    assert person.user_sub == bob.user_sub
    (person,) = newsfeed.list_following(viewer_sub=bob.user_sub).items
    assert person.user_sub == alice.user_sub
    feeds.unfollow(bob, alice)
    feeds.unfollow(bob, alice)
    assert newsfeed.list_followers(viewer_sub=alice.user_sub).items == []
    assert not newsfeed.is_following(follower_sub=bob.user_sub, author_sub=alice.user_sub)


@pytest.mark.parametrize("target", ["", "nobody", "0" * 26])
def test_nobody_can_be_followed_who_is_not_there(bob, target):
    with pytest.raises(AuthorNotFound):
        newsfeed.follow(follower_sub=bob.user_sub, author_sub=target, actor=feeds.by(bob))
    assert feeds.rows() == []


def test_nobody_follows_themselves(bob):
    with pytest.raises(OwnAccount):
        feeds.follow(bob, bob)
    assert feeds.rows() == []


def test_a_script_that_follows_on_and_on_is_stopped(alice, bob, monkeypatch):
    from core.ratelimit import Limit
    from newsfeed import limits

    monkeypatch.setattr(limits, "FOLLOWS", Limit("test-follows", times=2, seconds=60))
    for _ in range(2):
        feeds.follow(bob, alice)
    with pytest.raises(RateLimited):
        feeds.follow(bob, alice)


def test_paid_posts_are_teasers_in_every_list(alice, bob):
    feeds.follow(bob, alice)
    feeds.publish_paid(alice)
    feeds.work()
    for page in (
        feeds.home(bob),
        newsfeed.explore(viewer_sub=None),
        newsfeed.list_posts_of(viewer_sub=bob.user_sub, author_sub=alice.user_sub),
    ):
        (item,) = page.items
        assert (item.access, item.text, item.locked) == (Access.TEASER, "Free words.", True)
        assert (item.unlock_price, item.currency) == (feeds.PRICE, "USD")
        assert item.visibility is PAID


def test_a_feed_ends_at_what_is_too_old_though_storage_still_has_it(
    alice, bob, short_pages, time_machine
):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.follow(bob, alice)
    for number in range(9):
        feeds.publish(alice, f"Old {number}")
    time_machine.move_to("2030-03-15T00:00:00Z")
    for number in range(4):
        feeds.publish(alice, f"New {number}")
    feeds.work()
    time_machine.move_to("2030-04-02T00:00:00Z")
    first = feeds.home(bob)
    assert len(first.items) == 4
    second = feeds.home(bob, first.next_cursor)
    assert (second.items, second.next_cursor) == ([], "")


def test_following_again_and_again_tells_the_author_once(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    for _ in range(3):
        feeds.follow(bob, alice)
        feeds.unfollow(bob, alice)
    assert len(feeds.notifications(alice)) == 1
    time_machine.move_to("2030-04-02T00:00:00Z")
    feeds.follow(bob, alice)
    assert len(feeds.notifications(alice)) == 1  # the first one has ended
