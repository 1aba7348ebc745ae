"""The mail of a digest. When it is due, and what is in it: test_digests.py."""

import pytest
from django.core import mail

from alerts import services as alerts
from alerts.items import AlertKind, Channel, SuspensionReason
from alerts.services.suspending import suspension_writes
from core import clock as core_clock
from core import ids
from dynamo.table import transact
from jobs import services as jobs
from jobs.kinds import JobKind
from jobs.repository import Outbox
from jobs.worker import run_due
from tests.accounts.mailbox import deliver
from tests.alerts.people import actor, choose, newest, tell
from tests.alerts.post import clock_stands, kill, message_ids, waiting, work

START = core_clock.parse("2030-01-01T00:00:00.000000Z")


@pytest.fixture
def clock(time_machine):
    return clock_stands(time_machine)


@pytest.fixture
def alice_daily(alice, clock):
    """Two alerts of hers wait for the daily digest, and its mail is asked for."""
    choose(alice, account={"email": "daily"}, money={"email": "daily"})
    tell(alice, AlertKind.EXPORT_READY)
    clock.shift(3600)
    tell(alice, AlertKind.PAYMENT_SUCCEEDED, amount="$5.00", provider="<Stripe>")
    while "alerts.route" in waiting():
        run_due(limit=1)
    clock.shift(1)
    ask(alice)
    return alice


def ask(user):
    told = {"since": core_clock.text(START), "upto": core_clock.text(core_clock.now())}
    jobs.enqueue(
        JobKind.ALERT_DIGEST_MAIL,
        ids={"user_sub": user.user_sub, "mode": "daily", **told},
    )


def test_it_tells_all_of_it_newest_first_in_both_parts(alice_daily):
    assert deliver() == 1
    (sent,) = mail.outbox
    (html,) = (part.content for part in sent.alternatives)
    assert sent.subject == "Your day (Latchkey)"
    assert sent.to == ["alice@example.com"]
    for part in (sent.body, html):
        assert part.index("Money was added") < part.index("Your data is ready")
        assert "http://testserver/alerts/" in part
    assert "<Stripe>" in sent.body
    assert "&lt;Stripe&gt;" in html


def test_it_can_be_left_by_one_click(alice_daily, client):
    deliver()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert "the daily digest" in client.get(path).content.decode()


def test_what_was_read_meanwhile_is_left_out(alice_daily):
    alerts.mark_read(
        user_sub=alice_daily.user_sub,
        alert_id=newest(alice_daily).alert_id,
        actor=actor(alice_daily),
    )
    deliver()
    assert "Your data is ready" in mail.outbox[0].body
    assert "Money was added" not in mail.outbox[0].body


def test_an_empty_one_is_not_sent(alice_daily):
    for alert in alerts.list_alerts(user_sub=alice_daily.user_sub).items:
        alerts.mark_read(
            user_sub=alice_daily.user_sub, alert_id=alert.alert_id, actor=actor(alice_daily)
        )
    assert deliver() == 0


@pytest.mark.parametrize("reason", SuspensionReason)
def test_an_address_that_is_suspended_gets_none(alice_daily, reason):
    writes = suspension_writes(
        user_sub=alice_daily.user_sub,
        channel=Channel.EMAIL,
        address=alice_daily.email,
        reason=reason,
    )
    transact(writes)
    assert deliver() == 0


def test_a_person_who_is_gone_gets_none():
    ask(type("Gone", (), {"user_sub": ids.new_id()}))
    assert deliver() == 0


def test_a_worker_that_dies_sends_it_twice_at_most(alice_daily, clock, monkeypatch):
    kill(monkeypatch, Outbox, "finish", when="before", times=2)
    work(3, clock=clock)  # before the slot of the next one
    assert len(mail.outbox) == 2
    assert len(message_ids()) == 1
