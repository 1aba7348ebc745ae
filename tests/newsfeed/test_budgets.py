"""What one action of the feed may cost."""

from datetime import timedelta
from math import ceil

import pytest

from core import clock, ids
from dynamo.metering import budget, meter
from dynamo.schema import schema_named
from dynamo.table import Table, transact
from newsfeed import services as newsfeed
from newsfeed.items import Pointer, Visibility, Written
from newsfeed.repository import FeedRepository, PeopleRepository, keys
from newsfeed.repository.posts import card_item
from newsfeed.services import fanning
from newsfeed.services.publishing import compose
from tests.newsfeed import feeds, people
from tests.newsfeed.crowds import gather_crowd
from tests.newsfeed.standing import stand_to_nobody

WRITTEN = Written(body="Hello", visibility=Visibility.PUBLIC)
TEXT = "words and more words. " * 66  # the post's row is just below 2 KB then


def write_posts(author, number, *, readers):
    """Cards and pointers only, which is all that a list reads."""
    cards = [compose(ids.new_id(), author.user_sub, WRITTEN).card for _ in range(number)]
    Table(schema_named("app")).batch_write(puts=map(card_item, cards))
    pointers = [Pointer(post_id=card.post_id, author_id=author.user_sub) for card in cards]
    FeedRepository().push((reader.user_sub, each) for reader in readers for each in pointers)


def fill(alice, bob):
    feeds.follow(bob, alice)
    for n in range(20):
        feeds.publish(alice, f"{n} {TEXT}")
    feeds.work()


def test_a_home_page_and_a_timeline_of_20_posts(alice, bob, mallory):
    """What was hidden, and who was unfollowed, costs nothing more."""
    feeds.follow(bob, mallory)
    feeds.unfollow(bob, mallory)
    for _ in range(3):
        feeds.hide(bob, feeds.publish(mallory))
    fill(alice, bob)
    with budget(calls=7, hops=3, rru=12.5 + 0.5 + 0.5):  # one author, and what is looked up
        assert len(feeds.home(bob).items) == 20
    with budget(calls=6, hops=2, rru=12.5 + 0.5):  # within five seconds
        assert len(feeds.home(bob).items) == 20
    with budget(calls=7, hops=2, rru=14):
        assert len(feeds.timeline(bob, alice)) == 20


def test_explore_costs_by_days_with_posts_and_not_by_days(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.publish(alice)
    time_machine.move_to("2030-03-15T00:00:00Z")
    feeds.publish(alice)
    feeds.work()
    with budget(calls=1 + 2 + 5, hops=3, rru=5.5):
        assert len(feeds.explored(bob)) == 2


def test_a_post_on_its_own_page(alice, bob):
    post = feeds.publish(alice, TEXT)
    with budget(calls=5, hops=2, rru=7):
        feeds.read(bob, post)


def test_following_and_blocking(alice, bob):
    with budget(calls=5, hops=3, rru=3, wru=19):
        feeds.follow(bob, alice)
    with budget(calls=4, hops=4, rru=3, wru=1 + 22):
        people.block(alice, bob)


def test_somebodys_profile(alice, bob):
    post = feeds.publish(alice)
    newsfeed.pin_post(author_sub=alice.user_sub, post_id=post.post_id, actor=feeds.by(alice))
    with budget(calls=6, hops=3, rru=5):
        people.view(bob, alice)
    with budget(calls=7, hops=3, rru=4):
        newsfeed.find_pinned(viewer_sub=bob.user_sub, author_sub=alice.user_sub)


def test_the_life_of_a_post(alice):
    post = feeds.publish(alice)
    with budget(calls=5, hops=5, rru=5, wru=1 + 12):
        feeds.edit(alice, post)
    with budget(calls=2, rru=1, wru=10):
        feeds.delete(alice, post)
    with budget(calls=3, rru=1, wru=1 + 8):
        feeds.restore(alice, post)


def test_lists_of_drafts(alice):
    for number in range(20):
        draft = feeds.save_draft(alice, body=TEXT)
        if number < 5:
            feeds.schedule(alice, draft, clock.now() + timedelta(days=1))
    with budget(calls=1, rru=10):  # all that was typed, 4 KB a unit
        assert len(feeds.drafts(alice)) == 15
    with budget(calls=2, rru=11):
        assert len(feeds.scheduled(alice)) == 5


def test_lists_of_what_one_hid_and_bought(alice, bob):
    bought = [feeds.publish_paid(alice) for _ in range(20)]
    for post in bought:
        feeds.sell(post, bob)
        feeds.hide(bob, post)
    with budget(calls=7, hops=3, rru=14 + 0.5):
        assert len(feeds.hidden_ids(bob)) == 20
    with budget(calls=6, hops=2, rru=14):
        assert len(newsfeed.list_unlocked(user_sub=bob.user_sub).items) == 20


@pytest.mark.parametrize("few", [10])
@pytest.mark.parametrize("many", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_home_page_costs_the_same_whatever_there_is(alice, bob, few, many, time_machine):
    """Followers of an author, posts and pointers grow; what a page costs does not."""
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.follow(bob, alice)
    time_machine.move_to("2030-04-15T00:00:00Z")  # bob looks nobody up any more
    costs = []
    for number in (few, many):
        gather_crowd(alice, number)
        write_posts(alice, number, readers=[bob])
        with meter(exact=True) as spent:
            assert len(feeds.home(bob).items) == min(number, 20)
        costs.append((spent.calls, spent.hops, spent.rru - 0.5 * min(number, 20)))
    assert costs[0][:2] == costs[1][:2] == (6, 2)
    assert costs[1][2] <= costs[0][2] + 0.5


@pytest.mark.parametrize("number", [1, 10, 100])
def test_a_home_page_looks_up_a_hundred_authors_in_one_call(bob, number):
    authors = [ids.new_id() for _ in range(number)]
    for author in authors:
        write = PeopleRepository().pulling(bob.user_sub, author, lasting=True)[1]
        transact([write])
    with budget(calls=2 + 1, hops=2, rru=1 + number * 180 / 4096 + 0.5 * number):
        assert feeds.home(bob).items == []


def test_publishing_a_post_of_2_kb(alice):
    with meter(exact=True) as spent:
        feeds.publish(alice, TEXT)
    limiter, *rest = [each for each in spent.operations if each.wru]
    assert "rate" in limiter.table
    assert len(rest) == 1
    assert rest[0].wru <= 10
    (meta,) = [row for row in feeds.rows() if row["sk"] == "META"]
    assert len(str(meta)) > 1700


def test_comments_of_a_post(alice, bob):
    post = feeds.publish(alice)
    for n in range(21):
        feeds.comment(bob, post, f"A remark of ordinary length, number {n}.")
    with budget(calls=5, hops=2, rru=3 + 0.5):  # one profile
        assert len(feeds.comments(bob, post).items) == 20


def test_comments_with_their_first_replies(alice, bob):
    """A query more for each that has some, beside each other, and the names in them."""
    post = feeds.publish(alice)
    for n in range(20):
        said = feeds.comment(bob, post, f"A remark of ordinary length, number {n}.")
        for _ in range(4 if n < 3 else 0):
            feeds.reply(alice, said)
    with budget(calls=4 + 3, hops=2, rru=3 + 0.5 + 3 * 0.5 + 0.5):
        page = newsfeed.list_comments(viewer_sub=bob.user_sub, post_id=post.post_id, replies=True)
    assert [len(each.replies) for each in page.items[-3:]] == [3, 3, 3]


def test_the_page_that_holds_a_comment(alice, bob):
    post = feeds.publish(alice)
    said = feeds.comment(bob, post)
    answer = feeds.reply(alice, said)
    with budget(calls=7, hops=4, rru=8):
        newsfeed.list_comments(
            viewer_sub=bob.user_sub, post_id=post.post_id, at=answer.comment_id, replies=True
        )


def test_a_reaction(alice, bob):
    post = feeds.publish(alice)
    with budget(calls=6, hops=4):
        feeds.react(bob, post)
    with budget(calls=3, hops=2):
        feeds.unreact(bob, post)


def test_comments_of_a_post_for_followers(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, visibility=feeds.FOLLOWERS)
    feeds.comment(bob, post)
    with budget(calls=5, rru=3 + 0.5):
        assert len(feeds.comments(bob, post).items) == 1


def test_the_unread_count(alice, bob):
    post = feeds.publish(alice)
    for n in range(31):
        feeds.comment(bob, post, f"Comment {n}")
    stand_to_nobody(alice, keys.MUTED, 60)
    with budget(calls=2, hops=1, rru=1.5):  # with the two of alerts, 2.5
        newsfeed.unread_count(alice.user_sub)


def test_a_page_of_notifications(alice, bob, mallory):
    for n in range(20):
        post = feeds.publish(alice)
        for person in (bob, mallory):
            feeds.comment(person, post, f"Comment {n}")
    with budget(calls=5, hops=2, rru=2 + 1 + 0.5 + 10 + 1):  # 20 cards, two profiles
        assert len(feeds.notifications(alice)) == 20


def test_marking_all_read(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T12:00:00Z", tick=False)
    feeds.follow(bob, alice)
    newest = feeds.notifications(alice)[0].notification_id
    time_machine.move_to("2030-01-01T12:00:11Z", tick=False)
    with budget(calls=1, rru=0, wru=1):
        newsfeed.mark_notifications_read(user_sub=alice.user_sub, upto=newest)


@pytest.mark.parametrize("crowd", [100, 300, pytest.param(1200, marks=pytest.mark.long)])
def test_a_fan_out(alice, crowd):
    gather_crowd(alice, crowd)
    post = feeds.publish(alice)
    pages = ceil(crowd / 1000)
    with meter(exact=True) as spent:
        after = ""
        for _ in range(pages):
            after, writes = fanning.fan_out(post.post_id, after=after)
            assert writes == []
    assert after == ""
    assert spent.calls <= ceil(crowd / 25) + 2 * pages + 6
    assert spent.rru <= crowd / 44 + pages + 5
    assert spent.wru <= crowd + 1 + 3  # its author's own, explore and the head


def test_a_fan_out_to_those_who_look_up_costs_the_same_for_any_number(alice, settings):
    settings.FANOUT = "pull"
    gather_crowd(alice, 100)
    feeds.publish(alice)
    feeds.work()
    post = feeds.publish(alice)
    with budget(calls=7, rru=5, wru=1 + 3):
        fanning.fan_out(post.post_id, after="")


def test_a_page_of_explore_has_a_bound_whatever_was_deleted(alice, time_machine):
    posts = []
    for day in range(1, 29):
        time_machine.move_to(f"2030-01-{day:02}T12:00:00Z")
        posts.append(feeds.publish(alice))
    feeds.work()
    with budget(calls=1 + 12 + 2, hops=4, rru=0.5 + 6 + 6.5):  # a post a day, no viewer
        assert len(newsfeed.explore(viewer_sub=None).items) == 12
    for post in posts:
        feeds.delete(alice, post)
    feeds.work()
    with budget(calls=3 * (1 + 12), hops=9, rru=3 * (0.5 + 6)):
        assert newsfeed.explore(viewer_sub=None).items == []


def test_explore_of_an_empty_site(bob):
    with budget(calls=1, hops=1, rru=0.5):
        assert feeds.explored(bob) == []


def test_a_post_for_who_blocked_many(alice, bob):
    """What blocks cost is their rows, and not a look-up for each of them."""
    stand_to_nobody(bob, keys.BLOCKED, 100)
    post = feeds.publish(alice, TEXT)
    with budget(calls=5, hops=2, rru=7 + 5):
        feeds.read(bob, post)
    feeds.comment(bob, post)
    with budget(calls=6, hops=2, rru=7 + 5 + 1):
        feeds.read(bob, post)


def test_a_page_of_deleted_posts(alice):
    for _ in range(20):
        feeds.delete(alice, feeds.publish(alice))
    with budget(calls=3, hops=2, rru=2 + 20 + 40):  # their cards, four shards of sales each
        assert len(feeds.deleted_ids(alice)) == 20


def test_marking_a_crowd_of_the_last_seconds_read(alice, bob, mallory, time_machine):
    """No more than a page shows, whatever comes at once."""
    time_machine.move_to("2030-01-01T12:00:00Z", tick=False)
    post = feeds.publish(alice)
    for _ in range(60):
        feeds.comment(bob, post)
    newest = feeds.notifications(alice)[0].notification_id
    with budget(calls=2 + 40):
        newsfeed.mark_notifications_read(user_sub=alice.user_sub, upto=newest)
    time_machine.move_to("2030-01-01T12:00:11Z", tick=False)
    newsfeed.mark_notifications_read(user_sub=alice.user_sub, upto=newest)
    assert newsfeed.unread_count(alice.user_sub) == 0
