"""Whether a provider's word of money that goes back is about the payment it names."""

from billing.errors import PaymentMismatch
from billing.items import Payment
from billing.providers.messages import DisputeReport, RefundOutcome, RefundReport
from billing.repository import is_key_part


def compare_with_payment(payment: Payment, report: RefundReport | DisputeReport) -> None:
    """Raises PaymentMismatch, which names what does not fit."""
    wrong: dict[str, object] = {}
    if report.currency != payment.currency:
        wrong["currency"] = report.currency
    if report.livemode != payment.livemode:
        wrong["livemode"] = report.livemode
    if not 0 < report.amount <= payment.amount:
        wrong["amount"] = report.amount
    if isinstance(report, DisputeReport) and report.fee < 0:
        wrong["fee"] = report.fee
    if not is_key_part(report.ref) and not _is_taken_on(report):
        wrong["ref"] = report.ref
    if wrong:
        raise PaymentMismatch(wrong)


def _is_taken_on(report: RefundReport | DisputeReport) -> bool:
    """A refund of ours that its provider does not name before it has ended."""
    return (
        isinstance(report, RefundReport)
        and report.outcome is RefundOutcome.PENDING
        and not report.ref
        and bool(report.refund_id)
    )
