from datetime import timedelta

import pytest
import time_machine

from alerts import services as alerts
from alerts.errors import AlertNotFound, MarkInvalid
from alerts.items import AlertKind
from alerts.repository import ALERTS
from core import clock, ids
from dynamo.cursor import CursorForged
from dynamo.metering import budget
from dynamo.table import Table
from tests.alerts.people import actor, listed, newest, tell
from tests.dumps import dump_tables


def later(**delta):
    return time_machine.travel(clock.now() + timedelta(**delta), tick=False)


def read_all(user, upto=None):
    upto = upto or alerts.list_alerts(user_sub=user.user_sub).mark
    alerts.mark_all_read(user_sub=user.user_sub, upto=upto, actor=actor(user))


def read(user, alert_id):
    alerts.mark_read(user_sub=user.user_sub, alert_id=alert_id, actor=actor(user))


def tell_many(user, count):
    for number in range(count):
        tell(user, device=f"browser {number}")


def test_the_newest_is_first_and_everybody_sees_their_own(alice, bob):
    for minute, device in enumerate(["old", "new"]):
        with later(minutes=minute):
            tell(alice, device=device)
    tell(bob, device="of Bob")
    with later(minutes=3):
        assert [each.facts[0].value for each in listed(alice)] == ["new", "old"]


def test_pages_follow_each_other_and_a_cursor_is_no_strangers(alice, bob):
    tell_many(alice, 23)
    first = alerts.list_alerts(user_sub=alice.user_sub)
    second = alerts.list_alerts(user_sub=alice.user_sub, after=first.next_cursor)
    seen = [each.alert_id for each in (*first.items, *second.items)]
    assert (len(first.items), len(set(seen)), second.next_cursor) == (20, 23, "")
    with pytest.raises(CursorForged):
        alerts.list_alerts(user_sub=bob.user_sub, after=first.next_cursor)


def test_an_alert_of_somebody_else_does_not_exist(alice, mallory):
    tell(alice)
    theirs = newest(alice).alert_id
    before = dump_tables("alerts")
    for alert_id in (theirs, ids.new_id(), "nonsense", ""):
        with pytest.raises(AlertNotFound):
            alerts.get_owned_alert(user_sub=mallory.user_sub, alert_id=alert_id)
        with pytest.raises(AlertNotFound):
            read(mallory, alert_id)
    assert dump_tables("alerts") == before


def test_an_expired_alert_is_gone_before_the_store_removes_it(alice):
    tell(alice)
    alert_id = newest(alice).alert_id
    with later(days=90, minutes=1):
        assert listed(alice) == ()
        assert alerts.badge(alice.user_sub) == 0
        with pytest.raises(AlertNotFound):
            alerts.get_owned_alert(user_sub=alice.user_sub, alert_id=alert_id)


def test_reading_one_takes_it_off_the_badge_and_again_changes_nothing(alice):
    tell_many(alice, 2)
    alert_id = newest(alice).alert_id
    for _ in range(2):
        read(alice, alert_id)
    assert [each.unread for each in listed(alice)] == [False, True]
    assert alerts.badge(alice.user_sub) == 1


def test_a_mark_reads_what_was_seen_and_nothing_newer(alice):
    tell_many(alice, 3)
    with later(minutes=1):
        mark = alerts.list_alerts(user_sub=alice.user_sub).mark
        tell(alice, device="meanwhile")
        read_all(alice, mark)
        assert [each.unread for each in listed(alice)] == [True, False, False, False]
        assert alerts.badge(alice.user_sub) == 1


def test_a_lagging_clock_gives_birth_to_no_read_alert(alice):
    tell(alice)
    read_all(alice)  # at once: it is younger than the lag
    assert alerts.badge(alice.user_sub) == 0
    with later(seconds=-9):
        tell(alice, device="raised by the machine that is behind")
    assert alerts.badge(alice.user_sub) == 1


def test_the_watermark_only_moves_forward(alice):
    tell_many(alice, 2)
    early = min(each.alert_id for each in listed(alice))
    with later(minutes=1):
        read_all(alice)
        read_all(alice, early)
        assert alerts.badge(alice.user_sub) == 0


def test_a_mark_from_the_future_reads_only_what_is_there(alice):
    tell(alice)
    read_all(alice, "7" + "Z" * 25)
    assert alerts.badge(alice.user_sub) == 0
    with later(minutes=1):
        tell(alice)
        assert alerts.badge(alice.user_sub) == 1


@pytest.mark.parametrize("upto", ["", "x", "ALERT#1"])
def test_a_mark_that_is_none_is_refused_by_its_name(alice, upto):
    tell(alice)
    with pytest.raises(MarkInvalid) as refused:
        alerts.mark_all_read(user_sub=alice.user_sub, upto=upto, actor=actor(alice))
    assert "upto" in refused.value.errors
    assert alerts.badge(alice.user_sub) == 1
    assert dump_tables("alert_prefs") == ""


def test_the_badge_counts_to_thirty_in_one_hop(alice):
    tell(alice)
    row = next(Table(ALERTS).scan())
    copies = [ids.new_id() for _ in range(40)]
    Table(ALERTS).batch_write(puts=[{**row, "alert_id": new, "unread_id": new} for new in copies])
    with budget(calls=2, hops=1, rru=1, wru=0):
        assert alerts.badge(alice.user_sub) == 30


def test_budgets_of_the_inbox(alice):
    tell_many(alice, 20)
    with later(minutes=1):
        with budget(calls=2, hops=1, rru=4, wru=0):
            mark = alerts.list_alerts(user_sub=alice.user_sub).mark
        with budget(calls=1, hops=1, rru=0, wru=1):
            alerts.mark_all_read(user_sub=alice.user_sub, upto=mark, actor=actor(alice))


def test_a_kind_of_a_newer_version_is_left_out(alice):
    tell(alice)
    row = next(Table(ALERTS).scan())
    Table(ALERTS).put({**row, "alert_id": ids.new_id(), "kind": "future.kind"})
    assert [each.kind for each in listed(alice)] == [AlertKind.PASSWORD_CHANGED]
