"""The last word of a payment that its provider leaves to us."""

from billing.items import Payment
from billing.providers.errors import ProviderRefused
from billing.providers.interface import Provider
from billing.providers.messages import Outcome, PaymentReport
from billing.services import payments
from billing.services.outcomes import require_fit
from billing.services.payments import AFTER_THE_CALL, SESSION
from dynamo.deadlines import new_deadline

TAKEN = (Outcome.SUCCEEDED, Outcome.PROCESSING)


def finished_word_of(provider: Provider, payment: Payment) -> PaymentReport | None:
    """finished() of what the provider says now; None for what it knows nothing of. Raises as
    that."""
    report = payments.told_of(provider, payment)
    return finished(provider, payment, report) if report else None


def finished(provider: Provider, payment: Payment, report: PaymentReport) -> PaymentReport:
    """The report, once what its owner agreed to is taken. What was given up here is not taken,
    and what is being taken is not given up: each asks the row before.

    Raises ProviderRefused, NoAnswer, and PaymentMismatch for another payment, person or price:
    nothing was taken, and the person was told.
    """
    if report.outcome is not Outcome.APPROVED or not payment.is_open:
        return report
    with new_deadline(AFTER_THE_CALL):
        require_fit(payment, report)
        claim = payments.claim(payment)
    if not claim:
        return report
    ref = report.facts.provider_ids.get(SESSION) or payment.provider_ids[SESSION]
    try:
        taken = provider.capture(ref, payment.payment_intent_id)
    except ProviderRefused:
        _let_go(payment, claim)
        raise
    if taken.outcome not in TAKEN:
        _let_go(payment, claim)
    return taken


def _let_go(payment: Payment, claim: str) -> None:
    with new_deadline(AFTER_THE_CALL):
        payments.let_go(payment, claim)
