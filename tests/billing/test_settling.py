from concurrent.futures import ThreadPoolExecutor

import pytest

from billing import services as billing
from billing.errors import PaymentMismatch, PaymentNotFound, ReferenceTaken
from billing.items import PaymentStatus, ProviderName
from billing.repository import BILLING
from core.actor import Actor
from dynamo.metering import budget
from dynamo.table import Table
from tests.billing import books
from tests.billing.lives import facts_of, kinds_of, pay, settle, top_up

NOBODY = Actor(None)


def wallet_of(user):
    return billing.get_wallet(user.user_sub)


def test_it_credits_the_wallet_and_tells_the_person(alice):
    payment = top_up(alice.user_sub, 1500)
    stored = billing.get_owned_payment(alice.user_sub, payment.payment_intent_id)
    assert wallet_of(alice).available == 1500
    assert stored.is_settled
    assert stored.settled_at is not None
    assert kinds_of(alice) == ["billing.payment.succeeded"]
    assert books.problems() == []


def test_it_writes_both_sides(alice):
    payment = top_up(alice.user_sub, 1500)
    amounts = {(leg["pk"].split("#")[1], leg["amount"]) for leg in books.legs()}
    assert amounts == {(alice.user_sub, 1500), ("clearing:stripe:USD", -1500)}
    assert {leg["txn"] for leg in books.legs()} == {payment.payment_intent_id}


def test_the_second_time_changes_nothing(alice):
    payment = top_up(alice.user_sub, 1500)
    before = books.rows()
    assert settle(payment) is False
    assert sorted(map(str, books.rows())) == sorted(map(str, before))
    assert len(kinds_of(alice)) == 1


def test_a_second_payment_at_the_provider_is_no_repeat_of_the_first(alice):
    payment = pay(alice.user_sub, 1500)
    first, second = {"intent": "pi_1", "charge": "ch_1"}, {"intent": "pi_2", "charge": "ch_2"}
    assert settle(payment, provider_ids=first)
    assert settle(payment, provider_ids=first) is False
    before = books.rows()
    with pytest.raises(PaymentMismatch) as refusal:
        settle(payment, provider_ids=second)
    assert refusal.value.facts == {"intent": "pi_2"}
    assert sorted(map(str, books.rows())) == sorted(map(str, before))


@pytest.mark.parametrize(
    "told", [{"amount": 1501}, {"amount": 15}, {"currency": "EUR"}, {"livemode": True}]
)
def test_other_facts_move_no_money(alice, told):
    payment = pay(alice.user_sub, 1500)
    with pytest.raises(PaymentMismatch) as refusal:
        settle(payment, **told)
    assert refusal.value.facts == told
    assert wallet_of(alice).available == 0
    assert books.legs() == []
    assert kinds_of(alice) == []


def test_a_payment_that_is_not_stored_moves_no_money(alice, bob):
    from dataclasses import replace

    stranger = replace(pay(alice.user_sub), user_sub=bob.user_sub)
    with pytest.raises(PaymentNotFound):
        settle(stranger)
    forged = replace(pay(alice.user_sub), amount=999_999)
    for told in (999_999, 1500):
        with pytest.raises(PaymentMismatch):
            settle(forged, amount=told)
    assert books.legs() == []


def test_money_for_a_payment_given_up_is_real_money(alice):
    for end in (fail, cancel):
        payment = pay(alice.user_sub, 1000)
        end(payment)
        assert settle(payment) is True
    assert wallet_of(alice).available == 2000
    assert books.problems() == []


def fail(payment):
    assert billing.fail_payment(payment=payment, failure_code="card_declined", actor=NOBODY)


def cancel(payment):
    billing.mark_payment(payment=payment, status=PaymentStatus.CANCELED, actor=NOBODY)


def test_a_failure_is_told_once_and_moves_nothing(alice):
    payment = pay(alice.user_sub)
    fail(payment)
    assert not billing.fail_payment(payment=payment, failure_code="expired_card", actor=NOBODY)
    stored = billing.get_owned_payment(alice.user_sub, payment.payment_intent_id)
    assert (stored.status, stored.failure_code) == (PaymentStatus.FAILED, "card_declined")
    assert kinds_of(alice) == ["billing.payment.failed"]
    assert books.legs() == []


def test_a_settled_payment_never_fails(alice):
    payment = top_up(alice.user_sub)
    assert not billing.fail_payment(payment=payment, failure_code="late", actor=NOBODY)
    for status in (PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN, PaymentStatus.CANCELED):
        marked = billing.mark_payment(payment=payment, status=status, actor=NOBODY)
        assert marked.is_settled
    assert wallet_of(alice).available == 1500


def test_a_debt_is_paid_back_first(alice):
    top_up(alice.user_sub, 1000)
    key = {"pk": f"USER#{alice.user_sub}", "sk": "BALANCE"}
    row = Table(BILLING).get(key)
    Table(BILLING).put({**row, "debt": 700})
    top_up(alice.user_sub, 500)
    assert (wallet_of(alice).available, wallet_of(alice).debt) == (1000, 200)
    top_up(alice.user_sub, 500)
    assert (wallet_of(alice).available, wallet_of(alice).debt) == (1300, 0)
    total = sum(leg["amount"] for leg in books.legs())
    assert total == 0


def test_the_providers_ids_find_the_payment(alice):
    payment = pay(alice.user_sub)
    billing.attach_references(payment=payment, provider_ids={"session": "cs_1"}, actor=NOBODY)
    settle(payment, provider_ids={"session": "cs_1", "intent": "pi_1"})
    for reference in ("cs_1", "pi_1"):
        found = billing.find_payment_by_reference(ProviderName.STRIPE, reference)
        assert found.payment_intent_id == payment.payment_intent_id
        assert found.provider_ids == {"session": "cs_1", "intent": "pi_1"}
    assert billing.find_payment_by_reference(ProviderName.PAYPAL, "cs_1") is None
    assert billing.find_payment_by_reference(ProviderName.STRIPE, "cs_1#REF") is None


def test_an_id_of_another_payment_moves_no_money(alice, bob):
    first, second = pay(alice.user_sub), pay(bob.user_sub)
    settle(first, provider_ids={"intent": "pi_1"})
    with pytest.raises(ReferenceTaken):
        settle(second, provider_ids={"intent": "pi_1"})
    with pytest.raises(ReferenceTaken):
        billing.attach_references(payment=second, provider_ids={"intent": "pi_1"}, actor=NOBODY)
    assert wallet_of(bob).available == 0
    assert books.problems() == []


def test_a_lagging_clock_keeps_the_order_of_the_ledger(alice, time_machine):
    time_machine.move_to("2030-01-01T12:00:00Z", tick=False)
    top_up(alice.user_sub, 1000)
    time_machine.move_to("2030-01-01T11:00:00Z", tick=False)
    top_up(alice.user_sub, 2000)
    top_up(alice.user_sub, 3000)
    entries = billing.list_ledger(alice.user_sub).items
    assert [entry.after for entry in entries] == [6000, 3000, 1000]
    assert books.problems() == []


def test_it_costs_one_read_and_one_transaction(alice):
    payment = pay(alice.user_sub)
    with budget(calls=2, hops=2, rru=1):
        settle(payment)


def test_a_wallet_that_always_moves_is_an_error_and_writes_nothing(alice, monkeypatch):
    from billing.errors import WalletBusy
    from billing.services import postings, settling

    top_up(alice.user_sub, 1000)
    monkeypatch.setattr(postings, "pause", lambda number: None)
    stale = settling.get_wallet(alice.user_sub)
    top_up(alice.user_sub, 1000)
    monkeypatch.setattr(settling, "get_wallet", lambda user_sub: stale)
    payment = pay(alice.user_sub, 700)
    with pytest.raises(WalletBusy):
        settle(payment)
    assert wallet_of(alice).available == 2000
    assert not billing.get_owned_payment(alice.user_sub, payment.payment_intent_id).is_settled
    assert books.problems() == []


@pytest.mark.engine
def test_twenty_threads_settle_one_payment_once(alice):
    payment = pay(alice.user_sub, 1500)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: settle(payment), range(20)))
    assert sorted(answers) == [False] * 19 + [True]
    assert wallet_of(alice).available == 1500
    assert len(kinds_of(alice)) == 1
    assert books.problems() == []


@pytest.mark.engine
def test_many_payments_at_once_are_all_credited(alice):
    payments = [pay(alice.user_sub, 1000 + number) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(settle, payments))
    assert wallet_of(alice).available == sum(payment.amount for payment in payments)
    assert books.problems() == []


@pytest.mark.engine
def test_a_lost_answer_credits_once(alice, faults):
    payment = pay(alice.user_sub, 1500)
    faults.lose_answer("TransactWriteItems")
    assert settle(payment) is True
    assert faults.hits == ["TransactWriteItems"]
    assert settle(payment) is False
    assert wallet_of(alice).available == 1500
    assert books.problems() == []


@pytest.mark.engine
def test_a_lost_answer_makes_one_payment(alice, faults):
    faults.lose_answer("TransactWriteItems")
    payment = pay(alice.user_sub)
    assert faults.hits == ["TransactWriteItems"]
    assert billing.list_payments(alice.user_sub).items == [payment]


def test_a_conflict_or_an_outage_leaves_all_or_nothing(alice, faults):
    from dynamo.errors import Unavailable

    payment = pay(alice.user_sub, 1500)
    with faults.outage(), pytest.raises(Unavailable):
        settle(payment)
    assert books.legs() == []
    faults.refuse("TransactWriteItems", "TransactionConflictException", times=2)
    assert settle(payment) is True
    assert facts_of(payment).amount == wallet_of(alice).available
