"""Whatever happens to posts and money, in whatever order: who paid and was not paid back reads, and
what the feed counts is what billing booked."""

from contextlib import suppress
from copy import deepcopy
from functools import cache
from random import Random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from billing import services as billing
from billing.items import DisputeStatus
from billing.providers.messages import RefundOutcome
from billing.repository import PurchaseRepository
from core.errors import ApplicationError
from newsfeed import personal_data
from newsfeed.items import PostState, Sales
from newsfeed.repository import PostRepository
from newsfeed.services.revoking import revoke_unlock
from tests import engines
from tests.billing import books
from tests.billing.lives import dispute, told, top_up
from tests.factories import make_user
from tests.newsfeed import feeds

NOT_FOR_SALE = [feeds.PUBLIC, feeds.FOLLOWERS, feeds.PRIVATE]


class Shop:
    """One author with three posts, two buyers with what they paid in."""

    def __init__(self):
        world, rows = beginning()
        engines.put_back(rows)
        self.author, self.buyers, self.posts, self.payments = world
        self.gone = set()

    def card(self, number):
        return PostRepository().find_card(self.posts[number].post_id)

    def unlock(self, buyer, number):
        card = self.card(number)
        if self.buyers[buyer].user_sub not in self.gone:
            feeds.unlock(self.buyers[buyer], self.posts[number], card.unlock_price, card.version)

    def edit(self, number, price):
        feeds.edit(self.author, self.posts[number], feeds.BODY, price=price)

    def take_off_sale(self, number, visibility):
        feeds.edit(self.author, self.posts[number], feeds.BODY, visibility)

    def sell(self, number, price):
        feeds.edit(self.author, self.posts[number], feeds.BODY, feeds.PAID, price)

    def delete(self, number):
        feeds.delete(self.author, self.posts[number])

    def restore(self, number):
        feeds.restore(self.author, self.posts[number])

    def purge(self, number):
        feeds.purge(self.author, self.posts[number])

    def refund(self, payment, amount):
        told(self.payments[payment], amount=amount, ref=f"re_{payment}_{amount}")

    def refund_comes_back(self, payment, amount):
        told(
            self.payments[payment],
            amount=amount,
            ref=f"re_{payment}_{amount}",
            outcome=RefundOutcome.FAILED,
        )

    def dispute(self, payment, status):
        dispute(self.payments[payment], status, amount=500, ref=f"dp_{payment}")

    def give_back(self, buyer, number):
        buyer_sub, reference = self.buyers[buyer].user_sub, self.reference(number)
        purchase = billing.purchase_receipt(buyer_sub, reference)
        if purchase.reversed_at is None:
            billing.reverse_purchase(
                buyer_sub=buyer_sub,
                reference=reference,
                joined=revoke_unlock(purchase),
                actor=feeds.by(self.author),
            )

    def pay_in(self, buyer):
        top_up(self.buyers[buyer].user_sub, 500)

    def work(self):
        feeds.work()

    def erase(self, buyer):
        if not self.gone:
            personal_data.erase(self.buyers[buyer].user_sub)
            self.gone.add(self.buyers[buyer].user_sub)

    def feed_and_books_agree(self):
        bought = [
            purchase
            for buyer in self.buyers
            for purchase in PurchaseRepository().all_of(buyer.user_sub)
            if purchase.reversed_at is None
        ]
        for number, post in enumerate(self.posts):
            mine = [each for each in bought if each.reference == self.reference(number)]
            self.check_access(number, {each.buyer_sub for each in mine})
            living = sum(each.buyer_sub not in self.gone for each in mine)
            earned = sum(each.share for each in mine)
            told = Sales(living=living, sold=len(mine), earned={"USD": earned} if earned else {})
            if self.card(number).state is not PostState.REMOVED:
                assert feeds.sales(post) == told
            else:
                assert living == 0
        pending = billing.earnings_of(self.author.user_sub).pending
        assert pending == sum(each.share for each in bought)

    def check_access(self, number, payers):
        card = self.card(number)
        for buyer in self.buyers:
            if buyer.user_sub in self.gone:
                continue
            readable = False
            with suppress(ApplicationError):
                readable = feeds.CANARY in feeds.read(buyer, self.posts[number]).text
            free = card.is_published and card.visibility is feeds.PUBLIC
            assert readable == (free or buyer.user_sub in payers)

    def reference(self, number):
        return f"post:{self.posts[number].post_id}"

    def close(self):
        feeds.work()
        self.feed_and_books_agree()
        assert books.problems() == []


@cache
def beginning():
    """The people, posts and payments that every history begins with, and their rows."""
    author, *buyers = map(make_user, ("author", "buyer", "another"))
    posts = [feeds.publish_paid(author) for _ in range(3)]
    payments = [top_up(buyer.user_sub, 700) for buyer in buyers for _ in range(2)]
    return (author, buyers, posts, payments), deepcopy(engines.rows())


def new_event(random):
    """What happens next: its name, and what it is about."""
    buyer, post, payment = random.randrange(2), random.randrange(3), random.randrange(4)
    amount, price = random.choice([300, 700]), random.choice([300, 500, 700])
    ends = [DisputeStatus.OPEN, DisputeStatus.LOST, DisputeStatus.LOST, DisputeStatus.WON]
    return random.choice(
        [
            *[("unlock", buyer, post)] * 6,
            *[("work",)] * 2,
            *[("refund", payment, amount)] * 2,
            *[("dispute", payment, random.choice(ends))] * 2,
            ("refund_comes_back", payment, amount),
            ("give_back", buyer, post),
            ("pay_in", buyer),
            ("edit", post, price),
            ("sell", post, price),
            ("take_off_sale", post, random.choice(NOT_FOR_SALE)),
            ("delete", post),
            ("restore", post),
            ("purge", post),
            *[("erase", buyer)] * random.randrange(2),
        ]
    )


def run(histories, steps):
    @settings(max_examples=histories, deadline=None, phases=(Phase.explicit, Phase.generate))
    @given(seed=st.integers(0, 2**32 - 1))
    def happen(seed):
        random, shop = Random(seed), Shop()
        for _ in range(steps):
            name, *about = new_event(random)
            note(f"{name} {about}")
            with suppress(ApplicationError):
                getattr(shop, name)(*about)
            shop.feed_and_books_agree()
        shop.close()

    happen()


def test_the_feed_agrees_with_the_books_after_every_history():
    run(histories=3, steps=20)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(4))  # so that every process has some of them
def test_the_feed_agrees_with_the_books_after_many_more(part):
    run(histories=25, steps=30)
