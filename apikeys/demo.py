"""Keys of Alice's in every state, as an account in use would have them. Nobody has their secrets.

Weekly numbers is in use. Nightly backup is about to expire. Deploy was rotated, and a program still
uses its old secret. Kitchen display is disabled. Old laptop was revoked minutes ago, so that it can
still be brought back. First try may do everything, never expires, and nothing uses it.

A load that finds any key of hers leaves everything as it is. All are one transaction, so after a
load that broke off there is none, and it can be repeated; calls are counted after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from alerts.items import AlertKind
from apikeys import peppers, services, texts
from apikeys.items import ApiKey, Digest, EndReason, KeyState, Outcome, PreviousSecret
from apikeys.repository import ApiKeyRepository, UsageMonth, UsageRepository
from apikeys.repository.usage import Slot
from apikeys.services.expiring import first_jobs
from apikeys.services.telling import told
from core import clock, ids
from core.actor import Actor
from core.scopes import Scope
from dynamo.table import transact

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOME, SERVER = "198.51.100.24", "203.0.113.80"
CURL, PYTHON = "curl/8.5.0", "python-requests/2.32.3"
COUNTED_DAYS = 30
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How long ago a key was made and used, and in how long it ends."""

    name: str
    scopes: tuple[Scope, ...]
    made: timedelta
    used: timedelta
    place: tuple[str, str]
    ends: timedelta | None
    state: KeyState = KeyState.ACTIVE
    description: str = ""
    networks: tuple[str, ...] = ()
    calls_per_minute: int | None = None
    rotated: timedelta | None = None
    calls: Mapping[Outcome, int] = field(default_factory=dict)  # on an ordinary day


STORIES = (
    Story(
        name="Weekly numbers",
        scopes=(Scope.FEED_READ, Scope.BILLING_READ),
        made=40 * DAY,
        used=4 * MINUTE,
        place=(HOME, CURL),
        ends=50 * DAY,
        calls={Outcome.OK: 96, Outcome.RATE_LIMITED: 2},
    ),
    Story(
        name="Nightly backup",
        scopes=(Scope.PROFILE_READ, Scope.FEED_READ),
        made=85 * DAY,
        used=9 * HOUR,
        place=(SERVER, PYTHON),
        ends=5 * DAY,
        calls={Outcome.OK: 30, Outcome.REFUSED: 4},
    ),
    Story(
        name="Deploy",
        description="Posts what is new in each release.",
        scopes=(Scope.FEED_WRITE,),
        networks=("203.0.113.0/24", "2001:db8:80::/48"),
        calls_per_minute=30,
        made=70 * DAY,
        used=25 * MINUTE,
        place=(SERVER, PYTHON),
        ends=110 * DAY,
        rotated=5 * HOUR,
        calls={Outcome.OK: 8, Outcome.CLIENT_ERROR: 1},
    ),
    Story(
        name="Kitchen display",
        scopes=(Scope.ALERTS_READ,),
        made=20 * DAY,
        used=6 * DAY,
        place=(HOME, CURL),
        ends=70 * DAY,
        state=KeyState.DISABLED,
    ),
    Story(
        name="Old laptop",
        scopes=(Scope.PROFILE_READ, Scope.FEED_WRITE),
        made=30 * DAY,
        used=2 * DAY,
        place=(HOME, CURL),
        ends=60 * DAY,
        state=KeyState.REVOKED,
    ),
    Story(
        name="First try",
        scopes=tuple(Scope),
        made=200 * DAY,
        used=120 * DAY,
        place=(HOME, CURL),
        ends=None,
    ),
)


def load(people: Mapping[str, str]) -> None:
    user_sub = people.get("alice")
    if user_sub is None or services.list_keys(user_sub=user_sub)[0]:
        return
    now = clock.from_epoch(clock.epoch(clock.now()))
    alice = Actor(user_sub=user_sub, ip=HOME, user_agent=BROWSER)
    writes = []
    keys = [(story, _key(story, user_sub, now)) for story in STORIES]
    for _story, key in keys:
        writes += [ApiKeyRepository().adding(key), *first_jobs(key)]
        if key.state is KeyState.REVOKED:
            writes += told(key, AlertKind.APIKEY_REVOKED, alice)
    transact(writes)
    for story, key in keys:
        _count(story, key, now.date())


def _count(story: Story, key: ApiKey, today: date) -> None:
    """Of the last days, more on some than on others."""
    months: dict[date, dict[Slot, int]] = {}
    for back in range(COUNTED_DAYS):
        day = today - timedelta(days=back)
        for outcome, usual in story.calls.items():
            calls = usual * (3 + day.toordinal() * 7 % 5) // 5 if _happens(outcome, day) else 0
            if calls:
                months.setdefault(day.replace(day=1), {})[day.day, outcome] = calls
    for first, counts in months.items():
        month = UsageMonth(key_id=key.key_id, user_sub=key.user_sub, first=first)
        UsageRepository().add(month, counts)


def _happens(outcome: Outcome, day: date) -> bool:
    return outcome is Outcome.OK or day.toordinal() % 9 == 0


def _key(story: Story, user_sub: str, now: datetime) -> ApiKey:
    created_at = now - story.made
    key_id = ids.id_of(created_at, f"{user_sub}:{story.name}")
    digest, hint = _unknown_secret(key_id)
    ip, client = story.place
    key = ApiKey(
        key_id=key_id,
        user_sub=user_sub,
        name=story.name,
        description=story.description,
        hint=hint,
        scopes=frozenset(story.scopes),
        digest=digest,
        created_at=created_at,
        allowed_networks=story.networks,
        calls_per_minute=story.calls_per_minute,
        expires_at=now + story.ends if story.ends else None,
        last_used_at=now - story.used,
        last_used_ip=ip,
        last_used_client=client,
        state=story.state,
    )
    if story.rotated:
        key = _rotated(key, now - story.rotated, used_at=now - HOUR)
    if story.state is KeyState.REVOKED:
        key = replace(
            key,
            revoked_at=now - 8 * MINUTE,
            revoked_from=KeyState.ACTIVE,
            end_reason=EndReason.OWNER,
        )
    return key


def _rotated(key: ApiKey, at: datetime, *, used_at: datetime) -> ApiKey:
    digest, hint = _unknown_secret(key.key_id)
    old = PreviousSecret(
        digest=digest,
        hint=hint,
        until=at + DAY,
        last_used_at=used_at,
        last_used_ip=key.last_used_ip,
    )
    return replace(key, previous=old, changed_at=at, version=2)


def _unknown_secret(key_id: str) -> tuple[Digest, str]:
    secret = texts.new_secret()
    return peppers.digest(key_id, secret), texts.hint_of(texts.text_of(key_id, secret))
