"""What one person may add in a day, also with many requests at once."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import DailyCapReached, WalletBusy
from billing.items import Payment
from billing.repository import (
    CAP_LABEL,
    PAYMENT_LABEL,
    REQUESTS_KEPT_FOR,
    CapRepository,
    PaymentRepository,
    to_payment,
)
from billing.services.checking import check_write
from core import clock
from core.money import format_money
from dynamo.deadlines import pause
from dynamo.errors import TransactionCancelled
from dynamo.table import transact

TRIES = 8

_caps = CapRepository()
_payments = PaymentRepository()


def add_within_cap(payment: Payment) -> Payment:
    """Store a new payment; the one that has its id already is given back unchanged.

    Raises DailyCapReached, naming `amount`, when the payments of its day that are open or settled
    would be more than TOP_UP_DAILY_MAX; WalletBusy.
    """
    for number in range(TRIES):
        try:
            return _add(payment)
        except TransactionCancelled as error:
            known = error.item(PAYMENT_LABEL)
            if known is not None and error.failed(PAYMENT_LABEL):
                return to_payment(known)
            if {*error.labels} != {CAP_LABEL}:
                raise
        if number < TRIES - 1:
            pause(number)
    raise WalletBusy


def left_today(user_sub: str) -> int:
    """What can still be added before midnight (UTC), in minor units."""
    midnight = _midnight(clock.now())
    started = _started(user_sub, midnight)
    most: int = settings.TOP_UP_DAILY_MAX
    return max(0, most - sum(each.amount for each in started if _counts(each, midnight)))


def _add(payment: Payment) -> Payment:
    midnight = _midnight(payment.created_at)
    # Before the payments: one that is started after this read makes the condition fail.
    version = _caps.version_of(payment.user_sub, midnight.date())
    used = 0
    for each in _started(payment.user_sub, midnight):
        if each.payment_intent_id == payment.payment_intent_id:
            return each
        used += each.amount if _counts(each, midnight) else 0
    if used + payment.amount > settings.TOP_UP_DAILY_MAX:
        raise _refusal(max(0, settings.TOP_UP_DAILY_MAX - used), payment.currency)
    counting = _caps.counting(payment.user_sub, midnight.date(), version)
    itself = _payments.referring(payment, [payment.payment_intent_id])  # for who knows no more
    transact([_payments.adding(payment), *itself, counting, check_write(payment)])
    return payment


def _started(user_sub: str, midnight: datetime) -> list[Payment]:
    """An id can be as much older than its payment as a repeated request is remembered."""
    return list(_payments.since(user_sub, midnight - REQUESTS_KEPT_FOR))


def _counts(payment: Payment, midnight: datetime) -> bool:
    return payment.created_at >= midnight and (payment.is_open or payment.is_settled)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _refusal(left: int, currency: str) -> DailyCapReached:
    most = format_money(settings.TOP_UP_DAILY_MAX, currency)
    texts = {"most": most, "left": format_money(left, currency)}
    text = _("At most %(most)s can be added in a day (UTC); %(left)s of that is left today.")
    return DailyCapReached(errors={"amount": [text % texts]})
