"""What was unlocked with money that is gone is a teaser again, and can be bought again."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from alerts.items import AlertKind
from alerts.repository import AlertRepository
from billing import services as billing
from billing.errors import InsufficientFunds, WalletBusy, WalletRestricted
from billing.items import DisputeStatus
from billing.repository import PurchaseRepository
from dynamo.errors import Unavailable
from newsfeed import personal_data
from newsfeed import services as newsfeed
from newsfeed.errors import AlreadyUnlocked, PostLocked
from newsfeed.items import Sales
from newsfeed.repository import MarkRepository
from newsfeed.services.revoking import revoke_unlock
from tests.billing import books
from tests.billing.lives import dispute, pay, purse, settle, top_up
from tests.billing.lives import told as report
from tests.newsfeed import feeds

LOST, PRICE = DisputeStatus.LOST, feeds.PRICE
SHARE = PRICE * 9 // 10
THREADS = 8


@pytest.fixture
def payment(bob):
    return top_up(bob.user_sub, 3 * PRICE)


@pytest.fixture
def posts(alice, bob, payment):
    """Three that Bob unlocked with the payment, oldest first."""
    posts = [feeds.publish_paid(alice) for _ in range(3)]
    for post in posts:
        unlock(bob, post)
    return posts


unlock = feeds.unlock


def lose(payment, amount=None, ref="dp_1"):
    lost = dispute(payment, LOST, amount=amount or payment.amount, ref=ref)
    feeds.work()
    return lost


def locked(viewer, posts):
    return [feeds.read(viewer, post).locked for post in posts]


def unlock_rows(user):
    _, rows = MarkRepository().items_of(user.user_sub)
    return sorted(rows, key=lambda row: row["sk"])


def earned(user):
    return billing.earnings_of(user.user_sub).pending


def told(user, kind):
    return [row["kind"] for row in AlertRepository().rows_of(user.user_sub)].count(kind)


def right():
    return books.problems() == [] and [*billing.audit_all()] == []


def test_the_newest_unlocks_pay_for_a_lost_dispute(alice, bob, payment, posts):
    lose(payment, 2 * PRICE - 1)
    assert locked(bob, posts) == [False, True, True]
    assert (purse(bob), earned(alice)) == ((1, 0, 0), SHARE)
    assert told(bob, AlertKind.PURCHASE_REVERSED) == told(alice, AlertKind.SALE_REVERSED) == 2
    assert right()


def test_the_newest_unlocks_pay_for_a_refund_of_spent_money(alice, bob, payment, posts):
    """Made in the provider's dashboard, where nobody asks what the wallet holds."""
    taken = report(payment, amount=2 * PRICE - 1)
    feeds.work()
    assert locked(bob, posts) == [False, True, True]
    assert (purse(bob), earned(alice)) == ((1, 0, 0), SHARE)
    assert feeds.sales(posts[2]) == Sales()
    assert unlock_rows(bob)[2]["revoked_for"] == taken.refund_id
    assert told(bob, AlertKind.PURCHASE_REVERSED) == told(alice, AlertKind.SALE_REVERSED) == 2
    top_up(bob.user_sub, PRICE)
    unlock(bob, posts[2])
    assert locked(bob, posts) == [False, True, False]
    assert right()


def test_what_is_revoked_is_kept_with_its_time_and_reason(bob, payment, posts, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z", tick=False)
    lost = lose(payment, PRICE)
    *kept, revoked = unlock_rows(bob)
    assert revoked["revoked_for"] == lost.dispute_id
    assert revoked["revoked_at"] == "2030-01-01T00:00:00.000000Z"
    assert revoked["price"] == PRICE
    assert not any("revoked_at" in row for row in kept)
    exported = personal_data.export(bob.user_sub)["unlocked_posts"]
    assert [row["revoked_at"] for row in exported if "revoked_at" in row] == [revoked["revoked_at"]]


def test_what_is_revoked_is_no_sale_any_more(alice, bob, mallory, payment, posts):
    top_up(mallory.user_sub, PRICE)
    unlock(mallory, posts[2])
    assert feeds.sales(posts[2]) == Sales(living=2, sold=2, earned={"USD": 2 * SHARE})
    lose(payment, PRICE)
    assert feeds.sales(posts[2]) == Sales(living=1, sold=1, earned={"USD": SHARE})
    assert feeds.sales(posts[1]) == Sales(living=1, sold=1, earned={"USD": SHARE})


def test_it_is_a_teaser_wherever_it_is_shown(alice, bob, payment, posts, client_for):
    feeds.follow(bob, alice)
    feeds.comment(alice, posts[0], f"About the {feeds.CANARY}")
    lose(payment)
    pages = [
        newsfeed.home_feed(viewer_sub=bob.user_sub),
        newsfeed.explore(viewer_sub=bob.user_sub),
        newsfeed.list_posts_of(viewer_sub=bob.user_sub, author_sub=alice.user_sub),
    ]
    assert [[item.locked for item in page.items] for page in pages] == [[True] * 3] * 3
    for ask in (feeds.comments, feeds.comment):
        with pytest.raises(PostLocked):
            ask(bob, posts[0])
    client, post_id = client_for(bob), posts[0].post_id
    for path in (f"/posts/{post_id}/", f"/api/v1/posts/{post_id}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert feeds.CANARY not in answer.content.decode()
    assert client.get(f"/api/v1/posts/{post_id}/comments/").status_code == 403


def test_others_keep_what_they_bought(mallory, payment, posts):
    top_up(mallory.user_sub, PRICE)
    unlock(mallory, posts[0])
    lose(payment)
    assert locked(mallory, posts) == [False, True, True]


def test_it_can_be_bought_again_once_nothing_is_owed(alice, bob, payment, posts):
    dispute(payment, LOST)
    with pytest.raises(AlreadyUnlocked):
        unlock(bob, posts[2])
    feeds.work()
    top_up(bob.user_sub, PRICE)
    unlock(bob, posts[2])
    assert locked(bob, posts) == [True, True, False]
    assert not any("revoked_at" in row for row in unlock_rows(bob)[2:])
    assert (purse(bob), earned(alice)) == ((0, 0, 0), SHARE)
    feeds.work()
    assert locked(bob, posts) == [True, True, False]
    assert right()


def test_a_deleted_post_is_reversed_all_the_same(alice, bob, payment, posts):
    feeds.delete(alice, posts[2])
    lose(payment, PRICE)
    assert (purse(bob), earned(alice)) == ((0, 0, 0), 2 * SHARE)
    assert ["revoked_at" in row for row in unlock_rows(bob)] == [False, False, True]


def test_what_went_with_its_buyer_does_not_come_back(alice, bob, payment, posts):
    personal_data.erase(bob.user_sub)
    assert feeds.sales(posts[0]) == Sales(living=0, sold=1, earned={"USD": SHARE})
    lose(payment)
    assert unlock_rows(bob) == []
    assert feeds.sales(posts[0]) == Sales()
    assert (purse(bob), earned(alice)) == ((0, 0, 0), 0)
    assert right()


def test_the_sales_of_an_erased_author_stay_gone(alice, bob, payment, posts):
    personal_data.erase(alice.user_sub)
    lose(payment)
    assert feeds.keys_of("POST#") == []
    assert (purse(bob), earned(alice)) == ((0, 0, 0), 0)
    assert right()


def test_a_purchase_that_is_given_back_locks_its_post_and_keeps_its_receipt(
    alice, bob, payment, posts
):
    reference = f"post:{posts[0].post_id}"
    purchase = billing.purchase_receipt(bob.user_sub, reference)
    billing.reverse_purchase(
        buyer_sub=bob.user_sub,
        reference=reference,
        joined=revoke_unlock(purchase),
        actor=feeds.by(alice),
    )
    assert locked(bob, posts) == [True, False, False]
    assert (purse(bob), earned(alice)) == ((PRICE, 0, 0), 2 * SHARE)
    assert feeds.sales(posts[0]) == Sales()
    assert billing.purchase_receipt(bob.user_sub, reference).reversed_at is not None
    assert right()


@pytest.mark.parametrize("reference", ["post:1", "post:", "post"])
def test_what_names_no_post_revokes_nothing(bob, payment, posts, reference):
    (purchase, *_) = PurchaseRepository().all_of(bob.user_sub)
    named = type("Named", (), {"buyer_sub": bob.user_sub, "reference": reference})
    assert list(revoke_unlock(named)) == []
    assert len(list(revoke_unlock(purchase))) == 2


def test_a_claw_back_that_is_repeated_revokes_no_more(alice, bob, payment, posts):
    lost = lose(payment, PRICE)
    before = feeds.rows()
    named = {"payment_id": payment.payment_intent_id, "dispute_id": lost.dispute_id}
    assert billing.claw_back(user_sub=bob.user_sub, **named) == 0
    assert feeds.rows() == before
    assert (purse(bob), earned(alice)) == ((0, 0, 0), 2 * SHARE)


def insist(do):
    """Again while others come first, as a worker or a person would."""
    for number in range(20):
        try:
            return do()
        except (AlreadyUnlocked, InsufficientFunds, WalletRestricted):
            return None
        except (WalletBusy, Unavailable):
            if number == 19:
                raise
    return None


def between(monkeypatch, do):
    """`do` happens once, when a claw-back has chosen what to take back."""
    has_unlock, left = MarkRepository.has_unlock, [do]

    def asking(self, *args):
        found = has_unlock(self, *args)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(MarkRepository, "has_unlock", asking)


def test_what_was_bought_again_meanwhile_is_not_taken_for_the_first(
    alice, bob, payment, posts, monkeypatch
):
    """Another worker came first, and the buyer paid once more."""
    lost = dispute(payment, LOST, amount=PRICE)
    named = {"payment_id": payment.payment_intent_id, "dispute_id": lost.dispute_id}

    def another():
        assert billing.claw_back(user_sub=bob.user_sub, **named) == 1
        top_up(bob.user_sub, PRICE)
        unlock(bob, posts[2])

    between(monkeypatch, another)
    assert billing.claw_back(user_sub=bob.user_sub, **named) == 0
    assert locked(bob, posts) == [False, False, False]
    assert (purse(bob), earned(alice)) == ((0, 0, 0), 3 * SHARE)
    assert right()


def test_what_is_paid_back_meanwhile_takes_nothing(alice, bob, payment, posts, monkeypatch):
    between(monkeypatch, lambda: top_up(bob.user_sub, PRICE))
    lose(payment, PRICE)
    assert locked(bob, posts) == [False, False, False]
    assert (purse(bob), earned(alice)) == ((0, 0, 0), 3 * SHARE)
    assert right()


@pytest.mark.engine
def test_reversals_beside_new_unlocks_leave_money_and_access_alike(alice, bob, payment, posts):
    """Workers take back, the buyer pays in and buys, all at once: whoever comes first, who has
    paid reads, and nobody else."""
    lost = dispute(payment, LOST)
    named = {"payment_id": payment.payment_intent_id, "dispute_id": lost.dispute_id}

    def run(number):
        if number % 2:
            insist(partial(billing.claw_back, user_sub=bob.user_sub, **named))
            return
        insist(partial(settle, pay(bob.user_sub, PRICE)))
        for post in posts:
            insist(partial(unlock, bob, post))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))
    feeds.work()
    bought = PurchaseRepository().all_of(bob.user_sub)
    active = {each.reference for each in bought if each.reversed_at is None}
    readable = {f"post:{post.post_id}" for post in posts if not feeds.read(bob, post).locked}
    assert active == readable
    available, _, debt = purse(bob)
    assert available - debt == (THREADS // 2 - len(active)) * PRICE
    assert earned(alice) == len(active) * SHARE
    assert right()
