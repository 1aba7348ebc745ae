"""What a person does about their keys: make one, see them."""

from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext as _

from alerts.items import AlertKind
from apikeys import peppers, texts
from apikeys.errors import KeyExists, KeyLimitReached, KeyNotFound
from apikeys.items import ApiKey, Digest, IssuedKey
from apikeys.repository import KEY_LABEL, ApiKeyRepository
from apikeys.services.checking import KeyChanges, applied, checked
from apikeys.services.expiring import first_jobs
from apikeys.services.telling import log, told
from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo import cursor
from dynamo.errors import TransactionCancelled
from dynamo.table import transact

MAX_LIVING = 50
PAGE = 20
CREATIONS = Limit("api-key-create", times=60, seconds=86_400)

_keys = ApiKeyRepository()


class Shown(StrEnum):
    """Which keys a list has."""

    ALL = "all"
    LIVING = "living"
    ENDED = "ended"  # revoked or expired

    def has(self, *, is_living: bool) -> bool:
        return self is Shown.ALL or is_living is (self is Shown.LIVING)


def create_key(
    *,
    user_sub: str,
    name: str,
    scopes: Collection[str],
    expires_in_days: int | None,
    actor: Actor,
    key_id: str | None = None,
    description: str = "",
    allowed_networks: Collection[str] = (),
    calls_per_minute: int | None = None,
) -> IssuedKey:
    """The only moment at which the key's text exists. The door has asked for a step-up.

    The fields are those of KeyChanges. `key_id`, minted with the form, makes a form that is sent
    twice make one key: the second time raises KeyExists. Raises Invalid, KeyLimitReached,
    RateLimited.
    """
    wanted = checked(
        KeyChanges(
            name=name,
            description=description,
            scopes=scopes,
            allowed_networks=allowed_networks,
            calls_per_minute=calls_per_minute,
            expires_in_days=expires_in_days,
        )
    )
    key_id = key_id or ids.new_id()
    if not ids.is_id(key_id):
        raise Invalid(errors={"key_id": [_("Reload the page, then send the form again.")]})
    require_room(user_sub)
    hit(CREATIONS, user_sub)
    issued = _new_key(user_sub, key_id, wanted)
    _add(issued.key, actor)
    log("api key created", issued.key, actor)
    return issued


def require_room(user_sub: str) -> None:
    """For one more living key. Two that are made at the same moment may both find the last place:
    the number bounds what a person has to look after, and CREATIONS how fast it grows.

    Raises KeyLimitReached.
    """
    now = clock.now()
    if sum(key.is_living_at(now) for key in _keys.all_of(user_sub)) >= MAX_LIVING:
        raise KeyLimitReached


def list_keys(
    *, user_sub: str, after: str = "", shown: Shown = Shown.ALL
) -> tuple[list[ApiKey], str]:
    """A page, newest first, revoked and expired ones included for 90 days; and the cursor of the
    next one ("" at the end). A page may be short, or empty, and still have a next one.

    Raises CursorForged and CursorExpired.
    """
    scope = f"{user_sub}:api-keys"
    start = cursor.decode(after, scope=scope) if after else None
    found, following = _keys.page(user_sub, limit=PAGE, start=start)
    now = clock.now()
    chosen = [key for key in found if shown.has(is_living=key.is_living_at(now))]
    return chosen, cursor.encode(following, scope=scope) if following else ""


def get_owned_key(user_sub: str, key_id: str) -> ApiKey:
    """Raises KeyNotFound, also for somebody else's."""
    key = _keys.find(key_id) if ids.is_id(key_id) else None
    if key is None or key.user_sub != user_sub:
        raise KeyNotFound
    return key


def _new_key(user_sub: str, key_id: str, wanted: KeyChanges) -> IssuedKey:
    now = clock.now()
    text, digest = new_text(key_id)
    bare = ApiKey(
        key_id=key_id,
        user_sub=user_sub,
        name="",
        hint=texts.hint_of(text),
        scopes=frozenset(),
        digest=digest,
        created_at=now,
    )
    return IssuedKey(key=applied(bare, wanted, now), secret=text)


def _add(key: ApiKey, actor: Actor) -> None:
    created = told(key, AlertKind.APIKEY_CREATED, actor)
    try:
        transact([_keys.adding(key), *created, *first_jobs(key)])
    except TransactionCancelled as error:
        if error.failed(KEY_LABEL):
            raise KeyExists from error
        raise


def new_text(key_id: str) -> tuple[str, Digest]:
    """The whole text of a key with a new secret, and what is stored of it."""
    secret = texts.new_secret()
    return texts.text_of(key_id, secret), peppers.digest(key_id, secret)
