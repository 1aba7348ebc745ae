"""What people of these tests have done with their money."""

from alerts.repository import AlertRepository
from billing import services as billing
from billing.items import DisputeStatus, PaymentFacts, PaymentKind, ProviderName
from billing.providers.messages import DisputeReport, RefundOutcome, RefundReport
from core.actor import Actor


def pay(user_sub, amount=1500, provider=ProviderName.STRIPE, **more):
    """A payment that was asked for, and no more."""
    return billing.create_payment(
        user_sub=user_sub,
        provider=provider,
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


def charge(user, method, **changed):
    """15 USD to what they saved, once, if not `changed`."""
    asked = {"amount": 1500, "idempotency_key": "k1", **changed}
    return billing.charge_method(
        user_sub=user.user_sub,
        payment_method_id=method.payment_method_id,
        actor=Actor(user.user_sub),
        **asked,
    )


def check(payment):
    """Its status, when its provider was asked about it."""
    return billing.check_payment(
        user_sub=payment.user_sub, payment_id=payment.payment_intent_id
    ).status


def buy(buyer_sub, seller_sub, price=500, reference="post:1", joined=()):
    return billing.buy(
        buyer_sub=buyer_sub,
        seller_sub=seller_sub,
        price=price,
        reference=reference,
        joined=joined,
        actor=Actor(buyer_sub),
    )


def refund(payment, amount=None, **more):
    """Held, and the provider not asked yet."""
    return billing.request_refund(
        user_sub=payment.user_sub,
        payment_id=payment.payment_intent_id,
        amount=amount,
        reason="the person asked",
        actor=Actor(None),
        **more,
    )


def told(payment, refund=None, **changed):
    """A provider's report of a refund, succeeded unless `changed`; of its dashboard without one."""
    facts = {
        "ref": f"re_{refund.refund_id}" if refund else "re_dashboard",
        "payment_ref": "pi_1",
        "outcome": RefundOutcome.SUCCEEDED,
        "amount": refund.amount if refund else payment.amount,
        "currency": payment.currency,
        "livemode": payment.livemode,
        "refund_id": refund.refund_id if refund else "",
    }
    report = RefundReport(**{**facts, **changed})
    return billing.apply_refund_report(payment=payment, report=report)


def dispute(payment, status=DisputeStatus.OPEN, **changed):
    facts = {
        "ref": "dp_1",
        "payment_ref": "pi_1",
        "status": status,
        "amount": payment.amount,
        "currency": payment.currency,
        "livemode": payment.livemode,
        "reason": "fraudulent",
        "taken": status in (DisputeStatus.OPEN, DisputeStatus.LOST, DisputeStatus.WON),
        "fee": 1500,
    }
    report = DisputeReport(**{**facts, **changed})
    return billing.apply_dispute_report(payment=payment, report=report)


def now(payment):
    return billing.get_owned_payment(payment.user_sub, payment.payment_intent_id)


def purse(user):
    """What is available, on hold and owed."""
    wallet = billing.get_wallet(user.user_sub)
    return wallet.available, wallet.held, wallet.debt


def kinds_of(user):
    """Of their alerts."""
    return [row["kind"] for row in AlertRepository().rows_of(user.user_sub)]
