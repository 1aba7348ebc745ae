"""Telling people what happened to their account: the alert, and the job that routes it."""

import logging
from collections.abc import Mapping

from alerts.items import Alert, AlertKind
from alerts.repository import AlertRepository
from core import clock, ids
from dynamo.errors import StorageError
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind

CONTEXT_LENGTH = 500

logger = logging.getLogger("alerts")


def alert_writes(*, user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> list[Write]:
    """The writes that raise an alert; they join the transaction of the change they tell of.

    One job then takes it wherever its owner wants it. `context` holds short texts that its owner
    may see: a device, a place; never a secret. Raises ValueError for a long one: a bug of the
    caller.
    """
    alert = _new_alert(user_sub, kind, context)
    route = jobs.enqueue_write(
        JobKind.ALERT_ROUTE, ids={"user_sub": user_sub, "alert_id": alert.alert_id}
    )
    return [AlertRepository().adding(alert), route]


def raise_alert(*, user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> None:
    """The same alone, after the fact: a store that does not answer is logged, not passed on."""
    writes = alert_writes(user_sub=user_sub, kind=kind, context=context)
    try:
        transact(writes)
    except StorageError:
        logger.exception("alert lost", extra={"user_sub": user_sub, "kind": str(kind)})


def _new_alert(user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> Alert:
    if not ids.is_id(user_sub):
        raise ValueError("user_sub must be the id of an account")
    for name, value in context.items():
        if len(value) > CONTEXT_LENGTH:
            raise ValueError(f"context[{name!r}] is longer than {CONTEXT_LENGTH} characters")
    now = clock.now()
    alert_id = ids.new_id()
    return Alert(
        alert_id=alert_id,
        user_sub=user_sub,
        kind=kind,
        context={name: " ".join(value.split()) for name, value in context.items()},
        first_at=now,
        last_at=now,
        unread_id=alert_id,
    )
