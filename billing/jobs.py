"""What billing does while nobody waits: asking providers, and taking back what was not paid."""

import logging
from contextlib import suppress
from datetime import timedelta

from billing import services
from billing.errors import (
    EventTooEarly,
    PaymentMismatch,
    PaymentNotFound,
    ReferenceTaken,
    RefundNotFound,
)
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from core import clock
from jobs.handlers import Done, handler, recurring
from jobs.items import Job
from jobs.kinds import JobKind

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
REFUND_PAUSES = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, 120 * _MINUTE, 360 * _MINUTE, _DAY)
CHECK_PAUSES = (5 * _MINUTE, 30 * _MINUTE, 90 * _MINUTE, 360 * _MINUTE, *[_DAY] * 40)
FEE_PAUSES = (60 * _MINUTE, 360 * _MINUTE, _DAY, _DAY, 3 * _DAY, 7 * _DAY)

logger = logging.getLogger("billing")


@handler(JobKind.REFUND_CALL)
def call_refund(job: Job) -> Done:
    """As long as its end is not known, it is asked for again: its money is held meanwhile."""
    named = job.ids["user_sub"], job.ids["payment_id"], job.ids["refund_id"]
    try:
        refund = services.get_refund(*named)
    except RefundNotFound:
        return Done()
    with suppress(NoAnswer, ProviderNotEnabled, EventTooEarly, PaymentMismatch):
        refund = services.run_refund(refund=refund)  # else it is still open, and still held
    if not refund.is_open:
        return Done()
    asked = int(job.ids["asked"])
    pause = REFUND_PAUSES[min(asked, len(REFUND_PAUSES) - 1)]
    due = clock.now() + pause
    return Done(writes=[services.refund_call_write(refund, due=due, asked=asked + 1)])


@handler(JobKind.PAYMENT_FEE)
def ask_fee(job: Job) -> Done:
    """Given up after two weeks: the reconciliation finds it then."""
    payment = services.ask_fee(user_sub=job.ids["user_sub"], payment_id=job.ids["payment_id"])
    asked = int(job.ids["asked"])
    if payment is None or asked >= len(FEE_PAUSES):
        return Done()
    return Done(writes=[services.fee_write(payment, due_in=FEE_PAUSES[asked], asked=asked + 1)])


@handler(JobKind.CLAW_BACK)
def claw_back(job: Job) -> None:
    named = {"user_sub": job.ids["user_sub"], "payment_id": job.ids["payment_id"]}
    if refund_id := job.ids.get("refund_id"):
        services.claw_back_refund(**named, refund_id=refund_id)
    else:
        services.claw_back(**named, dispute_id=job.ids["dispute_id"])


@handler(JobKind.PAYMENT_CHECK)
def check_payment(job: Job) -> Done:
    """Until its end is known: what never answers is left to staff after forty days."""
    user_sub, payment_id = job.ids["user_sub"], job.ids["payment_id"]
    try:
        with suppress(NoAnswer, ProviderNotEnabled, ProviderRefused):
            services.check_payment(user_sub=user_sub, payment_id=payment_id)
        payment = services.get_owned_payment(user_sub, payment_id)
    except PaymentNotFound:
        return Done()
    except (PaymentMismatch, ReferenceTaken):
        return Done()  # the person was told; what does not fit does not begin to
    asked = int(job.ids["asked"])
    if payment.is_open and asked >= len(CHECK_PAUSES):
        logger.error("payment without an end", extra={"payment_id": payment_id})
    if not payment.is_open or asked >= len(CHECK_PAUSES):
        return Done()
    due_in = CHECK_PAUSES[asked]
    return Done(writes=[services.check_write(payment, due_in=due_in, asked=asked + 1)])


@handler(JobKind.CARD_EXPIRY)
def tell_of_expiry(job: Job) -> Done:
    named = {name: job.ids[name] for name in ("user_sub", "method_id", "month")}
    return Done(writes=services.notice_of_expiry(**named))


@recurring(JobKind.WEBHOOK_RETRY, every=5 * _MINUTE)
def retry_webhooks(_job: Job) -> None:
    services.retry_webhooks()
