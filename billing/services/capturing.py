"""The last word of a payment that its provider leaves to us."""

from billing.items import Payment
from billing.providers.interface import Provider
from billing.providers.messages import Outcome, PaymentReport
from billing.services.outcomes import require_fit
from billing.services.payments import AFTER_THE_CALL, SESSION
from dynamo.deadlines import new_deadline


def finished(provider: Provider, payment: Payment, report: PaymentReport) -> PaymentReport:
    """The report, once what its owner agreed to is taken. What was given up here is not taken:
    nothing moved then, and nothing does.

    Raises ProviderRefused, NoAnswer, and PaymentMismatch for another payment, person or price:
    nothing was taken, and the person was told.
    """
    if report.outcome is not Outcome.APPROVED or not payment.is_open:
        return report
    with new_deadline(AFTER_THE_CALL):
        require_fit(payment, report)
    ref = report.facts.provider_ids.get(SESSION) or payment.provider_ids[SESSION]
    return provider.capture(ref, payment.payment_intent_id)
