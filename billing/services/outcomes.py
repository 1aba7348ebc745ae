"""What a provider's report does to a payment; the return page and webhooks share it."""

import logging
from contextlib import suppress

from alerts import services as alerts
from alerts.items import AlertKind
from billing.errors import PaymentMismatch, ReferenceTaken
from billing.items import (
    AUTHENTICATION_REQUIRED,
    MethodFacts,
    Payment,
    PaymentKind,
    PaymentStatus,
)
from billing.providers.messages import Outcome, PaymentReport
from billing.repository import PaymentRepository
from billing.services import fees, methods, payments, settling
from billing.services.payments import SESSION
from core.actor import Actor
from core.money import format_money
from dynamo.errors import TransactionCancelled
from dynamo.table import transact

DOES_NOT_FIT = "payment does not fit"

logger = logging.getLogger("billing")
_payments = PaymentRepository()

_MARKS = {
    Outcome.PROCESSING: PaymentStatus.PROCESSING,
    Outcome.CANCELED: PaymentStatus.CANCELED,
}


def apply_report(*, payment: Payment, report: PaymentReport, actor: Actor) -> None:
    """Settle, fail or mark the payment; the same report twice does nothing more.

    Raises PaymentMismatch or ReferenceTaken, and nothing moved but the person was told, when it
    tells of another payment, person, amount, currency or mode.
    """
    with settling.telling_of_mismatch(payment, DOES_NOT_FIT):
        _apply(payment, report, actor)


def require_fit(payment: Payment, report: PaymentReport) -> None:
    """Before the money is taken. Raises PaymentMismatch as apply_report() does."""
    with settling.telling_of_mismatch(payment, DOES_NOT_FIT):
        _compare(payment, report)
        settling.compare_facts(payment, report.facts)


def _apply(payment: Payment, report: PaymentReport, actor: Actor) -> None:
    _compare(payment, report)
    if report.outcome is Outcome.SUCCEEDED:
        if payment.owner_is_gone and not payment.is_settled:  # told before, lest nobody tells it
            logger.error(
                "paid after its owner had gone", extra={"payment_id": payment.payment_intent_id}
            )
        settled = settling.settle_payment(
            payment=payment, facts=report.facts, actor=actor, fee=report.fee
        )
        if not settled and report.fee is not None:
            fees.note_fee(payment=payment, fee=report.fee)
        if report.method and payment.save_method:
            _save(payment, report.method, actor)
    elif _is_up_to_its_owner(payment, report):
        tell_of_action(payment)
    elif report.outcome is Outcome.FAILED:
        code = report.failure_code or "failed"
        settling.fail_payment(payment=payment, failure_code=code, actor=actor)
    elif report.outcome is Outcome.OPEN and report.failure_code:
        _note_decline(payment, report.failure_code)
    elif report.outcome in _MARKS:
        payments.mark_payment(payment=payment, status=_MARKS[report.outcome], actor=actor)


def tell_of_action(payment: Payment) -> None:
    """The bank wants to ask the person before it pays: note and tell it, once."""
    if payment.needs_its_owner:
        return
    context = {
        "amount": format_money(payment.amount, payment.currency),
        "payment": payment.payment_intent_id,
    }
    told = alerts.alert_writes(
        user_sub=payment.user_sub, kind=AlertKind.PAYMENT_ACTION, context=context
    )
    with suppress(TransactionCancelled):  # noted before, or it has ended
        transact([_payments.noting_action(payment, AUTHENTICATION_REQUIRED), *told])


def note_another_try(payment: Payment) -> None:
    """Its owner is at the provider's page again: what was declined there says nothing any more."""
    is_charge = payment.kind is PaymentKind.CHARGE
    _note_decline(payment, AUTHENTICATION_REQUIRED if is_charge else "")


def _note_decline(payment: Payment, code: str) -> None:
    """On the provider's page, where another try may pay it."""
    if payment.kind is PaymentKind.TOP_UP or payment.needs_its_owner:
        with suppress(TransactionCancelled):  # noted before, or it has ended
            transact([_payments.noting_action(payment, code)])


def _is_up_to_its_owner(payment: Payment, report: PaymentReport) -> bool:
    """The charge of a saved method that a bank lets pass on the provider's page alone."""
    is_refused = report.outcome is Outcome.FAILED and payment.kind is PaymentKind.CHARGE
    return is_refused and report.failure_code == AUTHENTICATION_REQUIRED


def _compare(payment: Payment, report: PaymentReport) -> None:
    told = {"payment_id": report.payment_id, "user_sub": report.user_sub}
    ours = {"payment_id": payment.payment_intent_id, "user_sub": payment.user_sub}
    if session := report.facts.provider_ids.get(SESSION):
        told[SESSION] = session
        ours[SESSION] = payment.provider_ids.get(SESSION, session)
    wrong = {name: value for name, value in told.items() if value != ours[name]}
    if report.doubt:
        wrong[report.doubt] = ""
    stranger = report.customer
    if stranger and not methods.is_customer(payment.user_sub, payment.provider, stranger):
        wrong["customer"] = stranger
    if wrong:
        raise PaymentMismatch(wrong)


def _save(payment: Payment, facts: MethodFacts, actor: Actor) -> None:
    """The money is in the wallet: a card that cannot be kept is no reason to say otherwise."""
    try:
        methods.save_method(
            user_sub=payment.user_sub, provider=payment.provider, facts=facts, actor=actor
        )
    except ReferenceTaken:
        logger.exception("saved method belongs to somebody else")
