"""Telling a person that the security of their account changed: an alert and a mail."""

from collections.abc import Mapping
from types import MappingProxyType

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock
from core.actor import Actor
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Job
from jobs.kinds import JobKind
from sessions.device import place_of
from users.models import User

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
    The mail goes to the address that the account has when its job runs; `old_address` is told
    too, for a change of that very address. Neither address nor context leaves the encrypted part
    of that job.
    """
    told = {**context, **place_of(actor)}
    writes = alerts.alert_writes(user_sub=user_sub, kind=kind, context=told)
    if old_address:
        writes.append(_mail(user_sub, kind, {**told, "to": old_address}))
    return writes


def tell(
    *, user_sub: str, kind: AlertKind, actor: Actor, context: Mapping[str, str] = NOTHING
) -> None:
    """The alert alone, after the fact: when storage does not answer it is logged, not passed on."""
    alerts.raise_alert(user_sub=user_sub, kind=kind, context={**context, **place_of(actor)})


def mail_to_old_address(user: User, job: Job) -> None:
    """It can no longer reset the password, so it is told how to object instead."""
    context = dict(job.secret)
    at, lost_address = clock.parse(context.pop("at")), context.pop("to")
    occasion = alerts.Occasion(kind=AlertKind(job.ids["notice"]), context=context, at=at)
    alerts.mail_alert(occasion, user=user, message_id=job.id, lost_address=lost_address)


def _mail(user_sub: str, kind: AlertKind, told: Mapping[str, str]) -> Write:
    return jobs.enqueue_write(
        JobKind.OLD_ADDRESS_MAIL,
        ids={"user_sub": user_sub, "notice": str(kind)},
        secret={**told, "at": clock.text(clock.now())},
    )
