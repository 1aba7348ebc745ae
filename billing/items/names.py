"""Words of the billing table."""

from enum import StrEnum


class ProviderName(StrEnum):
    STRIPE = "stripe"
    PAYPAL = "paypal"
    CCBILL = "ccbill"

    @property
    def label(self) -> str:
        """As it writes itself."""
        return _LABELS[self]


_LABELS = {"stripe": "Stripe", "paypal": "PayPal", "ccbill": "CCBill"}


class WalletStatus(StrEnum):
    ACTIVE = "active"
    RESTRICTED = "restricted"  # money comes in, none is spent


class PaymentKind(StrEnum):
    TOP_UP = "topup"  # on the provider's page
    CHARGE = "charge"  # of a saved method, while its owner waits


class PaymentStatus(StrEnum):
    CREATED = "created"  # asked for; the person is at the provider, or never came back
    PROCESSING = "processing"  # paid, the provider is not sure yet
    UNKNOWN = "unknown"  # the provider did not answer
    SETTLED = "settled"  # the money is in the wallet
    FAILED = "failed"
    CANCELED = "canceled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"  # the provider took the money back for now
    CHARGED_BACK = "charged_back"  # for good


class RefundStatus(StrEnum):
    PENDING = "pending"  # its money is held; the provider is or will be asked
    UNKNOWN = "unknown"  # the provider was asked and did not answer
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the money is back in the wallet
    REVERSED = "reversed"  # it failed after it had succeeded


class DisputeStatus(StrEnum):
    INQUIRY = "inquiry"  # a question: no money moved
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"  # an inquiry that ended


class AdjustmentStatus(StrEnum):
    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"


class MethodStatus(StrEnum):
    ACTIVE = "active"
    DETACHED = "detached"


class InboxStatus(StrEnum):
    """What became of a webhook."""

    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"  # not ours, or of a kind that nothing here needs
    REFUSED = "refused"  # genuine, but not what was asked for
    FAILED = "failed"  # the next delivery tries again


class Bucket(StrEnum):
    """What a leg moves: a part of a wallet, a seller's earnings, or the platform's own side."""

    AVAILABLE = "available"
    HELD = "held"
    DEBT = "debt"
    EARN = "earn"
    CLEARING = "clearing"  # money at a payment provider
    FEES = "fees"  # what the platform earned
    PROVIDER_FEES = "provider_fees"  # what providers kept
    DISPUTE_FEES = "dispute_fees"
    DISPUTES = "disputes_receivable"  # taken back by a provider until a dispute ends
    ADJUSTMENTS = "adjustments"
    BAD_DEBT = "bad_debt"


class EntryType(StrEnum):
    TOP_UP = "topup"
    PURCHASE = "purchase"
    SALE = "sale"
    FEE = "fee"
    PROVIDER_FEE = "provider_fee"
    REFUND_HELD = "refund_held"
    REFUND = "refund"
    REFUND_RELEASED = "refund_released"
    REFUND_REVERSED = "refund_reversed"
    DISPUTE = "dispute"
    DISPUTE_FEE = "dispute_fee"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    PURCHASE_REVERSED = "purchase_reversed"
    SALE_REVERSED = "sale_reversed"
    FEE_REVERSED = "fee_reversed"
    ADJUSTMENT = "adjustment"
    WRITE_OFF = "write_off"
