"""Buying a post: the price that was shown, once, or nothing at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from billing import services as billing
from billing.errors import BillingNotConfigured, InsufficientFunds, WalletBusy
from dynamo.errors import Unavailable
from dynamo.expressions import Update
from dynamo.metering import budget
from newsfeed import services as newsfeed
from newsfeed.errors import (
    AlreadyUnlocked,
    NotForSale,
    OfferChanged,
    PostNotFound,
    PriceChanged,
)
from newsfeed.items import NotificationKind, Sales
from newsfeed.repository import PostRepository, keys
from tests.billing import books
from tests.billing.lives import top_up
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.newsfeed import feeds

PRICE = feeds.PRICE
SHARE = PRICE * 9 // 10


@pytest.fixture
def rich(bob):
    top_up(bob.user_sub, 2000)
    return bob


@pytest.fixture
def post(alice):
    return feeds.publish_paid(alice)


unlock = feeds.unlock


def balance(user):
    return billing.get_wallet(user.user_sub).available


def everything():
    return dump_tables("billing"), sorted(feeds.rows(), key=str)


def refused(error, buyer, post, price=PRICE, version=1):
    """Nothing was charged and nothing changed."""
    before = everything()
    with pytest.raises(error) as raised:
        unlock(buyer, post, price, version)
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
    assert (told.amount, told.currency) == (receipt.share, "USD") == (PRICE * 9 // 10, "USD")
    assert feeds.sales(post) == Sales(living=1, sold=1, earned={"USD": receipt.share})
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


@pytest.mark.parametrize("shown", [(PRICE + 1, 1), (PRICE, 2)])
def test_what_a_disabled_author_asks_now_is_not_told(alice, rich, post, shown):
    call_command("disable_user", alice.email)
    refused(PostNotFound, rich, post, *shown)


def test_what_is_missing_for_a_disabled_author_is_not_told(alice, bob, post):
    call_command("disable_user", alice.email)
    refused(PostNotFound, bob, post)


def test_a_second_purchase_charges_nothing(rich, post):
    unlock(rich, post)
    refused(AlreadyUnlocked, rich, post)
    assert balance(rich) == 1500


@pytest.mark.parametrize("shown", [PRICE - 1, PRICE + 1, 0, -PRICE])
def test_another_price_than_the_posts_charges_nothing(rich, post, shown):
    error = refused(PriceChanged, rich, post, shown)
    assert (error.price, error.currency) == (PRICE, "USD")


@pytest.mark.parametrize("shown", [2, 0, -1])
def test_another_version_than_the_posts_charges_nothing(rich, post, shown):
    refused(OfferChanged, rich, post, PRICE, shown)


def test_what_was_edited_since_it_was_shown_has_to_be_seen_first(rich, post):
    edit = Update().set("version", 2)
    PostRepository().table.update(keys.card(post.post_id), edit)
    refused(OfferChanged, rich, post)
    unlock(rich, post, version=2)
    assert balance(rich) == 1500


def meanwhile(monkeypatch, post, update):
    """The card changes between the reading of the service and its writing."""
    buy = billing.buy

    def late(**options):
        PostRepository().table.update(keys.card(post.post_id), update)
        return buy(**options)

    monkeypatch.setattr(billing, "buy", late)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("unlock_price", 900), PriceChanged),
        (("version", 2), OfferChanged),
        (("currency", "EUR"), OfferChanged),
    ],
)
def test_a_post_that_changes_while_it_is_paid_charges_nothing(
    rich, post, monkeypatch, change, error
):
    meanwhile(monkeypatch, post, Update().set(*change))
    with pytest.raises(error):
        unlock(rich, post)
    assert balance(rich) == 2000
    assert feeds.keys_of("UNLOCK#", "NOTIF#") == []
    assert feeds.sales(post) == Sales()


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


def at_once(times, attempt):
    """What each of so many purchases paid, all at the same time."""

    def paid(number):
        try:
            return attempt(number).price
        except (AlreadyUnlocked, PriceChanged, OfferChanged, WalletBusy, Unavailable) as error:
            return type(error).__name__

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(paid, range(times)))


def until_it_is_done(buyer, post):
    """As a person would: again, when storage was too busy."""
    for _ in range(20):
        try:
            return unlock(buyer, post)
        except (WalletBusy, Unavailable):
            continue
    raise AssertionError


@pytest.mark.engine
@pytest.mark.parametrize("times", [10, pytest.param(50, marks=pytest.mark.long)])
def test_purchases_of_one_person_at_once_charge_once(alice, rich, post, times):
    charged = at_once(times, lambda _: unlock(rich, post))
    assert charged.count(PRICE) == 1
    assert set(charged) <= {PRICE, "AlreadyUnlocked", "WalletBusy", "Unavailable"}
    assert balance(rich) == 2000 - PRICE
    assert feeds.sales(post) == Sales(living=1, sold=1, earned={"USD": SHARE})
    assert len(feeds.notifications(alice)) == 1
    assert feeds.CANARY in feeds.read(rich, post).text
    assert [*billing.audit_all()] == books.problems() == []


@pytest.mark.engine
@pytest.mark.parametrize("times", [5, pytest.param(50, marks=pytest.mark.long)])
def test_purchases_of_many_people_at_once_are_all_counted(alice, post, times):
    buyers = [make_user(f"buyer{number}") for number in range(times)]
    for buyer in buyers:
        top_up(buyer.user_sub, PRICE)
    paid = at_once(times, lambda number: until_it_is_done(buyers[number], post))
    assert paid == [PRICE] * times
    assert feeds.sales(post) == Sales(living=times, sold=times, earned={"USD": times * SHARE})
    assert billing.earnings_of(alice.user_sub).pending == times * SHARE
    assert [*billing.audit_all()] == books.problems() == []


@pytest.mark.engine
def test_a_new_price_beside_purchases_is_paid_by_nobody_who_saw_the_old_one(rich, post):
    """Whoever paid, paid what was shown, for the version that was shown."""
    dearer = Update().set("unlock_price", 2 * PRICE).increment("version", 1)

    def attempt(number):
        if number == 3:
            PostRepository().table.update(keys.card(post.post_id), dearer)
        return unlock(rich, post)

    charged = at_once(8, attempt)
    paid = charged.count(PRICE)
    assert paid <= 1
    assert balance(rich) == 2000 - paid * PRICE
    assert feeds.sales(post).sold == paid
    assert feeds.read(rich, post).locked is (paid == 0)
