"""Taking an alert to the channels that its owner wants. Only background jobs come here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.urls import reverse

from alerts.catalogue import CATALOGUE
from alerts.items import AlertKind, Channel
from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services.inbox import mark_read_if_there
from alerts.services.preferences import channels_for
from alerts.services.views import facts_of
from core import links, mail
from dynamo.gather import gather
from users import services as users
from users.models import User

_alerts = AlertRepository()
_preferences = PreferenceRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a mail tells of."""

    kind: AlertKind
    context: Mapping[str, str]
    at: datetime


def route_alert(*, user_sub: str, alert_id: str, message_id: str) -> None:
    """Mail it to the address that its owner has now, if they want that; no owner, no mail."""
    alert, preferences, user = gather(
        partial(_alerts.find, user_sub, alert_id),
        partial(_preferences.find, user_sub),
        partial(users.find_user, user_sub),
    )
    if alert is None or user is None:
        return
    channels = channels_for(CATALOGUE[alert.kind], preferences)
    if Channel.IN_APP not in channels:
        mark_read_if_there(user_sub, alert_id)
    if Channel.EMAIL in channels:
        occasion = Occasion(kind=alert.kind, context=alert.context, at=alert.last_at)
        mail_alert(occasion, user=user, message_id=message_id)


def mail_alert(occasion: Occasion, *, user: User, message_id: str, lost_address: str = "") -> None:
    """To the account's own address; to `lost_address` when the account just lost that one."""
    entry = CATALOGUE[occasion.kind]
    mail.send(
        "alert",
        to=lost_address or user.email,
        context={
            "subject": entry.title_for(occasion.context),
            "sentence": entry.sentence_for(occasion.context),
            "facts": facts_of(occasion.context),
            "name": user.name,
            "handle": user.handle,
            "at": occasion.at,
            "lost_address": bool(lost_address),
            "page_url": _url(entry.page) if entry.page and not lost_address else "",
            "choices_url": "" if entry.mandatory else _url("alerts:preferences"),
            "reset_url": _url("accounts:reset"),
            "sign_in_url": _url("accounts:sign_in"),
        },
        message_id=message_id,
    )


def _url(name: str) -> str:
    return links.absolute(reverse(name))
