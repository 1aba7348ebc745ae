"""The link "stop this" in the mails about a wait that ends with less security.

What it stops is the business of accounts (the URL `accounts:lost_stop`). It works as long as the
wait runs, so it has no end of its own.
"""

from collections.abc import Mapping

from django.core import signing
from django.urls import reverse

from alerts.items import AlertKind
from core import links

STOPPABLE = frozenset(
    {AlertKind.MFA_RESET_ASKED, AlertKind.MFA_RESET_SOON, AlertKind.MFA_RESET_DUE}
)
WAIT = "wait"  # in the context of such an alert: the id of what it stops
_SALT = "alerts.stop"
_LONGEST = 300
_SEPARATOR = "."


def stop_url(*, user_sub: str, kind: AlertKind, context: Mapping[str, str]) -> str:
    """For mails. Empty for a kind that nobody stops."""
    if kind not in STOPPABLE or not context.get(WAIT):
        return ""
    token = _signer().sign(f"{user_sub}{_SEPARATOR}{context[WAIT]}")
    return links.absolute(reverse("accounts:lost_stop", args=[token]))


def open_stop_link(token: str) -> tuple[str, str] | None:
    """The account and what is to be stopped; None for a link that we did not make."""
    if len(token) > _LONGEST:
        return None
    try:
        user_sub, wait = _signer().unsign(token).split(_SEPARATOR)
    except (signing.BadSignature, ValueError):
        return None
    return user_sub, wait


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT)
