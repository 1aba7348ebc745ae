"""What money records say to people: their names, states, reasons and next steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.items import Bucket, EntryType, Payment, PaymentStatus

Text = str | Promise

PROVIDERS: dict[str, str] = {"stripe": "Stripe", "paypal": "PayPal", "ccbill": "CCBill"}

STATUSES: dict[PaymentStatus, tuple[Text, str]] = {  # badge and its tone
    PaymentStatus.CREATED: (gettext_lazy("Not paid yet"), "neutral"),
    PaymentStatus.PROCESSING: (gettext_lazy("Pending"), "warn"),
    PaymentStatus.UNKNOWN: (gettext_lazy("Checking"), "warn"),
    PaymentStatus.SETTLED: (gettext_lazy("Done"), "ok"),
    PaymentStatus.FAILED: (gettext_lazy("Failed"), "bad"),
    PaymentStatus.CANCELED: (gettext_lazy("Cancelled"), "neutral"),
}
ENTRIES: dict[EntryType, Text] = {
    EntryType.TOP_UP: gettext_lazy("Top-up"),
    EntryType.PURCHASE: gettext_lazy("Purchase"),
    EntryType.SALE: gettext_lazy("Sale"),
    EntryType.FEE: gettext_lazy("Fee"),
}
BUCKETS: dict[Bucket, Text] = {
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
    "lost_card": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
    "stolen_card": (gettext_lazy("Your bank declined the card."), _ANOTHER_CARD),
}
_OTHER_FAILURE: tuple[Text, Text] = (
    gettext_lazy("The payment did not go through."),
    gettext_lazy("Nothing was charged. Try again, or pay in another way."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A point of a payment's timeline; `at` is None for what is still to come."""

    title: str
    text: str
    tone: str
    at: datetime | None = None


def failure(code: str) -> tuple[str, str]:
    """Why a payment failed, and what to do next; unknown codes of a provider are told in general.

    A bank's "lost" or "stolen" is never told on: the one who reads may be the thief.
    """
    reason, step = _FAILURES.get(code, _OTHER_FAILURE)
    return str(reason), str(step)


def provider_label(name: str) -> str:
    return PROVIDERS.get(name, name)


def timeline(payment: Payment) -> list[Step]:
    return list(_steps(payment))


def _steps(payment: Payment) -> Iterator[Step]:
    provider = provider_label(payment.provider)
    yield Step(
        title=_("Started"),
        text=_("You went on to %(provider)s to pay.") % {"provider": provider},
        tone="accent",
        at=payment.created_at,
    )
    match payment.status:
        case PaymentStatus.CREATED:
            yield Step(
                title=_("Waiting for your payment"),
                text=_("%(provider)s has not told us of a payment.") % {"provider": provider},
                tone="neutral",
            )
        case PaymentStatus.PROCESSING:
            yield Step(
                title=_("Pending"),
                text=_("%(provider)s is still waiting for the money.") % {"provider": provider},
                tone="warn",
                at=payment.updated_at,
            )
            yield Step(title=_("In your wallet"), text=_("Still to come."), tone="neutral")
        case PaymentStatus.UNKNOWN:
            yield Step(
                title=_("Checking"),
                text=_("%(provider)s did not answer. We ask again.") % {"provider": provider},
                tone="warn",
                at=payment.updated_at,
            )
        case PaymentStatus.SETTLED:
            yield Step(
                title=_("In your wallet"),
                text=_("The money can be spent."),
                tone="ok",
                at=payment.settled_at or payment.updated_at,
            )
        case PaymentStatus.FAILED:
            yield Step(
                title=_("Failed"),
                text=failure(payment.failure_code)[0],
                tone="bad",
                at=payment.updated_at,
            )
        case PaymentStatus.CANCELED:
            yield Step(
                title=_("Cancelled"),
                text=_("Nothing was charged."),
                tone="neutral",
                at=payment.updated_at,
            )
