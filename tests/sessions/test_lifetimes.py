from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sessions.backends.dynamodb import SessionStore
from tests.sessions import stores

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
LIFETIMES = [
    ("standard", 12 * HOUR, 24 * HOUR),
    ("remembered", 14 * DAY, 30 * DAY),
    ("staff", HOUR, 12 * HOUR),
]


def is_signed_in(key):
    return "_auth_user_id" in SessionStore(key)


@pytest.mark.parametrize(("lifetime", "idle", "absolute"), LIFETIMES)
def test_an_idle_session_ends_though_its_row_is_still_there(alice, lifetime, idle, absolute):
    with time_machine.travel(NOON, tick=False) as clock:
        key = stores.sign_in(alice, lifetime=lifetime).session_key
        clock.shift(idle - SECOND)
        assert is_signed_in(key)
        clock.shift(SECOND)
        assert not is_signed_in(key)
        assert not SessionStore().exists(key)
        assert stores.row(key) is not None


@pytest.mark.parametrize(("lifetime", "idle", "absolute"), LIFETIMES)
def test_no_use_moves_the_absolute_end(alice, lifetime, idle, absolute):
    with time_machine.travel(NOON, tick=False) as clock:
        key = stores.sign_in(alice, lifetime=lifetime).session_key
        while datetime.now(UTC) < NOON + absolute - idle / 2:
            clock.shift(idle / 2)
            session = SessionStore(key)
            session["seen"] = datetime.now(UTC).isoformat()
            session.cycle_key()
            key = session.session_key
            assert session.touch() is False  # the save has done it
        clock.move_to(NOON + absolute - SECOND)
        assert is_signed_in(key)
        clock.move_to(NOON + absolute)
        assert not is_signed_in(key)


def test_a_touch_moves_the_idle_end_once_a_minute(alice):
    with time_machine.travel(NOON, tick=False) as clock:
        key = stores.sign_in(alice).session_key
        clock.shift(59 * SECOND)
        early = SessionStore(key)
        early.load()
        assert early.get("x") is None
        assert early.touch() is False
        clock.shift(11 * HOUR)
        first, second = SessionStore(key), SessionStore(key)
        first.get("x"), second.get("x")
        assert first.touch() is True
        assert second.touch() is False
        clock.shift(2 * HOUR)
        assert is_signed_in(key)


def test_a_touch_revives_nothing(alice):
    with time_machine.travel(NOON, tick=False) as clock:
        session = SessionStore(stores.sign_in(alice).session_key)
        session.get("x")
        SessionStore(session.session_key).delete()
        clock.shift(HOUR)
        assert session.touch() is False
        assert stores.rows() == []


def test_set_expiry_moves_the_idle_end_but_not_past_the_absolute_one(alice):
    with time_machine.travel(NOON, tick=False) as clock:
        session = stores.sign_in(alice)
        session.set_expiry(60)
        session.save()
        assert stores.row(session.session_key)["expires_at"] == int(NOON.timestamp()) + 60
        session.set_expiry(365 * DAY)
        session.save()
        clock.shift(24 * HOUR)
        assert not is_signed_in(session.session_key)


def test_only_a_remembered_cookie_outlives_the_browser(alice):
    assert stores.sign_in(alice, lifetime="standard").get_expire_at_browser_close() is True
    assert stores.sign_in(alice, lifetime="staff").get_expire_at_browser_close() is True
    remembered = stores.sign_in(alice, lifetime="remembered")
    assert remembered.get_expire_at_browser_close() is False
    assert remembered.get_expiry_age() == 14 * 24 * 3600


def test_clear_expired_sessions_removes_only_what_is_expired(alice, capsys):
    from django.core.management import call_command

    with time_machine.travel(NOON, tick=False) as clock:
        stores.saved(a=1)
        kept = stores.sign_in(alice, lifetime="remembered").session_key
        clock.shift(13 * HOUR)
        call_command("clear_expired_sessions")
        assert capsys.readouterr().out == "Removed 1 expired session.\n"
        assert [row["session_hash"] for row in stores.rows()] == [stores.row(kept)["session_hash"]]
