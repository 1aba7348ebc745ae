"""What happens to a key by itself: warnings, its end, and the end of one that nobody uses."""

from datetime import timedelta

import pytest
import time_machine

from apikeys import services
from apikeys.items import EndReason, KeyStatus
from core import clock
from dynamo.table import transact
from jobs.kinds import JobKind
from jobs.worker import run_due
from tests.apikeys.keys import issue, rows
from tests.apikeys.owners import current, do, edit, jobs_of, last_alert, put, rotate, told
from tests.dumps import dump_tables

EXPIRY, IDLE = JobKind.APIKEY_EXPIRY, JobKind.APIKEY_IDLE
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def after(moment):
    """The workers run at that moment."""
    with time_machine.travel(moment, tick=False):
        run_due()


def due(kind):
    return [moment for _, moment in jobs_of(kind)]


def ends(*moments):
    return [clock.text(moment) for moment in moments]


def kinds(user):
    return [kind for kind in told(user) if kind != "apikey.created"]


@pytest.fixture
def key(alice):
    return issue(alice, days=30).key


@pytest.fixture
def endless(alice):
    return issue(alice, days=None).key


def test_its_owner_is_warned_three_times_and_told_of_the_end(alice, key):
    for early in (14, 7, 1, 0):
        moment = key.expires_at - early * DAY
        assert due(EXPIRY) == ends(moment)
        after(moment - SECOND)
        assert due(EXPIRY) == ends(moment)
        after(moment)
    assert kinds(alice) == ["apikey.expiring"] * 3 + ["apikey.expired"]
    assert due(EXPIRY) == []


def test_a_warning_says_which_key_ends_when(alice):
    with time_machine.travel("2027-02-01T10:00:00Z", tick=False):
        key = issue(alice, days=7).key
    after(key.expires_at - DAY)
    alert = last_alert(alice)
    assert alert["context"] == {
        "key": key.name,
        "hint": key.hint,
        "key_id": key.key_id,
        "until": "8 February 2027, 10:00 UTC",
    }


def test_a_short_key_is_not_warned_of_at_its_birth(alice):
    key = issue(alice, days=7).key
    assert due(EXPIRY) == ends(key.expires_at - DAY)


def test_what_was_missed_is_told_as_one(alice, key):
    after(key.expires_at - 6 * DAY)
    assert kinds(alice) == ["apikey.expiring"]
    assert due(EXPIRY) == ends(key.expires_at - DAY)
    after(key.expires_at + 30 * DAY)
    assert kinds(alice) == ["apikey.expiring", "apikey.expired"]


@pytest.mark.parametrize("change", ["edit", "rotate"])
def test_a_later_end_is_warned_of_instead(alice, key, change):
    with time_machine.travel(key.expires_at - 2 * DAY, tick=False):
        more = {"expires_in_days": 90}
        later = edit(key, **more) if change == "edit" else rotate(key, **more).key
    after(key.expires_at + DAY)
    assert kinds(alice) == [f"apikey.{'changed' if change == 'edit' else 'rotated'}"]
    assert due(EXPIRY) == ends(later.expires_at - 14 * DAY)


def test_a_key_that_never_expires_any_more_is_not_warned_of(alice, key):
    edit(key, expires_in_days=None)
    after(key.expires_at)
    assert kinds(alice) == ["apikey.changed"]
    assert due(EXPIRY) == []


def test_other_changes_ask_for_no_second_warning(key):
    edit(key, name="other", scopes=["feed:read"])
    rotate(current(key))
    assert len(due(EXPIRY)) == 1


@pytest.mark.parametrize("end", ["revoked", "erased"])
def test_a_key_that_is_no_more_is_not_warned_of(alice, key, end):
    if end == "revoked":
        do(services.revoke_key, key)
    else:
        from apikeys import personal_data

        personal_data.erase(alice.user_sub)
    before = kinds(alice)
    after(key.expires_at - 14 * DAY)
    assert (kinds(alice), due(EXPIRY)) == (before, [])


@pytest.mark.parametrize("kind", [EXPIRY, IDLE])
def test_a_key_that_comes_back_is_still_looked_after(alice, kind):
    """Its job ran in the hour in which the key was revoked."""
    key = issue(alice, days=30 if kind is EXPIRY else None).key
    ((_, moment),) = jobs_of(kind)
    with time_machine.travel(clock.parse(moment) - SECOND, tick=False):
        revoked = do(services.revoke_key, key)
    after(clock.parse(moment))
    decided = revoked.revoked_at + timedelta(hours=1)
    assert due(kind) == ends(decided)
    with time_machine.travel(decided - SECOND, tick=False):
        do(services.undo_revoke, key)
    after(decided)
    if kind is EXPIRY:
        assert kinds(alice)[-1] == "apikey.expiring"
        assert due(kind) == ends(key.expires_at - 7 * DAY)
    else:
        assert due(kind) == ends(decided - SECOND + 365 * DAY)


def test_a_key_that_stays_revoked_is_dropped_when_the_hour_is_over(alice, key):
    moment = key.expires_at - 14 * DAY
    with time_machine.travel(moment - SECOND, tick=False):
        do(services.revoke_key, key)
    after(moment)
    after(moment + DAY)
    assert due(EXPIRY) == []
    assert kinds(alice) == ["apikey.revoked"]


def test_an_unused_key_without_an_end_ends_after_a_year(alice, endless):
    assert due(IDLE) == ends(endless.created_at + 365 * DAY)
    moment = endless.created_at + 365 * DAY
    after(moment)
    ended = current(endless)
    assert ended.status_at(moment) is KeyStatus.EXPIRED
    assert ended.end_reason is EndReason.IDLE
    assert ended.version == 2
    assert kinds(alice) == ["apikey.idle"]
    assert due(IDLE) == []
    [row] = rows().values()
    assert row["purge_at"] == row["expires_at"] + 90 * 86400


@pytest.mark.parametrize("attribute", ["last_used_at", "changed_at"])
def test_a_year_counts_from_the_last_use_or_change(alice, endless, attribute):
    used = endless.created_at + 300 * DAY
    put(endless, **{attribute: clock.text(used)})
    after(endless.created_at + 365 * DAY)
    assert due(IDLE) == ends(used + 365 * DAY)
    assert kinds(alice) == []
    assert current(endless).expires_at is None


def test_a_key_that_ends_within_a_year_needs_no_such_look(alice):
    issue(alice, days=365)
    assert jobs_of(IDLE) == []


def test_a_key_whose_end_was_taken_away_is_looked_at(key):
    changed = edit(key, expires_in_days=None)
    assert due(IDLE) == ends(changed.changed_at + 365 * DAY)


def test_a_key_that_got_an_end_is_dropped(alice, endless):
    edit(endless, expires_in_days=365)
    with time_machine.travel(endless.created_at + 365 * DAY - SECOND, tick=False):
        edit(current(endless), expires_in_days=7)
    after(endless.created_at + 365 * DAY)
    assert due(IDLE) == []
    assert "apikey.idle" not in kinds(alice)


def test_two_looks_end_a_key_once(alice, endless):
    edit(endless, expires_in_days=90)
    edit(current(endless), expires_in_days=None)
    assert len(due(IDLE)) == 2
    after(clock.now() + 366 * DAY)
    after(clock.now() + 366 * DAY)
    assert kinds(alice).count("apikey.idle") == 1
    assert due(IDLE) == []


def test_a_key_that_is_used_at_this_moment_does_not_end(alice, endless, monkeypatch):
    from apikeys.services import expiring

    moment = endless.created_at + 365 * DAY
    changing = expiring._changes.changing

    def used_meanwhile(*keys, **asked):
        put(endless, last_used_at=clock.text(moment))
        return changing(*keys, **asked)

    monkeypatch.setattr(expiring._changes, "changing", used_meanwhile)
    after(moment)
    assert current(endless).expires_at is None
    assert kinds(alice) == []
    after(moment + timedelta(minutes=1))  # the job is tried again
    assert due(IDLE) == ends(moment + 365 * DAY)


def test_a_clock_that_is_behind_warns_no_second_time(alice, key):
    warning = key.expires_at - 14 * DAY
    (asked, _), *_ = jobs_of(EXPIRY)
    with time_machine.travel(warning - SECOND, tick=False):
        transact(services.run_expiry(**asked, due=warning))
    assert due(EXPIRY) == ends(warning, key.expires_at - 7 * DAY)
    with time_machine.travel(key.expires_at - SECOND, tick=False):
        transact(services.run_expiry(**asked, due=key.expires_at))
    assert kinds(alice) == ["apikey.expiring", "apikey.expired"]


def test_a_clock_that_is_behind_ends_an_unused_key_at_once(alice, endless):
    moment = endless.created_at + 365 * DAY
    (asked, _), *_ = jobs_of(IDLE)
    with time_machine.travel(moment - SECOND, tick=False):
        transact(services.run_idle(**asked, due=moment))
    assert kinds(alice) == ["apikey.idle"]


def test_jobs_of_a_strangers_key_do_nothing(mallory, key, endless):
    before = dump_tables()
    ids = {"user_sub": mallory.user_sub, "key_id": key.key_id}
    (told_of, _), *_ = jobs_of(EXPIRY)
    assert services.run_expiry(**ids, ends=told_of["ends"], due=key.expires_at) == []
    ids["key_id"] = endless.key_id
    assert services.run_idle(**ids, due=endless.created_at + 365 * DAY) == []
    assert dump_tables() == before
