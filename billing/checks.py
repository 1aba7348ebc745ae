"""System checks of the settings of money: every mistake in one run, each with its fix."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from billing.items import ProviderName
from billing.providers import all_providers, ccbill_access, paypal, paypal_client
from core.money import is_currency

WHOLE_BPS = 10_000
SECRET_LENGTH = 32
SAFE_IN_A_PATH = re.compile(r"[\w.~-]*", re.ASCII)
MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(36))"'
VARIABLES = {
    ProviderName.STRIPE: ("billing.E004", ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS")),
    ProviderName.PAYPAL: ("billing.E008", paypal.VARIABLES),
    ProviderName.CCBILL: ("billing.E009", ccbill_access.VARIABLES),
}
MODES = {"PAYPAL_MODE": paypal_client.MODES, "CCBILL_MODE": ccbill_access.MODES}


@register()
def check_money(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not is_currency(settings.BILLING_CURRENCY):
        text = f"BILLING_CURRENCY={settings.BILLING_CURRENCY!r} is not a currency."
        found.append(Error(text, hint="Set an ISO 4217 code such as USD.", id="billing.E001"))
    if not 0 <= settings.PLATFORM_FEE_BPS <= WHOLE_BPS:
        text = f"PLATFORM_FEE_BPS={settings.PLATFORM_FEE_BPS} is not between 0 and {WHOLE_BPS}."
        found.append(Error(text, hint="1000 is ten percent.", id="billing.E002"))
    if not 0 < settings.TOP_UP_MIN <= settings.TOP_UP_MAX:
        text = f"TOP_UP_MIN={settings.TOP_UP_MIN} to TOP_UP_MAX={settings.TOP_UP_MAX} is no range."
        hint = "Set both in the minor unit, TOP_UP_MIN above 0 and not above TOP_UP_MAX."
        found.append(Error(text, hint=hint, id="billing.E003"))
    if settings.TOP_UP_DAILY_MAX < settings.TOP_UP_MAX:
        text = f"TOP_UP_DAILY_MAX={settings.TOP_UP_DAILY_MAX} is below TOP_UP_MAX."
        hint = "One top-up of TOP_UP_MAX must fit into a day."
        found.append(Error(text, hint=hint, id="billing.E005"))
    if settings.REFUND_APPROVAL_ABOVE < 0:
        text = f"REFUND_APPROVAL_ABOVE={settings.REFUND_APPROVAL_ABOVE} is below zero."
        hint = "Set it in the minor unit; with 0 every refund needs a second staff member."
        found.append(Error(text, hint=hint, id="billing.E007"))
    least, most = settings.TOP_UP_MIN, settings.TOP_UP_MAX
    if outside := [one for one in settings.TOP_UP_PRESETS if not least <= one <= most]:
        text = f"TOP_UP_PRESETS has {outside}, not between TOP_UP_MIN and TOP_UP_MAX."
        found.append(Error(text, hint="Write them in the minor unit.", id="billing.E006"))
    return found


@register()
def check_providers(**_: Any) -> list[CheckMessage]:
    """Some of its variables, or some that do not fit, would switch one off without a word."""
    found: list[CheckMessage] = []
    for provider in all_providers():
        number, names = VARIABLES[provider.name]
        if provider.enabled or not any(getattr(settings, name) for name in names):
            continue
        missing, listed = [name for name in names if not getattr(settings, name)], ", ".join(names)
        why = f"{', '.join(missing)} not set" if missing else provider.why_not
        hint = f"Set {listed}, or none of them." if missing else f"Mend that, or unset {listed}."
        found.append(Error(f"{provider.label} is off: {why}.", hint=hint, id=number))
    return found


@register()
def check_modes(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{name}={getattr(settings, name)!r} is unknown.",
            hint=f"Set it to {' or '.join(modes)}.",
            id="billing.E010",
        )
        for name, modes in MODES.items()
        if getattr(settings, name) not in modes
    ]


@register()
def check_ccbill(**_: Any) -> list[CheckMessage]:
    """What is read of CCBill only once it is set up."""
    if not settings.CCBILL_ACCOUNT:
        return []
    found = [*_ccbill_limits(), *_ccbill_webhooks()]
    if bool(settings.CCBILL_APP_ID) is not bool(settings.CCBILL_APP_SECRET):
        text = "One of CCBILL_APP_ID and CCBILL_APP_SECRET is not set."
        found.append(Error(text, hint="Set both, or neither.", id="billing.E011"))
    return found


def _ccbill_limits() -> Iterator[CheckMessage]:
    least, most = settings.CCBILL_MIN, settings.CCBILL_MAX
    if not 0 < least <= most:
        text = f"CCBILL_MIN={least} to CCBILL_MAX={most} is no range."
        hint = "Set both in the minor unit, CCBILL_MIN above 0 and not above CCBILL_MAX."
        yield Error(text, hint=hint, id="billing.E012")
    elif most < settings.TOP_UP_MIN or least > settings.TOP_UP_MAX:
        text = "CCBILL_MIN to CCBILL_MAX has nothing in common with TOP_UP_MIN to TOP_UP_MAX."
        hint = "Nobody could pay through CCBill: widen one of the two."
        yield Error(text, hint=hint, id="billing.E013")
    if settings.CCBILL_CONFIRM_ABOVE < 0:
        text = f"CCBILL_CONFIRM_ABOVE={settings.CCBILL_CONFIRM_ABOVE} is below zero."
        hint = "Set it in the minor unit; with 0 every sale is confirmed."
        yield Error(text, hint=hint, id="billing.E014")


def _ccbill_webhooks() -> Iterator[CheckMessage]:
    """They are not signed: where they come from and the secret in their path stand for that."""
    if settings.CCBILL_WEBHOOK_SECRET and len(settings.CCBILL_WEBHOOK_SECRET) < SECRET_LENGTH:
        text = f"CCBILL_WEBHOOK_SECRET is shorter than {SECRET_LENGTH} characters."
        yield Error(text, hint=f"Make one with: {MAKE_ONE}", id="billing.E015")
    if not SAFE_IN_A_PATH.fullmatch(settings.CCBILL_WEBHOOK_SECRET):
        text = "CCBILL_WEBHOOK_SECRET has characters that a path cannot hold as they are."
        yield Error(text, hint=f"Make one with: {MAKE_ONE}", id="billing.E016")
    wrong = [each for each in settings.CCBILL_NETWORKS if not ccbill_access.is_network(each)]
    if wrong or not settings.CCBILL_NETWORKS:
        text = f"CCBILL_NETWORKS names no networks: {', '.join(map(repr, wrong)) or 'it is empty'}."
        hint = "List networks as in 64.38.212.0/24, separated by spaces; unset it for CCBill's own."
        yield Error(text, hint=hint, id="billing.E017")
    if settings.SITE_URL.startswith("https:") and not settings.TRUSTED_PROXY_COUNT:
        text = "CCBill is set up, and TRUSTED_PROXY_COUNT is 0 although SITE_URL is https."
        hint = (
            "This server speaks plain http, so a proxy stands before it, and CCBill's webhooks seem"
            " to come from there: each is refused. Set TRUSTED_PROXY_COUNT to how many there are."
        )
        yield Warning(text, hint=hint, id="billing.W001")
