"""What its owner is told of a payment, and of the refunds and disputes of it."""

from alerts import services as alerts
from alerts.items import AlertKind
from billing.items import Dispute, Payment, Refund
from core.money import format_money
from dynamo.table import Write


def notice(thing: Payment | Refund | Dispute, kind: AlertKind, **more: str) -> list[Write]:
    """To join the transaction that does it."""
    context = {
        "amount": format_money(thing.amount, thing.currency),
        "provider": thing.provider.label,
        "payment": thing.payment_intent_id,
        **more,
    }
    return alerts.alert_writes(user_sub=thing.user_sub, kind=kind, context=context)
