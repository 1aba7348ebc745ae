"""The last word of a payment that its provider leaves to us."""

from billing.items import Payment
from billing.providers.interface import Outcome, PaymentReport, Provider
from billing.services.payments import SESSION


def finished(provider: Provider, payment: Payment, report: PaymentReport) -> PaymentReport:
    """The report, once what its owner agreed to is taken. What was given up here is not taken:
    nothing moved then, and nothing does.

    Raises ProviderRefused, NoAnswer.
    """
    if report.outcome is not Outcome.APPROVED or not payment.is_open:
        return report
    ref = report.facts.provider_ids.get(SESSION) or payment.provider_ids[SESSION]
    return provider.capture(ref, payment.payment_intent_id)
