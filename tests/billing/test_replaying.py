"""Webhooks that failed here or never came."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import services as billing
from billing.errors import EventTooEarly, WebhookNotFound
from billing.items import InboxStatus, PaymentStatus
from billing.providers.errors import NoAnswer
from billing.providers.messages import Event, EventKind, Outcome, Webhook
from billing.services.events import handle_event
from core import clock
from dynamo.cursor import CursorForged
from jobs import schedules
from jobs.worker import run_due
from tests.billing import books
from tests.billing.lives import now, purse
from tests.billing.test_sweeping import start

BODY = b'{"id": "evt_1", "type": "paid", "kind": "payment", "livemode": false, "ref": "%s"}'


def told(payment, event_id="evt_1"):
    return Event(
        id=event_id,
        type="paid",
        kind=EventKind.PAYMENT,
        livemode=False,
        ref=payment.provider_ids["session"],
    )


@pytest.fixture
def payment(alice, provider):
    return start(alice)


@pytest.fixture
def failed(payment, provider):
    """It came while the provider did not answer."""
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        billing.handle_webhook(
            "stripe", Webhook(headers={}, body=BODY % payment.provider_ids["session"].encode())
        )
    provider.is_silent, provider.outcome = False, Outcome.SUCCEEDED
    return payment


@pytest.fixture
def refused(payment, provider):
    """It is genuine, and of the other mode."""
    handle_event(provider, replace(told(payment), livemode=True))
    return payment


def statuses():
    return {row["sk"]: row["status"] for row in books.rows() if row["pk"].startswith("WH#")}


def test_a_failed_one_is_listed_with_its_error(failed):
    (row,) = billing.failed_webhooks().items
    assert (row.event_id, row.error, row.attempts) == ("evt_1", "NoAnswer", 1)


def test_it_is_done_again_once(alice, failed):
    assert billing.replay_webhook("evt_1").status is InboxStatus.PROCESSED
    assert purse(alice) == (1500, 0, 0)
    assert billing.failed_webhooks().items == []
    assert billing.replay_webhook("evt_1").status is InboxStatus.PROCESSED
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_refused_one_is_listed_with_what_is_wrong(alice, refused):
    assert billing.failed_webhooks().items == []
    (row,) = billing.refused_webhooks().items
    assert (row.event_id, row.error) == ("evt_1", "livemode")
    assert billing.replay_webhook("evt_1").status is InboxStatus.REFUSED
    assert [row.event_id for row in billing.refused_webhooks().items] == ["evt_1"]
    assert purse(alice) == (0, 0, 0)


def test_it_is_off_the_list_once_it_fits(alice, refused, provider, monkeypatch):
    monkeypatch.setattr(type(provider), "livemode", True)
    monkeypatch.setattr(provider, "outcome", Outcome.OPEN)
    assert billing.replay_webhook("evt_1").status is InboxStatus.PROCESSED
    assert billing.refused_webhooks().items == []


def test_a_list_does_not_go_on_by_a_cursor_of_the_other(payment, provider, monkeypatch):
    monkeypatch.setattr("billing.services.replaying.PAGE", 1)
    for number in range(2):
        handle_event(provider, replace(told(payment, f"evt_{number}"), livemode=True))
    page = billing.refused_webhooks()
    (row,) = billing.refused_webhooks(page.next_cursor).items
    assert {page.items[0].event_id, row.event_id} == {"evt_0", "evt_1"}
    with pytest.raises(CursorForged):
        billing.failed_webhooks(page.next_cursor)


def test_one_that_fails_again_stays_listed(alice, failed, provider):
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        billing.replay_webhook("evt_1")
    (row,) = billing.failed_webhooks().items
    assert row.attempts == 2
    assert purse(alice) == (0, 0, 0)


@pytest.mark.parametrize("name", ["", "evt_2", "x" * 300])
def test_an_unknown_one_is_said_so(failed, name):
    with pytest.raises(WebhookNotFound):
        billing.replay_webhook(name)
    assert statuses() == {"evt_1": "failed"}


def test_a_job_does_it_after_a_pause(alice, failed, ahead):
    assert billing.retry_webhooks() == 0
    ahead(minutes=2)
    assert billing.retry_webhooks() == 1
    assert now(failed).status is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


def test_one_that_broke_off_is_done_after_a_pause(alice, payment, provider, ahead, monkeypatch):
    """Its process was killed, or storage went away: nobody could note that it failed."""

    class Killed(BaseException):
        pass

    def die(_ref, _told):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(provider, "fetch_payment", die)
        with pytest.raises(Killed):
            handle_event(provider, told(payment))
    provider.outcome = Outcome.SUCCEEDED
    assert statuses() == {"evt_1": "received"}
    assert (billing.failed_webhooks().items, billing.retry_webhooks()) == ([], 0)
    ahead(minutes=2)
    assert [row.event_id for row in billing.failed_webhooks().items] == ["evt_1"]
    assert billing.retry_webhooks() == 1
    assert (statuses(), purse(alice)) == ({"evt_1": "processed"}, (1500, 0, 0))
    assert billing.failed_webhooks().items == []
    assert books.problems() == []


def test_the_job_runs_by_itself(failed, ahead):
    for _ in range(3):
        schedules.add_due_jobs()
        run_due()
        ahead(minutes=6)
    assert now(failed).status is PaymentStatus.SETTLED
    assert statuses() == {"evt_1": "processed"}


def test_what_breaks_by_a_bug_does_not_hold_up_the_others(
    failed, provider, ahead, monkeypatch, caplog
):
    second = told(failed, "evt_0")
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        handle_event(provider, second)
    provider.is_silent = False
    real, calls = provider.fetch_payment, []

    def fetch(ref, told=None):
        calls.append(ref)
        if len(calls) == 1:
            raise KeyError(ref)
        return real(ref)

    monkeypatch.setattr(provider, "fetch_payment", fetch)
    ahead(minutes=2)
    assert billing.retry_webhooks() == 1
    assert "webhook failed again" in caplog.messages
    assert sorted(statuses().values()) == ["failed", "processed"]


def test_it_is_tried_daily_however_often_it_came(alice, payment, failed, provider, ahead):
    provider.is_silent = True
    for _ in range(30):  # sent again by its provider, which counts as well
        with pytest.raises(NoAnswer):
            handle_event(provider, told(payment))
    for day in range(1, 60):
        ahead(days=1)
        billing.retry_webhooks()
        (row,) = billing.failed_webhooks().items
        assert row.attempts == 31 + day
    provider.is_silent = False
    ahead(hours=23)
    assert billing.retry_webhooks() == 0
    ahead(hours=1)
    assert billing.retry_webhooks() == 1
    assert purse(alice) == (1500, 0, 0)


def test_missed_ones_are_asked_for_and_done_once(alice, payment, provider, monkeypatch):
    provider.outcome = Outcome.SUCCEEDED
    since = clock.now() - timedelta(hours=1)
    asked = []

    def missed(moment):
        asked.append(moment)
        yield told(payment, "evt_1")
        yield told(payment, "evt_2")
        yield Event(id="evt_3", type="x", kind=EventKind.OTHER, livemode=False)

    monkeypatch.setattr(provider, "missed_events", missed, raising=False)
    for _ in range(2):
        became = dict(billing.missed_webhooks(since))
        assert became == {"evt_1": "processed", "evt_2": "processed", "evt_3": "ignored"}
    assert asked == [since, since]
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_missed_one_that_comes_too_early_is_told(payment, provider, monkeypatch):
    def missed(_moment):
        yield told(payment, "evt_1")

    def early(_ref, _told):
        raise EventTooEarly

    monkeypatch.setattr(provider, "missed_events", missed, raising=False)
    monkeypatch.setattr(provider, "fetch_payment", early)
    assert dict(billing.missed_webhooks(clock.now())) == {"evt_1": "event_too_early"}
    assert statuses() == {"evt_1": "failed"}
