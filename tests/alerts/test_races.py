from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from alerts import services as alerts
from alerts.errors import PreferencesChanged
from alerts.items import AlertKind
from alerts.repository import ALERTS
from core import clock
from dynamo.table import Table
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.alerts.people import actor, choose, tell

pytestmark = pytest.mark.engine


def together(count, work):
    with ThreadPoolExecutor(max_workers=10) as pool:
        return list(pool.map(work, range(count)))


def test_parallel_alerts_lose_none_and_each_has_its_job(alice):
    together(30, lambda number: tell(alice, device=f"browser {number}"))
    rows = list(Table(ALERTS).scan())
    assert len({row["context"]["device"] for row in rows}) == 30
    assert {job.ids["alert_id"] for _, job in list_jobs()} == {row["alert_id"] for row in rows}
    assert alerts.badge(alice.user_sub) == 30


def test_of_parallel_changes_of_one_version_one_is_kept(alice):
    def attempt(number):
        try:
            choose(alice, account={"email": number % 2 == 0})
        except PreferencesChanged:
            return False
        return True

    assert together(10, attempt).count(True) == 1
    assert alerts.get_preferences(alice.user_sub).version == 2


def test_fifty_raises_of_one_event_lose_none(alice):
    together(50, lambda number: tell(alice, AlertKind.NEW_DEVICE))
    (row,) = Table(ALERTS).scan()
    assert row["n"] == 50
    assert len(list(list_jobs())) == 50
    run_everything()
    assert Table(ALERTS).get(key(row))["notified_n"] == 10
    assert len(mail.outbox) == 1  # all fifty were one job's: its step is the tenth


def test_a_burst_in_parallel_asks_for_each_step_once(alice):
    together(50, lambda number: tell(alice, AlertKind.SIGN_IN_FAILED))
    (row,) = Table(ALERTS).scan()
    assert (row["n"], row["asked_n"]) == (50, 10)
    assert len(list(list_jobs())) in (1, 2)  # the tenth may be there before the third asked


def test_alerts_that_race_with_mark_all_read_stay_unread(alice):
    tell(alice, AlertKind.NEW_DEVICE)
    mark = alerts.list_alerts(user_sub=alice.user_sub).mark

    def attempt(number):
        if number % 2:
            alerts.mark_all_read(user_sub=alice.user_sub, upto=mark, actor=actor(alice))
        else:
            tell(alice, AlertKind.NEW_DEVICE)

    together(20, attempt)
    assert alerts.badge(alice.user_sub) == 1


def test_jobs_of_one_event_at_once_send_it_once(alice):
    for _ in range(5):
        tell(alice, AlertKind.NEW_DEVICE)
    together(5, lambda number: run_due())
    run_everything()
    assert len(mail.outbox) == 1


def run_everything():
    """Also what lost a race, and waits for its next try."""
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=True):
        while run_due():
            pass


def key(row):
    return {name: row[name] for name in ALERTS.keys}
