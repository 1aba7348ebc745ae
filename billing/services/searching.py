"""Finding a payment by what staff know of it."""

from billing.errors import PaymentNotFound
from billing.items import Payment, ProviderName
from billing.services.payments import find_payment_by_reference
from core import ids


def search_payment(name: str) -> Payment:
    """By our id or by one of its provider's. Raises PaymentNotFound."""
    text = name.strip()
    text = text.upper() if ids.is_id(text.upper()) else text
    for provider in ProviderName:
        if found := find_payment_by_reference(provider, text):
            return found
    raise PaymentNotFound
