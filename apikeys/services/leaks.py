"""Whoever has the whole text of a key may end it: nobody needs an account to do good."""

import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace

from alerts.items import AlertKind
from apikeys import texts
from apikeys.items import ApiKey, EndReason, KeyState
from apikeys.repository import ApiKeyRepository, ChangeRepository
from apikeys.services.matching import Slot, slot_of
from apikeys.services.settling import LOOKS, written
from apikeys.services.telling import told
from core import clock
from core.client_ip import limit_subject
from core.errors import ServiceUnavailable
from core.ratelimit import Limit, hit
from dynamo.table import Write

MOST_TEXTS, LONGEST_TEXT = 100, 200
REPORTS = Limit("api-key-leaks", times=60, seconds=3600)
logger = logging.getLogger("apikeys")

_keys, _changes = ApiKeyRepository(), ChangeRepository()


@dataclass(frozen=True, slots=True)
class Ended:
    """What was ended that was not before: whole keys, and secrets beside the one in use."""

    keys: int = 0
    secrets: int = 0


def report_leaked_keys(sent: Collection[str], *, ip: str) -> None:
    """For anybody: what it says and how long it takes tells no more than calling with the key.

    Raises RateLimited; storage that does not answer leaves the rest for a repeat.
    """
    hit(REPORTS, limit_subject(ip))
    end_leaked_keys(sent)


def end_leaked_keys(sent: Collection[str]) -> Ended:
    """Revoke the keys whose secret in use is among these texts, for good; end a secret that a
    rotation left beside it, and only that. Each change tells its owner, in its transaction.

    Texts that are no key, no key any more or have a wrong secret change nothing, and repeating it
    neither. One read for MOST_TEXTS of them. Raises ServiceUnavailable for a key that keeps
    changing.
    """
    leaked: dict[str, set[texts.ParsedKey]] = defaultdict(set)
    for parsed in map(texts.parse, sent):
        if parsed:
            leaked[parsed.key_id].add(parsed)
    found = {key.key_id: key for key in _keys.find_all(leaked)}
    ended = [_end(found.get(key_id), secrets) for key_id, secrets in leaked.items()]
    return Ended(keys=sum(each.keys for each in ended), secrets=sum(each.secrets for each in ended))


def _end(key: ApiKey | None, leaked: Collection[texts.ParsedKey]) -> Ended:
    for _look in range(LOOKS):
        slots = {slot_of(secret, key, clock.now()) for secret in leaked} - {None}
        if key is None or not slots or key.end_reason is EndReason.LEAKED:
            return Ended()
        is_whole = Slot.CURRENT in slots
        if not written(_revoking(key) if is_whole else _ending(key, slots)):
            key = _keys.find(key.key_id)
            continue
        event = "leaked api key revoked" if is_whole else "leaked secret of api key ended"
        logger.warning(event, extra={"user_sub": key.user_sub, "key_id": key.key_id})
        return Ended(keys=1) if is_whole else Ended(secrets=len(slots))
    raise ServiceUnavailable


def _revoking(key: ApiKey) -> list[Write]:
    """Also of one that was revoked before: it then stays so for good."""
    now = clock.now()
    after = replace(
        key,
        state=KeyState.REVOKED,
        revoked_from=key.revoked_from or key.state,
        revoked_at=key.revoked_at or now,
        end_reason=EndReason.LEAKED,
    )
    changing = _changes.changing(key, after, at=now)
    return [changing, *told(key, AlertKind.APIKEY_LEAKED, None)]


def _ending(key: ApiKey, slots: Collection[Slot | None]) -> list[Write]:
    """Nothing of whoever reported it is told: neither a place nor a word of theirs."""
    after, hints = key, []
    if key.previous and Slot.PREVIOUS in slots:
        after, hints = replace(after, previous=None), [key.previous.hint]
    if key.pending and Slot.PENDING in slots:
        after, hints = replace(after, pending=None), [*hints, key.pending.hint]
    changing = _changes.changing(key, after, at=clock.now())
    kind = AlertKind.APIKEY_OLD_SECRET_LEAKED
    return [changing, *told(key, kind, None, hint=", ".join(hints))]
