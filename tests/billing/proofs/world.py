"""Histories of money: what may happen to three people with payments at all three providers, in
any order, any number of times, and with another thing between the reads and the write of one.

An event is a tuple: its name, then what it is about. The same event again is a repeat of the very
same request or report, as retries and second deliveries are.
"""

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from billing import errors
from billing import services as billing
from billing.items import DisputeStatus, PaymentStatus
from billing.providers.messages import RefundOutcome
from billing.repository import PaymentRepository, WalletRepository
from billing.services import adjusting, disputing, refund_reports, refunding, reversing
from core import ids
from core.actor import Actor
from dynamo import transactions
from dynamo.errors import Unavailable
from tests.billing import books
from tests.billing.lives import buy, now, pay, refund
from tests.billing.proofs.ways import PayPal, new_ways

NOBODY = Actor(None)
REASON = "A correction of a proof."
ANSWERS = (
    errors.AlreadyPurchased,
    errors.DisputeNotFound,
    errors.EventTooEarly,
    errors.InsufficientFunds,
    errors.InvalidAmount,
    errors.MoneySpent,
    errors.NotRefundable,
    errors.PaymentMismatch,
    errors.PurchaseNotFound,
    errors.RefundNotFound,
    errors.SelfPurchase,
    errors.WalletRestricted,
)
PEOPLE, PAYMENTS = 3, 5
GATHERING = (adjusting, disputing, refund_reports, refunding, reversing)
TRIES = 30
KINDS = (
    ("settle", "fee", "cancel"),
    ("buy", "reverse"),
    ("refund", "answer", "give_up", "silence", "dashboard"),
    ("dispute", "lose_part"),
    ("adjust", "write_off"),
)


class World:
    """Three people with payments that were asked for, at one provider after the other: whoever
    has two has them at two. `do` is one event, refused or not."""

    def __init__(self, random):
        self.people = [ids.new_id() for _ in range(PEOPLE)]
        ways = new_ways()
        self.ways = [ways[(number + number // PEOPLE) % len(ways)] for number in range(PAYMENTS)]
        self.payments = [
            pay(self.people[number % PEOPLE], random.randrange(500, 3000), way.name)
            for number, way in enumerate(self.ways)
        ]
        self.ids = [[ids.new_id() for _ in range(4)] for _ in range(PEOPLE)]

    def do(self, event, meanwhile=None, where=None):
        """One event; `meanwhile` is another one between its reads and its write, or `where`."""
        if meanwhile is None:
            return self.do_once(event)
        with (where or between_read_and_write)(lambda: self.do_once(meanwhile)):
            return self.do_once(event)

    def do_once(self, event):
        """Again while others come first, as whoever sends it does."""
        for number in range(TRIES):
            try:
                return getattr(self, event[0])(*event[1:])
            except ANSWERS:
                return None
            except (errors.WalletBusy, Unavailable):
                if number == TRIES - 1:
                    raise
        return None

    def certain(self, events, *, settled):
        """What nobody may refuse of them, whoever comes first: the names of its transactions, and
        of disputes. `settled` is how many of the payments were it before."""
        yield from (payment.payment_intent_id for payment in self.payments[:settled])
        given_up = {event[1] for event in events if event[0] == "cancel"}
        for event in events:
            is_certain = event[1] < settled and self.ways[event[1]].is_certain(event)
            match event:
                case ("settle", payment) if payment not in given_up:
                    yield self.payments[payment].payment_intent_id
                case ("fee", payment) if is_certain:
                    yield f"{self.payments[payment].payment_intent_id}.fee"
                case ("dispute", payment, number, _) if is_certain:
                    yield f"dp_{payment}_{number}"
                case ("adjust", person, number, amount) if amount > 0 or number % 2:
                    yield self.ids[person][number]

    def settle(self, payment):
        self.ways[payment].settle(self.payments[payment])

    def fee(self, payment):
        self.ways[payment].tell_fee(self.payments[payment], fee=40 + payment)

    def cancel(self, payment):
        """Given up here, whatever is still paid there."""
        billing.mark_payment(
            payment=self.payments[payment], status=PaymentStatus.CANCELED, actor=NOBODY
        )

    def buy(self, buyer, seller, thing):
        buy(self.people[buyer], self.people[seller], 150 + 333 * thing, f"post:{seller}-{thing}")

    def reverse(self, buyer, seller, thing):
        billing.reverse_purchase(
            buyer_sub=self.people[buyer],
            reference=f"post:{seller}-{thing}",
            joined=(),
            actor=NOBODY,
        )

    def refund(self, payment, number):
        """Half of it, by one request or another, or all that is left."""
        asked = self.payments[payment]
        amount = asked.amount // 2 if number else None
        refund(asked, amount, idempotency_key=f"request {number}")

    def answer(self, payment, number, outcome):
        """What the provider says of a refund that was asked for."""
        asked = billing.list_refunds(now(self.payments[payment]))
        ours = [each for each in asked if each.reason]
        if ours:
            chosen = ours[number % len(ours)]
            self.ways[payment].answer(self.payments[payment], chosen, outcome)

    def give_up(self, payment, number):
        """The provider refused."""
        asked = billing.list_refunds(now(self.payments[payment]))
        if ours := [each for each in asked if each.reason]:
            chosen = ours[number % len(ours)]
            refund_reports.release(self.payments[payment], chosen.refund_id, failure_code="refused")

    def silence(self, payment, number):
        """The provider was asked, and did not answer."""
        asked = billing.list_refunds(now(self.payments[payment]))
        if ours := [each for each in asked if each.reason]:
            refund_reports.note_silence(ours[number % len(ours)])

    def dashboard(self, payment, number, outcome):
        asked = self.payments[payment]
        self.ways[payment].dashboard(asked, f"re_{number}", asked.amount // (2 + number), outcome)

    def dispute(self, payment, number, status):
        asked, ref = self.payments[payment], f"dp_{payment}_{number}"
        amount = _disputed(asked, number)
        self.ways[payment].dispute(asked, ref, amount, DisputeStatus(status))

    def lose_part(self, payment, number):
        """The provider kept a half of what it took, whether or not the rest is known as taken."""
        asked, ref = self.payments[payment], f"dp_{payment}_{number}"
        kept = _disputed(asked, number) // 2
        self.ways[payment].dispute(asked, ref, kept, DisputeStatus.LOST)

    def adjust(self, person, number, amount):
        billing.adjust(
            user_sub=self.people[person],
            amount=amount,
            reason=REASON,
            actor=NOBODY,
            adjustment_id=self.ids[person][number],
            into_debt=bool(number % 2),
        )

    def problems(self):
        """What the providers know otherwise."""
        found = books.rows()
        return [problem for way in {*self.ways} for problem in way.problems(found)]

    def write_off(self, person, number):
        billing.write_off(
            user_sub=self.people[person],
            amount=100,
            reason=REASON,
            actor=NOBODY,
            adjustment_id=self.ids[person][number],
        )


def _disputed(payment, number):
    """Both together are no more than was paid."""
    return payment.amount * (2 - number) // 3


def new_event(random, payment=None):
    """About one payment and its owner, when it is given: such events meet."""
    person, other = random.randrange(PEOPLE), random.randrange(PEOPLE)
    if payment is None:
        payment = random.randrange(PAYMENTS)
    else:
        person = payment % PEOPLE
        other = (person + 1) % PEOPLE
    number = random.randrange(2)
    outcome = random.choice(list(RefundOutcome))
    return random.choice(
        [
            ("settle", payment),
            ("settle", payment),
            ("fee", payment),
            ("cancel", payment),
            ("buy", person, other, number),
            ("buy", person, other, number),
            ("reverse", person, other, number),
            ("refund", payment, number),
            ("refund", payment, 2),
            ("answer", payment, number, outcome),
            ("answer", payment, number, outcome),
            ("give_up", payment, number),
            ("silence", payment, number),
            ("dashboard", payment, number, outcome),
            ("dispute", payment, number, random.choice(list(map(str, DisputeStatus)))),
            ("dispute", payment, number, random.choice(list(map(str, DisputeStatus)))),
            ("lose_part", payment, number),
            ("adjust", person, number, random.choice([700, -400])),
            ("write_off", person, 2 + number),
        ]
    )


def new_meeting(random, payment):
    """Two events of one kind about one payment or its owner: where two ways of writing meet."""
    event = new_event(random, payment)
    kind = next(each for each in KINDS if event[0] in each)
    while (other := new_event(random, payment))[0] not in kind:
        pass
    return event, other


@contextmanager
def right_before(do, *steps):
    """`do` happens once, before the first of these that is called inside the block."""
    left = [do]

    def doing_before(step):
        def call(*arguments, **more):
            if left:
                left.pop()()
            return step(*arguments, **more)

        return call

    with ExitStack() as patches:
        for owner, name in steps:
            step = doing_before(getattr(owner, name))
            patches.enter_context(patch.object(owner, name, step))
        yield


def between_read_and_write(do):
    """Before the first write: all that it needs was read."""
    return right_before(do, (transactions, "call"), (PaymentRepository, "claim"))


def before_the_capture(do):
    """Before what a person agreed to is taken, and after that was noted."""
    return right_before(do, (transactions, "call"), (PayPal, "capture"))


@contextmanager
def between_two_reads(do):
    """`do` happens once, right before a wallet is read and after what is read with it."""
    find, left = WalletRepository.find, [do]

    def finding(self, user_sub):
        if left:
            left.pop()()
        return find(self, user_sub)

    with ExitStack() as patches:
        for module in GATHERING:
            patches.enter_context(patch.object(module, "gather", one_by_one))
        patches.enter_context(patch.object(WalletRepository, "find", finding))
        yield


def one_by_one(*calls):
    return tuple(call() for call in calls)


PLACES = (between_read_and_write, before_the_capture, between_two_reads)


def problems(world=None):
    """By the tests' own reading of the rows, by the product's, and by what the providers know."""
    audited = [str(finding) for finding in billing.audit_all()]
    return books.problems() + audited + (world.problems() if world else [])
