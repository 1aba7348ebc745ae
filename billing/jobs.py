"""What billing does while nobody waits: asking providers, and taking back what was not paid."""

from contextlib import suppress
from datetime import timedelta

from billing import services
from billing.errors import EventTooEarly, PaymentMismatch, RefundNotFound
from billing.providers.errors import NoAnswer, ProviderNotEnabled
from core import clock
from jobs.handlers import Done, handler
from jobs.items import Job
from jobs.kinds import JobKind

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
REFUND_PAUSES = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, 120 * _MINUTE, 360 * _MINUTE, _DAY)
FEE_PAUSES = (60 * _MINUTE, 360 * _MINUTE, _DAY, _DAY, 3 * _DAY, 7 * _DAY)


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
    services.claw_back(
        user_sub=job.ids["user_sub"],
        payment_id=job.ids["payment_id"],
        dispute_id=job.ids["dispute_id"],
    )
