"""Saving a way to pay at a provider, and forgetting it there."""

from collections.abc import Mapping
from contextlib import suppress

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import providers
from billing.errors import PaymentMethodNotFound
from billing.items import PaymentMethod
from billing.providers.errors import ProviderNotEnabled
from billing.providers.messages import Person, Redirect
from billing.services import methods, wallet
from billing.services.customers import with_customer
from billing.services.payments import AFTER_THE_CALL
from core import links
from core.actor import Actor
from dynamo.deadlines import new_deadline


def start_saving_method(*, user_sub: str, provider: str, actor: Actor) -> str:
    """The provider's page where the person says how to pay; it comes back to
    billing:payment_method_return with the name of the visit, for visit_of().

    Raises ProviderNotEnabled (also for one that saves nothing without a payment), ProviderRefused,
    NoAnswer, BillingNotConfigured.
    """
    wallet.require_configured()
    chosen = providers.get_provider(provider)
    if not (chosen.saves and chosen.saves_alone):
        text = _("%(provider)s saves nothing without a payment.")
        raise ProviderNotEnabled(text % {"provider": chosen.label})
    back = links.absolute(reverse("billing:payment_method_return"))

    def ask(person: Person) -> Redirect:
        return chosen.start_save_method(
            person,
            currency=settings.BILLING_CURRENCY,
            return_url=f"{back}?provider={chosen.name}",
            cancel_url=links.absolute(reverse("billing:payment_methods")),
        )

    return with_customer(chosen, user_sub, actor, ask).url


def visit_of(provider: str, query: Mapping[str, str]) -> str:
    """The name of the visit that a browser came back from; "" without one. Raises
    ProviderNotEnabled."""
    return query.get(providers.get_provider(provider).visit_parameter, "")


def refresh_saved_method(
    *, user_sub: str, provider: str, visit: str, actor: Actor
) -> PaymentMethod | None:
    """What a visit to the provider saved; None when it saved nothing or was another person's.

    Raises ProviderNotEnabled, ProviderRefused, NoAnswer.
    """
    chosen = providers.get_provider(provider)
    saved = chosen.fetch_saved_method(visit)
    if saved is None or saved.user_sub != user_sub:
        return None
    with new_deadline(AFTER_THE_CALL):
        if not methods.is_customer(user_sub, chosen.name, saved.customer):
            return None
        return methods.save_method(
            user_sub=user_sub, provider=chosen.name, facts=saved.method, actor=actor
        )


def forget_method(*, user_sub: str, payment_method_id: str, actor: Actor) -> None:
    """Detach it at the provider, then here: one that stays there stays visible here.

    Raises PaymentMethodNotFound, ProviderNotEnabled, ProviderRefused, NoAnswer.
    """
    method = methods.get_owned_method(user_sub, payment_method_id)
    providers.get_provider(method.provider).detach(method.provider_ref)
    # The provider's own word that it is detached may come first.
    with new_deadline(AFTER_THE_CALL), suppress(PaymentMethodNotFound):
        methods.remove_method(user_sub=user_sub, payment_method_id=payment_method_id, actor=actor)
