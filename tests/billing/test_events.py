"""What providers post about money that goes back, and about saved cards."""

import json
from dataclasses import replace

import pytest

from billing import services as billing
from billing.errors import EventTooEarly
from billing.items import DisputeStatus, PaymentStatus
from billing.providers.errors import NotThere
from billing.providers.messages import (
    DisputeReport,
    Outcome,
    RefundOutcome,
    RefundReport,
    SavedMethod,
    Webhook,
)
from billing.repository import BILLING
from core.actor import Actor
from dynamo.table import Table
from tests.billing import books
from tests.billing.doubles import CARD
from tests.billing.lives import now, purse
from tests.billing.test_methods import save


@pytest.fixture
def started(alice, provider):
    """Paid at the provider; nobody told us of it yet."""
    payment, _url = billing.start_top_up(
        user_sub=alice.user_sub,
        amount=1500,
        provider="stripe",
        save_method=False,
        actor=Actor(alice.user_sub),
    )
    provider.outcome = Outcome.SUCCEEDED
    return now(payment)


def hear(kind, ref, number=1, **changed):
    event = {"id": f"evt_{number}", "type": f"{kind}.told", "kind": kind, "livemode": False}
    body = json.dumps({**event, "ref": ref, **changed}).encode()
    billing.handle_webhook("stripe", Webhook(headers={}, body=body))


def status_of(number=1):
    rows = [row for row in Table(BILLING).scan() if row["pk"].startswith("WH#")]
    return {row["sk"]: row["status"] for row in rows}[f"evt_{number}"]


def session_of(payment):
    return payment.provider_ids["session"]


def dispute_of(payment, **changed):
    report = DisputeReport(
        ref="dp_1",
        payment_ref=session_of(payment),
        status=DisputeStatus.OPEN,
        amount=1500,
        currency="USD",
        livemode=False,
        reason="fraudulent",
        taken=True,
    )
    return replace(report, **changed)


def refund_of(payment, **changed):
    report = RefundReport(
        ref="re_1",
        payment_ref=session_of(payment),
        outcome=RefundOutcome.SUCCEEDED,
        amount=500,
        currency="USD",
        livemode=False,
    )
    return replace(report, **changed)


def test_a_refund_settles_its_payment_first(alice, started, provider):
    provider.refunds["x"] = refund_of(started)
    for number in (1, 2, 2):
        hear("refund", "re_1", number)
    assert purse(alice) == (1000, 0, 0)
    assert now(started).status is PaymentStatus.PARTIALLY_REFUNDED
    assert status_of() == "processed"
    assert books.problems() == []


def test_a_dispute_settles_its_payment_first(alice, started, provider):
    provider.disputes["dp_1"] = dispute_of(started)
    hear("dispute", "dp_1")
    assert (purse(alice), now(started).status) == ((0, 1500, 0), PaymentStatus.DISPUTED)
    provider.disputes["dp_1"] = dispute_of(started, status=DisputeStatus.WON)
    hear("dispute", "dp_1", 2)
    assert (purse(alice), now(started).status) == ((1500, 0, 0), PaymentStatus.SETTLED)
    assert books.problems() == []


def test_it_comes_again_while_its_payment_is_not_settled(alice, started, provider):
    provider.outcome = Outcome.PROCESSING
    provider.disputes["dp_1"] = dispute_of(started)
    with pytest.raises(EventTooEarly):
        hear("dispute", "dp_1")
    assert (status_of(), books.legs()) == ("failed", [])
    provider.outcome = Outcome.SUCCEEDED
    hear("dispute", "dp_1")
    assert (status_of(), purse(alice)) == ("processed", (0, 1500, 0))


def test_a_pending_refund_of_a_dashboard_is_asked_about_until_its_end(
    alice, started, provider, ahead
):
    """Its provider need not tell of that."""
    provider.refunds["x"] = refund_of(started, outcome=RefundOutcome.PENDING)
    hear("refund", "re_1")
    assert (status_of(), purse(alice)) == ("failed", (1500, 0, 0))
    assert [row.error for row in billing.failed_webhooks().items] == ["pending"]
    ahead(minutes=2)
    assert billing.retry_webhooks() == 0
    provider.refunds["x"] = refund_of(started)
    ahead(minutes=6)
    assert billing.retry_webhooks() == 1
    assert (status_of(), purse(alice)) == ("processed", (1000, 0, 0))
    assert books.problems() == []


@pytest.mark.parametrize("wrong", [{"currency": "EUR"}, {"amount": 9999}, {"livemode": True}])
def test_genuine_but_wrong_moves_nothing(alice, started, provider, wrong):
    provider.disputes["dp_1"] = dispute_of(started, **wrong)
    provider.refunds["x"] = refund_of(started, **wrong)
    hear("dispute", "dp_1", 1)
    hear("refund", "re_1", 2)
    assert (status_of(1), status_of(2)) == ("refused", "refused")
    assert purse(alice) == (1500, 0, 0)


def test_of_another_mode_or_account_it_is_refused(alice, started, provider, monkeypatch):
    provider.disputes["dp_1"] = dispute_of(started)
    hear("dispute", "dp_1", 1, livemode=True)

    def gone(ref, told):
        raise NotThere(reason="resource_missing", about="id")

    monkeypatch.setattr(provider, "fetch_dispute", gone)
    hear("dispute", "dp_1", 2)
    assert (status_of(1), status_of(2)) == ("refused", "refused")
    assert purse(alice) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["refund", "dispute", "method"])
def test_what_is_not_ours_is_ignored(provider, kind):
    hear(kind, "xx_unknown")
    assert status_of() == "ignored"


def test_of_a_payment_that_was_not_started_here_it_is_ignored(provider, monkeypatch, started):
    monkeypatch.setattr(provider, "fetch_payment", lambda ref, told: None)
    provider.disputes["dp_1"] = dispute_of(started, payment_ref="pi_of_another_shop")
    hear("dispute", "dp_1")
    assert status_of() == "ignored"


def test_a_card_that_its_bank_replaced_is_shown_as_it_is(alice, provider):
    save(alice, "pm_fake_1")
    provider.methods["pm_fake_1"] = replace(CARD, last4="1881", exp_year=2040)
    hear("method", "pm_fake_1")
    [method] = billing.list_methods(alice.user_sub)
    assert (method.last4, method.exp_year, method.is_default) == ("1881", 2040, True)


def test_a_card_that_was_removed_there_is_gone_here_and_stays_so(alice, provider):
    save(alice, "pm_fake_1")
    hear("method", "pm_fake_1", 1)
    assert billing.list_methods(alice.user_sub) == []
    provider.methods["pm_fake_1"] = CARD
    hear("method", "pm_fake_1", 2)
    assert billing.list_methods(alice.user_sub) == []
    assert status_of(2) == "processed"


def test_a_card_of_somebody_whom_we_do_not_know_there_is_refused(alice, provider, monkeypatch):
    saved = SavedMethod(user_sub=alice.user_sub, customer="cus_of_mallory", method=CARD)
    monkeypatch.setattr(provider, "fetch_saved_method", lambda _ref: saved)
    hear("saved_method", "seti_1")
    assert (status_of(), billing.list_methods(alice.user_sub)) == ("refused", [])
