"""The mails of alerts: what is in them, and how one stops them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.catalogue import CATALOGUE, CATEGORY_TEXTS, Entry
from alerts.items import Alert, AlertKind, Category, Mode
from alerts.services.answers import not_me_url
from alerts.services.stopping import stop_url
from alerts.services.unsubscribing import unsubscribe_url
from alerts.services.views import BY_ITSELF, AlertView, facts_of
from core import links, mail
from users.models import User

ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 §3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a mail tells of."""

    kind: AlertKind
    context: Mapping[str, str]
    at: datetime
    first_at: datetime | None = None
    n: int = 1
    alert_id: str = ""  # empty for one that is in no inbox

    @classmethod
    def of(cls, alert: Alert) -> "Occasion":
        return cls(
            kind=alert.kind,
            context=alert.context,
            at=alert.last_at,
            first_at=alert.first_at,
            n=alert.n,
            alert_id=alert.alert_id,
        )


def mail_alert(occasion: Occasion, *, user: User, message_id: str, lost_address: str = "") -> None:
    """To the account's own address; to `lost_address` when the account just lost that one.

    Raises what core.mail.send() raises.
    """
    entry = CATALOGUE[occasion.kind]
    scope = "" if entry.mandatory else str(entry.category)
    shown = {
        "subject": entry.title_for(occasion.context),
        "sentence": entry.sentence_for(occasion.context),
        "facts": facts_of(occasion.context),
        "at": occasion.at,
        "first_at": occasion.first_at,
        "n": occasion.n,
        "asks": _asks(entry, occasion.kind),
        "lost_address": bool(lost_address),
        "not_me_url": "" if lost_address else _not_me_url(user, occasion),
        "stop_url": stop_url(user_sub=user.user_sub, kind=occasion.kind, context=occasion.context),
        "page_url": "" if lost_address else _absolute(entry.path_for(occasion.context)),
        "reset_url": _url("accounts:reset"),
        "sign_in_url": _url("accounts:sign_in"),
    }
    _send("alert", shown, user=user, to=lost_address, message_id=message_id, scope=scope)


def mail_digest(
    mode: Mode, alerts: Sequence[AlertView], *, more: bool, user: User, message_id: str
) -> None:
    """Raises what core.mail.send() raises."""
    shown = {
        "subject": _("Your week") if mode is Mode.WEEKLY else _("Your day"),
        "alerts": alerts,
        "more": more,
        "page_url": _url("alerts:list"),
    }
    _send("digest", shown, user=user, message_id=message_id, scope=str(mode))


def scope_text(scope: str) -> str:
    """What an unsubscribe link turns off: a category of alerts, or a digest."""
    if scope == Mode.DAILY:
        return _("the daily digest")
    if scope == Mode.WEEKLY:
        return _("the weekly digest")
    return str(CATEGORY_TEXTS[Category(scope)][0])


def _send(
    name: str,
    shown: Mapping[str, object],
    *,
    user: User,
    message_id: str,
    scope: str,
    to: str = "",
) -> None:
    """`scope` is what one may turn off; empty for what is always sent."""
    url = unsubscribe_url(user_sub=user.user_sub, scope=scope) if scope else ""
    common = {
        "name": user.name,
        "handle": user.handle,
        "scope": scope_text(scope) if scope else "",
        "unsubscribe_url": url,
        "choices_url": _url("alerts:preferences") if scope else "",
    }
    headers = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": ONE_CLICK} if url else {}
    context = {**common, **shown}
    mail.send(name, to=to or user.email, context=context, message_id=message_id, headers=headers)


def _asks(entry: Entry, kind: AlertKind) -> bool:
    """Whether to say what to do if it was not them; nobody did what happens by itself."""
    return kind not in BY_ITSELF and (entry.mandatory or entry.category is not Category.MONEY)


def _not_me_url(user: User, occasion: Occasion) -> str:
    if not occasion.alert_id:
        return ""
    return not_me_url(
        user_sub=user.user_sub, alert_id=occasion.alert_id, kind=occasion.kind, n=occasion.n
    )


def _url(name: str) -> str:
    return _absolute(reverse(name))


def _absolute(path: str) -> str:
    return links.absolute(path) if path else ""
