"""Finding a payment by what staff know of it."""

from billing import providers
from billing.errors import PaymentNotFound
from billing.items import Dispute, Payment
from billing.providers.errors import ProviderNotEnabled
from billing.services.payments import find_payment_by_reference
from core import ids


def search_payment(name: str) -> Payment:
    """By our id or by one of its provider's, as that or we write it. Raises PaymentNotFound."""
    text = name.strip()
    text = text.upper() if ids.is_id(text.upper()) else text
    for provider in providers.all_providers():
        for ref in dict.fromkeys([text, *provider.spellings(text)]):
            if found := find_payment_by_reference(provider.name, ref):
                return found
    raise PaymentNotFound


def dashboard_of(thing: Payment | Dispute) -> str:
    """Where staff see it at its provider; "" while that is off, or has no such page."""
    try:
        provider = providers.get_provider(thing.provider)
    except ProviderNotEnabled:
        return ""
    refs = [thing.provider_ref] if isinstance(thing, Dispute) else thing.provider_ids.values()
    return next(filter(None, map(provider.dashboard_url, refs)), "")
