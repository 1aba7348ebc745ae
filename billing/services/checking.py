"""The job that asks what became of a payment: asked for with the payment itself, so that none is
forgotten, whatever dies."""

from datetime import timedelta

from billing.items import Payment
from core import clock
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

FIRST_CHECKED = timedelta(minutes=1)


def check_write(payment: Payment, *, due_in: timedelta = FIRST_CHECKED, asked: int = 0) -> Write:
    """`asked` counts how often that was done."""
    told = {"user_sub": payment.user_sub, "payment_id": payment.payment_intent_id}
    return jobs.enqueue_write(
        JobKind.PAYMENT_CHECK,
        ids={**told, "asked": str(asked)},
        due=clock.now() + due_in,
        lane=Lane.BULK,
    )
