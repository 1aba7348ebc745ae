"""What is known of a call that brought a key, for whoever answers, counts or limits it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How far a key has spent its limit, this call included.

    `limit` calls in `window` seconds; `remaining` may come at once; one more may in `reset`
    seconds.
    """

    limit: int
    window: int
    remaining: int
    reset: int


@dataclass(slots=True, kw_only=True)
class KeyCall:
    """Known from the moment at which the secret matched, also of a call that is then refused.

    `quota` is None until the call was counted. `old_secret_until`: it brought the secret from
    before the last rotation, which works until then. `refusal` is the code of the error.
    """

    key_id: str
    user_sub: str
    old_secret_until: datetime | None = None
    quota: Quota | None = None
    refusal: str | None = None


def key_call_of(request: HttpRequest) -> KeyCall | None:
    """None for a call without a key, and for one whose secret matches none."""
    call: KeyCall | None = getattr(request, "key_call", None)
    return call
