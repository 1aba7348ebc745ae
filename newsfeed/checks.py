"""System checks of how posts reach followers."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

WAYS = ("auto", "push", "pull")


@register()
def check_fan_out(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.FANOUT not in WAYS:
        text = f"FANOUT={settings.FANOUT!r} is unknown."
        found.append(Error(text, hint=f"Choose one of {', '.join(WAYS)}.", id="newsfeed.E001"))
    below, above = settings.FANOUT_PUSH_BELOW, settings.FANOUT_PULL_ABOVE
    if not 0 < below <= above:
        text = f"FANOUT_PUSH_BELOW={below} to FANOUT_PULL_ABOVE={above} is no range."
        hint = "Numbers of followers: FANOUT_PUSH_BELOW above 0 and not above FANOUT_PULL_ABOVE."
        found.append(Error(text, hint=hint, id="newsfeed.E002"))
    return found
