"""A payment with everything that went back of it."""

from dataclasses import dataclass

from billing.items import Dispute, Payment, Refund
from billing.services.disputing import list_disputes
from billing.services.payments import get_owned_payment
from billing.services.refunding import list_refunds
from dynamo.gather import gather


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Oldest first."""

    payment: Payment
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()


def get_history(user_sub: str, payment_id: str) -> History:
    """Raises PaymentNotFound, BillingNotConfigured."""
    payment = get_owned_payment(user_sub, payment_id)
    if not payment.is_settled:
        return History(payment=payment)
    refunds, disputes = gather(lambda: list_refunds(payment), lambda: list_disputes(payment))
    return History(payment=payment, refunds=tuple(refunds), disputes=tuple(disputes))
