"""What money records say to people: their names, states, reasons and next steps."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.items import (
    Bucket,
    DisputeStatus,
    EntryType,
    Payment,
    PaymentKind,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
)

Text = str | Promise

PROVIDERS: dict[str, str] = {"stripe": "Stripe", "paypal": "PayPal", "ccbill": "CCBill"}

STATUSES: dict[PaymentStatus, tuple[Text, str]] = {  # badge and its tone
    PaymentStatus.CREATED: (gettext_lazy("Not paid yet"), "neutral"),
    PaymentStatus.PROCESSING: (gettext_lazy("Pending"), "warn"),
    PaymentStatus.UNKNOWN: (gettext_lazy("Checking"), "warn"),
    PaymentStatus.SETTLED: (gettext_lazy("Done"), "ok"),
    PaymentStatus.FAILED: (gettext_lazy("Failed"), "bad"),
    PaymentStatus.CANCELED: (gettext_lazy("Cancelled"), "neutral"),
    PaymentStatus.PARTIALLY_REFUNDED: (gettext_lazy("Partly refunded"), "neutral"),
    PaymentStatus.REFUNDED: (gettext_lazy("Refunded"), "neutral"),
    PaymentStatus.DISPUTED: (gettext_lazy("Disputed"), "warn"),
    PaymentStatus.CHARGED_BACK: (gettext_lazy("Charged back"), "bad"),
}
REFUND_STATUSES: dict[RefundStatus, tuple[Text, str]] = {
    RefundStatus.PENDING: (gettext_lazy("Under way"), "warn"),
    RefundStatus.UNKNOWN: (gettext_lazy("Checking"), "warn"),
    RefundStatus.SUCCEEDED: (gettext_lazy("Sent back"), "ok"),
    RefundStatus.FAILED: (gettext_lazy("Failed"), "bad"),
    RefundStatus.REVERSED: (gettext_lazy("Came back"), "bad"),
}
DISPUTE_STATUSES: dict[DisputeStatus, tuple[Text, str]] = {
    DisputeStatus.INQUIRY: (gettext_lazy("Question"), "warn"),
    DisputeStatus.OPEN: (gettext_lazy("Open"), "warn"),
    DisputeStatus.WON: (gettext_lazy("Won"), "ok"),
    DisputeStatus.LOST: (gettext_lazy("Lost"), "bad"),
    DisputeStatus.CLOSED: (gettext_lazy("Answered"), "neutral"),
}
ENTRIES: dict[EntryType, Text] = {
    EntryType.TOP_UP: gettext_lazy("Top-up"),
    EntryType.PURCHASE: gettext_lazy("Purchase"),
    EntryType.SALE: gettext_lazy("Sale"),
    EntryType.FEE: gettext_lazy("Fee"),
    EntryType.PROVIDER_FEE: gettext_lazy("Provider's fee"),
    EntryType.REFUND_HELD: gettext_lazy("Set aside for a refund"),
    EntryType.REFUND: gettext_lazy("Refund"),
    EntryType.REFUND_RELEASED: gettext_lazy("Refund failed, money back"),
    EntryType.REFUND_REVERSED: gettext_lazy("Refund came back"),
    EntryType.DISPUTE: gettext_lazy("Payment disputed"),
    EntryType.DISPUTE_FEE: gettext_lazy("Dispute fee"),
    EntryType.DISPUTE_WON: gettext_lazy("Dispute ended, money back"),
    EntryType.DISPUTE_LOST: gettext_lazy("Taken back by the bank"),
    EntryType.PURCHASE_REVERSED: gettext_lazy("Purchase undone"),
    EntryType.SALE_REVERSED: gettext_lazy("Sale undone"),
    EntryType.FEE_REVERSED: gettext_lazy("Fee undone"),
    EntryType.ADJUSTMENT: gettext_lazy("Correction"),
    EntryType.WRITE_OFF: gettext_lazy("Debt written off"),
}
ACCOUNTS: dict[Bucket, Text] = {  # as rows of a statement
    Bucket.AVAILABLE: gettext_lazy("Available"),
    Bucket.HELD: gettext_lazy("On hold"),
    Bucket.DEBT: gettext_lazy("Debt"),
    Bucket.EARN: gettext_lazy("Earned"),
}
BUCKETS: dict[Bucket, Text] = {  # beside a balance; that of what is available needs none
    Bucket.HELD: gettext_lazy("on hold"),
    Bucket.DEBT: gettext_lazy("debt"),
    Bucket.EARN: gettext_lazy("earnings"),
}
BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}

_ANOTHER_CARD = gettext_lazy("Try another card, or ask your bank why.")
_CHECK_CARD = gettext_lazy("Check the card's details, then try again.")
_FAILURES: dict[str, tuple[Text, Text]] = {  # a provider's code -> reason, next step
    "card_declined": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
    "generic_decline": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
    "do_not_honor": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
    "insufficient_funds": (
        gettext_lazy("There was not enough money on the card."),
        gettext_lazy("Try a smaller amount or another card."),
    ),
    "expired_card": (
        gettext_lazy("The card has expired."),
        gettext_lazy("Pay with another card."),
    ),
    "incorrect_cvc": (gettext_lazy("The card's security code was wrong."), _CHECK_CARD),
    "incorrect_number": (gettext_lazy("The card's number was wrong."), _CHECK_CARD),
    "processing_error": (
        gettext_lazy("The card's network had a problem."),
        gettext_lazy("Wait a few minutes, then try again."),
    ),
    "authentication_required": (
        gettext_lazy("Your bank wanted to know that it is you, and was not told."),
        gettext_lazy("Try again and confirm the payment when your bank asks."),
    ),
    "never_made": (
        gettext_lazy("The payment never reached the provider."),
        gettext_lazy("Nothing was charged. Try again."),
    ),
    "lost_card": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
    "stolen_card": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
}
_OTHER_FAILURE: tuple[Text, Text] = (
    gettext_lazy("The payment did not go through."),
    gettext_lazy("Nothing was charged. Try again, or pay in another way."),
)


def failure(code: str) -> tuple[str, str]:
    """Why a payment failed, and what to do next; unknown codes of a provider are told in general.

    A bank's "lost" or "stolen" is never told on: the one who reads may be the thief.
    """
    reason, step = _FAILURES.get(code, _OTHER_FAILURE)
    return str(reason), str(step)


def provider_label(name: str) -> str:
    return PROVIDERS.get(name, name)


def status_of(payment: Payment) -> tuple[str, str]:
    """Its badge, and the tone of that."""
    if payment.needs_its_owner:
        return _("Waits for you"), "warn"
    status = PaymentStatus.UNKNOWN if payment.is_being_checked else payment.status
    text, tone = STATUSES[status]
    return str(text), tone


def title_of(payment: Payment) -> str:
    if payment.kind is PaymentKind.CHARGE:
        return _("Top-up with a saved card")
    return _("Top-up with %(provider)s") % {"provider": provider_label(payment.provider)}


def method_title(method: PaymentMethod) -> str:
    brand = BRANDS.get(method.brand, method.brand or method.type).strip() or _("Card")
    if not method.last4:
        return brand
    return _("%(brand)s ending in %(last4)s") % {"brand": brand, "last4": method.last4}
