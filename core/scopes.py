"""What an API key may be allowed: `area:read` or `area:write`.

A view that keys may use names its area as `scope_area`, and in `not_for_keys` those of its actions
that need the person. A view without an area refuses every key, so a new view is closed until
somebody decides otherwise. One that tells a key about itself says `any_key = True`: every key that
works may read it, whatever its scopes.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from core.errors import Forbidden


class Area(StrEnum):
    PROFILE = "profile"
    SESSIONS = "sessions"
    ALERTS = "alerts"
    FEED = "feed"
    BILLING = "billing"
    KEYS = "keys"


class Scope(StrEnum):
    """One does not imply another: `profile:write` alone reads nothing."""

    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    FEED_READ = "feed:read"
    FEED_WRITE = "feed:write"
    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"
    KEYS_READ = "keys:read"  # there is no keys:write: a key never makes or widens a key


class AnyKey(Enum):
    ANY_KEY = "any key"


ANY_KEY = AnyKey.ANY_KEY
Need = Scope | AnyKey | None  # what a key must have; None: no key is enough

SCOPES = {str(scope): scope for scope in Scope}

# What a person is told before they give a key the scope.
DESCRIPTIONS: dict[Scope, str | Promise] = {
    Scope.PROFILE_READ: _("See your account and profile"),
    Scope.PROFILE_WRITE: _("Change your profile, handle and picture"),
    Scope.SESSIONS_READ: _("See your sessions, trusted browsers and sign-in history"),
    Scope.SESSIONS_WRITE: _("Sign your sessions out, and stop trusting browsers"),
    Scope.ALERTS_READ: _("Read your alerts"),
    Scope.ALERTS_WRITE: _("Mark alerts as read, change what you are alerted about"),
    Scope.FEED_READ: _("Read what you may read: feed, posts, comments, notifications"),
    Scope.FEED_WRITE: _("Post, comment, follow and hide as you"),
    Scope.BILLING_READ: _("See your balance, payments and payment methods"),
    Scope.BILLING_WRITE: _("Change billing settings"),
    Scope.KEYS_READ: _("List your API keys, never their secrets"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAccess:
    """`request.auth` of a call that was made with a key."""

    key_id: str
    scopes: frozenset[Scope]


class KeyNotAllowed(Forbidden):
    code = "key_not_allowed"
    message = _("API keys cannot do this. Do it in the browser, signed in.")


def scope_needed(area: Area, method: str) -> Scope | None:
    """None where no key is enough, whatever its scopes."""
    action = "read" if method in SAFE_METHODS else "write"
    return SCOPES.get(f"{area}:{action}")


def scope_of_view(view: object, method: str) -> Scope | None:
    """What a key needs to call this view by this method; None: it is closed to keys."""
    area: Area | None = getattr(view, "scope_area", None)
    if area is None or getattr(view, "action", None) in getattr(view, "not_for_keys", ()):
        return None
    return scope_needed(area, method)


def need_of_view(view: object, method: str) -> Need:
    """The same, with the views that any key may read."""
    if getattr(view, "any_key", False) and method in SAFE_METHODS:
        return ANY_KEY
    return scope_of_view(view, method)


def refuse_keys(request: Request) -> None:
    """For doors that need the person in the browser. Raises KeyNotAllowed."""
    if is_by_key(request):
        raise KeyNotAllowed


def is_by_key(request: Request) -> bool:
    return isinstance(request.auth, KeyAccess)
