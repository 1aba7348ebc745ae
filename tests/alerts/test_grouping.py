"""One event that happens again is one alert, and only some of its occurrences are sent."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from alerts import services as alerts
from alerts.catalogue import CATALOGUE, Grouping
from alerts.items import AlertKind
from alerts.repository import ALERTS
from core import clock
from core.ids import is_id
from dynamo.metering import budget
from dynamo.table import Table
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.alerts.people import actor, choose, listed, newest, tell

HOME = {"device": "Firefox on Windows", "ip": "192.0.2.7"}
NEW_DEVICE, FAILED = AlertKind.NEW_DEVICE, AlertKind.SIGN_IN_FAILED


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(clock.parse("2026-11-23T12:10:00.000000Z"), tick=False) as moving:
        yield moving


def rows():
    return list(Table(ALERTS).scan())


def work():
    run_due()
    run_due()
    return len(mail.outbox)


def again(user, times, kind=NEW_DEVICE, **context):
    for _ in range(times):
        tell(user, kind, **context or HOME)


def mails_while(user, times):
    """How many mails there are after each of them."""
    counts = []
    for _ in range(times):
        again(user, 1)
        counts.append(work())
    return counts


def test_five_times_the_same_is_one_alert_and_one_mail(alice, at_noon):
    first = clock.now()
    for _ in range(5):
        again(alice, 1)
        at_noon.shift(timedelta(minutes=1))
    (row,) = rows()
    assert row["n"] == 5
    assert row["first_at"] == clock.text(first)
    assert row["last_at"] == clock.text(first + timedelta(minutes=4))
    assert is_id(row["alert_id"])
    assert row["unread_id"] > row["alert_id"]
    assert work() == 1
    assert newest(alice).n == 5


def test_the_tenth_is_mailed_again_and_the_others_are_not(alice):
    assert mails_while(alice, 11) == [1] * 9 + [2, 2]
    assert rows()[0]["notified_n"] == 10


def test_a_step_that_two_occurrences_passed_at_once_is_not_lost(alice):
    again(alice, 1)
    assert work() == 1
    again(alice, 11)
    assert work() == 2
    assert rows()[0]["notified_n"] == 10


def test_the_hundredth_and_the_thousandth_are_steps_too():
    assert [Grouping().step(n) for n in (1, 9, 10, 99, 100, 999, 1000, 5000)] == [
        *(1, 1, 10, 10, 100, 100, 1000, 1000)
    ]


def test_the_next_window_is_another_event(alice, at_noon):
    again(alice, 1)
    at_noon.shift(timedelta(minutes=49, seconds=59))
    again(alice, 1)
    assert len(rows()) == 1
    at_noon.shift(timedelta(seconds=1))  # 13:00
    again(alice, 1)
    assert sorted(row["n"] for row in rows()) == [1, 2]
    assert work() == 2


@pytest.mark.parametrize("other", [{"ip": "192.0.2.8"}, {"device": "Chrome on Linux"}])
def test_another_place_is_another_event(alice, other):
    again(alice, 1)
    again(alice, 1, **{**HOME, **other})
    assert [alert.n for alert in listed(alice)] == [1, 1]
    assert work() == 2


def test_each_of_two_people_has_an_alert_of_their_own(alice, bob):
    again(alice, 2)
    again(bob, 1)
    assert {row["user_sub"]: row["n"] for row in rows()} == {alice.user_sub: 2, bob.user_sub: 1}


def test_what_changes_an_account_is_never_counted_together(alice):
    again(alice, 3, AlertKind.PASSWORD_CHANGED)
    assert [row["n"] for row in rows()] == [1, 1, 1]
    assert work() == 3


def test_whoever_raises_it_may_say_what_the_same_event_is(alice):
    for event in ("a", "a", "b"):
        alerts.raise_alert(
            user_sub=alice.user_sub, kind=AlertKind.PASSWORD_CHANGED, context=HOME, dedupe=event
        )
    assert sorted(row["n"] for row in rows()) == [1, 2]


def test_it_is_unread_again_each_time(alice, at_noon):
    again(alice, 1)
    alerts.mark_read(user_sub=alice.user_sub, alert_id=newest(alice).alert_id, actor=actor(alice))
    assert alerts.badge(alice.user_sub) == 0
    at_noon.shift(timedelta(seconds=1))
    again(alice, 1)
    assert alerts.badge(alice.user_sub) == 1


def test_one_that_happens_again_while_all_are_marked_read_stays_unread(alice, at_noon):
    again(alice, 1)
    mark = alerts.list_alerts(user_sub=alice.user_sub).mark
    at_noon.shift(timedelta(seconds=30))
    again(alice, 1)
    alerts.mark_all_read(user_sub=alice.user_sub, upto=mark, actor=actor(alice))
    assert alerts.badge(alice.user_sub) == 1
    assert newest(alice).unread


def test_what_arrives_read_does_so_each_time(alice):
    choose(alice, account={"in_app": False})
    for _ in range(2):
        alerts.raise_alert(
            user_sub=alice.user_sub, kind=AlertKind.EXPORT_READY, context={}, dedupe="one"
        )
        run_due()
    (row,) = rows()
    assert (row["n"], row.get("unread_id")) == (2, None)


@pytest.mark.parametrize("before", [0, 1])
def test_an_answer_that_is_lost_counts_once(alice, faults, before):
    again(alice, before)
    faults.lose_answer("TransactWriteItems")
    again(alice, 1)
    assert rows()[0]["n"] == before + 1
    assert len(list(list_jobs())) == before + 1


@pytest.mark.parametrize(("before", "wru"), [(0, 5), (1, 6)])  # it moves in the index of unread
def test_its_budget(alice, before, wru):
    again(alice, before)
    with budget(calls=1, rru=0, wru=wru):
        again(alice, 1)


def test_a_burst_is_one_plain_write_each_and_asks_for_a_job_at_its_steps(alice):
    step, *_ = CATALOGUE[FAILED].grouping.steps
    again(alice, step - 2, FAILED)
    with budget(calls=1, rru=0, wru=1):
        again(alice, 1, FAILED)
    assert alerts.badge(alice.user_sub) == 0
    assert list(list_jobs()) == []
    again(alice, 1, FAILED)
    assert len(list(list_jobs())) == 1
    assert alerts.badge(alice.user_sub) == 1


def test_fifty_of_a_burst_are_one_alert_with_a_job_for_each_step(alice):
    for last in range(50):
        again(alice, 1, FAILED, ip=f"192.0.2.{last}")
    (row,) = rows()
    assert (row["n"], row["asked_n"]) == (50, 10)
    assert len(list(list_jobs())) == 2
    work()
    assert rows()[0]["notified_n"] == 10


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("192.0.2.1", "192.0.2.200", 1),
        ("192.0.2.1", "192.0.3.1", 2),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", 1),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", 2),
    ],
)
def test_a_burst_is_counted_by_network(alice, one, other, count):
    for ip in (one, other):
        again(alice, 1, FAILED, ip=ip)
    assert len(rows()) == count


def test_a_lost_answer_hides_no_step_of_a_burst(alice, faults):
    step, *_ = CATALOGUE[FAILED].grouping.steps
    again(alice, step - 1, FAILED)
    faults.lose_answer("UpdateItem")
    again(alice, 1, FAILED)
    assert rows()[0]["n"] >= step
    assert len(list(list_jobs())) == 1


def test_a_burst_without_storage_breaks_nothing(alice, faults, caplog):
    with faults.outage():
        again(alice, 1, FAILED)
    assert "alert lost" in caplog.text


def test_a_burst_joins_no_transaction(alice):
    with pytest.raises(ValueError, match="raise_alert"):
        alerts.alert_writes(user_sub=alice.user_sub, kind=FAILED, context={})


def test_for_a_name_of_nobody_the_same_is_written_and_it_names_no_place(alice):
    step, *_ = CATALOGUE[FAILED].grouping.steps
    for _ in range(step - 1):
        alerts.pretend_alert(nobody="ghost", kind=FAILED, dedupe="event")
    with budget(calls=2, rru=0) as pretended:
        alerts.pretend_alert(nobody="ghost", kind=FAILED, dedupe="event")
    again(alice, step - 1, FAILED)
    with budget(calls=2, rru=0) as real:
        again(alice, 1, FAILED)
    assert pretended.wru == real.wru
    (ghost,) = [row for row in rows() if row["user_sub"] != alice.user_sub]
    assert ghost["context"] == {}
    assert ghost["expires_at"] == clock.epoch(clock.now()) + 7200
    assert work() == 0


def test_a_webhook_that_wants_it_gets_a_job_of_its_own(alice):
    from jobs.kinds import JobKind
    from tests.alerts.receivers import add

    add(alice)
    again(alice, 2)
    run_due(limit=2)
    assert [row.ids["occurrence"] for _, row in list_jobs(kind=JobKind.ALERT_WEBHOOK)] == ["2"]
