import pytest

from billing import services as billing
from billing.errors import AlreadyPurchased, PurchaseNotFound
from billing.items import DisputeStatus, RefundStatus
from billing.providers.messages import RefundOutcome
from billing.repository import BILLING
from billing.services import clawing, refund_reports
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.schema import schema_named
from dynamo.table import Table
from jobs import worker
from tests.billing import books
from tests.billing.lives import buy, dispute, kinds_of, purse, refund, told, top_up
from tests.billing.test_buying import UNLOCK, unlock, unlocks

LOST = DisputeStatus.LOST


def undo(buyer, reference="post:1", joined=()):
    return billing.reverse_purchase(
        buyer_sub=buyer.user_sub, reference=reference, joined=joined, actor=Actor(None)
    )


def earned(user):
    return billing.earnings_of(user.user_sub).pending


@pytest.fixture
def bought(alice, bob):
    top_up(alice.user_sub, 1500)
    return buy(alice.user_sub, bob.user_sub, 999, joined=[unlock(alice)])


def locking(user, name="1"):
    table = Table(schema_named("app"))
    place = {"pk": f"UNLOCK#{user.user_sub}", "sk": f"POST#{name}"}
    return table.deleting(place, condition=table.exists(), label=UNLOCK)


def test_everybody_is_where_they_were(alice, bob, bought):
    assert undo(alice, joined=[locking(alice)]) is True
    assert (purse(alice), earned(bob), unlocks()) == ((1500, 0, 0), 0, [])
    assert kinds_of(alice).count("billing.purchase.reversed") == 1
    assert kinds_of(bob).count("billing.sale.reversed") == 1
    assert books.problems() == []


def test_the_second_time_changes_nothing(alice, bob, bought):
    undo(alice)
    assert undo(alice) is False
    assert (purse(alice), earned(bob)) == ((1500, 0, 0), 0)
    assert kinds_of(alice).count("billing.purchase.reversed") == 1


def test_what_is_joined_decides(alice, bob, bought):
    with pytest.raises(TransactionCancelled) as refusal:
        undo(alice, joined=[locking(alice, "other")])
    assert refusal.value.failed(UNLOCK)
    assert (purse(alice), earned(bob)) == ((501, 0, 0), 900)
    assert books.problems() == []


@pytest.mark.parametrize("reference", ["post:2", "a#b", ""])
def test_what_was_not_bought_is_not_found(alice, bought, reference):
    with pytest.raises(PurchaseNotFound):
        undo(alice, reference)
    assert purse(alice) == (501, 0, 0)


def test_it_can_be_bought_again(alice, bob, bought):
    for _ in range(2):
        undo(alice)
        buy(alice.user_sub, bob.user_sub, 999)
        with pytest.raises(AlreadyPurchased):
            buy(alice.user_sub, bob.user_sub, 999)
    assert (purse(alice), earned(bob)) == ((501, 0, 0), 900)
    assert books.problems() == []
    assert billing.audit_person(alice.user_sub) == []


def test_a_debt_is_paid_back_first(alice, bought):
    payment = billing.list_payments(alice.user_sub).items[0]
    dispute(payment, LOST)
    assert purse(alice) == (0, 0, 999)
    undo(alice)
    assert purse(alice) == (0, 0, 0)
    assert books.problems() == []


def test_a_seller_who_was_paid_out_owes_the_next_sales(alice, bob, mallory, bought):
    row = next(row for row in books.rows() if row["sk"].startswith("EARNDAY#"))
    Table(BILLING).put({**row, "pending": 0})  # as a payout would leave it
    undo(alice)
    assert earned(bob) == -900
    top_up(mallory.user_sub, 1500)
    buy(mallory.user_sub, bob.user_sub, 1000)
    assert earned(bob) == 0


@pytest.fixture
def posts(monkeypatch):
    """An app that sells posts, and takes them back."""
    monkeypatch.setattr(clawing, "_reversers", {})

    @clawing.reverser("post")
    def take_back(purchase):
        buyer = type("Buyer", (), {"user_sub": purchase.buyer_sub})
        return [locking(buyer, purchase.reference.partition(":")[2])]


def spend(buyer, seller, *prices):
    for number, price in enumerate(prices, start=1):
        things = [unlock(buyer, number)]
        buy(buyer.user_sub, seller.user_sub, price, f"post:{number}", things)


def kept(user):
    return sorted(row["sk"] for row in unlocks() if row["pk"].endswith(user.user_sub))


def test_the_newest_purchases_pay_for_a_lost_dispute(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 300, 400, 500, 100)
    dispute(payment, LOST, amount=700)  # 200 are there, 500 are missing
    assert purse(alice) == (0, 0, 500)
    worker.run_due()
    assert kept(alice) == ["POST#1", "POST#2"]
    assert purse(alice) == (100, 0, 0)
    assert earned(bob) == 270 + 360
    assert books.problems() == []
    assert [*billing.audit_all()] == []


def test_a_repeat_takes_back_no_more(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 300, 400, 500)
    first = dispute(payment, LOST, amount=800, ref="dp_1")
    dispute(payment, LOST, amount=600, ref="dp_2")
    named = {"payment_id": payment.payment_intent_id, "dispute_id": first.dispute_id}
    assert billing.claw_back(user_sub=alice.user_sub, **named) == 1
    assert billing.claw_back(user_sub=alice.user_sub, **named) == 0
    assert kept(alice) == ["POST#1", "POST#2"]
    worker.run_due()
    assert purse(alice)[2] == 0
    assert books.problems() == []


def test_what_was_bought_with_other_money_stays(alice, bob, posts, ahead):
    top_up(alice.user_sub, 1000)
    spend(alice, bob, 600)
    ahead(minutes=1)
    payment = top_up(alice.user_sub, 500)
    ahead(minutes=1)
    buy(alice.user_sub, bob.user_sub, 900, "post:2", [unlock(alice, 2)])
    dispute(payment, LOST)
    assert purse(alice) == (0, 0, 500)
    worker.run_due()
    assert kept(alice) == ["POST#1"]
    assert purse(alice) == (400, 0, 0)


def test_a_clock_that_is_behind_saves_no_purchase(alice, bob, posts, ahead):
    payment = top_up(alice.user_sub, 1500)
    ahead(seconds=-20)  # of the server that takes the next request
    spend(alice, bob, 1500)
    dispute(payment, LOST)
    ahead(minutes=1)
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((0, 0, 0), [])


def test_a_new_top_up_may_have_paid_the_debt_first(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 1500)
    dispute(payment, LOST)
    top_up(alice.user_sub, 2000)
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((500, 0, 0), ["POST#1"])


def test_what_nobody_can_take_back_stays_and_is_owed(alice, bob, monkeypatch, caplog):
    monkeypatch.setattr(clawing, "_reversers", {})
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 1500)
    dispute(payment, LOST)
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((0, 0, 1500), ["POST#1"])
    assert "no reverser" in caplog.messages


def test_a_dispute_that_was_won_meanwhile_takes_nothing_back(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 1500)
    dispute(payment, LOST)
    dispute(payment, DisputeStatus.WON)
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((0, 0, 0), ["POST#1"])


def test_the_newest_purchases_pay_for_a_refund_of_the_dashboard(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 300, 400, 500, 100)
    taken = told(payment, amount=700)  # 200 are there, 500 are missing
    assert (purse(alice), taken.deficit) == ((0, 0, 500), 500)
    worker.run_due()
    assert kept(alice) == ["POST#1", "POST#2"]
    assert purse(alice) == (100, 0, 0)
    assert earned(bob) == 270 + 360
    assert billing.purchase_receipt(alice.user_sub, "post:4").reversed_for == taken.refund_id
    assert books.problems() == []
    assert [*billing.audit_all()] == []


def test_a_refund_of_what_is_there_takes_nothing_back(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 300)
    assert told(payment, amount=1200).deficit == 0
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((0, 0, 0), ["POST#1"])


def test_a_refund_that_was_given_up_and_made_after_all_takes_back(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    given_up = refund(payment)
    refund_reports.release(payment, given_up.refund_id, failure_code="refused")
    spend(alice, bob, 1500)
    told(payment, given_up)
    assert purse(alice) == (0, 0, 1500)
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((0, 0, 0), [])
    assert books.problems() == []


def test_a_refund_that_came_back_meanwhile_takes_nothing_back(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 1500)
    told(payment)
    back = told(payment, outcome=RefundOutcome.FAILED)
    assert (back.status, back.deficit) == (RefundStatus.REVERSED, 0)
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((0, 0, 0), ["POST#1"])


def test_a_repeat_of_a_refund_takes_back_no_more(alice, bob, posts):
    payment = top_up(alice.user_sub, 1500)
    spend(alice, bob, 300, 400, 800)
    first = told(payment, amount=500)
    told(payment, amount=500, ref="re_2")
    named = {"payment_id": payment.payment_intent_id, "refund_id": first.refund_id}
    assert billing.claw_back_refund(user_sub=alice.user_sub, **named) == 1
    assert billing.claw_back_refund(user_sub=alice.user_sub, **named) == 0
    assert kept(alice) == ["POST#1", "POST#2"]
    worker.run_due()
    assert (purse(alice), kept(alice)) == ((200, 0, 0), ["POST#1"])
    assert books.problems() == []


def test_a_word_has_one_reverser(posts):
    with pytest.raises(ValueError, match="has a reverser"):
        clawing.reverser("post")(lambda purchase: [])
