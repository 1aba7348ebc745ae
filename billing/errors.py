from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, Invalid, NotFound, ServiceUnavailable


class BillingNotConfigured(ServiceUnavailable):
    """There is no billing table; an operator sets BILLING_TABLE_NAME."""

    code = "billing_not_configured"
    message = _("Payments are switched off on this site. Everything else works.")

    def __init__(self) -> None:
        super().__init__(retry_after=3600)


class WalletBusy(ServiceUnavailable):
    """Other movements of the same wallet kept coming first; nothing was written. A card may have
    been charged before: the same request again settles it."""

    code = "wallet_busy"
    message = _("Your wallet is being changed elsewhere at this moment. Try again.")

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class WalletRestricted(Forbidden):
    code = "wallet_restricted"
    message = _("Your wallet cannot be used for purchases right now.")


class InsufficientFunds(Conflict):
    """Amounts in minor units; `missing` is what a top-up must bring."""

    code = "insufficient_funds"
    message = _("There is not enough money in your wallet. Add funds, then try again.")

    def __init__(self, *, available: int, price: int) -> None:
        super().__init__()
        self.available = available
        self.price = price
        self.missing = price - available


class SelfPurchase(Conflict):
    code = "self_purchase"
    message = _("This is yours already.")


class AlreadyPurchased(Conflict):
    """The buyer has paid for this reference before; nothing was charged again."""

    code = "already_purchased"
    message = _("You have bought this already. Nothing was charged.")


class InvalidAmount(Invalid):
    code = "invalid_amount"
    message = _("This amount does not work.")


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    message = _("There is no such payment.")


class PaymentDiffers(Conflict):
    """The id of a payment came again with another amount or provider: a bug of the caller."""

    code = "idempotency_key_reused"
    message = _("This was asked for before, in another way. Start again.")


class NoReceipt(NotFound):
    """A payment whose money never came."""

    code = "no_receipt"
    message = _("There is no receipt: no money came by this payment.")


class StatementNotFound(NotFound):
    code = "statement_not_found"
    message = _("There is no statement of this month.")


class RefundNotFound(NotFound):
    code = "refund_not_found"
    message = _("There is no such refund.")


class DisputeNotFound(NotFound):
    code = "dispute_not_found"
    message = _("There is no such dispute.")


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"
    message = _("There is no such purchase.")


class NotRefundable(Conflict):
    """Not settled, or less than asked for is left of it."""

    code = "not_refundable"
    message = _("This payment cannot be refunded by that amount.")


class MoneySpent(Conflict):
    """The wallet no longer holds what would go back."""

    code = "money_spent"
    message = _("The money of this payment was spent. Reverse what it bought first.")


class ChargeDeclined(Conflict):
    """Nothing was charged; `reason` is the provider's own short code. The message says why and
    what next."""

    code = "charge_declined"
    message = _("The payment was declined. Nothing was charged. Pay in another way.")

    def __init__(self, message: str | Promise | None = None, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class AuthenticationNeeded(Conflict):
    """Whoever pays wants to ask the person: they go to the provider's page `url` and pay the same
    payment there."""

    code = "authentication_needed"
    message = _("You have to confirm this payment yourself.")

    def __init__(self, *, payment_id: str, url: str) -> None:
        super().__init__()
        self.payment_id = payment_id
        self.url = url


class DailyCapReached(Conflict):
    code = "daily_cap_reached"
    message = _("That is more than can be added in one day. Try a smaller amount, or tomorrow.")


class CannotSave(Invalid):
    """The provider keeps no way to pay for next time."""

    code = "cannot_save"
    message = _("This way to pay cannot be saved. Leave that off, or pay in another way.")


class PaymentMethodNotFound(NotFound):
    code = "payment_method_not_found"
    message = _("There is no such payment method. It may have been removed.")


class WebhookNotFound(NotFound):
    code = "webhook_not_found"
    message = _("There is no webhook of this id. They are kept for 90 days.")


class PaymentMismatch(Conflict):
    """What the provider tells of a payment is not what was asked for; no money moves.

    `facts` names what differs, for the log and the inbox row.
    """

    code = "payment_mismatch"
    message = _("The payment provider answered with something else than was asked for.")

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__()
        self.facts = dict(facts)


class ReferenceTaken(Conflict):
    """A provider's id belongs to another payment or person already."""

    code = "reference_taken"
    message = _("The payment provider used one id twice.")


class EventTooEarly(ServiceUnavailable):
    """A webhook of ours whose payment is not here yet; the provider sends it again."""

    code = "event_too_early"
