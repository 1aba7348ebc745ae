from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, Invalid, NotFound, ServiceUnavailable


class BillingNotConfigured(ServiceUnavailable):
    """There is no billing table; an operator sets BILLING_TABLE_NAME."""

    code = "billing_not_configured"
    message = _("Payments are switched off on this site. Everything else works.")

    def __init__(self) -> None:
        super().__init__(retry_after=3600)


class WalletBusy(ServiceUnavailable):
    """Other movements of the same wallet kept coming first; nothing was written."""

    code = "wallet_busy"
    message = _("Your wallet is being changed elsewhere. Nothing was charged; try again.")

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


class PaymentMethodNotFound(NotFound):
    code = "payment_method_not_found"
    message = _("There is no such payment method. It may have been removed.")


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
