"""What our services ask a provider for, as the adapters' tests need it."""

from billing.providers.messages import Charge, Person, RefundOrder, TopUp
from billing.providers.stripe import Stripe
from core import clock, ids


def customer(user_sub="u1", name="Alice"):
    person = Person(user_sub=user_sub, email=f"{name.lower()}@example.com", name=name)
    return Person(
        user_sub=user_sub,
        email=person.email,
        name=name,
        customer=Stripe().create_customer(person),
    )


def saved_card(api, person, card="pm_card_visa"):
    return api.v1.payment_methods.attach(card, {"customer": person.customer}).id


def top_up_of(person, /, **changed):
    values = {
        "payment_id": ids.new_id(),
        "person": person,
        "amount": 1500,
        "currency": "USD",
        "save_method": False,
        "created_at": clock.now(),
        "return_url": "http://testserver/done",
        "cancel_url": "http://testserver/back",
    }
    return TopUp(**{**values, **changed})


def charge_of(person, method_ref, **changed):
    values = {
        "payment_id": ids.new_id(),
        "person": person,
        "method_ref": method_ref,
        "amount": 1500,
        "currency": "USD",
        "note": dict,
    }
    return Charge(**{**values, **changed})


def refund_of(report, **changed):
    """Of a payment as it was reported."""
    values = {
        "refund_id": ids.new_id(),
        "payment_id": report.payment_id,
        "user_sub": report.user_sub,
        "payment_refs": report.facts.provider_ids,
        "amount": report.facts.amount,
        "currency": report.facts.currency,
        "reason": "requested_by_customer",
        "created_at": clock.now(),
        "note": lambda: None,
    }
    return RefundOrder(**{**values, **changed})
