"""Telling a person that the security of their account changed: an alert and a mail."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock
from core.actor import Actor
from dynamo.table import Write
from jobs import services as jobs
from jobs.kinds import JobKind
from sessions.device import device_label

NOTHING: Mapping[str, str] = MappingProxyType({})


def notice_writes(
    *,
    user_sub: str,
    kind: AlertKind,
    context: Mapping[str, str] = NOTHING,
    actor: Actor | None = None,
    old_address: str = "",
) -> list[Write]:
    """The alert and its mail; they join the transaction of the change that they tell of.

    `actor` adds the place and the device (`ip`, `device`) to the context; a command has neither.
    The mail goes to the address that the account has when the job runs; `old_address` is told
    too, for a change of that very address. Neither address nor context leaves the encrypted part
    of the jobs.
    """
    told = {**context, **place_of(actor)}
    writes = alerts.alert_writes(user_sub=user_sub, kind=kind, context=told)
    writes.append(_mail(user_sub, kind, told))
    if old_address:
        writes.append(_mail(user_sub, kind, {**told, "to": old_address}))
    return writes


def place_of(actor: Actor | None) -> dict[str, str]:
    """What a context says about where something was done: nothing, for a command."""
    if actor is None or not actor.ip:
        return {}
    return {"ip": actor.ip, "device": device_label(actor.user_agent)}


def _mail(user_sub: str, kind: AlertKind, told: Mapping[str, str]) -> Write:
    return jobs.enqueue_write(
        JobKind.SECURITY_NOTICE_MAIL,
        ids={"user_sub": user_sub, "notice": str(kind)},
        secret={**told, "at": clock.text(clock.now())},
    )


def told_at(secret: Mapping[str, str]) -> datetime:
    return clock.parse(secret["at"])
