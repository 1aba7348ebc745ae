"""A provider that moves money, whether we hear of it or not, and a day of its books."""

from datetime import date

from billing import services as billing
from billing.items import DisputeStatus, PaymentFacts
from billing.providers.messages import (
    DisputeReport,
    Entry,
    EntryKind,
    Event,
    EventKind,
    Outcome,
    PaymentReport,
    RefundOutcome,
    RefundReport,
)
from core import clock
from tests.billing.lives import pay, settle

DAY = "2026-12-05"


class There:
    """Moves money at the provider, with or without us hearing of it."""

    def __init__(self, provider):
        self.provider, self.name, self.count = provider, provider.name, 0

    def asked(self, user, amount=1000):
        """A payment through it, that nobody paid so far."""
        return pay(user.user_sub, amount, provider=self.name)

    def settled(self, user, here=1000, fee=74, **changed):
        """A payment that both books have, but for what is `changed` there; and its name there."""
        payment = self.asked(user, here)
        ref = self.pays(payment, **changed)
        settle(payment, provider_ids={"intent": ref})
        if fee is not None:
            billing.note_fee(payment=payment, fee=fee)
        return payment, ref

    def compared(self, day=DAY):
        return billing.reconcile(provider=self.name, day=date.fromisoformat(day))

    def differences(self, *, fix=False):
        found = self.compared()
        found = billing.repair(found) if fix else found
        return [(each.what, each.of, each.our_id) for each in found.differences]

    def ref(self):
        self.count += 1
        return f"pi_{self.count}"

    def line(self, kind, ref, payment_ref, amount, **changed):
        values = {
            "currency": "USD",
            "at": clock.now(),
            "event": Event(
                id=f"line_{ref}", type="line", kind=EventKind(kind), livemode=False, ref=ref
            ),
        }
        made = Entry(
            kind=kind, ref=ref, payment_ref=payment_ref, amount=amount, **{**values, **changed}
        )
        self.provider.books.append(made)
        return made

    def pays(self, payment, outcome=Outcome.SUCCEEDED, **changed):
        ref = self.ref()
        self.provider.payments[ref] = PaymentReport(
            outcome=outcome,
            payment_id=payment.payment_intent_id,
            user_sub=payment.user_sub,
            customer="",
            facts=PaymentFacts(
                amount=payment.amount,
                currency=payment.currency,
                livemode=False,
                provider_ids={"intent": ref},
            ),
            fee=74,
        )
        self.line(EntryKind.PAYMENT, ref, ref, **{"amount": payment.amount, "fee": 74, **changed})
        return ref

    def refunds(self, payment_ref, amount, refund=None, ref="re_dashboard", **changed):
        ref = f"re_{refund.refund_id}" if refund else ref
        facts = {
            "payment_ref": payment_ref,
            "outcome": RefundOutcome.SUCCEEDED,
            "amount": amount,
            "currency": "USD",
            "livemode": False,
            "refund_id": refund.refund_id if refund else "",
        }
        self.provider.refunds[ref] = RefundReport(ref=ref, **{**facts, **changed})
        self.line(EntryKind.REFUND, ref, payment_ref, -amount)
        return ref

    def disputes(self, payment_ref, amount, ref, status=DisputeStatus.OPEN, *, taken=True):
        self.provider.disputes[ref] = DisputeReport(
            ref=ref,
            payment_ref=payment_ref,
            status=status,
            amount=amount,
            currency="USD",
            livemode=False,
            reason="fraudulent",
            taken=taken,
            fee=1500,
        )
        self.line(EntryKind.DISPUTE, ref, payment_ref, -amount, fee=1500)
