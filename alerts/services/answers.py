"""What a person says of an alert: it was them, or it was not.

What has to happen when it was not is the business of accounts (the URL `accounts:not_me`), which
signs people out and asks for a new password.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from alerts.catalogue import CATALOGUE
from alerts.errors import AlertNotFound
from alerts.items import Alert, AlertKind, Answer
from alerts.repository import AlertRepository
from alerts.services.views import asks_about
from core import ids, links
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact

LINK_LIFETIME = timedelta(hours=24)  # NIST SP 800-63B-4 §4.2.1.2: at most 24 h by mail
_SALT = "alerts.not_me"
_LONGEST = 300
_SEPARATOR = "."

_alerts = AlertRepository()


def not_me_url(*, user_sub: str, alert_id: str, kind: AlertKind, n: int) -> str:
    """For mails: works for 24 hours and once. `n`: which occurrence the mail tells of. Empty for a
    kind that asks nothing."""
    if not asks_about(kind):
        return ""
    token = _signer().sign(_SEPARATOR.join((user_sub, alert_id, str(n))))
    return links.absolute(reverse("accounts:not_me_link", args=[token]))


def open_not_me_link(token: str) -> tuple[str, str, int] | None:
    """The account, the alert and the occurrence of a link that we made; None for a forged or an
    old one."""
    if len(token) > _LONGEST:
        return None
    try:
        user_sub, alert_id, n = _signer().unsign(token, max_age=LINK_LIFETIME).split(_SEPARATOR)
        return user_sub, alert_id, int(n)
    except (signing.BadSignature, ValueError):
        return None


def say_was_me(*, user_sub: str, alert_id: str, actor: Actor) -> None:
    """Raises AlertNotFound: also for somebody else's, for a kind that asks nothing, and when it
    happened again at this very moment."""
    alert = find_asked(user_sub=user_sub, alert_id=alert_id)
    if alert is None:
        raise AlertNotFound
    if alert.answer is Answer.NOT_ME:
        return
    try:
        transact([_alerts.answering(alert, Answer.WAS_ME)])
    except TransactionCancelled as error:
        raise AlertNotFound from error


def find_asked(*, user_sub: str, alert_id: str) -> Alert | None:
    """None when it is gone, somebody else's, or asks nothing."""
    alert = _alerts.find(user_sub, alert_id) if ids.is_id(alert_id) else None
    return alert if alert and asks_about(alert.kind) else None


def check_asked(*, user_sub: str, alert_id: str) -> None:
    """Raises AlertNotFound where find_asked() finds none."""
    if find_asked(user_sub=user_sub, alert_id=alert_id) is None:
        raise AlertNotFound


def title_of(alert: Alert) -> str:
    return CATALOGUE[alert.kind].title_for(alert.context)


def not_me_write(alert: Alert) -> Write:
    """Joins the transaction that signs everybody out. Fails under ANSWER_LABEL when the alert is
    gone or happened again since."""
    return _alerts.answering(alert, Answer.NOT_ME)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)
