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
    ProviderName,
    RefundStatus,
)

Text = str | Promise

PAID_BY: dict[str, Text] = {  # what people pay with on a provider's page
    ProviderName.STRIPE: gettext_lazy("Card"),
    ProviderName.PAYPAL: gettext_lazy("PayPal account"),
    ProviderName.CCBILL: gettext_lazy("Card"),
}

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
    EntryType.DISPUTE_LOST: gettext_lazy("Taken back for good"),
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
TYPES: dict[str, Text] = {  # of saved methods that have no brand
    "card": gettext_lazy("Card"),
    "paypal": gettext_lazy("PayPal account"),
}

_DECLINED = gettext_lazy("Your bank declined the card.")
_ANOTHER_CARD = gettext_lazy("Try another card, or ask your bank why.")
_CHECK_CARD = gettext_lazy("Check the card's details, then try again.")
_WAIT = gettext_lazy("Wait a few minutes, then try again.")
_ASK_PAYPAL = gettext_lazy("Look into your PayPal account, or pay in another way.")
_PAYPAL_DECLINED = gettext_lazy("PayPal declined the payment.")
_ANOTHER_WAY = gettext_lazy("Pay in another way.")
_ASK_US = gettext_lazy("Nothing was charged. Pay in another way, or tell whoever runs this site.")
_FAILURES: dict[str, tuple[Text, Text]] = {  # a provider's code -> reason, next step
    "card_declined": (_DECLINED, _ANOTHER_CARD),
    "generic_decline": (_DECLINED, _ANOTHER_CARD),
    "do_not_honor": (_DECLINED, _ANOTHER_CARD),
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
        _WAIT,
    ),
    "authentication_required": (
        gettext_lazy("You had to confirm that it is you, and it was not confirmed."),
        gettext_lazy("Try again and confirm the payment when you are asked."),
    ),
    "never_made": (
        gettext_lazy("The payment never reached the provider."),
        gettext_lazy("Nothing was charged. Try again."),
    ),
    "lost_card": (_DECLINED, _ANOTHER_CARD),
    "stolen_card": (_DECLINED, _ANOTHER_CARD),
    "declined": (gettext_lazy("The payment was declined."), _ANOTHER_WAY),
    "suspected_fraud": (_DECLINED, _ANOTHER_CARD),
    "too_many_tries": (gettext_lazy("There were too many tries."), _WAIT),
    "method_gone": (
        gettext_lazy("The provider no longer knows what you saved."),
        gettext_lazy("Remove it under “Payment methods”, and save it again."),
    ),
    "instrument_declined": (
        gettext_lazy("PayPal could not take the money from the card or account behind it."),
        gettext_lazy("Choose another one in PayPal, or pay in another way."),
    ),
    "payer_action_required": (
        gettext_lazy("PayPal wanted you to confirm the payment, and it was not confirmed."),
        gettext_lazy("Try again and confirm the payment when you are asked."),
    ),
    "payer_cannot_pay": (_PAYPAL_DECLINED, _ASK_PAYPAL),
    "payer_account_restricted": (_PAYPAL_DECLINED, _ASK_PAYPAL),
    "payer_account_locked_or_closed": (_PAYPAL_DECLINED, _ASK_PAYPAL),
    "transaction_refused": (_PAYPAL_DECLINED, _ASK_PAYPAL),
    "transaction_blocked_by_payee": (_PAYPAL_DECLINED, _ANOTHER_WAY),
    "compliance_violation": (_PAYPAL_DECLINED, _ANOTHER_WAY),
    "payment_denied": (_PAYPAL_DECLINED, _ASK_PAYPAL),
    "declined_by_risk_fraud_filters": (_PAYPAL_DECLINED, _ANOTHER_WAY),
    "max_number_of_payment_attempts_exceeded": (
        gettext_lazy("There were too many tries to pay this."),
        gettext_lazy("Start again, or pay in another way."),
    ),
    "order_not_approved": (
        gettext_lazy("You did not agree to the payment in PayPal."),
        gettext_lazy("Try again and agree to it there."),
    ),
    "order_expired": (
        gettext_lazy("You did not pay in time."),
        gettext_lazy("Nothing was charged. Start again."),
    ),
    "payee_account_restricted": (gettext_lazy("PayPal takes no payments for us now."), _ASK_US),
    "payee_not_enabled_for_card_processing": (
        gettext_lazy("PayPal takes no payments for us now."),
        _ASK_US,
    ),
    "token_id_not_found": (
        gettext_lazy("PayPal no longer knows the account that you saved."),
        gettext_lazy("Remove it under “Payment methods”, and save it again."),
    ),
}
_OTHER_FAILURE: tuple[Text, Text] = (
    gettext_lazy("The payment did not go through."),
    gettext_lazy("Nothing was charged. Try again, or pay in another way."),
)


def failure(code: str) -> tuple[str, str]:
    """Why a payment failed, and what to do next; unknown codes of a provider are told in general,
    and the same one in capitals is the same.

    A bank's "lost" or "stolen" is never told on: the one who reads may be the thief.
    """
    reason, step = _FAILURES.get(code.lower(), _OTHER_FAILURE)
    return str(reason), str(step)


def provider_label(name: str) -> str:
    return ProviderName(name).label if name in set(ProviderName) else name


def status_of(payment: Payment) -> tuple[str, str]:
    """Its badge, and the tone of that."""
    if payment.needs_its_owner:
        return _("Waits for you"), "warn"
    if payment.is_being_checked:
        status = PaymentStatus.UNKNOWN
    else:
        status = PaymentStatus.CREATED if payment.is_unpaid else payment.status
    text, tone = STATUSES[status]
    return str(text), tone


def title_of(payment: Payment) -> str:
    if payment.kind is PaymentKind.CHARGE:
        return _("Top-up with a saved method")
    return _("Top-up with %(provider)s") % {"provider": provider_label(payment.provider)}


def method_title(method: PaymentMethod) -> str:
    """As people know it: its brand and end, or what it is where it has neither."""
    kind = TYPES.get(method.type, method.type.replace("_", " ").capitalize())
    brand = BRANDS.get(method.brand.lower(), method.brand.strip()) or str(kind) or _("Card")
    if not method.last4:
        return brand
    return _("%(brand)s ending in %(last4)s") % {"brand": brand, "last4": method.last4}
