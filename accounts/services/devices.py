"""The browsers an account knows: a random cookie in each, its hash in a row, for 400 days."""

import re
from datetime import timedelta

from core import clock, ids
from core.actor import Actor
from sessions.device import device_label
from users.items import KnownBrowser

LIFETIME = timedelta(days=400)  # the longest that browsers keep a cookie
RENEW_AFTER = timedelta(days=30)
_SHAPE = re.compile(r"[\w-]{43}", re.ASCII)


def is_device(text: str) -> bool:
    """Whether new_device() could have made it; nothing else is ever looked up."""
    return _SHAPE.fullmatch(text) is not None


def new_device() -> str:
    return ids.new_token()


def digest_of(device: str) -> str:
    """What is stored; empty for text that is no device's."""
    return ids.sha256_hex("device", device) if is_device(device) else ""


def seen_now(device: str, actor: Actor) -> KnownBrowser:
    now = clock.now()
    return KnownBrowser(
        digest=digest_of(device),
        label=device_label(actor.user_agent),
        seen_at=now,
        expires_at=now + LIFETIME,
    )


def needs_renewal(browser: KnownBrowser) -> bool:
    return clock.now() - browser.seen_at > RENEW_AFTER
