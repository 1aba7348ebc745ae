"""What the owner of a key hears of it, and what the log does."""

import logging
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alerts import services as alerts
from alerts.items import AlertKind
from apikeys.items import ApiKey
from core.actor import Actor
from dynamo.table import Write
from sessions.device import place_of

MOST_NAMED = 3  # of a list within a text; alerts hold short ones
logger = logging.getLogger("apikeys")


def told(key: ApiKey, kind: AlertKind, actor: Actor | None, **facts: str) -> list[Write]:
    """The alert. `actor` None: it happened by itself."""
    context = {**named(key), **facts, **place_of(actor)}
    return alerts.alert_writes(user_sub=key.user_sub, kind=kind, context=context)


def named(key: ApiKey) -> dict[str, str]:
    """What the context of each alert of a key has of it."""
    return {"key": key.name, "hint": key.hint, "key_id": key.key_id}


def moment_text(moment: datetime) -> str:
    return _("%(moment)s UTC") % {"moment": date_format(moment, "j F Y, H:i")}


def few(texts: list[str], most: int = MOST_NAMED) -> str:
    """All of a short list, the beginning of a long one."""
    named = ", ".join(texts[:most])
    more = len(texts) - most
    return _("%(named)s and %(more)d more") % {"named": named, "more": more} if more > 0 else named


def log(event: str, key: ApiKey, actor: Actor) -> None:
    extra = {"user_sub": key.user_sub, "key_id": key.key_id, "actor": actor.user_sub or "system"}
    logger.info(event, extra=extra)
