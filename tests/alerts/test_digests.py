"""Digests: one job per person and kind, one mail per slot at most, nothing told twice."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from alerts import services as alerts
from alerts.items import AlertKind, DigestTime, Mode
from alerts.services import digests
from core import clock
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from jobs.kinds import JobKind
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.alerts.people import choose, listed, newest, prefer, tell

BERLIN = ZoneInfo("Europe/Berlin")
QUIETLY = {"old": "a", "new": "b"}


@pytest.fixture
def at():
    with time_machine.travel(datetime(2026, 3, 27, 9, tzinfo=BERLIN), tick=False) as moving:
        yield lambda day, hour, minute=1: moving.move_to(
            datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)
        )


@pytest.fixture
def daily(at, alice):
    prefer(
        alice,
        choices={"account": {"email": "daily"}},
        time_zone="Europe/Berlin",
        digest=DigestTime(hour=8),
    )
    return alice


def small_news(user):
    tell(user, AlertKind.HANDLE_CHANGED, **QUIETLY)
    run_due()


def slots():
    found = [row for _, row in list_jobs(kind=JobKind.ALERT_DIGEST)]
    return [clock.parse(row.due).astimezone(BERLIN).strftime("%d %H:%M") for row in found]


def digest_mails():
    run_due()
    run_due()
    return mail.outbox


def test_choosing_one_arms_one_job(daily):
    assert slots() == ["28 08:00"]
    assert alerts.get_preferences(daily.user_sub).armed[Mode.DAILY].slot == datetime(
        2026, 3, 28, 8, tzinfo=BERLIN
    )
    prefer(daily, choices={"money": {"email": "daily"}})
    assert slots() == ["28 08:00"]


def test_it_tells_once_at_the_hour_over_the_change_of_the_clock(daily, at):
    small_news(daily)
    assert mail.outbox == []
    at(28, 8)
    assert len(digest_mails()) == 1
    assert "Your handle was changed" in mail.outbox[0].body
    assert slots() == ["29 08:00"]  # the clock goes forward that night
    at(29, 8)
    assert len(digest_mails()) == 1  # empty: no mail
    assert slots() == ["30 08:00"]


def test_what_was_read_in_the_app_is_left_out(daily, at):
    small_news(daily)
    alerts.mark_read(user_sub=daily.user_sub, alert_id=newest(daily).alert_id, actor=None)
    at(28, 8)
    assert digest_mails() == []
    assert slots() == ["29 08:00"]


def test_read_between_the_slot_and_the_mail_is_no_mail(daily, at):
    small_news(daily)
    at(28, 8)
    run_due(limit=1)
    assert [row.kind for _, row in list_jobs()].count(JobKind.ALERT_DIGEST_MAIL) == 1
    alerts.mark_read(user_sub=daily.user_sub, alert_id=newest(daily).alert_id, actor=None)
    assert digest_mails() == []


def test_without_the_app_it_is_in_the_digest_though_it_arrived_read(daily, at):
    prefer(daily, choices={"account": {"in_app": "off"}})
    small_news(daily)
    assert not newest(daily).unread
    at(28, 8)
    assert len(digest_mails()) == 1


def test_what_is_serious_does_not_wait(daily):
    tell(daily, AlertKind.PASSWORD_CHANGED)
    run_due()
    run_due()
    assert len(mail.outbox) == 1


def test_muted_it_waits_for_a_later_slot(daily, at):
    small_news(daily)
    prefer(daily, mute_until=datetime(2026, 3, 28, 20, tzinfo=BERLIN))
    at(28, 8)
    assert digest_mails() == []
    at(29, 8)
    assert len(digest_mails()) == 1


def test_two_workers_at_one_slot_make_one_mail(daily, at):
    small_news(daily)
    at(28, 8)
    (job,) = [row for _, row in list_jobs(kind=JobKind.ALERT_DIGEST)]
    both = [
        digests.end_slot(job.job_id, user_sub=daily.user_sub, mode=Mode.DAILY, now=clock.now())
        for _ in range(2)
    ]
    transact(both[0])
    with pytest.raises(TransactionCancelled):
        transact(both[1])
    run_due()
    assert len(digest_mails()) == 1
    assert slots() == ["29 08:00"]


def test_turned_off_the_job_ends_by_itself(daily, at):
    prefer(daily, choices={"account": {"email": "now"}})
    small_news(daily)
    mail.outbox.clear()
    at(28, 8)
    assert digest_mails() == []
    assert slots() == []


def test_another_hour_moves_it_and_nothing_is_told_twice(daily, at):
    small_news(daily)
    prefer(daily, digest=DigestTime(hour=6))
    at(28, 8)
    assert len(digest_mails()) == 1
    assert slots() == ["29 06:00"]


def test_daily_and_weekly_are_apart(daily, at):
    prefer(daily, choices={"money": {"email": "weekly"}}, digest=DigestTime(hour=8, weekday=5))
    assert slots() == ["28 08:00", "28 08:00"]
    small_news(daily)
    tell(daily, AlertKind.PAYMENT_SUCCEEDED, amount="5 USD", provider="Stripe")
    at(28, 8)
    assert len(digest_mails()) == 2
    assert sorted(slots()) == ["04 08:00", "29 08:00"]


def test_a_worker_that_was_away_makes_up_for_it_once(daily, at):
    small_news(daily)
    at(31, 12)
    assert len(digest_mails()) == 1
    assert "01 08:00" in slots()


def test_what_comes_at_the_slot_is_in_the_next(daily, at):
    """A machine whose clock lags may still be writing it."""
    at(28, 7, 59)
    with time_machine.travel(datetime(2026, 3, 28, 7, 59, 55, tzinfo=BERLIN), tick=False):
        small_news(daily)
    at(28, 8)
    assert digest_mails() == []
    at(29, 8)
    assert len(digest_mails()) == 1
    assert len(listed(daily)) == 1


def test_an_old_row_without_digests_has_none(alice):
    choose(alice, account={"email": False})
    assert alerts.get_preferences(alice.user_sub).armed == {}
