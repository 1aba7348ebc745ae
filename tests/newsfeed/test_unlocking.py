"""Buying a post: the price that was shown, once, or nothing at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from billing import services as billing
from billing.errors import BillingNotConfigured, InsufficientFunds
from dynamo.expressions import Update
from dynamo.metering import budget
from newsfeed import services as newsfeed
from newsfeed.errors import AlreadyUnlocked, NotForSale, PostNotFound, PriceChanged
from newsfeed.items import NotificationKind
from newsfeed.repository import PostRepository, keys
from tests.billing.lives import top_up
from tests.dumps import dump_tables
from tests.newsfeed import feeds

PRICE = feeds.PRICE


@pytest.fixture
def rich(bob):
    top_up(bob.user_sub, 2000)
    return bob


@pytest.fixture
def post(alice):
    return feeds.publish_paid(alice)


def unlock(buyer, post, price=PRICE):
    return newsfeed.unlock_post(
        buyer_sub=buyer.user_sub, post_id=post.post_id, price=price, actor=feeds.by(buyer)
    )


def balance(user):
    return billing.get_wallet(user.user_sub).available


def everything():
    return dump_tables("billing"), sorted(feeds.rows(), key=str)


def refused(error, buyer, post, price=PRICE):
    """Nothing was charged and nothing changed."""
    before = everything()
    with pytest.raises(error) as raised:
        unlock(buyer, post, price)
    assert everything() == before
    return raised.value


def test_the_buyer_reads_the_rest_and_the_author_hears_of_it(alice, rich, post):
    receipt = unlock(rich, post)
    assert (receipt.price, receipt.available, balance(rich)) == (PRICE, 1500, 1500)
    page = feeds.read(rich, post)
    assert feeds.CANARY in page.text
    assert not page.locked
    (told,) = feeds.notifications(alice)
    assert (told.kind, told.actor.handle) == (NotificationKind.UNLOCKED, "bob_h")
    assert feeds.keys_of("UNLOCK#") == [(f"UNLOCK#{rich.user_sub}", f"POST#{post.post_id}")]


def test_it_outlasts_unfollowing_and_lets_the_buyer_comment(alice, rich, post):
    feeds.follow(rich, alice)
    unlock(rich, post)
    feeds.unfollow(rich, alice)
    feeds.comment(rich, post)
    assert len(feeds.comments(rich, post).items) == 1
    (item,) = newsfeed.list_posts_of(viewer_sub=rich.user_sub, author_sub=alice.user_sub).items
    assert not item.locked


def test_a_disabled_author_sells_nothing(alice, rich, post):
    call_command("disable_user", alice.email)
    refused(PostNotFound, rich, post)


def test_a_second_purchase_charges_nothing(rich, post):
    unlock(rich, post)
    refused(AlreadyUnlocked, rich, post)
    assert balance(rich) == 1500


@pytest.mark.parametrize("shown", [PRICE - 1, PRICE + 1, 0, -PRICE])
def test_another_price_than_the_posts_charges_nothing(rich, post, shown):
    error = refused(PriceChanged, rich, post, shown)
    assert (error.price, error.currency) == (PRICE, "USD")


def meanwhile(monkeypatch, post, update):
    """The card changes between the reading of the service and its writing."""
    buy = billing.buy

    def late(**options):
        PostRepository().table.update(keys.card(post.post_id), update)
        return buy(**options)

    monkeypatch.setattr(billing, "buy", late)


@pytest.mark.parametrize("change", [("unlock_price", 900), ("version", 2), ("currency", "EUR")])
def test_a_post_that_changes_while_it_is_paid_charges_nothing(rich, post, monkeypatch, change):
    meanwhile(monkeypatch, post, Update().set(*change))
    with pytest.raises(PriceChanged):
        unlock(rich, post)
    assert balance(rich) == 2000
    assert feeds.keys_of("UNLOCK#", "NOTIF#") == []


def test_a_post_that_is_deleted_while_it_is_paid_charges_nothing(rich, post, monkeypatch):
    meanwhile(monkeypatch, post, Update().set("state", "deleted"))
    with pytest.raises(PostNotFound):
        unlock(rich, post)
    assert balance(rich) == 2000
    assert feeds.keys_of("UNLOCK#", "NOTIF#") == []


def test_too_little_money_says_how_much_is_missing(alice, rich):
    post = feeds.publish(alice, feeds.BODY, feeds.PAID, 2001)
    error = refused(InsufficientFunds, rich, post, 2001)
    assert (error.available, error.price, error.missing) == (2000, 2001, 1)
    assert feeds.read(rich, post).locked


def test_what_is_open_or_ones_own_is_not_for_sale(alice, rich, post):
    refused(NotForSale, alice, post)
    refused(NotForSale, rich, feeds.publish(alice), 0)


def test_what_a_stranger_may_not_know_of_is_not_found(alice, rich, post):
    refused(PostNotFound, rich, feeds.publish(alice, visibility=feeds.FOLLOWERS), 0)
    feeds.delete(alice, post)
    refused(PostNotFound, rich, post)


def test_a_price_in_a_former_currency_of_the_site_is_not_charged_in_the_new_one(
    alice, rich, post, settings
):
    settings.BILLING_CURRENCY = "JPY"
    refused(NotForSale, rich, post)


def test_without_billing_it_says_so(rich, post, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    with pytest.raises(BillingNotConfigured):
        unlock(rich, post)


def test_its_budget(rich, post):
    with budget(calls=3, hops=2, rru=3):
        unlock(rich, post)


@pytest.mark.engine
def test_20_purchases_at_once_charge_once(rich, post):
    def attempt(_):
        try:
            return unlock(rich, post).price
        except AlreadyUnlocked:
            return 0

    with ThreadPoolExecutor(20) as pool:
        charged = list(pool.map(attempt, range(20)))
    assert sorted(charged) == [0] * 19 + [PRICE]
    assert balance(rich) == 2000 - PRICE
    assert feeds.CANARY in feeds.read(rich, post).text
