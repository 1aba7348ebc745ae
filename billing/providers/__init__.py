"""The payment providers. Each is switched on by its own variables and never offered when off."""

from billing.providers.ccbill import CCBill
from billing.providers.errors import ProviderNotEnabled
from billing.providers.interface import Provider
from billing.providers.paypal import PayPal
from billing.providers.stripe import Stripe

_PROVIDERS: tuple[Provider, ...] = (Stripe(), PayPal(), CCBill())


def all_providers() -> tuple[Provider, ...]:
    """Also those that are off: for a page that says why."""
    return _PROVIDERS


def enabled_providers() -> list[Provider]:
    return [provider for provider in _PROVIDERS if provider.enabled]


def get_provider(name: str) -> Provider:
    """Raises ProviderNotEnabled when it is off or unknown."""
    for provider in enabled_providers():
        if provider.name == name:
            return provider
    raise ProviderNotEnabled
