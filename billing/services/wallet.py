"""Whether there is billing at all, and what a person's wallet holds."""

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import BillingNotConfigured, InvalidAmount
from billing.items import Wallet
from billing.providers.interface import Provider
from billing.repository import BILLING, WalletRepository
from core.money import format_money

_wallets = WalletRepository()


def is_configured() -> bool:
    return bool(BILLING.table_name)


def require_configured() -> None:
    """Raises BillingNotConfigured when the site has no billing table."""
    if not is_configured():
        raise BillingNotConfigured


def get_wallet(user_sub: str) -> Wallet:
    """As of now (a consistent read); an empty one for a person who never had money here.

    Raises BillingNotConfigured.
    """
    require_configured()
    found = _wallets.find(user_sub)
    return found or Wallet(user_sub=user_sub, currency=settings.BILLING_CURRENCY)


def top_up_limits(provider: Provider | None = None) -> tuple[int, int]:
    """The least and the most of one top-up: what the site takes, and of that the provider."""
    least, most = settings.TOP_UP_MIN, settings.TOP_UP_MAX
    if provider is None or provider.limits is None:
        return least, most
    return max(least, provider.limits[0]), min(most, provider.limits[1])


def check_top_up_amount(amount: int, provider: Provider | None = None) -> None:
    """Raises InvalidAmount, naming the field `amount`, outside TOP_UP_MIN and TOP_UP_MAX, and
    outside of what the provider takes at once, and for a part of what it takes whole."""
    least, most = top_up_limits()
    if not least <= amount <= most:
        text = _("Add between %(least)s and %(most)s at a time.") % shown_limits(least, most)
        raise InvalidAmount(errors={"amount": [text]})
    if provider is None:
        return
    least, most = top_up_limits(provider)
    if not least <= amount <= most:
        limits = {"provider": provider.label, **shown_limits(least, most)}
        text = _("%(provider)s takes between %(least)s and %(most)s at a time.") % limits
        raise InvalidAmount(errors={"amount": [text]})
    if amount % provider.step:
        text = _("%(provider)s takes whole amounts of %(currency)s alone.")
        named = {"provider": provider.label, "currency": settings.BILLING_CURRENCY}
        raise InvalidAmount(errors={"amount": [text % named]})


def shown_limits(least: int, most: int) -> dict[str, str]:
    currency = settings.BILLING_CURRENCY
    return {"least": format_money(least, currency), "most": format_money(most, currency)}
