"""What people of these tests have done with their money."""

from billing import services as billing
from billing.items import PaymentFacts, PaymentKind, ProviderName
from core.actor import Actor


def pay(user_sub, amount=1500, **more):
    """A payment that was asked for, and no more."""
    return billing.create_payment(
        user_sub=user_sub,
        provider=ProviderName.STRIPE,
        kind=PaymentKind.TOP_UP,
        amount=amount,
        livemode=False,
        actor=Actor(user_sub),
        **more,
    )


def facts_of(payment, **changed):
    told = {"amount": payment.amount, "currency": payment.currency, "livemode": payment.livemode}
    return PaymentFacts(**{**told, **changed})


def settle(payment, **changed):
    facts = facts_of(payment, **changed)
    return billing.settle_payment(payment=payment, facts=facts, actor=Actor(None))


def top_up(user_sub, amount=1500):
    payment = pay(user_sub, amount)
    assert settle(payment)
    return payment


def buy(buyer_sub, seller_sub, price=500, reference="post:1", joined=()):
    return billing.buy(
        buyer_sub=buyer_sub,
        seller_sub=seller_sub,
        price=price,
        reference=reference,
        joined=joined,
        actor=Actor(buyer_sub),
    )
