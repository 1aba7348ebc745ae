"""Publishing, reading and deleting one post."""

import pytest

from billing.errors import BillingNotConfigured
from core import ids
from core.errors import Invalid, RateLimited
from dynamo.expressions import Update
from newsfeed import services as newsfeed
from newsfeed.errors import IdempotencyKeyReused, PostNotFound
from newsfeed.items import Access, Written
from newsfeed.repository import PostRepository, keys
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS, PAID, PRIVATE, PUBLIC

LONG = "A sentence of some length. " * 100


def test_a_long_post_is_cut_on_lists_and_whole_on_its_page(alice, bob):
    post = feeds.publish(alice, LONG)
    (item,) = newsfeed.list_posts_of(viewer_sub=None, author_sub=alice.user_sub).items
    assert item.has_more
    assert LONG.startswith(item.text.removesuffix("\u2026"))
    assert len(item.text) < 600
    page = feeds.read(bob, post)
    assert (page.text, page.has_more, page.own) == (LONG.strip(), False, False)


def test_its_author_gets_it_back_whole(alice):
    post = feeds.publish(alice, LONG)
    assert (post.text, post.own, post.access) == (LONG.strip(), True, Access.FULL)
    assert post.comment_count == 0


def test_a_locked_post_shows_strangers_its_teaser_and_its_author_everything(alice, bob):
    post = feeds.publish_paid(alice)
    for viewer in (bob, None):
        page = feeds.read(viewer, post)
        assert (page.text, page.locked, page.access) == ("Free words.", True, Access.TEASER)
    page = feeds.read(alice, post)
    assert feeds.CANARY in page.text
    assert "<!--" not in page.text
    assert not page.locked


@pytest.mark.parametrize("visibility", [FOLLOWERS, PRIVATE])
def test_a_closed_post_is_the_same_as_none(alice, bob, visibility):
    post = feeds.publish(alice, visibility=visibility)
    for viewer in (bob, None):
        with pytest.raises(PostNotFound):
            feeds.read(viewer, post)


def test_a_follower_reads_what_is_for_followers(alice, bob):
    post = feeds.publish(alice, LONG, FOLLOWERS)
    feeds.follow(bob, alice)
    assert feeds.read(bob, post).text == LONG.strip()
    feeds.unfollow(bob, alice)
    with pytest.raises(PostNotFound):
        feeds.read(bob, post)


@pytest.mark.parametrize("post_id", ["", "META", "x#y", "0" * 26, "7" + "Z" * 25])
def test_what_is_not_there_is_not_found(alice, post_id):
    with pytest.raises(PostNotFound):
        newsfeed.read_post(viewer_sub=alice.user_sub, post_id=post_id)
    with pytest.raises(PostNotFound):
        newsfeed.delete_post(author_sub=alice.user_sub, post_id=post_id, actor=feeds.by(alice))


@pytest.mark.parametrize(
    ("visibility", "price", "body"),
    [
        (PAID, 0, "Words"),
        (PAID, 99, "Words"),
        (PAID, 50_001, "Words"),
        (PUBLIC, 500, "Words"),
        (PUBLIC, 0, " "),
        (PAID, 500, "Free\n<!-- more -->\n"),
    ],
)
def test_what_cannot_be_published_writes_nothing(alice, visibility, price, body):
    with pytest.raises(Invalid):
        newsfeed.publish_post(
            author_sub=alice.user_sub,
            written=Written(body=body, visibility=visibility, unlock_price=price),
            actor=feeds.by(alice),
        )
    assert feeds.rows() == []


def test_without_billing_paid_posts_cannot_be_made_and_the_rest_can(alice, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    with pytest.raises(BillingNotConfigured):
        feeds.publish_paid(alice)
    assert feeds.rows() == []
    assert feeds.publish(alice).text == "Hello"


def test_a_repeated_key_gives_the_post_that_is_there(alice, bob):
    first = feeds.publish(alice, idempotency_key="one")
    again = feeds.publish(alice, idempotency_key="one")
    assert again.post_id == first.post_id
    assert feeds.timeline(alice, alice) == [first.post_id]
    assert feeds.publish(bob, idempotency_key="one").post_id != first.post_id


def test_a_key_is_not_for_another_post(alice):
    feeds.publish(alice, idempotency_key="one")
    with pytest.raises(IdempotencyKeyReused):
        feeds.publish(alice, "Something else", idempotency_key="one")
    assert len(feeds.timeline(alice, alice)) == 1


def test_a_key_is_free_again_after_a_day(alice, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.publish(alice, idempotency_key="one")
    time_machine.move_to("2030-01-02T00:00:01Z")
    feeds.publish(alice, "Something else", idempotency_key="one")
    assert len(feeds.timeline(alice, alice)) == 2


def test_a_script_that_publishes_on_and_on_is_stopped(alice, monkeypatch):
    from core.ratelimit import Limit
    from newsfeed import limits

    monkeypatch.setattr(limits, "POSTS", Limit("test-posts", times=1, seconds=60))
    feeds.publish(alice)
    with pytest.raises(RateLimited):
        feeds.publish(alice)
    assert len(feeds.timeline(alice, alice)) == 1


def test_a_post_whose_card_is_missing_is_shown_to_nobody(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    PostRepository().table.delete(keys.card(post.post_id))
    for viewer in (alice, bob, None):
        with pytest.raises(PostNotFound):
            feeds.read(viewer, post)
    assert feeds.home_ids(bob) == feeds.explored() == feeds.timeline(alice, alice) == []
    with pytest.raises(PostNotFound):
        feeds.comment(bob, post)


def test_a_card_of_a_newer_version_is_shown_to_nobody(alice, caplog):
    post = feeds.publish(alice)
    PostRepository().table.update(keys.card(post.post_id), Update().set("visibility", "invited"))
    with pytest.raises(PostNotFound):
        feeds.read(alice, post)
    assert "unreadable card" in caplog.text


def test_ids_of_posts_hold_their_time(alice, time_machine):
    time_machine.move_to("2030-01-02T03:04:05Z", tick=False)
    post = feeds.publish(alice)
    assert ids.is_id(post.post_id)
    assert post.created_at.isoformat() == "2030-01-02T03:04:05+00:00"


@pytest.mark.parametrize("odd", [None, 7, ["x"]])
@pytest.mark.parametrize("name", ["updated_at", "state", "visibility"])
def test_an_odd_card_is_shown_to_nobody_and_breaks_no_list(alice, name, odd):
    odd_one, fine = feeds.publish(alice), feeds.publish(alice)
    PostRepository().table.update(keys.card(odd_one.post_id), Update().set(name, odd))
    assert feeds.timeline(alice, alice) == [fine.post_id]
    with pytest.raises(PostNotFound):
        feeds.read(alice, odd_one)


@pytest.mark.parametrize(
    ("currency", "words"), [("USD", "$1.00 to $500.00"), ("JPY", "¥100 to ¥50,000")]
)
def test_a_price_out_of_bounds_is_told_the_bounds(alice, settings, currency, words):
    settings.BILLING_CURRENCY = currency
    with pytest.raises(Invalid) as refused:
        feeds.publish(alice, "Words", PAID, price=99)
    assert words in refused.value.errors["unlock_price"][0]
