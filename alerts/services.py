"""Telling people what happened to their account."""

import logging
from collections.abc import Mapping

from alerts.items import Alert, AlertKind
from alerts.repository import AlertRepository
from core import clock, ids
from dynamo.errors import StorageError
from dynamo.table import Write

CONTEXT_LENGTH = 500

logger = logging.getLogger("alerts")


def alert_writes(*, user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> list[Write]:
    """The writes that raise an alert; they join the transaction of the change they tell of.

    `context` holds short texts that its owner may see: a device, a place; never a secret.
    Raises ValueError for a long one: a bug of the caller.
    """
    return [AlertRepository().adding(_new_alert(user_sub, kind, context))]


def raise_alert(*, user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> None:
    """The same alone, after the fact: a store that does not answer is logged, not passed on."""
    alert = _new_alert(user_sub, kind, context)
    try:
        AlertRepository().add(alert)
    except StorageError:
        logger.exception("alert lost", extra={"user_sub": user_sub, "kind": str(kind)})


def _new_alert(user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> Alert:
    if not ids.is_id(user_sub):
        raise ValueError("user_sub must be the id of an account")
    for name, value in context.items():
        if len(value) > CONTEXT_LENGTH:
            raise ValueError(f"context[{name!r}] is longer than {CONTEXT_LENGTH} characters")
    now = clock.now()
    return Alert(
        alert_id=ids.new_id(),
        user_sub=user_sub,
        kind=kind,
        context=dict(context),
        first_at=now,
        last_at=now,
    )
