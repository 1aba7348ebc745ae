"""Processes that die between two steps, answers that are lost, storage that is busy: what was
begun is repeated by a job or a second delivery, and the end is the same."""

from contextlib import contextmanager, suppress
from unittest.mock import patch

import pytest

from billing import services as billing
from billing.items import DisputeStatus
from billing.services import clawing
from core.actor import Actor
from dynamo import transactions
from dynamo.errors import Unavailable
from jobs import worker
from tests.billing import books
from tests.billing.lives import buy, dispute, purse, refund, top_up
from tests.billing.proofs.world import problems

LOST, WON = DisputeStatus.LOST, DisputeStatus.WON


class Killed(BaseException):
    """No handler of ours catches it, as none runs when a process dies."""


@contextmanager
def killed(at, *, after):
    """The process dies right before or after its transaction number `at`."""
    send, sent = transactions.call, []

    def sending(*arguments, **more):
        sent.append(1)
        if len(sent) == at and not after:
            raise Killed
        answer = send(*arguments, **more)
        if len(sent) == at:
            raise Killed
        return answer

    with patch.object(transactions, "call", sending):
        yield


@pytest.fixture
def spent(alice, bob, monkeypatch):
    """1,500 came, 1,200 of it bought two posts."""
    monkeypatch.setattr(clawing, "_reversers", {"post": lambda purchase: []})
    payment = top_up(alice.user_sub, 1500)
    for number, price in enumerate((700, 500)):
        buy(alice.user_sub, bob.user_sub, price, f"post:{number}")
    return payment


def lose(payment):
    dispute(payment, LOST)


def win(payment):
    dispute(payment, WON)


def refund_once(payment):
    billing.run_refund(refund=refund(payment, 300, idempotency_key="once"))


def correct(payment):
    billing.adjust(
        user_sub=payment.user_sub,
        amount=-100,
        reason="A correction of a proof.",
        actor=Actor(None),
        adjustment_id=payment.payment_intent_id,
    )


def take_back(payment):
    billing.reverse_purchase(
        buyer_sub=payment.user_sub, reference="post:0", joined=(), actor=Actor(None)
    )


ENDS = {lose: (0, 0, 1200), win: (300, 0, 0), refund_once: (0, 0, 0), correct: (200, 0, 0)}
ENDS |= {take_back: (1000, 0, 0)}


@pytest.mark.parametrize("act", ENDS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_process_that_died_leaves_nothing_half_done(alice, spent, provider, act, at, after):
    with suppress(Killed), killed(at, after=after):
        act(spent)
    assert books.problems() == []
    for _ in range(2):
        act(spent)
    assert purse(alice) == ENDS[act]
    assert len(provider.refunds) == (act is refund_once)
    assert problems() == []


@pytest.mark.parametrize("at", range(1, 5))
def test_a_claw_back_that_died_goes_on_where_it_broke_off(alice, spent, at):
    lost = dispute(spent, LOST)
    named = {"payment_id": spent.payment_intent_id, "dispute_id": lost.dispute_id}
    with suppress(Killed), killed(at, after=True):
        billing.claw_back(user_sub=alice.user_sub, **named)
    worker.run_due()
    assert purse(alice) == (0, 0, 0)
    assert problems() == []


@pytest.mark.engine
@pytest.mark.parametrize("act", ENDS, ids=lambda act: act.__name__)
def test_a_lost_answer_of_storage_moves_nothing_twice(alice, spent, provider, faults, act):
    faults.lose_answer("TransactWriteItems", times=1)
    act(spent)
    assert faults.hits == ["TransactWriteItems"]
    assert purse(alice) == ENDS[act]
    assert problems() == []


@pytest.mark.parametrize("code", ["TransactionConflictException", "ThrottlingException"])
@pytest.mark.parametrize("act", ENDS, ids=lambda act: act.__name__)
def test_busy_storage_is_asked_again(alice, spent, provider, faults, act, code):
    faults.refuse("TransactWriteItems", code, times=1)
    with suppress(Unavailable):
        act(spent)
    act(spent)
    assert faults.hits == ["TransactWriteItems"]
    assert purse(alice) == ENDS[act]
    assert problems() == []


def test_without_storage_nothing_moves(alice, spent, provider, faults):
    for act in ENDS:
        with faults.outage(), pytest.raises(Unavailable):
            act(spent)
    assert purse(alice) == (300, 0, 0)
    assert provider.refunds == {}
    assert problems() == []
