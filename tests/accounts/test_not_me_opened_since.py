"""“This was not me”: a key from before that somebody opened further since is off too."""

from datetime import timedelta

import pytest
import time_machine

from apikeys import services as apikeys
from apikeys.items import EndReason, KeyState, RotationStart
from core import clock
from core.scopes import Scope
from tests.accounts.test_not_me import told
from tests.accounts.test_not_me_made_since import later, said
from tests.apikeys.keys import issue
from tests.apikeys.owners import current, do, edit, rotate

DAY, MINUTES = timedelta(days=1), timedelta(minutes=5)


@pytest.fixture
def time():
    with time_machine.travel(clock.now()) as traveller:
        yield traveller


OPENED = {
    "a new secret": rotate,
    "a new secret for later": lambda key: rotate(key, start=RotationStart.FIRST_USE),
    "another scope": lambda key: edit(key, scopes=[*key.scopes, "feed:write"]),
    "another network": lambda key: edit(key, allowed_networks=["192.0.2.0/24"]),
    "enabled": lambda key: do(apikeys.enable_key, do(apikeys.disable_key, key)),
    "brought back": lambda key: do(apikeys.undo_revoke, do(apikeys.revoke_key, key)),
}


@pytest.mark.parametrize("how", OPENED)
def test_an_old_key_that_was_opened_further_since_is_off(alice, time, how):
    key = issue(alice, Scope.PROFILE_READ).key
    time.shift(DAY)
    alert_id = told(alice)
    time.shift(MINUTES)
    OPENED[how](key)
    said(alice, alert_id)
    later()
    revoked = current(key)
    assert (revoked.state, revoked.end_reason) == (KeyState.REVOKED, EndReason.NOT_ME)


def test_an_old_key_that_got_another_name_since_stays(alice, time):
    key = issue(alice).key
    rotate(key, hours=0)
    time.shift(DAY)
    alert_id = told(alice)
    time.shift(MINUTES)
    do(apikeys.disable_key, edit(current(key), name="other"))
    said(alice, alert_id)
    later()
    assert current(key).state is KeyState.DISABLED
