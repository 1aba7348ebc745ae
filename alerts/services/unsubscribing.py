"""Links in mails that turn those mails off, without signing in (RFC 8058).

Only for what may be turned off. A link works for ever, for that one person and choice, and a
repeat changes nothing; who gets hold of one can silence a digest, and nothing about security.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from alerts.errors import UnsubscribeLinkInvalid
from alerts.items import DIGESTS, Category, Channel
from alerts.services.preferences import get_preferences, is_fixed, turn_off
from core import links
from core.actor import Actor
from core.client_ip import limit_subject
from core.ratelimit import Limit, hit
from users import services as users

# Mail providers press the button for many people from few addresses.
PER_ADDRESS = Limit("alerts.unsubscribe", times=100, seconds=60)
_SALT = "alerts.unsubscribe"
_SEPARATOR = "."
_LONGEST = 200
_SCOPES = frozenset(map(str, (*Category, *DIGESTS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`scope`: a category of alerts, or a digest, daily or weekly."""

    user_sub: str
    scope: str
    channel: Channel


def unsubscribe_url(*, user_sub: str, scope: str, channel: Channel = Channel.EMAIL) -> str:
    """Raises ValueError for what is always sent: a bug of the caller."""
    if scope not in _SCOPES or _is_fixed(scope, channel):
        raise ValueError(f"nobody can unsubscribe from {scope!r} by {channel}")
    token = _signer().sign(_SEPARATOR.join((user_sub, scope, channel)))
    return links.absolute(reverse("alerts:unsubscribe", args=[token]))


def open_link(token: str) -> Subscription:
    """Raises UnsubscribeLinkInvalid for a token that is not ours, or of another purpose."""
    try:
        if len(token) > _LONGEST:
            raise UnsubscribeLinkInvalid
        user_sub, scope, channel = _signer().unsign(token).split(_SEPARATOR)
        found = Subscription(user_sub=user_sub, scope=scope, channel=Channel(channel))
    except (signing.BadSignature, ValueError):
        raise UnsubscribeLinkInvalid from None
    if scope not in _SCOPES or _is_fixed(scope, found.channel):
        raise UnsubscribeLinkInvalid  # it became mandatory since
    return found


def unsubscribe(token: str, *, actor: Actor) -> Subscription:
    """Raises UnsubscribeLinkInvalid, RateLimited, and PreferencesChanged when they keep changing.

    An account that is gone has nothing to change, and is told the same.
    """
    hit(PER_ADDRESS, limit_subject(actor.ip))
    link = open_link(token)
    if users.find_user(link.user_sub) is not None:
        for category in _meant(link):
            turn_off(user_sub=link.user_sub, category=category, channel=link.channel, actor=actor)
    return link


def _meant(link: Subscription) -> list[Category]:
    preferences = get_preferences(link.user_sub)
    return [
        category
        for category in Category
        if link.scope in (category, preferences.mode(category, link.channel))
        and not is_fixed(category, link.channel)
    ]


def _is_fixed(scope: str, channel: Channel) -> bool:
    return scope in set(Category) and is_fixed(Category(scope), channel)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)
