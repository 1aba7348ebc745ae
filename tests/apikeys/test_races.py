"""Many at once, on a real engine."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from alerts.repository import AlertRepository
from apikeys import services
from apikeys.errors import KeyExists, KeyRevoked
from core import ids
from core.scopes import Scope
from tests.apikeys.keys import ACTOR, issue, rows

pytestmark = pytest.mark.engine


def test_one_form_sent_by_ten_clicks_makes_one_key(alice):
    key_id = ids.new_id()

    def click(_):
        try:
            return services.create_key(
                user_sub=alice.user_sub,
                name="ci",
                scopes=["feed:read"],
                expires_in_days=90,
                key_id=key_id,
                actor=ACTOR,
            )
        except KeyExists:
            return None

    with ThreadPoolExecutor(10) as clicks:
        made = [issued for issued in clicks.map(click, range(10)) if issued]
    assert len(made) == len(rows()) == 1
    assert len(list(AlertRepository().rows_of(alice.user_sub))) == 1
    services.check_key(made[0].secret, needs=Scope.FEED_READ, ip="")


def test_parallel_calls_and_a_revoke_end_with_a_dead_key(alice):
    issued = issue(alice)

    def call(number):
        if number == 10:
            services.revoke_key(user_sub=alice.user_sub, key_id=issued.key.key_id, actor=ACTOR)
            return None
        try:
            return services.check_key(issued.secret, needs=Scope.FEED_READ, ip="192.0.2.1")
        except KeyRevoked:
            return None

    with ThreadPoolExecutor(10) as calls:
        list(calls.map(call, range(40)))
    [row] = rows().values()
    assert (row["state"], row["version"]) == ("revoked", 2)
    with pytest.raises(KeyRevoked):
        services.check_key(issued.secret, needs=Scope.FEED_READ, ip="")
