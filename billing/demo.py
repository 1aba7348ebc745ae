"""Wallets with some history for the demo people: top-ups, and a card that was declined."""

from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from ulid import ULID

from billing import services as billing
from billing.items import Payment, PaymentFacts, PaymentKind, ProviderName
from core.actor import Actor

TOP_UPS = {"alice": (2500, 2000), "bob": (5000, 1000), "carol": (1000, 2500), "erin": (2000,)}
DECLINED = {"bob": 10_000}


def load(people: Mapping[str, str]) -> None:
    if not billing.is_configured():
        return
    for handle, user_sub in people.items():
        for number, amount in enumerate(TOP_UPS.get(handle, ())):
            payment = _payment(user_sub, f"top-up {number}", amount)
            billing.settle_payment(
                payment=payment,
                facts=PaymentFacts(
                    amount=payment.amount, currency=payment.currency, livemode=payment.livemode
                ),
                actor=Actor(user_sub),
            )
        if handle in DECLINED:
            declined = _payment(user_sub, "declined", DECLINED[handle])
            billing.fail_payment(
                payment=declined, failure_code="card_declined", actor=Actor(user_sub)
            )


def _payment(user_sub: str, name: str, amount: int) -> Payment:
    """The same one at every load; an amount that TOP_UP_MIN and TOP_UP_MAX allow."""
    return billing.create_payment(
        user_sub=user_sub,
        provider=ProviderName.STRIPE,
        kind=PaymentKind.TOP_UP,
        amount=min(max(amount, settings.TOP_UP_MIN), settings.TOP_UP_MAX),
        livemode=False,
        actor=Actor(user_sub),
        payment_intent_id=_id(user_sub, name),
    )


def _id(user_sub: str, name: str) -> str:
    """A ULID of the account's own millisecond."""
    digest = sha256(f"{user_sub}:{name}".encode()).digest()
    return str(ULID.from_bytes(ULID.from_str(user_sub).bytes[:6] + digest[:10]))
