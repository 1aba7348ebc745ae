"""What became of payments whose end is not known: their providers are asked, and nothing is
started again. What nobody paid is given up."""

from collections.abc import Iterator
from datetime import timedelta

from billing import providers
from billing.items import OPEN_STATUSES, Payment, PaymentKind, PaymentStatus
from billing.providers.errors import ProviderNotEnabled
from billing.providers.interface import Provider
from billing.providers.messages import Outcome, PaymentReport
from billing.repository import PersonRepository, to_payment
from billing.services import payments, settling
from billing.services.capturing import finished_word_of
from billing.services.outcomes import apply_report
from billing.services.payments import AFTER_THE_CALL, SESSION
from billing.services.top_ups import give_up, lost
from billing.services.wallet import require_configured
from core import clock
from core.actor import Actor
from dynamo.deadlines import new_deadline

UNPAID_FOR = timedelta(hours=2)  # longer than a provider's page stays open
NEVER_MADE = "never_made"
_NOBODY = Actor(None)
_OPEN = frozenset(map(str, OPEN_STATUSES))

_people = PersonRepository()


def check_payment(*, user_sub: str, payment_id: str) -> Payment:
    """The payment, after asking its provider unless its end is known.

    What the provider knows nothing of ends once it can be believed: no call is under way any more.
    What nobody paid in two hours is given up, at the provider first. Raises PaymentNotFound;
    ProviderNotEnabled (also when its keys are of the other mode), ProviderRefused and NoAnswer,
    which change nothing; PaymentMismatch and ReferenceTaken, of which the person is told.
    """
    payment = payments.get_owned_payment(user_sub, payment_id)
    if not payment.is_open:
        return payment
    provider = providers.get_provider(payment.provider)
    if provider.livemode != payment.livemode:
        raise ProviderNotEnabled
    report = _ask(provider, payment)
    if report is None:
        is_believed = clock.now() >= payments.last_call_of(payment) + provider.believed_after
        return _end(payment) if is_believed else payment
    stored = _take(payment, report)
    waits = report.outcome is Outcome.OPEN or stored.needs_its_owner
    if stored.is_open and waits and is_overdue(stored):
        return _give_up(provider, stored)
    return stored


def is_overdue(payment: Payment) -> bool:
    return clock.now() - payment.created_at >= UNPAID_FOR


def open_payments() -> Iterator[Payment]:
    """Everybody's whose end is not known. Reads the whole table: for commands only."""
    require_configured()
    for row in _people.all_rows():
        if row["sk"].startswith("PAY#") and row["status"] in _OPEN:
            yield to_payment(row)


def _ask(provider: Provider, payment: Payment) -> PaymentReport | None:
    """None only when the provider looked and found nothing. A refusal is no such word, nor is
    that it does not know a name it gave itself: then our keys are of another account."""
    if payments.asking_refs(payment.provider_ids):
        return finished_word_of(provider, payment)
    asked = lost(payment)
    # Without a customer nothing was asked for yet.
    return provider.find_payment(asked) if asked.customer else None


def _take(payment: Payment, report: PaymentReport) -> Payment:
    with new_deadline(AFTER_THE_CALL):
        if report.outcome is not Outcome.SUCCEEDED:  # settling notes them
            payment = payments.attach_references(
                payment=payment, provider_ids=report.facts.provider_ids, actor=_NOBODY
            )
        apply_report(payment=payment, report=report, actor=_NOBODY)
        return payments.get_owned_payment(payment.user_sub, payment.payment_intent_id)


def _give_up(provider: Provider, payment: Payment) -> Payment:
    if session := payment.provider_ids.get(SESSION):
        provider.cancel_top_up(session)
        return give_up(provider, payment, _NOBODY)
    with new_deadline(AFTER_THE_CALL):
        return _canceled(payment)


def _end(payment: Payment) -> Payment:
    """Nothing of it is at the provider. Whoever had a card charged is told."""
    with new_deadline(AFTER_THE_CALL):
        if payment.kind is PaymentKind.TOP_UP:
            return _canceled(payment)
        settling.fail_payment(payment=payment, failure_code=NEVER_MADE, actor=_NOBODY)
        return payments.get_owned_payment(payment.user_sub, payment.payment_intent_id)


def _canceled(payment: Payment) -> Payment:
    canceled = PaymentStatus.CANCELED
    return payments.mark_payment(payment=payment, status=canceled, actor=_NOBODY)
