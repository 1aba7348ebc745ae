from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing import services as billing
from billing.errors import (
    AlreadyPurchased,
    InsufficientFunds,
    InvalidAmount,
    SelfPurchase,
    WalletRestricted,
)
from billing.repository import BILLING, purchases
from dynamo.errors import TransactionCancelled
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.billing import books
from tests.billing.lives import buy, settle, top_up
from tests.billing.lives import pay as ask

UNLOCK = "unlock"


def unlock(user, name="1"):
    """A row in another table, as the newsfeed joins it."""
    row = {"pk": f"UNLOCK#{user.user_sub}", "sk": f"POST#{name}"}
    return Table(schema_named("app")).putting_new(row, label=UNLOCK)


def unlocks():
    return [row for row in Table(schema_named("app")).scan() if row["pk"].startswith("UNLOCK#")]


def available(user):
    return billing.get_wallet(user.user_sub).available


def change_balance(user, **changed):
    row = Table(BILLING).get({"pk": f"USER#{user.user_sub}", "sk": "BALANCE"})
    Table(BILLING).put({**row, **changed})


def test_it_pays_the_seller_less_the_fee(alice, bob):
    top_up(alice.user_sub, 1500)
    receipt = buy(alice.user_sub, bob.user_sub, 999, joined=[unlock(alice)])
    assert (receipt.price, receipt.share, receipt.fee, receipt.available) == (999, 900, 99, 501)
    assert available(alice) == 501
    assert billing.earnings_of(bob.user_sub).pending == 900
    assert available(bob) == 0
    assert len(unlocks()) == 1
    assert books.problems() == []


def test_both_see_it_in_their_ledger(alice, bob):
    top_up(alice.user_sub, 1500)
    receipt = buy(alice.user_sub, bob.user_sub, 500)
    spent, _topped_up = billing.list_ledger(alice.user_sub).items
    (earned,) = billing.list_ledger(bob.user_sub).items
    assert (spent.type, spent.amount, spent.after, spent.ref) == ("purchase", -500, 1000, "post:1")
    assert (earned.type, earned.amount, earned.after) == ("sale", 450, None)
    assert spent.txn == earned.txn == receipt.txn


def test_earnings_of_a_day_add_up(alice, bob, monkeypatch):
    monkeypatch.setattr(purchases, "EARNING_SHARDS", 1)
    top_up(alice.user_sub, 1500)
    for number in range(2):
        buy(alice.user_sub, bob.user_sub, 500, f"post:{number}")
    assert billing.earnings_of(bob.user_sub).pending == 900
    assert len([row for row in books.rows() if row["sk"].startswith("EARNDAY#")]) == 1


@pytest.mark.parametrize(("bps", "share"), [(0, 500), (10_000, 0), (1, 500)])
def test_a_part_of_nothing_has_no_leg(alice, bob, settings, bps, share):
    settings.PLATFORM_FEE_BPS = bps
    top_up(alice.user_sub, 1500)
    assert buy(alice.user_sub, bob.user_sub, 500).share == share
    assert billing.earnings_of(bob.user_sub).pending == share
    assert books.problems() == []


def test_too_little_money_says_what_is_missing(alice, bob):
    top_up(alice.user_sub, 600)
    with pytest.raises(InsufficientFunds) as refusal:
        buy(alice.user_sub, bob.user_sub, 1000, joined=[unlock(alice)])
    error = refusal.value
    assert (error.available, error.price, error.missing) == (600, 1000, 400)
    assert available(alice) == 600
    assert unlocks() == []
    with pytest.raises(InsufficientFunds):
        buy(bob.user_sub, alice.user_sub, 1)


@pytest.mark.parametrize("changed", [{"debt": 1}, {"status": "restricted"}, {"currency": "EUR"}])
def test_a_wallet_in_trouble_spends_nothing(alice, bob, changed):
    top_up(alice.user_sub, 1500)
    change_balance(alice, **changed)
    with pytest.raises(WalletRestricted):
        buy(alice.user_sub, bob.user_sub, 500)
    assert available(alice) == 1500


def test_nobody_buys_from_themselves(alice):
    top_up(alice.user_sub, 1500)
    with pytest.raises(SelfPurchase):
        buy(alice.user_sub, alice.user_sub)
    assert available(alice) == 1500


@pytest.mark.parametrize("price", [0, -500])
def test_a_price_is_more_than_zero(alice, bob, price):
    top_up(alice.user_sub, 1500)
    with pytest.raises(InvalidAmount):
        buy(alice.user_sub, bob.user_sub, price)
    assert available(alice) == 1500


def test_one_reference_is_paid_once(alice, bob):
    top_up(alice.user_sub, 1500)
    buy(alice.user_sub, bob.user_sub, 500)
    with pytest.raises(AlreadyPurchased):
        buy(alice.user_sub, bob.user_sub, 500)
    assert available(alice) == 1000
    assert books.problems() == []


def test_who_spent_their_last_money_on_it_is_told_that_they_have_it(alice, bob):
    top_up(alice.user_sub, 500)
    buy(alice.user_sub, bob.user_sub, 500)
    with pytest.raises(AlreadyPurchased):
        buy(alice.user_sub, bob.user_sub, 500)


def test_what_is_joined_decides(alice, bob):
    top_up(alice.user_sub, 1500)
    buy(alice.user_sub, bob.user_sub, 500, joined=[unlock(alice)])
    for reference in ("post:1", "post:2"):
        with pytest.raises(TransactionCancelled) as refusal:
            buy(alice.user_sub, bob.user_sub, 500, reference, joined=[unlock(alice)])
        assert refusal.value.failed(UNLOCK)
    assert available(alice) == 1000
    assert books.problems() == []


@pytest.mark.parametrize("reference", ["", "a#b", "post 1", "x" * 300, "post:\u00e9"])
def test_a_reference_can_stand_in_a_key(alice, bob, reference):
    top_up(alice.user_sub, 1500)
    with pytest.raises(ValueError, match="reference"):
        buy(alice.user_sub, bob.user_sub, 500, reference)
    assert available(alice) == 1500


def test_it_costs_one_read_and_one_transaction(alice, bob):
    top_up(alice.user_sub, 1500)
    with budget(calls=2, hops=2, rru=1):
        buy(alice.user_sub, bob.user_sub, joined=[unlock(alice)])


def test_the_condition_refuses_what_a_stale_read_would_allow(alice, bob):
    """Debt and state are checked by the write too, not only by what was read before."""
    from dataclasses import replace

    from billing.repository import BALANCE_LABEL, WalletRepository
    from dynamo.table import transact

    top_up(alice.user_sub, 1500)
    wallet = billing.get_wallet(alice.user_sub)
    after = replace(wallet, available=500)
    for changed in ({"debt": 1}, {"status": "restricted"}, {"available": 999}, {"version": 9}):
        row = Table(BILLING).get({"pk": f"USER#{alice.user_sub}", "sk": "BALANCE"})
        change_balance(alice, **changed)
        with pytest.raises(TransactionCancelled) as refusal:
            transact([WalletRepository().changing(wallet, after, spent=1000)])
        assert refusal.value.failed(BALANCE_LABEL)
        Table(BILLING).put(row)


@pytest.mark.engine
def test_twenty_purchases_with_money_for_six_are_six(alice, bob):
    top_up(alice.user_sub, 3100)

    def attempt(number):
        try:
            buy(alice.user_sub, bob.user_sub, 500, f"post:{number}", [unlock(alice, number)])
        except InsufficientFunds:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert sum(answers) == len(unlocks()) == 6
    assert available(alice) == 100
    assert billing.earnings_of(bob.user_sub).pending == 6 * 450
    assert books.problems() == []


@pytest.mark.engine
def test_twenty_threads_buy_one_thing_once(alice, bob):
    top_up(alice.user_sub, 3000)

    def attempt(_number):
        try:
            buy(alice.user_sub, bob.user_sub, 500, joined=[unlock(alice)])
        except (AlreadyPurchased, TransactionCancelled):
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, range(20))) == 1
    assert available(alice) == 2500
    assert books.problems() == []


@pytest.mark.engine
def test_many_buyers_of_one_seller_lose_no_cent(alice, bob, mallory):
    for buyer in (alice, mallory):
        top_up(buyer.user_sub, 5000)
    tasks = [(buyer, number) for buyer in (alice, mallory) for number in range(5)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda t: buy(t[0].user_sub, bob.user_sub, 333, f"post:{t[1]}"), tasks))
    assert billing.earnings_of(bob.user_sub).pending == 10 * 300
    assert books.problems() == []


@pytest.mark.engine
def test_a_lost_answer_charges_once(alice, bob, faults):
    top_up(alice.user_sub, 1500)
    faults.lose_answer("TransactWriteItems")
    buy(alice.user_sub, bob.user_sub, 500, joined=[unlock(alice)])
    assert faults.hits == ["TransactWriteItems"]
    assert available(alice) == 1000
    assert books.problems() == []


PEOPLE = st.integers(0, 2)
EVENTS = st.one_of(
    st.tuples(st.just("top up"), PEOPLE, st.integers(500, 3000)),
    st.tuples(st.just("buy"), PEOPLE, PEOPLE, st.integers(1, 1500), st.integers(0, 3)),
    st.tuples(st.just("replay"), st.integers(0, 9)),
)
REFUSALS = (InsufficientFunds, SelfPurchase, AlreadyPurchased)


@settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.generate),  # shrinking storage's histories takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(EVENTS, min_size=6, max_size=12))
def test_every_history_leaves_the_books_right(alice, bob, mallory, events):
    people = [person.user_sub for person in (alice, bob, mallory)]
    payments = []
    for event in events:
        match event:
            case "top up", who, amount:
                payments.append(ask(people[who], amount))
                settle(payments[-1])
            case "replay", number if payments:
                assert settle(payments[number % len(payments)]) is False
            case "buy", buyer, seller, price, thing:
                with suppress(*REFUSALS):
                    buy(people[buyer], people[seller], price, f"post:{seller}-{thing}")
    assert books.problems() == []
