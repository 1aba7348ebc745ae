"""“This was not me”, said of the use of a key: somebody else has it, however old it is."""

from datetime import timedelta

import pytest
import time_machine

from alerts.items import AlertKind
from apikeys import services
from apikeys.items import EndReason, KeyState
from core import clock
from core.scopes import Scope
from tests.accounts.test_not_me_made_since import later, said
from tests.alerts.people import listed
from tests.apikeys.calling import ELSEWHERE, HOME, call
from tests.apikeys.keys import change_row, issue
from tests.apikeys.owners import current, do

DAY = timedelta(days=1)


@pytest.fixture
def time():
    with time_machine.travel(clock.now()) as traveller:
        yield traveller


def newest_of(user, kind):
    return next(each.alert_id for each in listed(user) if each.kind is kind)


def fence(issued):
    change_row(issued, allowed_networks=[f"{HOME}/32"])


BEFORE = {
    AlertKind.APIKEY_NEW_NETWORK: lambda issued: call(issued, ip=HOME),
    AlertKind.APIKEY_ADDRESS_REFUSED: fence,
}


@pytest.mark.parametrize("kind", BEFORE)
def test_the_key_that_somebody_else_used_is_off_and_the_others_stay(alice, time, kind):
    used, other = issue(alice, Scope.FEED_READ), issue(alice, Scope.FEED_READ)
    BEFORE[kind](used)
    time.shift(DAY)
    call(used, ip=ELSEWHERE)
    alert_id = newest_of(alice, kind)
    time.shift(DAY)
    said(alice, alert_id)
    later()
    revoked = current(used.key)
    assert (revoked.state, revoked.end_reason) == (KeyState.REVOKED, EndReason.NOT_ME)
    assert current(other.key).state is KeyState.ACTIVE


def test_a_key_that_was_named_for_another_reason_stays(alice, time):
    key = issue(alice, Scope.FEED_READ).key
    time.shift(DAY)
    do(services.disable_key, key)
    said(alice, newest_of(alice, AlertKind.APIKEY_DISABLED))
    later()
    assert current(key).state is KeyState.DISABLED
