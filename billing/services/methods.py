"""Saved payment methods: ours are names for what the provider keeps; no card number is here."""

from dataclasses import replace

from alerts import services as alerts
from alerts.items import AlertKind
from billing import wording
from billing.errors import PaymentMethodNotFound, ReferenceTaken, WalletBusy
from billing.items import BillingSettings, MethodFacts, MethodStatus, PaymentMethod, ProviderName
from billing.repository import (
    METHOD_LABEL,
    METHOD_REFERENCE_LABEL,
    SETTINGS_LABEL,
    MethodRepository,
)
from billing.services.expiring import expiry_writes
from billing.services.wallet import require_configured
from core import clock, ids
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact

REMOVAL_TRIES = 3

_methods = MethodRepository()


def list_methods(user_sub: str) -> list[PaymentMethod]:
    """The active ones, the default first, then newest first. Raises BillingNotConfigured."""
    require_configured()
    methods, settings = gather(
        lambda: _methods.list_of(user_sub), lambda: _methods.settings_of(user_sub)
    )
    newest_first = sorted(methods, key=lambda each: each.payment_method_id, reverse=True)
    shown = [_with_default(method, settings) for method in newest_first]
    return sorted(shown, key=lambda each: not each.is_default)


def get_owned_method(user_sub: str, payment_method_id: str) -> PaymentMethod:
    """Raises PaymentMethodNotFound, also for a removed one and for another person's."""
    require_configured()
    known = ids.is_id(payment_method_id)
    method = _methods.find(user_sub, payment_method_id) if known else None
    if method is None or method.status is not MethodStatus.ACTIVE:
        raise PaymentMethodNotFound
    return _with_default(method, _methods.settings_of(user_sub))


def save_method(
    *, user_sub: str, provider: ProviderName, facts: MethodFacts, actor: Actor
) -> PaymentMethod:
    """Keep a method that the provider saved; the first one becomes the default. Tells the person.

    The same `provider_ref` again gives the method that is there, also one that was removed: a
    late word of the provider never brings it back. Raises ReferenceTaken for another person's.
    """
    require_configured()
    method = PaymentMethod(
        payment_method_id=ids.new_id(),
        user_sub=user_sub,
        provider=ProviderName(provider),
        type=facts.type,
        brand=facts.brand,
        last4=facts.last4,
        exp_month=facts.exp_month,
        exp_year=facts.exp_year,
        provider_ref=facts.provider_ref,
        livemode=facts.livemode,
        status=MethodStatus.ACTIVE,
        created_at=clock.now(),
    )
    notice = _notice(method, AlertKind.PAYMENT_METHOD_ADDED)
    try:
        transact([*_methods.adding(method), *notice, *expiry_writes(method)])
    except TransactionCancelled as error:
        if not error.failed(METHOD_REFERENCE_LABEL):
            raise
        return _known(method, error)
    return _with_default(method, _methods.settings_of(user_sub))


def set_default_method(*, user_sub: str, payment_method_id: str, actor: Actor) -> None:
    """Raises PaymentMethodNotFound."""
    method = get_owned_method(user_sub, payment_method_id)
    try:
        transact(_methods.making_default(method))
    except TransactionCancelled as error:
        if error.failed(METHOD_LABEL):
            raise PaymentMethodNotFound from error
        raise


def remove_method(*, user_sub: str, payment_method_id: str, actor: Actor) -> None:
    """Forget it and tell the person; the door detaches it at the provider first.

    Raises PaymentMethodNotFound.
    """
    for _attempt in range(REMOVAL_TRIES):
        method = get_owned_method(user_sub, payment_method_id)
        detaching = _methods.detaching(method, is_default=method.is_default)
        try:
            transact([*detaching, *_notice(method, AlertKind.PAYMENT_METHOD_REMOVED)])
        except TransactionCancelled as error:
            if error.failed(METHOD_LABEL):
                raise PaymentMethodNotFound from error
            if not error.failed(SETTINGS_LABEL):
                raise
        else:
            return
    raise WalletBusy


def get_settings(user_sub: str) -> BillingSettings:
    """Raises BillingNotConfigured."""
    require_configured()
    return _methods.settings_of(user_sub)


def find_customer(user_sub: str, provider: ProviderName) -> str:
    """The person's id at the provider; "" when there is none yet."""
    return get_settings(user_sub).customers.get(provider, "")


def is_customer(user_sub: str, provider: ProviderName, customer: str) -> bool:
    """Whether the provider's `customer` is this person, now or before it was replaced."""
    return _methods.owner_of_customer(provider, customer) == user_sub


def remember_customer(
    *, user_sub: str, provider: ProviderName, customer: str, actor: Actor, gone: str = ""
) -> str:
    """The customer id that counts: the first one remembered wins, until it is replaced as `gone`.

    Raises ReferenceTaken when it is another person's.
    """
    require_configured()
    try:
        transact(_methods.setting_customer(user_sub, provider, customer, gone=gone))
    except TransactionCancelled as error:
        if error.failed(SETTINGS_LABEL):
            return find_customer(user_sub, provider)
        if error.failed(METHOD_REFERENCE_LABEL):
            raise ReferenceTaken from error
        raise
    return customer


def _known(method: PaymentMethod, error: TransactionCancelled) -> PaymentMethod:
    found = _methods.find_by_reference(method.provider, method.provider_ref)
    if found is None or found.user_sub != method.user_sub:
        raise ReferenceTaken from error
    return _with_default(found, _methods.settings_of(found.user_sub))


def _with_default(method: PaymentMethod, settings: BillingSettings) -> PaymentMethod:
    return replace(method, is_default=method.payment_method_id == settings.default_pm)


def _notice(method: PaymentMethod, kind: AlertKind) -> list[Write]:
    context = {"method": wording.method_title(method)}
    return alerts.alert_writes(user_sub=method.user_sub, kind=kind, context=context)
