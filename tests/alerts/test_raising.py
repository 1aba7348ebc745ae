from datetime import timedelta

import pytest

from alerts import services as alerts
from alerts.items import AlertKind
from alerts.repository import ALERTS, AlertRepository
from core import clock
from dynamo.metering import budget
from dynamo.table import Table, transact
from tests.dumps import dump_tables


def rows():
    return list(Table(ALERTS).scan())


def raise_one(user, **context):
    alerts.raise_alert(user_sub=user.user_sub, kind=AlertKind.PASSWORD_CHANGED, context=context)


def test_it_is_unread_and_kept_for_ninety_days(alice):
    before = clock.now()
    raise_one(alice, device="Firefox")
    (row,) = rows()
    assert (row["user_sub"], row["n"]) == (alice.user_sub, 1)
    assert row["kind"] == "account.password.changed"
    assert row["context"] == {"device": "Firefox"}
    assert row["unread_id"] == row["alert_id"]
    assert row["first_at"] == row["last_at"] >= clock.text(before)
    assert row["expires_at"] - clock.epoch(before) in range(90 * 86400, 90 * 86400 + 60)


def test_it_joins_a_transaction_and_falls_with_it(alice):
    from dynamo.errors import TransactionCancelled
    from users import services as users

    writes = alerts.alert_writes(
        user_sub=alice.user_sub, kind=AlertKind.PASSWORD_CHANGED, context={}
    )
    stale = users.bump_epoch_write(alice.user_sub, old=41)
    with pytest.raises(TransactionCancelled):
        transact([stale, *writes])
    assert rows() == []
    transact(writes)
    assert len(rows()) == 1


def test_an_outage_never_breaks_the_action_that_raised_it(alice, faults, caplog):
    with faults.outage():
        raise_one(alice)
    assert "alert lost" in caplog.text


def test_its_budget(alice):
    with budget(calls=1, rru=0, wru=6):
        raise_one(alice)


@pytest.mark.parametrize("context", [{"a": "x" * 501}])
def test_it_refuses_what_is_no_short_text(alice, context):
    with pytest.raises(ValueError, match="context"):
        raise_one(alice, **context)
    assert rows() == []


def test_it_refuses_whoever_is_no_account():
    with pytest.raises(ValueError, match="user_sub"):
        alerts.raise_alert(user_sub="USER#1", kind=AlertKind.PASSWORD_CHANGED, context={})


def test_erasing_takes_every_page_and_nobody_elses(alice, bob):
    for _ in range(30):
        raise_one(alice)
    raise_one(bob)
    AlertRepository().remove_all(alice.user_sub)
    assert alice.user_sub not in dump_tables("alerts", "alert_prefs")
    assert [row["user_sub"] for row in rows()] == [bob.user_sub]


def test_the_longest_kept_moment_counts_from_the_last(alice):
    raise_one(alice)
    (row,) = rows()
    last = clock.parse(row["last_at"])
    assert row["expires_at"] == clock.epoch(last + timedelta(days=90))
