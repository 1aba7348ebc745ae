"""How each provider tells of the same things, and what it knows that the books must agree with."""

from collections import defaultdict

from billing import services as billing
from billing.errors import PaymentMismatch
from billing.items import DisputeStatus, ProviderName
from billing.providers.messages import Outcome, PaymentReport, RefundOutcome
from billing.repository.payments import GIVEN_UP_STATUSES
from billing.services import capturing, outcomes, refund_reports
from core.actor import Actor
from tests.billing import books
from tests.billing.lives import dispute, facts_of, now, settle, told

DISPUTE_FEE = 1500


class Stripe:
    """It names everything, and says the fee some time after the money."""

    name = ProviderName.STRIPE

    def settle(self, payment):
        settle(payment)

    def tell_fee(self, payment, fee):
        billing.note_fee(payment=payment, fee=fee)

    def answer(self, payment, refund, outcome):
        told(payment, refund, outcome=outcome)

    def dashboard(self, payment, ref, amount, outcome):
        told(payment, ref=ref, amount=amount, outcome=outcome)

    def dispute(self, payment, ref, amount, status):
        fee = DISPUTE_FEE if status in (DisputeStatus.OPEN, DisputeStatus.LOST) else 0
        dispute(payment, status, amount=amount, ref=ref, fee=fee)

    def is_certain(self, event):
        """Whether nobody may refuse it for a payment that is settled."""
        match event:
            case ("fee", _):
                return True
            case ("dispute", _, _, status):
                return status in ("open", "won", "lost")
        return False

    def problems(self, found):
        """What it knows better than these rows."""
        return []


class PayPal(Stripe):
    """What a person agreed to is captured once, by us; the fee comes with it."""

    name = ProviderName.PAYPAL

    def __init__(self):
        self.captured, self.wrong, self._asked = set(), [], {}

    def settle(self, payment):
        """As a webhook does: it asks, reads, captures and notes."""
        self._asked[payment.payment_intent_id] = payment
        asked = self._report(payment)
        read = now(payment)
        _apply(read, capturing.finished(self, read, asked))

    def capture(self, ref, payment_id):
        status = now(self._asked[payment_id]).status
        if status in GIVEN_UP_STATUSES:
            self.wrong.append(f"{payment_id} was captured as {status}")
        self.captured.add(payment_id)
        return self._report(self._asked[payment_id])

    def tell_fee(self, payment, fee):
        if payment.payment_intent_id in self.captured:
            _apply(payment, self._report(payment))

    def is_certain(self, event):
        return event[0] != "fee" and super().is_certain(event)

    def problems(self, found):
        ours = {
            row["payment_intent_id"]
            for row in found
            if row["sk"].startswith("PAY#")
            and row["provider"] == self.name
            and row["status"] not in books.UNSETTLED
        }
        yield from self.wrong
        yield from (f"{one} was captured or settled alone" for one in ours ^ self.captured)

    def _report(self, payment):
        is_paid = payment.payment_intent_id in self.captured
        outcome = Outcome.SUCCEEDED if is_paid else Outcome.APPROVED
        ids = {"session": f"order:{payment.payment_intent_id}"}
        if is_paid:
            ids["intent"] = f"capture:{payment.payment_intent_id}"
        return _report(payment, outcome, ids, fee=40 if is_paid else None)


class CCBill(Stripe):
    """It takes refunds on without a name and ends them by webhooks that name none of ours; a
    chargeback is lost when it is told of; there are no fees."""

    name = ProviderName.CCBILL

    def __init__(self):
        self.ended, self.wrong = defaultdict(dict), []

    def settle(self, payment):
        ids = {"intent": f"subscription:{payment.payment_intent_id}"}
        _apply(payment, _report(payment, Outcome.SUCCEEDED, ids))

    def tell_fee(self, payment, fee):
        pass

    def answer(self, payment, refund, outcome):
        if outcome is RefundOutcome.PENDING:
            told(payment, refund, ref="", outcome=outcome, is_unnamed=True)
        elif outcome is RefundOutcome.SUCCEEDED:
            self._end(payment, f"refund:{refund.refund_id}", refund.amount)
        else:
            refund_reports.release(payment, refund.refund_id, failure_code="refused")

    def dashboard(self, payment, ref, amount, outcome):
        self._end(payment, f"refund:{ref}", amount)

    def dispute(self, payment, ref, amount, status):
        dispute(payment, DisputeStatus.LOST, amount=amount, ref=ref, fee=0)

    def is_certain(self, event):
        return event[0] == "dispute"

    def problems(self, found):
        yield from self.wrong
        for row in found:
            if row["sk"].startswith("PAY#") and row["provider"] == self.name:
                gone = sum(self.ended[row["payment_intent_id"]].values())
                if row["refunded"] != gone:
                    yield f"{row['sk']} gave back {row['refunded']}, CCBill {gone}"
                if "fee" in row:
                    yield f"{row['sk']} has a fee"

    def _end(self, payment, ref, amount):
        """The webhook. What it gave back there only grows, so that a no is checked afterwards."""
        named = payment.payment_intent_id
        try:
            told(payment, ref=ref, amount=amount, is_unnamed=True)
        except PaymentMismatch:
            if now(payment).refunded + amount <= payment.amount:
                self.wrong.append(f"{named} had room for {ref}")
            raise
        self.ended[named][ref] = amount


def new_ways():
    return [Stripe(), PayPal(), CCBill()]


def _report(payment, outcome, provider_ids, *, fee=None):
    return PaymentReport(
        outcome=outcome,
        payment_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        customer="",
        facts=facts_of(payment, provider_ids=provider_ids),
        fee=fee,
    )


def _apply(payment, report):
    outcomes.apply_report(payment=payment, report=report, actor=Actor(None))
