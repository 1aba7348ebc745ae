"""Whether the books are right: the invariants of the ledger, read from the rows themselves.

I1  the legs of a bucket add up to its balance
I2  every `after` is the sum so far, and nothing but a debt is ever below zero
I3  the legs of every transaction add up to zero
I4  a seller's earnings are the sum of their legs
I5  what came back of a payment is what its refunds and disputes say, and no more than it brought
I6  every settled payment, purchase and correction is one transaction, and the other way round
I7  what is held, and why a wallet is restricted, is what refunds and disputes say

Nothing here writes. A wallet that moves while it is read is read again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from billing.items import (
    SETTLED_STATUSES,
    Bucket,
    DisputeStatus,
    RefundStatus,
    WalletStatus,
)
from billing.repository import PersonRepository, to_payment
from billing.services.wallet import require_configured
from core import clock, ids
from dynamo.table import Item

_TRIES = 3
_UNDER_WAY = timedelta(seconds=10)  # a scan may see half of a transaction that is younger

_BUCKETS = (Bucket.AVAILABLE, Bucket.HELD, Bucket.DEBT)
_SETTLED = frozenset(map(str, SETTLED_STATUSES))
_RESERVED = (RefundStatus.PENDING, RefundStatus.UNKNOWN)

Row = Item

_people = PersonRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`rule` as above; `place` is a person or a transaction; `text` names what differs."""

    rule: str
    place: str
    text: str


def audit_person(user_sub: str) -> list[Finding]:
    """What is wrong with the books of one person; I3 needs everybody's. [] = nothing."""
    require_configured()
    findings: list[Finding] = []
    for _try in range(_TRIES):
        findings = list(_Books.of(user_sub).findings())
        if not findings:
            break
    return findings


def audit_all() -> Iterator[Finding]:
    """Everybody, and every transaction. Reads the whole table twice: for commands only."""
    require_configured()
    recent = clock.text(clock.now() - _UNDER_WAY)
    people: set[str] = set()
    sums: dict[str, int] = defaultdict(int)
    young: set[str] = set()
    for row in _people.all_rows():
        if row["pk"].startswith("USER#"):
            people.add(row["pk"].partition("#")[2])
        if row["sk"].startswith(("LEDGER#", "LEG#")):
            sums[row["txn"]] += row["amount"]
            if row["ts"] > recent:
                young.add(row["txn"])
            if not sums[row["txn"]]:
                del sums[row["txn"]]  # balanced so far: few are not at any time
    for txn in sorted(sums.keys() - young):
        yield Finding(rule="I3", place=txn, text=f"adds up to {sums[txn]}")
    for user_sub in sorted(filter(ids.is_id, people)):
        yield from audit_person(user_sub)


@dataclass(slots=True)
class _Books:
    """The rows of one person by what they are."""

    user_sub: str
    legs: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)
    disputes: list[Row] = field(default_factory=list)
    purchases: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)
    earned: int = 0
    wallet: Row = field(default_factory=dict)

    @classmethod
    def of(cls, user_sub: str) -> "_Books":
        books = cls(user_sub)
        lists = {
            "LEDGER": books.legs,
            "PAY": books.payments,
            "RF": books.refunds,
            "DP": books.disputes,
            "IDEM": books.purchases,
            "ADJ": books.adjustments,
        }
        for row in _people.rows_of(user_sub):
            parts = row["sk"].split("#")
            family = parts[2] if parts[0] == "PAYX" else parts[0]
            if family in lists:
                lists[family].append(row)
            elif family == "EARNDAY":
                books.earned += row["pending"]
            elif family == "BALANCE":
                books.wallet = row
        return books

    def findings(self) -> Iterator[Finding]:
        checks = (
            ("I1", self._balances()),
            ("I2", self._running()),
            ("I4", self._earnings()),
            ("I5", self._returns()),
            ("I6", self._transactions()),
            ("I7", self._holds()),
        )
        for rule, texts in checks:
            for text in texts:
                yield Finding(rule=rule, place=self.user_sub, text=text)

    def _balances(self) -> Iterator[str]:
        sums = Counter[str]()
        for leg in self.legs:
            sums[leg["bucket"]] += leg["amount"]
        for bucket in _BUCKETS:
            balance = self.wallet.get(bucket, 0)
            signed = -balance if bucket is Bucket.DEBT else balance
            if balance < 0 or sums[bucket] != signed:
                yield f"{bucket} is {balance}, its legs add up to {sums[bucket]}"

    def _running(self) -> Iterator[str]:
        sums = Counter[str]()
        for leg in self.legs:  # in the order of their keys, which is that of the commits
            bucket = leg["bucket"]
            if bucket == Bucket.EARN:
                continue
            sums[bucket] += leg["amount"]
            if leg["after"] != sums[bucket]:
                yield f"{leg['sk']} says {leg['after']} after it, it is {sums[bucket]}"
            if (leg["after"] > 0) if bucket == Bucket.DEBT else (leg["after"] < 0):
                yield f"{leg['sk']} leaves {leg['after']}"

    def _earnings(self) -> Iterator[str]:
        legs = sum(leg["amount"] for leg in self.legs if leg["bucket"] == Bucket.EARN)
        if legs != self.earned:
            yield f"earnings are {self.earned}, their legs add up to {legs}"

    def _returns(self) -> Iterator[str]:
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.refunds:
            name = "reserved" if row["status"] in _RESERVED else row["status"]
            counted[row["payment_intent_id"]][name] += row["amount"]
        for row in self.disputes:
            if row["status"] in (DisputeStatus.OPEN, DisputeStatus.LOST):
                counted[row["payment_intent_id"]]["disputed"] += row["amount"]
            if row["status"] == DisputeStatus.LOST:
                counted[row["payment_intent_id"]]["lost"] += row["amount"]
        for payment in map(to_payment, self.payments):
            name, sums = payment.payment_intent_id, counted[payment.payment_intent_id]
            told = {
                "reserved": (payment.reserved, sums["reserved"]),
                "refunded": (payment.refunded, sums[RefundStatus.SUCCEEDED]),
                "disputed": (payment.disputed, sums["disputed"]),
                "lost": (payment.lost, sums["lost"]),
            }
            for what, (says, rows) in told.items():
                if says != rows:
                    yield f"{name}: {what} is {says}, its rows say {rows}"
            if payment.refunded + payment.reserved > payment.amount:
                yield f"{name}: more goes back than came"
            if payment.status is not payment.standing:
                yield f"{name}: is {payment.status}, not {payment.standing}"

    def _transactions(self) -> Iterator[str]:
        written = {leg["txn"] for leg in self.legs if leg["bucket"] != Bucket.EARN}
        expected = {row["payment_intent_id"] for row in self.payments if _is_settled(row)}
        expected |= {row["adjustment_id"] for row in self.adjustments}
        for row in self.purchases:
            expected.add(row["txn"])
            if "reversed_at" in row:
                expected.add(f"{row['txn']}.reversed")
        yield from (f"{txn} has no legs" for txn in sorted(expected - written))
        undone = {txn for txn in written if f"{txn}.reversed" in written}  # and bought again
        allowed = expected | undone | {f"{txn}.reversed" for txn in undone} | self._steps()
        yield from (f"{txn} is of nothing" for txn in sorted(written - allowed))

    def _steps(self) -> set[str]:
        """Of refunds and disputes; not every step moves a wallet."""
        named = [(row["refund_id"], row["version"]) for row in self.refunds]
        named += [(row["dispute_id"], row["version"]) for row in self.disputes]
        return {f"{name}.{step}" for name, last in named for step in range(1, last + 1)}

    def _holds(self) -> Iterator[str]:
        opened = [row for row in self.disputes if row["status"] == DisputeStatus.OPEN]
        held = sum(row["held"] for row in opened) + sum(
            row["amount"] for row in self.refunds if row["status"] in _RESERVED
        )
        wallet = self.wallet
        if wallet.get("held", 0) != held:
            yield f"{wallet.get('held', 0)} is held, refunds and disputes say {held}"
        if wallet.get("open_disputes", 0) != len(opened):
            yield f"{wallet.get('open_disputes', 0)} open disputes, there are {len(opened)}"
        if (wallet.get("status") == WalletStatus.RESTRICTED) != bool(opened):
            yield f"the wallet is {wallet.get('status')} with {len(opened)} open disputes"
        if wallet.get("available") and wallet.get("debt"):
            yield f"{wallet['available']} is available while {wallet['debt']} is owed"


def _is_settled(row: Row) -> bool:
    return row["status"] in _SETTLED
