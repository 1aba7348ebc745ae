"""Telling people what happened to their account: the alert, and the job that routes it.

The same event again is the same alert, counted: its id follows from the person, the kind, what
the catalogue groups it by, and the window of the clock. Which of its occurrences are sent is
decided by the job that routes it: a transaction gives no values back.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from alerts.catalogue import CATALOGUE, Grouping
from alerts.items import Alert, AlertKind
from alerts.repository import COUNT_LABEL, KEPT, AlertRepository
from core import clock, ids
from core.client_ip import network_of
from dynamo.errors import StorageError, TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind

CONTEXT_LENGTH = 500
NOBODYS_LIFETIME = timedelta(hours=2)  # longer than any window of a burst

logger = logging.getLogger("alerts")
_alerts = AlertRepository()


def alert_writes(
    *, user_sub: str, kind: AlertKind, context: Mapping[str, str], dedupe: str = ""
) -> list[Write]:
    """The writes that raise an alert; they join the transaction of the change they tell of.

    One job then takes it wherever its owner wants it. `context` holds short texts that its owner
    may see: a device, a place; never a secret. `dedupe` names the event where the caller knows
    better than the catalogue what is the same one: with it any kind is counted, within an hour
    or the window of its kind. Raises ValueError for a long text, and for a burst, which only
    raise_alert() counts: bugs of the caller.
    """
    if _is_burst(kind):
        raise ValueError(f"{kind} comes in bursts: raise it by raise_alert()")
    return writes_of(_new_alert(user_sub, kind, context, dedupe))


def new_alert(*, user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> Alert:
    """For who must know its id before it is written: by writes_of(). Likewise ValueError."""
    return _new_alert(user_sub, kind, context, "")


def writes_of(alert: Alert) -> list[Write]:
    return [_alerts.counting(alert), _route(alert)]


def raise_alert(
    *, user_sub: str, kind: AlertKind, context: Mapping[str, str], dedupe: str = ""
) -> None:
    """The same alone, after the fact: a store that does not answer is logged, not passed on."""
    if _is_burst(kind):
        _count_one(_new_alert(user_sub, kind, context, dedupe), kept=KEPT)
        return
    writes = alert_writes(user_sub=user_sub, kind=kind, context=context, dedupe=dedupe)
    try:
        transact(writes)
    except StorageError as error:
        _log_lost(user_sub, kind, error)


def pretend_alert(*, nobody: str, kind: AlertKind, dedupe: str) -> None:
    """The same calls as a burst's raise_alert(), for a name that no account has.

    So a stranger cannot tell by the time it takes whether there is one. `nobody`: that name.
    """
    stand_in = ids.id_of(clock.from_epoch(0), f"nobody:{nobody}")
    _count_one(_new_alert(stand_in, kind, {}, dedupe), kept=NOBODYS_LIFETIME)


def _count_one(alert: Alert, *, kept: timedelta) -> None:
    """One plain update; more only when it reaches a step that nobody asked a job for yet."""
    try:
        n, asked = _alerts.count(alert, kept=kept)
        step = CATALOGUE[alert.kind].step(n)
        if step > asked:
            transact([_alerts.asking(alert, step=step), _route(alert)])
    except TransactionCancelled as error:
        if not error.failed(COUNT_LABEL):  # else another occurrence asked for it
            _log_lost(alert.user_sub, alert.kind, error)
    except StorageError as error:
        _log_lost(alert.user_sub, alert.kind, error)


def _route(alert: Alert) -> Write:
    told = {"user_sub": alert.user_sub, "alert_id": alert.alert_id}
    return jobs.enqueue_write(JobKind.ALERT_ROUTE, ids=told)


def _is_burst(kind: AlertKind) -> bool:
    grouping = CATALOGUE[kind].grouping
    return grouping is not None and grouping.burst


def _new_alert(user_sub: str, kind: AlertKind, context: Mapping[str, str], dedupe: str) -> Alert:
    if not ids.is_id(user_sub):
        raise ValueError("user_sub must be the id of an account")
    for name, value in context.items():
        if len(value) > CONTEXT_LENGTH:
            raise ValueError(f"context[{name!r}] is longer than {CONTEXT_LENGTH} characters")
    now = clock.now()
    new_id = ids.new_id()
    return Alert(
        alert_id=_event_id(user_sub, kind, context, dedupe, now) or new_id,
        user_sub=user_sub,
        kind=kind,
        context={name: " ".join(value.split()) for name, value in context.items()},
        first_at=now,
        last_at=now,
        unread_id=new_id,
    )


def _event_id(
    user_sub: str, kind: AlertKind, context: Mapping[str, str], dedupe: str, now: datetime
) -> str:
    """The same for the same event within its window; empty where each time is one of its own."""
    grouping = CATALOGUE[kind].grouping
    if grouping is None and not dedupe:
        return ""
    grouping = grouping or Grouping()
    values = [dedupe] if dedupe else [_value(name, context) for name in grouping.by]
    seconds = int(grouping.window.total_seconds())
    start = clock.from_epoch(clock.epoch(now) // seconds * seconds)
    return ids.id_of(start, "\0".join((user_sub, kind, *values)))


def _value(name: str, context: Mapping[str, str]) -> str:
    return network_of(context.get("ip", "")) if name == "network" else context.get(name, "")


def _log_lost(user_sub: str, kind: AlertKind, error: StorageError) -> None:
    told = {"user_sub": user_sub, "kind": str(kind)}
    logger.error("alert lost", exc_info=error, extra=told)
