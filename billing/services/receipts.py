"""Receipts: of money that came in, with what went back since, and of purchases from the wallet."""

from django.conf import settings

from billing.errors import NoReceipt, PurchaseNotFound
from billing.items import Purchase, RefundStatus, Seller, TopUpReceipt
from billing.repository import PurchaseRepository, is_key_part
from billing.services.timeline import get_history
from billing.services.wallet import require_configured

_purchases = PurchaseRepository()


def seller() -> Seller:
    lines = (line.strip() for line in settings.SELLER_ADDRESS.split("|"))
    return Seller(
        name=settings.SELLER_NAME,
        address=tuple(line for line in lines if line),
        tax_id=settings.SELLER_TAX_ID,
        email=settings.SELLER_EMAIL,
    )


def top_up_receipt(user_sub: str, payment_id: str) -> TopUpReceipt:
    """Raises PaymentNotFound, NoReceipt while no money came, BillingNotConfigured."""
    history = get_history(user_sub, payment_id)
    payment = history.payment
    if not payment.is_settled:
        raise NoReceipt
    through = [each for each in history.refunds if each.status is RefundStatus.SUCCEEDED]
    return TopUpReceipt(
        payment=payment,
        paid_at=payment.settled_at or payment.updated_at,
        refunds=tuple(through),
    )


def purchase_receipt(user_sub: str, reference: str) -> Purchase:
    """Raises PurchaseNotFound, BillingNotConfigured."""
    require_configured()
    found = _purchases.find(user_sub, reference) if is_key_part(reference) else None
    if found is None:
        raise PurchaseNotFound
    return found
