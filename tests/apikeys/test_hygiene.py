"""What is said to the owner of a key that could be kept better."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apikeys.items import ApiKey, Digest, KeyState, PendingSecret, PreviousSecret
from apikeys.services import HINT_TEXTS, Hint, hints_of
from core import clock
from core.scopes import Scope

NOW = clock.parse("2027-01-01T00:00:00Z")
DAY = timedelta(days=1)
DIGEST = Digest(pepper="1", secret_hash="0" * 64)
GOOD = ApiKey(
    key_id="01KC0QJ3N6Y5T2Z8S4V7W9X0AB",
    user_sub="01KC0QJ3N6Y5T2Z8S4V7W9X0AC",
    name="good",
    hint="…",
    scopes=frozenset({Scope.FEED_READ}),
    digest=DIGEST,
    created_at=NOW - 40 * DAY,
    expires_at=NOW + 15 * DAY,
    last_used_at=NOW - DAY,
)
OLD = PreviousSecret(digest=DIGEST, hint="…", until=NOW + DAY)
MANY = frozenset(map(str, range(10)))


def test_a_key_that_is_kept_well_gets_none():
    assert hints_of(GOOD, NOW) == []


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"expires_at": NOW + 14 * DAY}, Hint.EXPIRES_SOON),
        ({"previous": replace(OLD, last_used_at=NOW)}, Hint.OLD_SECRET_IN_USE),
        ({"pending": PendingSecret(digest=DIGEST, hint="…", overlap=DAY)}, Hint.NEW_SECRET_UNUSED),
        ({"last_used_at": NOW - 90 * DAY}, Hint.IDLE),
        ({"last_used_at": None}, Hint.IDLE),
        ({"expires_at": None}, Hint.NEVER_EXPIRES),
        ({"scopes": frozenset(Scope)}, Hint.EVERY_SCOPE),
        ({"seen_networks": MANY}, Hint.MANY_NETWORKS),
    ],
)
def test_each_is_said_of_its_case(changes, hint):
    assert hints_of(replace(GOOD, **changes), NOW) == [hint]


@pytest.mark.parametrize(
    "changes",
    [
        {"last_used_at": None, "created_at": NOW - 29 * DAY},
        {"last_used_at": NOW - 89 * DAY},
        {"previous": OLD},
        {"previous": replace(OLD, until=NOW, last_used_at=NOW - DAY)},
        {"seen_networks": MANY, "allowed_networks": ("192.0.2.0/24",)},
        {"expires_at": NOW},
        {"state": KeyState.REVOKED, "expires_at": None},
    ],
)
def test_none_is_said_too_early_or_of_what_has_ended(changes):
    assert hints_of(replace(GOOD, **changes), NOW) == []


def test_the_most_urgent_comes_first():
    bad = replace(GOOD, expires_at=None, last_used_at=None, scopes=frozenset(Scope))
    assert hints_of(bad, NOW) == [Hint.IDLE, Hint.NEVER_EXPIRES, Hint.EVERY_SCOPE]


def test_each_has_its_words():
    assert set(HINT_TEXTS) == set(Hint)
