"""Telling a key's owner of what its calls show. Nothing here fails a call or changes its answer."""

import logging
from datetime import timedelta

from alerts import services as alerts
from alerts.items import AlertKind
from apikeys.items import ApiKey, PreviousSecret
from apikeys.repository import CallRepository
from apikeys.services import reading
from apikeys.services.judging import Call
from apikeys.services.matching import Slot
from apikeys.services.networks import MOST_SEEN, is_seen, mark_of
from apikeys.services.telling import moment_text, named, told
from core.actor import Actor
from core.memory import Memory
from dynamo.errors import StorageError, TransactionCancelled
from dynamo.table import Write, transact
from sessions.device import place_of

OLD_SECRET_EVERY = timedelta(days=1)
ADDRESS_EVERY = timedelta(hours=1)
logger = logging.getLogger(__name__)

_calls = CallRepository()
_told_of_address: Memory[str, bool] = Memory()


def notice(key: ApiKey, slot: Slot, call: Call) -> None:
    """What a call that passed shows."""
    _notice_network(key, call)
    if slot is Slot.PREVIOUS and key.previous:
        _notice_old_secret(key, key.previous, call)


def _notice_network(key: ApiKey, call: Call) -> None:
    """One that it was not used from before. The first one of all is noted by the call itself, and
    once the list is full it says nothing any more."""
    seen = key.seen_networks
    if not seen or len(seen) >= MOST_SEEN or is_seen(key.key_id, call.ip, seen):
        return
    adding = _calls.adding_network(key, mark_of(key.key_id, call.ip), most=MOST_SEEN)
    _tell(key, AlertKind.APIKEY_NEW_NETWORK, call, adding)


def _notice_old_secret(key: ApiKey, previous: PreviousSecret, call: Call) -> None:
    """At most once a day."""
    last = call.at - OLD_SECRET_EVERY
    if previous.told_at is not None and previous.told_at > last:
        return
    telling = _calls.telling_of_old_secret(key, previous, at=call.at, unless_since=last)
    until = moment_text(previous.until)
    _tell(key, AlertKind.APIKEY_OLD_SECRET_USED, call, telling, until=until)


def notice_address(key: ApiKey, call: Call) -> None:
    """Of each key at most once an hour in each process; the alert counts what comes on top."""
    until = call.at + ADDRESS_EVERY
    if _told_of_address.put_new(key.key_id, True, until=until, now=call.at):
        context = {**named(key), **place_of(_caller(call))}
        alerts.raise_alert(
            user_sub=key.user_sub, kind=AlertKind.APIKEY_ADDRESS_REFUSED, context=context
        )


def _tell(key: ApiKey, kind: AlertKind, call: Call, noted: Write, **facts: str) -> None:
    """Together with the note that it was told, so that of many calls at once one tells it."""
    reading.forget(key.key_id)
    try:
        transact([noted, *told(key, kind, _caller(call), **facts)])
    except TransactionCancelled as error:
        if not error.failed(noted.label):
            _log_lost(key, kind, error)
    except StorageError as error:
        _log_lost(key, kind, error)


def _caller(call: Call) -> Actor:
    return Actor(user_sub=None, ip=call.ip, user_agent=call.user_agent)


def _log_lost(key: ApiKey, kind: AlertKind, error: StorageError) -> None:
    extra = {"user_sub": key.user_sub, "kind": str(kind), "key_id": key.key_id}
    logger.error("alert lost", exc_info=error, extra=extra)
