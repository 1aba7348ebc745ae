"""The three providers as people use them: from our services through the adapter to its sandbox, and
back by its webhooks."""

from contextlib import suppress

from django.test import Client

from billing import services as billing
from billing.providers.errors import NoAnswer
from billing.sandbox.ccbill import reversals, sales, webhooks
from billing.sandbox.paypal import objects as paypal
from core.actor import Actor
from tests.billing import books, checkout, flexforms, payer, paypal_people
from tests.billing.lives import charge, purse, refund

PAID, CHARGED, BACK = 1500, 2000, 500


class Site:
    """`charges` is the path of the call that charges what was saved."""

    def __init__(self, sandbox):
        self.sandbox, self.heard, self.agreed = sandbox, set(), set()
        self.before = {*sandbox.state.objects}

    def start(self, user):
        return billing.start_top_up(
            user_sub=user.user_sub,
            amount=PAID,
            provider=self.name,
            save_method=True,
            idempotency_key="top-up",
            actor=Actor(user.user_sub),
        )

    def charge(self, user, key="charge"):
        [method] = billing.list_methods(user.user_sub)
        return charge(user, method, amount=CHARGED, idempotency_key=key)

    def agree(self, payment, url):
        """A person pays once."""
        if payment.payment_intent_id not in self.agreed:
            self.pay(url)
            self.agreed.add(payment.payment_intent_id)

    def hear(self, *, again=False):
        """What we did not answer well is told again, as all of it is in the end."""
        for event in self.events():
            is_due = again or event["id"] not in self.heard
            if is_due and self.deliver(Client(), event).status_code == 200:
                self.heard.add(event["id"])

    def live(self, user):
        """A person's life: paid on the page, charged again, and a part of it sent back. Lived once
        more, it goes on where it broke off."""
        payment = self.begin(user)
        self.charge(user)
        self.hear()
        one = refund(payment, BACK, idempotency_key="refund")
        with suppress(NoAnswer):  # its webhook tells
            billing.run_refund(refund=one)
        self.hear(again=True)

    def begin(self, user):
        payment, url = self.start(user)
        self.agree(payment, url)
        self.come_back(payment)
        self.hear()
        return payment

    def come_back(self, payment):
        billing.refresh_payment(
            user_sub=payment.user_sub,
            payment_id=payment.payment_intent_id,
            actor=Actor(payment.user_sub),
        )

    def made(self, kind):
        """There, since this site began; newest first."""
        return [one for one in self.sandbox.state.all(kind) if one["id"] not in self.before]

    def events(self):
        return self.made(self.event)[::-1]

    def wrong(self, user):
        """What is not as after one life without a fault; [] = nothing."""
        return books.problems() + [
            f"{name}: {found}"
            for name, found, right in (
                ("purse", purse(user), (PAID + CHARGED - BACK, 0, 0)),
                ("payments there", sorted(self.payments()), [PAID, CHARGED]),
                ("refunds there", self.refunds(), [BACK]),
            )
            if found != right
        ]


class Stripe(Site):
    name, event, charges = "stripe", "event", "/v1/payment_intents"
    pay = staticmethod(checkout.pay)
    deliver = staticmethod(checkout.deliver)

    def payments(self):
        return [
            one["amount"] for one in self.made("payment_intent") if one["status"] == "succeeded"
        ]

    def refunds(self):
        return [one["amount"] for one in self.made("refund")]


class PayPal(Site):
    name, event, charges = "paypal", paypal.EVENT, "/paypal/v2/checkout/orders"
    pay = staticmethod(payer.agree)

    def deliver(self, client, event):
        return paypal_people.deliver(client, self.sandbox, event)

    def payments(self):
        return [one["amount"] for one in self.made(paypal.CAPTURE)]

    def refunds(self):
        return [one["amount"] for one in self.made(paypal.REFUND)]


class CCBill(Site):
    name, event, charges = "ccbill", webhooks.EVENT, "/ccbill/transactions/payment-tokens"
    pay = staticmethod(flexforms.pay)
    deliver = staticmethod(flexforms.deliver)

    def payments(self):
        return [one["amount"] for one in self.made(sales.SALE) if one["transaction"]]

    def refunds(self):
        return [one["amount"] for one in self.made(reversals.REVERSAL)]


SITES = (Stripe, PayPal, CCBill)
