"""System checks of the settings of money: every mistake in one run, each with its fix."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from billing.items import ProviderName
from billing.providers import all_providers
from core.money import is_currency

WHOLE_BPS = 10_000


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
def check_stripe(**_: Any) -> list[CheckMessage]:
    """Half of its variables would switch it off without a word."""
    [stripe] = [provider for provider in all_providers() if provider.name is ProviderName.STRIPE]
    if stripe.enabled or not (settings.STRIPE_SECRET_KEY or settings.STRIPE_WEBHOOK_SECRETS):
        return []
    hint = "Set both STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS, or neither."
    return [Error(f"Stripe is off: {stripe.why_not}.", hint=hint, id="billing.E004")]
