"""Records as the tables of the wallet show them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import wording
from billing.items import Bucket, EntryType, LedgerEntry, Payment, PaymentMethod, PaymentStatus
from core import clock, ids
from core.money import format_money

NO_MONEY_CAME = (PaymentStatus.FAILED, PaymentStatus.CANCELED, PaymentStatus.CREATED)
OF_A_PAYMENT = (
    EntryType.TOP_UP,
    EntryType.REFUND_HELD,
    EntryType.REFUND,
    EntryType.REFUND_RELEASED,
    EntryType.REFUND_REVERSED,
    EntryType.DISPUTE,
    EntryType.DISPUTE_WON,
    EntryType.DISPUTE_LOST,
)
SOON_MONTHS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    title: str
    note: str
    url: str
    at: datetime
    sign: str
    amount: str
    after: str
    bucket: str
    id: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    id: str
    title: str
    note: str
    at: datetime
    status: str
    tone: str
    sign: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    id: str
    icon: str
    title: str
    note: str
    is_default: bool
    badge: str
    tone: str


def entry_row(entry: LedgerEntry) -> EntryRow:
    return EntryRow(
        id=entry.id,
        title=str(wording.ENTRIES[entry.type]),
        note=entry.ref.rpartition(":")[2],
        url=_page_of(entry),
        at=entry.ts,
        sign=_sign(entry.amount, entry.bucket),
        amount=signed(entry.amount, entry.currency),
        after="" if entry.after is None else format_money(entry.after, entry.currency),
        bucket=str(wording.BUCKETS.get(entry.bucket, "")),
        receipt=_receipt_of(entry),
    )


def payment_row(payment: Payment) -> PaymentRow:
    status, tone = wording.status_of(payment)
    notes = [payment.payment_intent_id]
    if payment.status is PaymentStatus.FAILED:
        notes.insert(0, wording.failure(payment.failure_code)[0])
    came = payment.status not in NO_MONEY_CAME
    amount = payment.amount
    return PaymentRow(
        id=payment.payment_intent_id,
        title=wording.title_of(payment),
        note=" · ".join(notes),
        at=payment.created_at,
        status=status,
        tone=tone,
        sign="+" if payment.is_settled else "",
        amount=signed(amount, payment.currency) if came else format_money(amount, payment.currency),
    )


def method_row(method: PaymentMethod) -> MethodRow:
    badge, tone = _expiry_badge(method)
    return MethodRow(
        id=method.payment_method_id,
        icon="credit-card" if method.last4 else "wallet",
        title=wording.method_title(method),
        note=_method_note(method),
        is_default=method.is_default,
        badge=badge,
        tone=tone,
    )


def signed(amount: int, currency: str) -> str:
    text = format_money(amount, currency)
    return f"+{text}" if amount > 0 else text


def page_of(reference: str) -> str:
    """Of what was bought; empty for what has none."""
    kind, _, found = reference.partition(":")
    page = settings.PURCHASE_PAGES.get(kind)
    return reverse(page, args=[found]) if page and ids.is_id(found) else ""


def _page_of(entry: LedgerEntry) -> str:
    """The payment, or the page of what was bought; empty for what has none."""
    if entry.type in OF_A_PAYMENT:
        return reverse("billing:payment", args=[entry.ref]) if ids.is_id(entry.ref) else ""
    return page_of(entry.ref)


def _receipt_of(entry: LedgerEntry) -> str:
    if entry.type is not EntryType.PURCHASE:
        return ""
    return reverse("billing:purchase_receipt", args=[entry.ref])


def _sign(amount: int, bucket: Bucket) -> str:
    """ "+" is drawn green: money that came in, so not a debt that grew."""
    return "+" if amount > 0 and bucket in (Bucket.AVAILABLE, Bucket.EARN) else ""


def _method_note(method: PaymentMethod) -> str:
    provider = wording.provider_label(method.provider)
    if not method.exp_year:
        return provider
    until = f"{method.exp_month:02d}/{method.exp_year}"
    return _("%(provider)s · good until %(until)s") % {"provider": provider, "until": until}


def _expiry_badge(method: PaymentMethod) -> tuple[str, str]:
    now = clock.now()
    if method.is_expired(now):
        return _("Expired"), "bad"
    if not method.exp_year:
        return "", "neutral"
    left = (method.exp_year - now.year) * 12 + method.exp_month - now.month
    return (_("Expires soon"), "warn") if left < SOON_MONTHS else ("", "neutral")
