"""Wrong versions of the money core, each of which the proofs must notice.

    python -m pytest tests/billing/proofs/test_mutations.py -m "long or not long"

A mutation replaces one piece of a function's text; the function then runs as it would read.
"""

import importlib
import inspect
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    name: str
    module: str  # below `billing`
    old: str
    new: str


# Not here: that what would be below zero is read again, since the conditions refuse that write too;
# and an older word that is believed, which leaves right books of a wrong event (test_refunding.py).
MUTATIONS = [
    Mutation(
        "a wallet is written whatever its version is",
        "repository.wallets",
        'condition = attr("version").eq(old.version) if old.version else self.table.missing()',
        'condition = attr("never").missing()',
    ),
    Mutation(
        "a payment is moved whatever its amounts are",
        "repository.payments",
        "as_read &= attr(name).eq(amount) if amount else _is_zero(name)",
        "as_read &= attr(name).ne(-1 - amount)",
    ),
    Mutation(
        "a refund takes its step whatever its version is",
        "repository.refunds",
        'as_read = attr("version").eq(before) if before else self.table.missing()',
        'as_read = attr("never").missing()',
    ),
    Mutation(
        "a dispute takes its step whatever its version is",
        "repository.disputes",
        'as_read = attr("version").eq(before) if before else self.table.missing()',
        'as_read = attr("never").missing()',
    ),
    Mutation(
        "a purchase is reversed again",
        "repository.purchases",
        'as_read = attr("txn").eq(purchase.txn) & attr("reversed_at").missing()',
        'as_read = attr("txn").exists()',
    ),
    Mutation(
        "a fee is noted again",
        "repository.payments",
        'settled & attr("fee").missing()',
        "settled",
    ),
    Mutation(
        "a settled payment settles again",
        "repository.payments",
        "before = OPEN_STATUSES if payment.is_open else GIVEN_UP_STATUSES",
        "before = frozenset(PaymentStatus)",
    ),
    Mutation(
        "the legs of a refund go without the other side",
        "services.refund_reports",
        "others=(clearing,)",
        "others=()",
    ),
    Mutation(
        "the other side of a dispute has the wrong sign",
        "services.dispute_steps",
        "clearing=dispute.amount,\n        receivable=-dispute.amount,",
        "clearing=-dispute.amount,\n        receivable=dispute.amount,",
    ),
    Mutation(
        "a lost dispute lets go of nothing that was held",
        "services.dispute_steps",
        "debited(wallet, dispute.amount, released=dispute.held)",
        "debited(wallet, dispute.amount)",
    ),
    Mutation(
        "a won dispute credits more than was held",
        "services.dispute_steps",
        "credited(wallet, dispute.held, released=dispute.held)",
        "credited(wallet, dispute.amount, released=dispute.held)",
    ),
    Mutation(
        "money that comes in passes a debt by",
        "services.postings",
        "repaid = min(wallet.debt, amount)",
        "repaid = 0",
    ),
    Mutation(
        "what is missing is not owed",
        "services.postings",
        "owed = amount - released - taken",
        "owed = 0",
    ),
    Mutation(
        "a wallet's time may stand still",
        "services.postings",
        "last_us=max(now_us, wallet.last_us + 1)",
        "last_us=wallet.last_us",
    ),
    Mutation(
        "a refund that failed keeps its reservation",
        "services.refund_reports",
        "changed = replace(payment, reserved=payment.reserved - refund.amount)",
        "changed = payment",
    ),
    Mutation(
        "a dispute is refunded all the same",
        "services.refunding",
        "if not 0 < wanted <= payment.refundable:",
        "if not 0 < wanted <= payment.amount:",
    ),
    Mutation(
        "the seller keeps what is taken back",
        "services.reversing",
        "amount=-purchase.share",
        "amount=0",
    ),
    Mutation(
        "open disputes are not counted",
        "services.dispute_steps",
        "count = wallet.open_disputes + change",
        "count = 0",
    ),
    Mutation(
        "a refund without a name is one of ours of any amount",
        "services.refund_reports",
        "        and each.amount == report.amount\n",
        "",
    ),
    Mutation(
        "what was given up is captured",
        "services.capturing",
        "    if not claim:\n        return report\n",
        "",
    ),
    Mutation(
        "what was given up meanwhile is claimed",
        "repository.payments",
        "condition=_is_open(),",
        "condition=self.table.exists(),",
    ),
    Mutation(
        "what is being captured is given up",
        "repository.payments",
        "if status is not PaymentStatus.CANCELED:",
        "if status:",
    ),
    Mutation(
        "what is back of a dispute stays held",
        "services.dispute_steps",
        "held = min(dispute.held, dispute.amount)",
        "held = dispute.held",
    ),
    Mutation(
        "what is back of a dispute stays disputed",
        "services.dispute_steps",
        "replace(payment, disputed=payment.disputed - back)",
        "payment",
    ),
]

# Of what is done with a provider, and the proof of disturbing.py that notices it.
AT_PROVIDERS = [
    (
        "press_twice",
        Mutation(
            "a charge is sent by a token that another call did not note",
            "providers.ccbill_charges",
            "return noted, noted == made",
            "return made, True",
        ),
    ),
    (
        "press_twice",
        Mutation(
            "whoever notes a token last has it",
            "repository.payments",
            'first &= attr("provider_ids", kind).missing()',
            "pass",
        ),
    ),
    (
        "ask_unheard",
        Mutation(
            "a second token is made for a charge",
            "providers.ccbill_charges",
            'if known := order.ids.get("token", "").removeprefix(facts.TOKEN):',
            'if known := "":',
        ),
    ),
    (
        "reverse_and_dispute",
        Mutation(
            "a reversal is counted besides its dispute",
            "providers.paypal_refunds",
            "return None if dispute else report",
            "return report",
        ),
    ),
]


@contextmanager
def applied(mutation):
    """The functions of the module run as if its text read so; undone at the end."""
    module = importlib.import_module(f"billing.{mutation.module}")
    text = inspect.getsource(module)
    assert text.count(mutation.old) == 1, f"{mutation.name}: its text is not there once"
    wrong = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(text.replace(mutation.old, mutation.new), module.__file__, "exec"), wrong)  # noqa: S102
    kept = {}
    for right, other in _functions(vars(module), wrong, module.__name__):
        if right.__code__ != other.__code__:
            kept[right] = right.__code__
            right.__code__ = other.__code__
    assert kept, f"{mutation.name}: no function changed"
    try:
        yield
    finally:
        for function, code in kept.items():
            function.__code__ = code


def _functions(right, wrong, module):
    """The same function in both, of the module and of its classes."""
    for name, value in right.items():
        if getattr(value, "__module__", "") != module:
            continue
        if inspect.isfunction(value):
            yield value, wrong[name]
        elif inspect.isclass(value):
            yield from _functions(vars(value), vars(wrong[name]), module)
