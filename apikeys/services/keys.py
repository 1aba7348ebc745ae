"""What a person does about their keys: make one, see them, revoke one."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alerts import services as alerts
from alerts.items import AlertKind
from apikeys import peppers, texts
from apikeys.errors import KeyExists, KeyLimitReached, KeyNotFound
from apikeys.items import ApiKey, EndReason, IssuedKey, KeyState
from apikeys.repository import KEY_LABEL, ApiKeyRepository
from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from core.scopes import SCOPES, Scope
from dynamo import cursor
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from sessions.device import place_of
from users.texts import clean_display_name

EXPIRIES = (7, 30, 60, 90, 180, 365)  # days; None = never
MAX_LIVING = 50
PAGE = 20
CREATIONS = Limit("api-key-create", times=60, seconds=86_400)
logger = logging.getLogger(__name__)

_keys = ApiKeyRepository()


def create_key(
    *,
    user_sub: str,
    name: str,
    scopes: Collection[str],
    expires_in_days: int | None,
    actor: Actor,
    key_id: str | None = None,
) -> IssuedKey:
    """The only moment at which the key's text exists. The door has asked for a step-up.

    `expires_in_days` is one of EXPIRIES, or None for never. `key_id`, minted with the form, makes
    a form that is sent twice make one key: the second time raises KeyExists. Raises Invalid,
    KeyLimitReached, RateLimited.
    """
    clean_name, wanted = _checked(name, scopes, expires_in_days)
    key_id = key_id or ids.new_id()
    if not ids.is_id(key_id):
        raise Invalid(errors={"key_id": [_("Reload the page, then send the form again.")]})
    now = clock.now()
    living = [key for key in _keys.all_of(user_sub) if key.is_living_at(now)]
    if len(living) >= MAX_LIVING:
        raise KeyLimitReached
    hit(CREATIONS, user_sub)
    secret = texts.new_secret()
    text = texts.text_of(key_id, secret)
    key = ApiKey(
        key_id=key_id,
        user_sub=user_sub,
        name=clean_name,
        hint=texts.hint_of(text),
        scopes=wanted,
        digest=peppers.digest(key_id, secret),
        created_at=now,
        expires_at=_end(now, expires_in_days),
    )
    try:
        transact([_keys.adding(key), *_alert(key, AlertKind.APIKEY_CREATED, actor)])
    except TransactionCancelled as error:
        if error.failed(KEY_LABEL):
            raise KeyExists from error
        raise
    _log("api key created", key, actor)
    return IssuedKey(key=key, secret=text)


def list_keys(*, user_sub: str, after: str = "") -> tuple[list[ApiKey], str]:
    """A page, newest first, revoked and expired ones included for 90 days; and the cursor of the
    next one ("" at the end). Raises CursorForged and CursorExpired."""
    scope = f"{user_sub}:api-keys"
    start = cursor.decode(after, scope=scope) if after else None
    found, following = _keys.page(user_sub, limit=PAGE, start=start)
    return found, cursor.encode(following, scope=scope) if following else ""


def get_owned_key(user_sub: str, key_id: str) -> ApiKey:
    """Raises KeyNotFound, also for somebody else's."""
    key = _keys.find(key_id) if ids.is_id(key_id) else None
    if key is None or key.user_sub != user_sub:
        raise KeyNotFound
    return key


def revoke_key(*, user_sub: str, key_id: str, actor: Actor) -> ApiKey:
    """From the next call on it is refused. Revoking twice is once. Raises KeyNotFound."""
    key = get_owned_key(user_sub, key_id)
    if key.state is KeyState.REVOKED:
        return key
    revoking = _keys.revoking(key, at=clock.now(), reason=EndReason.OWNER)
    try:
        transact([revoking, *_alert(key, AlertKind.APIKEY_REVOKED, actor)])
    except TransactionCancelled as error:
        if not error.failed(KEY_LABEL):
            raise
        return get_owned_key(user_sub, key_id)  # another click was faster
    _log("api key revoked", key, actor)
    return get_owned_key(user_sub, key_id)


def _checked(name: str, scopes: Collection[str], days: int | None) -> tuple[str, frozenset[Scope]]:
    errors: dict[str, list[str]] = {}
    clean = ""
    try:
        clean = clean_display_name(name)
        if not clean:
            errors["name"] = [_("Give the key a name.")]
    except ValidationError as error:
        errors["name"] = list(error.messages)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        errors["scopes"] = [_("There is no scope %(name)s.") % {"name": unknown[0][:50]}]
    elif not scopes:
        errors["scopes"] = [_("Choose at least one. A key without a scope could do nothing.")]
    if days is not None and days not in EXPIRIES:
        choices = ", ".join(map(str, EXPIRIES))
        errors["expires_in_days"] = [_("Choose one of %(days)s.") % {"days": choices}]
    if errors:
        raise Invalid(errors=errors)
    return clean, frozenset(SCOPES[scope] for scope in scopes)


def _end(now: datetime, days: int | None) -> datetime | None:
    """To the second, as it is stored."""
    return None if days is None else clock.from_epoch(clock.epoch(now + timedelta(days=days)))


def _alert(key: ApiKey, kind: AlertKind, actor: Actor) -> list[Write]:
    context = {"key": key.name, "hint": key.hint, **place_of(actor)}
    return alerts.alert_writes(user_sub=key.user_sub, kind=kind, context=context)


def _log(event: str, key: ApiKey, actor: Actor) -> None:
    extra = {"user_sub": key.user_sub, "key_id": key.key_id, "actor": actor.user_sub or "system"}
    logger.info(event, extra=extra)
