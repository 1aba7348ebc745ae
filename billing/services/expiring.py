"""Saved cards that expire: their owner hears of it 30 and 7 days before."""

from datetime import UTC, datetime, timedelta

from alerts import services as alerts
from alerts.items import AlertKind
from billing import wording
from billing.items import MethodStatus, PaymentMethod
from billing.repository import MethodRepository
from core import clock
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

NOTICES = (timedelta(days=30), timedelta(days=7))

_methods = MethodRepository()


def expiry_writes(method: PaymentMethod) -> list[Write]:
    """The job of the next notice; none for what has no date, or only the past."""
    if not _has_date(method):
        return []
    end = _end_of(method)
    due = next((end - notice for notice in NOTICES if end - notice > clock.now()), None)
    if due is None:
        return []
    told = {
        "user_sub": method.user_sub,
        "method_id": method.payment_method_id,
        "month": _month(method),
    }
    return [jobs.enqueue_write(JobKind.CARD_EXPIRY, ids=told, due=due, lane=Lane.BULK)]


def notice_of_expiry(*, user_sub: str, method_id: str, month: str) -> list[Write]:
    """The alert, and the job of the one after it; nothing when the card was removed, or is good
    until another month by now: that has a job of its own."""
    method = _methods.find(user_sub, method_id)
    if method is None or method.status is not MethodStatus.ACTIVE or _month(method) != month:
        return []
    context = {
        "method": wording.method_title(method),
        "month": f"{method.exp_month:02d}/{method.exp_year}",
    }
    told = alerts.alert_writes(user_sub=user_sub, kind=AlertKind.CARD_EXPIRING, context=context)
    return [*told, *expiry_writes(method)]


def _has_date(method: PaymentMethod) -> bool:
    return method.exp_year > 0 and 1 <= method.exp_month <= 12


def _month(method: PaymentMethod) -> str:
    return f"{method.exp_year}-{method.exp_month:02d}"


def _end_of(method: PaymentMethod) -> datetime:
    """Cards are good until the end of their month."""
    years, month = divmod(method.exp_month, 12)
    return datetime(method.exp_year + years, month + 1, 1, tzinfo=UTC)
