"""System checks of who must have a second factor."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from mfa.items import Required
from mfa.services.policy import MOST_DAYS


@register(Tags.security)
def check_required(**_: Any) -> list[CheckMessage]:
    if settings.MFA_REQUIRED in list(Required):
        return []
    text = f"MFA_REQUIRED={settings.MFA_REQUIRED!r} is unknown."
    return [Error(text, hint=f"Choose one of {', '.join(Required)}.", id="mfa.E001")]


@register(Tags.security)
def check_grace_days(**_: Any) -> list[CheckMessage]:
    if 0 <= settings.MFA_GRACE_DAYS <= MOST_DAYS:
        return []
    text = f"MFA_GRACE_DAYS={settings.MFA_GRACE_DAYS} is not between 0 and {MOST_DAYS}."
    hint = "Set it to the days people have to turn on two-step sign-in, 0 for none."
    return [Error(text, hint=hint, id="mfa.E002")]


@register(Tags.security, deploy=True)
def check_staff_need_a_factor(**_: Any) -> list[CheckMessage]:
    if settings.MFA_REQUIRED != Required.OFF:
        return []
    text = "MFA_REQUIRED=off: a stolen password alone opens staff accounts."
    hint = "Remove MFA_REQUIRED, or set it to staff or all."
    return [Warning(text, hint=hint, id="mfa.W001")]
