"""Adding money: the payment is made here first, then the person goes to the provider."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from billing import providers
from billing.errors import CannotSave
from billing.items import Payment, PaymentKind, PaymentStatus
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from billing.providers.interface import Provider
from billing.providers.messages import Lost, Outcome, PaymentReport, Person, Redirect, TopUp
from billing.sandbox import access as sandbox
from billing.services import methods, payments, settling, wallet
from billing.services.capturing import finished_word_of
from billing.services.customers import with_customer
from billing.services.outcomes import apply_report, note_another_try
from billing.services.payments import AFTER_THE_CALL, SESSION
from core import links
from core.actor import Actor
from dynamo.deadlines import new_deadline

CANCELED = "canceled"
UNPAID = (Outcome.OPEN, Outcome.APPROVED, Outcome.CANCELED)


def sandbox_on() -> bool:
    """Whether payments go to the sandbox: no real money, and every page of money says so."""
    return sandbox.is_on()


def sandbox_dashboard() -> str:
    """Where a developer refunds and disputes by hand; "" without the sandbox."""
    return sandbox.dashboard_url() if sandbox.is_on() else ""


def start_top_up(
    *,
    user_sub: str,
    amount: int,
    provider: str,
    save_method: bool,
    actor: Actor,
    idempotency_key: str = "",
    return_path: str = "",
) -> tuple[Payment, str]:
    """The payment, and the provider's page where the person pays it.

    The same `idempotency_key` (any text the caller repeats) of a person is the same payment and
    the same page. `return_path`: where on this site the person wanted to go afterwards.
    Raises ProviderNotEnabled, InvalidAmount, CannotSave, PaymentDiffers, ProviderRefused (the
    payment failed) and NoAnswer (the payment is `unknown`: a repeat with the same key goes on with
    it).
    """
    wallet.require_configured()
    chosen = providers.get_provider(provider)
    wallet.check_top_up_amount(amount, chosen)
    if save_method and not chosen.saves:
        text = _("%(provider)s cannot save it. Leave this off, or pay in another way.")
        raise CannotSave(errors={"save_method": [text % {"provider": chosen.label}]})
    payment = payments.create_payment(
        user_sub=user_sub,
        provider=chosen.name,
        kind=PaymentKind.TOP_UP,
        amount=amount,
        livemode=chosen.livemode,
        actor=actor,
        idempotency_key=idempotency_key,
        save_method=save_method,
        return_path=return_path,
    )
    if not payment.is_open or payment.status is PaymentStatus.PROCESSING:
        return payment, return_url(payment)
    return to_the_provider(payment, actor)


def refresh_payment(*, user_sub: str, payment_id: str, actor: Actor) -> Payment:
    """The payment, after asking its provider once unless its end is known.

    A provider that is off or does not answer changes nothing. Raises PaymentNotFound.
    """
    payment = payments.get_owned_payment(user_sub, payment_id)
    if not payment.is_open:
        return payment
    try:
        report = ask_about(payment)
    except (ProviderNotEnabled, ProviderRefused, NoAnswer):
        return payment
    if report is None:
        return payment
    with new_deadline(AFTER_THE_CALL):
        apply_report(payment=payment, report=report, actor=actor)
        return payments.get_owned_payment(user_sub, payment_id)


def ask_about(payment: Payment) -> PaymentReport | None:
    """What its provider says of it now, after taking what its owner agreed to; None when it knows
    nothing, or cannot be asked yet.

    Raises ProviderNotEnabled, ProviderRefused, NoAnswer.
    """
    provider = providers.get_provider(payment.provider)
    if payments.asking_refs(payment.provider_ids):
        return finished_word_of(provider, payment)
    if payment.kind is PaymentKind.TOP_UP:
        return None  # nobody was sent to the provider's page
    return provider.find_payment(lost(payment))


def lost(payment: Payment) -> Lost:
    return Lost(
        payment_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        customer=methods.find_customer(payment.user_sub, payment.provider),
        amount=payment.amount,
        currency=payment.currency,
        ids=payment.provider_ids,
        sent_from=payment.created_at,
        sent_until=payments.last_call_of(payment),
    )


def can_be_paid(payment: Payment) -> bool:
    """On the provider's page. A saved card that is being charged would be charged twice."""
    if payment.kind is PaymentKind.TOP_UP:
        return payment.is_unpaid
    return payment.needs_its_owner


def continue_payment(*, user_sub: str, payment_id: str, actor: Actor) -> str:
    """The provider's page where an unpaid payment is paid: the same page while it is open. Where
    there is nothing to pay, the payment's own page.

    Raises PaymentNotFound, ProviderNotEnabled, ProviderRefused, NoAnswer.
    """
    payment = payments.get_owned_payment(user_sub, payment_id)
    if not can_be_paid(payment):
        return return_url(payment)
    _, url = to_the_provider(payment, actor)
    if payment.was_declined:
        with new_deadline(AFTER_THE_CALL):
            note_another_try(payment)
    return url


def to_the_provider(payment: Payment, actor: Actor) -> tuple[Payment, str]:
    """The payment, and the provider's page for it. Raises ProviderNotEnabled, ProviderRefused (the
    payment failed), NoAnswer (it is `unknown`)."""
    redirect = _ask(providers.get_provider(payment.provider), payment, actor)
    with new_deadline(AFTER_THE_CALL):
        payment = payments.attach_references(
            payment=payment, provider_ids={SESSION: redirect.ref}, actor=actor
        )
    return payment, redirect.url


def cancel_top_up(*, user_sub: str, payment_id: str, actor: Actor) -> Payment:
    """Give up an open payment, at the provider first; one that was paid meanwhile is settled.

    Raises PaymentNotFound, ProviderNotEnabled, ProviderRefused, NoAnswer.
    """
    payment = payments.get_owned_payment(user_sub, payment_id)
    ref = payment.provider_ids.get(SESSION, "")
    if payment.is_open and ref:
        provider = providers.get_provider(payment.provider)
        provider.cancel_top_up(ref)
        return give_up(provider, payment, actor)
    with new_deadline(AFTER_THE_CALL):
        return refresh_payment(user_sub=user_sub, payment_id=payment_id, actor=actor)


def give_up(provider: Provider, payment: Payment, actor: Actor) -> Payment:
    """A visit that was canceled there, or is not taken any more: unless it was paid meanwhile,
    that is its end. Money that comes all the same is late money.

    Raises ProviderRefused, NoAnswer.
    """
    report = payments.told_of(provider, payment)
    with new_deadline(AFTER_THE_CALL):
        if report and report.outcome not in UNPAID:
            apply_report(payment=payment, report=report, actor=actor)
            return payments.get_owned_payment(payment.user_sub, payment.payment_intent_id)
        return payments.mark_payment(payment=payment, status=PaymentStatus.CANCELED, actor=actor)


def _ask(provider: Provider, payment: Payment, actor: Actor) -> Redirect:
    def ask(person: Person) -> Redirect:
        return provider.start_top_up(_top_up(payment, person))

    try:
        return with_customer(provider, payment.user_sub, actor, ask)
    except NoAnswer:
        with new_deadline(AFTER_THE_CALL):
            payments.mark_payment(
                payment=payment,
                status=PaymentStatus.UNKNOWN,
                failure_code=payment.failure_code,
                actor=actor,
            )
        raise
    except ProviderRefused as error:
        with new_deadline(AFTER_THE_CALL):
            settling.fail_payment(payment=payment, failure_code=error.reason, actor=actor)
        raise


def _top_up(payment: Payment, person: Person) -> TopUp:
    back = return_url(payment)
    return TopUp(
        payment_id=payment.payment_intent_id,
        person=person,
        amount=payment.amount,
        currency=payment.currency,
        save_method=payment.save_method,
        created_at=payment.created_at,
        return_url=back,
        cancel_url=f"{back}?{CANCELED}=1",
    )


def payment_of_return(provider: str, query: Mapping[str, str]) -> tuple[str, str] | None:
    """Whose payment a browser comes back from, and its id; None when that is not proved. Raises
    ProviderNotEnabled."""
    return providers.get_provider(provider).payment_of_return(query)


def return_url(payment: Payment) -> str:
    return links.absolute(reverse("billing:payment_return", args=[payment.payment_intent_id]))
