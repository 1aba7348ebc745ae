"""Payment providers that keep everything in memory and do what a test says."""

import json

from billing.items import PaymentFacts, ProviderName
from billing.providers.base import Base
from billing.providers.errors import MalformedEvent, NoAnswer, ProviderRefused
from billing.providers.messages import (
    NOTHING_TOLD,
    Event,
    EventKind,
    MethodFacts,
    Outcome,
    PaymentReport,
    Redirect,
    RefundOutcome,
    RefundReport,
    SavedMethod,
)

CARD = MethodFacts(
    provider_ref="pm_fake_1", type="card", brand="visa", last4="4242", exp_month=12, exp_year=2032
)
ACCOUNT = MethodFacts(provider_ref="token:1", type="paypal", brand="", last4="")
CAPABILITIES = {
    ProviderName.STRIPE: {},
    ProviderName.PAYPAL: {"saved": ACCOUNT, "prefixes": ("order:", "capture:")},
    ProviderName.CCBILL: {"saves_alone": False, "limits": (295, 10_000), "has_dashboard": False},
}


class FakeProvider(Base):
    """Stripe; or another one, with what that can do, and as `capabilities` say."""

    why_not = ""
    livemode = False
    saves = True
    limits = None
    step = 1
    saved = CARD
    has_dashboard = True
    prefixes = ("",)

    def __init__(self, name=ProviderName.STRIPE, **capabilities):
        self.name = ProviderName(name)
        self.label = self.name.label
        for capability, value in {**CAPABILITIES[self.name], **capabilities}.items():
            setattr(self, capability, value)
        self.started, self.detached, self.cancelled, self.visits = [], [], [], {}
        self.outcome, self.failure_code, self.is_silent = Outcome.OPEN, "", False
        self.method, self.fee = None, None
        self.refunds, self.refund_calls, self.disputes, self.methods = {}, [], {}, {}
        self.refund_outcome, self.refund_refusal = RefundOutcome.SUCCEEDED, ""
        self.loses_answers = 0  # so many calls are done, and nobody hears of it
        self.charged, self.keeps_what_it_lost = [], True
        self.captured, self.captures_as = [], Outcome.SUCCEEDED
        self.payments, self.books = {}, []  # reports by ref, and entries

    def create_customer(self, person):
        return f"cus_{person.user_sub}"

    def start_top_up(self, top_up):
        self._answer()
        self.started.append(top_up)
        return Redirect(url=f"https://pay.example/{top_up.payment_id}", ref=_ref(top_up.payment_id))

    def cancel_top_up(self, ref):
        self._answer()
        self.cancelled.append(ref)
        self.outcome = Outcome.CANCELED

    def start_save_method(self, person, *, currency, return_url, cancel_url):
        self._answer()
        self.visits["visit_1"] = SavedMethod(
            user_sub=person.user_sub, customer=person.customer, method=self.saved
        )
        return Redirect(url="https://pay.example/setup", ref="visit_1")

    def fetch_payment(self, ref, told=NOTHING_TOLD):
        self._answer()
        if ref in self.payments:
            return self.payments[ref]
        if ref.startswith("pi_"):
            return self._find(ref.removeprefix("pi_"))
        top_up = next(one for one in self.started if _ref(one.payment_id) == ref)
        return PaymentReport(
            outcome=self.outcome,
            payment_id=top_up.payment_id,
            user_sub=top_up.person.user_sub,
            customer=top_up.person.customer,
            facts=PaymentFacts(amount=top_up.amount, currency=top_up.currency, livemode=False),
            failure_code=self.failure_code,
            method=self.method,
            fee=self.fee,
        )

    def charge(self, charge):
        self.charged.append(charge)
        self._answer()
        return self._report_of_charge(charge)

    def find_payment(self, lost):
        return self._find(lost.payment_id)

    def capture(self, ref, payment_id):
        self._answer()
        self.captured.append(ref)
        self.outcome = self.captures_as
        return self.fetch_payment(ref)

    def _find(self, payment_id):
        self._answer()
        made = (charge for charge in self.charged if charge.payment_id == payment_id)
        charge = next(made, None)
        return self._report_of_charge(charge) if charge and self.keeps_what_it_lost else None

    def _report_of_charge(self, charge):
        ids = {"intent": f"pi_{charge.payment_id}"}
        return PaymentReport(
            outcome=self.outcome,
            payment_id=charge.payment_id,
            user_sub=charge.person.user_sub,
            customer=charge.person.customer,
            facts=PaymentFacts(
                amount=charge.amount, currency=charge.currency, livemode=False, provider_ids=ids
            ),
            failure_code=self.failure_code,
        )

    def fetch_saved_method(self, ref):
        self._answer()
        return self.visits.get(ref)

    def detach(self, provider_ref):
        self._answer()
        self.detached.append(provider_ref)

    def refund(self, order):
        self._answer()
        self.refund_calls.append(order)
        if self.refund_refusal:
            raise ProviderRefused(reason=self.refund_refusal)
        if order.refund_id not in self.refunds:
            self.refunds[order.refund_id] = RefundReport(
                ref=f"re_{order.refund_id}",
                payment_ref=next(iter(order.payment_refs.values()), ""),
                outcome=self.refund_outcome,
                amount=order.amount,
                currency=order.currency,
                livemode=False,
                refund_id=order.refund_id,
            )
        if self.loses_answers:
            self.loses_answers -= 1
            raise NoAnswer
        return self.refunds[order.refund_id]

    def fetch_refund(self, ref, told=NOTHING_TOLD):
        self._answer()
        return next((each for each in self.refunds.values() if each.ref == ref), None)

    def find_refund(self, order):
        self._answer()
        return self.refunds.get(order.refund_id)

    def fetch_dispute(self, ref, told=NOTHING_TOLD):
        self._answer()
        return self.disputes.get(ref)

    def fetch_method(self, provider_ref):
        self._answer()
        return self.methods.get(provider_ref)

    def entries(self, start, end):
        self._answer()
        return iter([entry for entry in self.books if start <= entry.at < end])

    def spellings(self, text):
        return [f"{prefix}{text}" for prefix in self.prefixes]

    def dashboard_url(self, ref):
        return f"https://dashboard.example/{ref}" if self.has_dashboard else ""

    def parse_event(self, webhook):
        try:
            told = json.loads(webhook.body)
            return Event(**{**told, "kind": EventKind(told["kind"])})
        except (ValueError, KeyError) as error:
            raise MalformedEvent from error

    def _answer(self):
        if self.is_silent:
            raise NoAnswer


def _ref(payment_id):
    return f"cs_{payment_id}"
