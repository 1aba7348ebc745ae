"""Charging a saved card while its owner waits: the payment is made here first."""

from collections.abc import Mapping

from billing import providers, wording
from billing.errors import AuthenticationNeeded, ChargeDeclined, PaymentMethodNotFound
from billing.items import Payment, PaymentKind, PaymentMethod, PaymentStatus
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.interface import Provider
from billing.providers.messages import Charge, Outcome, PaymentReport, Person
from billing.services import methods, payments, settling, top_ups, wallet
from billing.services.outcomes import apply_report
from billing.services.payments import AFTER_THE_CALL
from core import clock, ratelimit
from core.actor import Actor
from core.ratelimit import Limit
from dynamo.deadlines import new_deadline
from users import services as users

CHARGES = Limit("billing-charges", times=20, seconds=3600)


def charge_method(
    *,
    user_sub: str,
    payment_method_id: str,
    amount: int,
    actor: Actor,
    idempotency_key: str = "",
    return_path: str = "",
) -> Payment:
    """Charge a saved method now. The payment: settled, pending, or `unknown` when the provider did
    not answer; it is asked again, never charged again.

    The same `idempotency_key` of a person is the same payment. Raises PaymentMethodNotFound,
    ProviderNotEnabled, InvalidAmount, RateLimited, DailyCapReached, PaymentDiffers;
    ChargeDeclined and ProviderRefused (the payment failed); AuthenticationNeeded (the same
    payment waits on the provider's page); PaymentMismatch.
    """
    wallet.require_configured()
    wallet.check_top_up_amount(amount)
    method = methods.get_owned_method(user_sub, payment_method_id)
    provider = providers.get_provider(method.provider)
    wallet.check_top_up_amount(amount, provider)
    if method.livemode != provider.livemode or not provider.saves:
        raise PaymentMethodNotFound
    ratelimit.hit(CHARGES, user_sub)
    asked_at = clock.now()
    payment = payments.create_payment(
        user_sub=user_sub,
        provider=provider.name,
        kind=PaymentKind.CHARGE,
        amount=amount,
        livemode=provider.livemode,
        actor=actor,
        idempotency_key=idempotency_key,
        payment_method_id=payment_method_id,
        return_path=return_path,
    )
    if payment.created_at < asked_at:
        return _repeated(provider, method, payment, actor)
    return _charged(provider, method, payment, actor)


def _repeated(provider: Provider, method: PaymentMethod, payment: Payment, actor: Actor) -> Payment:
    """What became of it. Charged again, under the same name, only when nothing is there."""
    if payment.is_open and not payment.needs_its_owner:
        try:
            report = top_ups.ask_about(payment)
        except NoAnswer:
            return payment
        with new_deadline(AFTER_THE_CALL):
            if report is not None:
                return _applied(payment, report, actor)
            if clock.now() < payments.last_call_of(payment):
                return _charged(provider, method, payment, actor)
    return _as_it_stands(payment, actor)


def _charged(provider: Provider, method: PaymentMethod, payment: Payment, actor: Actor) -> Payment:
    try:
        report = provider.charge(_order(payment, method))
    except NoAnswer:
        with new_deadline(AFTER_THE_CALL):
            return payments.mark_payment(payment=payment, status=PaymentStatus.UNKNOWN, actor=actor)
    except ProviderRefused as error:
        with new_deadline(AFTER_THE_CALL):
            settling.fail_payment(payment=payment, failure_code=error.reason, actor=actor)
        raise
    return _applied(payment, report, actor)


def _order(payment: Payment, method: PaymentMethod) -> Charge:
    contact = users.contact(payment.user_sub)
    customer = methods.find_customer(payment.user_sub, payment.provider)
    return Charge(
        payment_id=payment.payment_intent_id,
        person=Person(
            user_sub=payment.user_sub, email=contact.email, name=contact.name, customer=customer
        ),
        method_ref=method.provider_ref,
        amount=payment.amount,
        currency=payment.currency,
        note=lambda ids: _note(payment, ids),
        ids=payment.provider_ids,
    )


def _note(payment: Payment, provider_ids: Mapping[str, str]) -> Mapping[str, str]:
    with new_deadline(AFTER_THE_CALL):
        return payments.note_first(payment=payment, provider_ids=provider_ids)


def _applied(payment: Payment, report: PaymentReport, actor: Actor) -> Payment:
    with new_deadline(AFTER_THE_CALL):
        if report.outcome is not Outcome.SUCCEEDED:  # settling notes them
            payment = payments.attach_references(
                payment=payment, provider_ids=report.facts.provider_ids, actor=actor
            )
        apply_report(payment=payment, report=report, actor=actor)
        stored = payments.get_owned_payment(payment.user_sub, payment.payment_intent_id)
        return _as_it_stands(stored, actor)


def _as_it_stands(payment: Payment, actor: Actor) -> Payment:
    """Raises ChargeDeclined for one that failed, AuthenticationNeeded for one that waits."""
    if payment.status is PaymentStatus.FAILED:
        code = payment.failure_code
        raise ChargeDeclined(" ".join(wording.failure(code)), reason=code)
    if payment.needs_its_owner:
        _, url = top_ups.to_the_provider(payment, actor)
        raise AuthenticationNeeded(payment_id=payment.payment_intent_id, url=url)
    return payment
