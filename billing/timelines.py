"""What happened to a payment, step by step, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from billing.items import (
    Dispute,
    DisputeStatus,
    Payment,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from billing.wording import failure, provider_label
from core.money import format_money


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`at` is None for what is still to come."""

    title: str
    text: str
    tone: str
    at: datetime | None = None


def timeline(
    payment: Payment, refunds: tuple[Refund, ...] = (), disputes: tuple[Dispute, ...] = ()
) -> list[Step]:
    """Oldest first; what is still to come is last."""
    steps = [_start(payment), *_course(payment)]
    steps += [step for refund in refunds for step in _of_refund(refund)]
    steps += [step for dispute in disputes for step in _of_dispute(dispute)]
    begun = [step for step in steps if step.at]
    begun.sort(key=lambda step: step.at or payment.created_at)
    return [*begun, *(step for step in steps if not step.at)]


def _start(payment: Payment) -> Step:
    provider = {"provider": provider_label(payment.provider)}
    text = _("You went on to %(provider)s to pay.")
    if payment.kind is PaymentKind.CHARGE:
        text = _("You asked %(provider)s to charge what you saved there.")
    return Step(title=_("Started"), text=text % provider, tone="accent", at=payment.created_at)


def _course(payment: Payment) -> Iterator[Step]:
    told = _Telling(payment)
    if payment.was_declined:
        yield told(_("Declined"), failure(payment.failure_code)[0], "bad", payment.updated_at)
    if payment.needs_its_owner:
        yield told(_("Waiting for you"), _("You have to confirm it yourself."), "warn")
    elif payment.is_being_checked:
        text = _("%(provider)s did not answer. We ask again; nothing is charged twice.")
        yield told(_("Checking"), text, "warn", payment.updated_at)
    elif payment.is_unpaid:
        text = _("%(provider)s has not told us of a payment.")
        if payment.was_declined:
            text = _("Nothing was charged yet.")
        yield told(_("Waiting for your payment"), text)
    elif payment.status is PaymentStatus.PROCESSING:
        text = _("%(provider)s is still waiting for the money.")
        yield told(_("Pending"), text, "warn", payment.updated_at)
        yield told(_("In your wallet"), _("Still to come."))
    elif payment.is_settled:
        at = payment.settled_at or payment.updated_at
        yield told(_("In your wallet"), _("The money was added to your balance."), "ok", at)
    elif payment.status is PaymentStatus.FAILED:
        yield told(_("Failed"), failure(payment.failure_code)[0], "bad", payment.updated_at)
    else:
        yield told(_("Cancelled"), _("Nothing was charged."), "neutral", payment.updated_at)


class _Telling:
    def __init__(self, payment: Payment | Refund | Dispute) -> None:
        self._facts = {
            "provider": provider_label(payment.provider),
            "amount": format_money(payment.amount, payment.currency),
        }

    def __call__(
        self, title: str, text: str, tone: str = "neutral", at: datetime | None = None
    ) -> Step:
        return Step(title=title % self._facts, text=text % self._facts, tone=tone, at=at)


def _of_refund(refund: Refund) -> Iterator[Step]:
    told, at = _Telling(refund), refund.updated_at
    text = _("Taken from your balance, to be sent back to where it came from.")
    yield told(_("Refund of %(amount)s started"), text, "accent", refund.created_at)
    match refund.status:
        case RefundStatus.PENDING | RefundStatus.UNKNOWN:
            yield told(_("Refund at %(provider)s"), _("Under way. It can take some days."))
        case RefundStatus.SUCCEEDED:
            text = _("%(provider)s sent it. Your bank may take some days to show it.")
            yield told(_("%(amount)s refunded"), text, "ok", at)
        case RefundStatus.FAILED:
            text = _("%(provider)s could not send it. The money is in your wallet again.")
            yield told(_("Refund of %(amount)s failed"), text, "bad", at)
        case RefundStatus.REVERSED:
            text = _("It was sent back to us. The money is in your wallet again.")
            yield told(_("Refund of %(amount)s came back"), text, "bad", at)


def _of_dispute(dispute: Dispute) -> Iterator[Step]:
    told, at = _Telling(dispute), dispute.updated_at
    if dispute.status in (DisputeStatus.INQUIRY, DisputeStatus.CLOSED):
        text = _("No money has moved.")
        title = _("Your bank or %(provider)s asked about this payment")
        yield told(title, text, "warn", dispute.created_at)
    else:
        text = _("Your bank or %(provider)s took %(amount)s back.")
        if dispute.status == DisputeStatus.OPEN:
            text = _("Your bank or %(provider)s took %(amount)s back until this is settled.")
        yield told(_("Payment disputed"), text, "warn", dispute.created_at)
    match dispute.status:
        case DisputeStatus.OPEN:
            yield told(_("Decision"), _("Still to come. It can take weeks."))
        case DisputeStatus.WON:
            text = _("The payment stands. What was on hold is in your wallet again.")
            yield told(_("Dispute ended"), text, "ok", at)
        case DisputeStatus.LOST:
            text = _("%(amount)s went back for good to where it came from.")
            yield told(_("Dispute ended"), text, "bad", at)
        case DisputeStatus.CLOSED:
            yield told(_("Question answered"), _("The payment stands."), "ok", at)
