"""Who a person is at a provider: made there at the first time, and again when it is gone there."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from billing.providers.errors import NotThere
from billing.providers.interface import Provider
from billing.providers.messages import Person
from billing.services import methods
from billing.services.payments import AFTER_THE_CALL
from core.actor import Actor
from dynamo.deadlines import new_deadline
from users import services as users

T = TypeVar("T")


def with_customer(provider: Provider, user_sub: str, actor: Actor, ask: Callable[[Person], T]) -> T:
    """What `ask` answers for the person. A customer that the provider no longer knows (removed
    there, or made with other keys) is replaced, once.

    Raises ProviderRefused, NoAnswer.
    """
    contact = users.contact(user_sub)
    customer = methods.find_customer(user_sub, provider.name)
    person = Person(user_sub=user_sub, email=contact.email, name=contact.name, customer=customer)
    if not customer:
        return ask(_made(provider, person, actor))
    try:
        return ask(person)
    except NotThere as error:
        if error.about != "customer":
            raise
    return ask(_made(provider, person, actor))


def _made(provider: Provider, person: Person, actor: Actor) -> Person:
    """The person with a customer of their own in place of the one they come with, if any."""
    made = provider.create_customer(person)
    with new_deadline(AFTER_THE_CALL):
        kept = methods.remember_customer(
            user_sub=person.user_sub,
            provider=provider.name,
            customer=made,
            gone=person.customer,
            actor=actor,
        )
    return replace(person, customer=kept)
