"""CCBill by FlexForms as a redirect, so that no card data reaches this server (docs/adr/0036)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise

from billing.items import MethodFacts, ProviderName
from billing.providers import ccbill_access, ccbill_charges, ccbill_datalink, ccbill_webhooks
from billing.providers import ccbill_facts as facts
from billing.providers.base import Base
from billing.providers.ccbill_access import access
from billing.providers.ccbill_forms import FORM, PARAMETER, Pass, address
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import (
    NOTHING_TOLD,
    Charge,
    DisputeReport,
    Entry,
    Event,
    Lost,
    Outcome,
    PaymentReport,
    Person,
    Redirect,
    RefundOrder,
    RefundOutcome,
    RefundReport,
    SavedMethod,
    TopUp,
    Webhook,
)
from billing.sandbox import access as sandbox
from core import clock, ids

FORM_PAGE = "/wap-frontflex/flexforms/"
OPEN_FOR = timedelta(hours=2)  # a form has no end of its own
ASKED_AGAIN_AFTER = timedelta(hours=1)
KNOWN_AFTER = timedelta(hours=1)  # a sale by DataLink


class CCBill(Base):
    name = ProviderName.CCBILL
    label = "CCBill"
    saves_alone = False
    believed_after = timedelta(hours=1)  # a token is good for so long

    @property
    def why_not(self) -> str | Promise:
        return ccbill_access.why_not()

    @property
    def livemode(self) -> bool:
        return access().livemode

    @property
    def saves(self) -> bool:
        return access().saves_cards

    @property
    def limits(self) -> tuple[int, int] | None:
        return settings.CCBILL_MIN, settings.CCBILL_MAX

    def create_customer(self, person: Person) -> str:
        """It knows people by what they pay alone, so our own name stands for them."""
        return person.user_sub

    def start_top_up(self, top_up: TopUp) -> Redirect:
        mine = access()
        given = Pass(payment_id=top_up.payment_id, user_sub=top_up.person.user_sub)
        url = address(
            f"{mine.api_url}{FORM_PAGE}{mine.flex_id}",
            given,
            subaccount=mine.subaccount,
            price=facts.price_of(top_up.amount, top_up.currency),
            period=facts.PERIOD,
            code=facts.CURRENCY_CODES[top_up.currency],
            salt=mine.salt,
        )
        return Redirect(url=url, ref=given.form_ref)

    def cancel_top_up(self, ref: str) -> None:
        """A form cannot be taken back."""

    def start_save_method(
        self, person: Person, *, currency: str, return_url: str, cancel_url: str
    ) -> Redirect:
        raise ProviderRefused(reason="saves_with_a_payment")

    def fetch_payment(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> PaymentReport | None:
        if ref.startswith(FORM):
            return self._form(Pass.of_form(ref))
        if not ref.startswith((facts.SUBSCRIPTION, facts.DENIAL)):
            return None
        if not told:
            raise NoAnswer  # CCBill cannot be asked whose it is: its own webhook says so
        given = Pass.read(told.get("pay", ""))
        if ref.startswith(facts.DENIAL):
            code = facts.failure_of(told.get("reason", ""))
            outcome, doubt = Outcome.FAILED, "" if given.is_ours else PARAMETER
            return facts.unpaid(
                given, outcome, livemode=self.livemode, failure_code=code, doubt=doubt
            )
        mine = access()
        return facts.sale(
            told,
            given,
            livemode=mine.livemode,
            doubt=_doubt(told, given),
            saves_cards=mine.saves_cards,
        )

    def fetch_saved_method(self, ref: str) -> SavedMethod | None:
        return None

    def find_payment(self, lost: Lost) -> PaymentReport | None:
        return ccbill_charges.find(lost)

    def charge(self, charge: Charge) -> PaymentReport:
        return ccbill_charges.charge(charge)

    def refund(self, order: RefundOrder) -> RefundReport:
        """Its counters say whether one was made that is not known here: then it may be this one,
        and the webhook of it ends the wait. They may be late, and nothing else tells: so it is
        noted before it is asked for, and not asked for by two, nor soon again."""
        ref = order.payment_refs.get("intent", "")
        if not ref.startswith(facts.SUBSCRIPTION):
            raise ProviderRefused(reason="payment_unknown")
        subscription = ref.removeprefix(facts.SUBSCRIPTION)
        made = ccbill_datalink.sent_back(subscription)
        asked_at = order.asked_at
        is_early = asked_at is not None and clock.now() - asked_at < ASKED_AGAIN_AFTER
        if made is None or made > order.before or is_early:
            raise NoAnswer
        order.note()
        ccbill_datalink.refund(order, subscription)
        return RefundReport(
            ref="",
            payment_ref=ref,
            outcome=RefundOutcome.PENDING,
            amount=order.amount,
            currency=order.currency,
            livemode=self.livemode,
            refund_id=order.refund_id,
            is_unnamed=True,
        )

    def fetch_refund(self, ref: str, told: Mapping[str, str] = NOTHING_TOLD) -> RefundReport | None:
        if not ref.startswith(facts.REFUND):
            return None
        if not told:
            raise NoAnswer
        return facts.refund(ref, told, livemode=self.livemode)

    def find_refund(self, order: RefundOrder) -> RefundReport | None:
        """It keeps no name of ours: refund() goes by its counters."""
        return None

    def fetch_dispute(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> DisputeReport | None:
        if not ref.startswith((facts.DISPUTE, facts.RETURN)):
            return None
        if not told:
            raise NoAnswer
        return facts.dispute(ref, told, livemode=self.livemode)

    def fetch_method(self, provider_ref: str) -> MethodFacts | None:
        raise NoAnswer  # it tells nothing of a card but with a payment

    def missed_events(self, since: datetime) -> Iterator[Event]:
        """It tells nothing again: entries() do, for money that went back."""
        return iter(())

    def entries(self, start: datetime, end: datetime) -> Iterator[Entry]:
        return ccbill_datalink.entries(start, end, settings.BILLING_CURRENCY)

    def lists(self, ref: str) -> bool:
        return not ref.startswith(facts.RETURN)

    def spellings(self, text: str) -> list[str]:
        if not text.isdecimal():
            return [f"{facts.TOKEN}{text}"]
        number = facts.number_of(text)
        return [f"{facts.SUBSCRIPTION}{number}", f"{facts.TRANSACTION}{number}"]

    def dashboard_url(self, ref: str) -> str:
        """CCBill's own has no address for a sale."""
        if not sandbox.is_on() or not ref.startswith(facts.SUBSCRIPTION):
            return ""
        return f"{sandbox.dashboard_url()}#{ref.removeprefix(facts.SUBSCRIPTION)}"

    def detach(self, provider_ref: str) -> None:
        """There is no call to forget one; without our row nobody charges it."""

    def parse_event(self, webhook: Webhook) -> Event:
        return ccbill_webhooks.event_of(webhook, access())

    def payment_of_return(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        given = Pass.read(query.get(PARAMETER, ""))
        return (given.user_sub, given.payment_id) if given.is_ours else None

    def _form(self, given: Pass) -> PaymentReport:
        """Money that comes later all the same is late money."""
        is_over = clock.now() - ids.moment_of(given.payment_id) >= OPEN_FOR
        outcome = Outcome.CANCELED if is_over else Outcome.OPEN
        return facts.unpaid(given, outcome, livemode=self.livemode)


def _doubt(told: Mapping[str, str], given: Pass) -> str:
    """What is wrong with a sale, beside what it says of its money. Raises NoAnswer."""
    if not given.is_ours:
        return PARAMETER
    amount = facts.amount_of(told.get("amount", ""), facts.currency_of(told.get("currency", "")))
    if amount <= settings.CCBILL_CONFIRM_ABOVE:
        return ""
    if ccbill_datalink.sent_back(told.get("subscriptionId", "")) is not None:
        return ""
    if _is_new(told):
        raise NoAnswer  # what it knows may be late
    return "subscription"


def _is_new(told: Mapping[str, str]) -> bool:
    at = facts.time_of(told.get("timestamp", ""))
    return at is not None and abs(clock.now() - at) < KNOWN_AFTER
