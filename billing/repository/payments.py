"""PAY# rows, and the rows that find a payment by what its provider calls it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from billing.items import (
    OPEN_STATUSES,
    SETTLED_STATUSES,
    Payment,
    PaymentFacts,
    PaymentKind,
    PaymentStatus,
    ProviderName,
)
from billing.repository.schema import BILLING, PAYMENT, SHAPE, key, person, reference_key, stamps
from core import clock, ids
from dynamo.expressions import Condition, Update, attr, begins_with, between
from dynamo.table import Item, Key, Table, Write

PAYMENT_LABEL, REFERENCE_LABEL = "billing payment", "billing reference"
# Money that comes for a payment given up is real money.
GIVEN_UP_STATUSES = frozenset({PaymentStatus.FAILED, PaymentStatus.CANCELED})
_AMOUNTS = ("refunded", "reserved", "disputed", "lost")


class PaymentRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def adding(self, payment: Payment) -> Write:
        """Fails under PAYMENT_LABEL, with the row, when there is one of this id."""
        return self.table.putting_new(_to_item(payment), label=PAYMENT_LABEL)

    def find(self, user_sub: str, payment_id: str) -> Payment | None:
        item = self.table.get(_key(user_sub, payment_id), consistent=True)
        return to_payment(item) if item else None

    def since(self, user_sub: str, moment: datetime) -> Iterator[Payment]:
        """Those whose ids were made then or later, oldest first."""
        first = f"{PAYMENT}{ids.first_id_of(moment)}"
        rows = self.table.query_all(
            person(user_sub), sort=between(first, f"{PAYMENT}~"), consistent=True
        )
        return map(to_payment, rows)

    def find_by_reference(self, provider: ProviderName, reference: str) -> Payment | None:
        row = self.table.get(reference_key(provider, reference), consistent=True)
        if row is None or "payment_intent_id" not in row:
            return None
        return self.find(row["user_sub"], row["payment_intent_id"])

    def page(
        self, user_sub: str, *, limit: int, start: Key | None
    ) -> tuple[list[Payment], Key | None]:
        """Newest first; the key is where the next page starts."""
        found = self.table.query(
            person(user_sub),
            sort=begins_with(PAYMENT),
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )
        return [to_payment(item) for item in found.items], found.next

    def mark(self, payment: Payment, status: PaymentStatus, *, failure_code: str = "") -> None:
        """Raises ConditionFailed, with the row, when that is no step forward."""
        self.table.update(
            _key(payment.user_sub, payment.payment_intent_id),
            _status_update(status, failure_code),
            condition=_may_become(status),
        )

    def marking(self, payment: Payment, status: PaymentStatus, *, failure_code: str) -> Write:
        """The same to join; fails under PAYMENT_LABEL."""
        update = _status_update(status, failure_code)
        return self._updating(payment, update, _may_become(status))

    def claim(self, payment: Payment, claim: str, *, until: datetime) -> None:
        """Until then, or until it lets go, nobody gives it up. Raises ConditionFailed for one that
        has ended."""
        self.table.update(
            _key(payment.user_sub, payment.payment_intent_id),
            Update().add("claims", {claim}).set("claimed_until", clock.text(until)),
            condition=_is_open(),
        )

    def let_go(self, payment: Payment, claim: str) -> None:
        place = _key(payment.user_sub, payment.payment_intent_id)
        self.table.update(place, Update().discard("claims", {claim}), condition=self.table.exists())

    def settling(
        self, payment: Payment, facts: PaymentFacts, *, at: datetime, fee: int | None
    ) -> Write:
        """Fails under PAYMENT_LABEL when it is settled, not as open or ended as it was read, or
        not the payment of these facts."""
        update = _with_ids(_status_update(PaymentStatus.SETTLED), facts.provider_ids)
        update = update.set("settled_at", clock.text(at))
        if fee is not None:
            update = update.set("fee", fee)
        if facts.moved_at:
            update = update.set("moved_at", clock.text(facts.moved_at))
        asked_for = (
            attr("amount").eq(facts.amount)
            & attr("currency").eq(facts.currency)
            & attr("livemode").eq(facts.livemode)
        )
        before = OPEN_STATUSES if payment.is_open else GIVEN_UP_STATUSES
        unsettled = attr("status").is_in(sorted(map(str, before)))
        return self._updating(payment, update, unsettled & asked_for)

    def moving(self, old: Payment, new: Payment) -> Write:
        """What came back of its money. Fails under PAYMENT_LABEL when it is not as it was read."""
        update = _status_update(new.standing)
        as_read = attr("status").eq(str(old.status))
        for name in _AMOUNTS:
            amount = getattr(old, name)
            as_read &= attr(name).eq(amount) if amount else _is_zero(name)
            update = update.set(name, getattr(new, name))
        return self._updating(old, update, as_read)

    def noting_fee(self, payment: Payment, fee: int) -> Write:
        """Fails under PAYMENT_LABEL when it was noted before, or nothing was paid."""
        now = clock.text(clock.now())
        settled = attr("status").is_in(sorted(map(str, SETTLED_STATUSES)))
        update = Update().set("fee", fee).set("updated_at", now)
        return self._updating(payment, update, settled & attr("fee").missing())

    def noting_mismatch(self, payment: Payment) -> Write:
        """Fails under PAYMENT_LABEL when it was noted before."""
        noted = attr("mismatch_at")
        now = clock.text(clock.now())
        update = Update().set("mismatch_at", now).set("updated_at", now)
        return self._updating(payment, update, self.table.exists() & noted.missing())

    def noting_action(self, payment: Payment, code: str) -> Write:
        """That its owner must do something, as `failure_code`, while it stays open. Fails under
        PAYMENT_LABEL when that was noted before, or it has ended."""
        update = Update().set("failure_code", code).set("updated_at", clock.text(clock.now()))
        return self._updating(payment, update, _is_open() & attr("failure_code").ne(code))

    def noting_ids(self, payment: Payment, provider_ids: Mapping[str, str]) -> Write:
        """Fails under PAYMENT_LABEL when there is no such payment."""
        update = _with_ids(Update(), provider_ids).set("updated_at", clock.text(clock.now()))
        return self._updating(payment, update, self.table.exists())

    def noting_first_ids(self, payment: Payment, provider_ids: Mapping[str, str]) -> Write:
        """Fails under PAYMENT_LABEL when it has one of a kind, or there is no such payment."""
        update = _with_ids(Update(), provider_ids).set("updated_at", clock.text(clock.now()))
        first = self.table.exists()
        for kind in provider_ids:
            first &= attr("provider_ids", kind).missing()
        return self._updating(payment, update, first)

    def referring(self, payment: Payment, references: Iterable[str]) -> list[Write]:
        """Fails under REFERENCE_LABEL when one of them finds another payment."""
        return [self._referring(payment, reference) for reference in sorted({*references})]

    def _referring(self, payment: Payment, reference: str) -> Write:
        row = {
            **reference_key(payment.provider, reference),
            **stamps(payment.user_sub),
            "payment_intent_id": payment.payment_intent_id,
        }
        ours = attr("payment_intent_id").eq(payment.payment_intent_id)
        free = self.table.missing() | ours
        return self.table.putting(row, condition=free, label=REFERENCE_LABEL)

    def _updating(self, payment: Payment, update: Update, condition: Condition) -> Write:
        place = _key(payment.user_sub, payment.payment_intent_id)
        return self.table.updating(place, update, condition=condition, label=PAYMENT_LABEL)


_BEFORE: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.UNKNOWN: frozenset({PaymentStatus.CREATED}),
    PaymentStatus.PROCESSING: frozenset({PaymentStatus.CREATED, PaymentStatus.UNKNOWN}),
    PaymentStatus.CANCELED: frozenset(
        {PaymentStatus.CREATED, PaymentStatus.UNKNOWN, PaymentStatus.PROCESSING}
    ),
    PaymentStatus.FAILED: frozenset(
        {PaymentStatus.CREATED, PaymentStatus.UNKNOWN, PaymentStatus.PROCESSING}
    ),
}


def _is_zero(name: str) -> Condition:
    """Rows from before the amount was kept have none."""
    return attr(name).missing() | attr(name).eq(0)


def _is_open() -> Condition:
    return attr("status").is_in(sorted(map(str, OPEN_STATUSES)))


def _may_become(status: PaymentStatus) -> Condition:
    before = attr("status").is_in(sorted(map(str, _BEFORE[status])))
    if status is not PaymentStatus.CANCELED:
        return before
    return before & (attr("claims").missing() | attr("claimed_until").lt(clock.text(clock.now())))


def _status_update(status: PaymentStatus, failure_code: str = "") -> Update:
    update = Update().set("status", str(status)).set("updated_at", clock.text(clock.now()))
    return update.set("failure_code", failure_code)


def _with_ids(update: Update, provider_ids: Mapping[str, str]) -> Update:
    for kind, value in sorted(provider_ids.items()):
        update = update.set(("provider_ids", kind), value)
    return update


def _key(user_sub: str, payment_id: str) -> Key:
    return key(user_sub, f"{PAYMENT}{payment_id}")


def _to_item(payment: Payment) -> Item:
    return {
        **_key(payment.user_sub, payment.payment_intent_id),
        "user_sub": payment.user_sub,
        "payment_intent_id": payment.payment_intent_id,
        "provider": str(payment.provider),
        "kind": str(payment.kind),
        "amount": payment.amount,
        "currency": payment.currency,
        "status": str(payment.status),
        "livemode": payment.livemode,
        "failure_code": payment.failure_code,
        "provider_ids": dict(payment.provider_ids),
        "save_method": payment.save_method,
        "return_path": payment.return_path,
        "payment_method_id": payment.payment_method_id,
        "refunded": payment.refunded,
        "reserved": payment.reserved,
        "disputed": payment.disputed,
        "lost": payment.lost,
        "created_at": clock.text(payment.created_at),
        "updated_at": clock.text(payment.updated_at),
        "sv": SHAPE,
    }


def to_payment(item: Item) -> Payment:
    settled_at, moved_at = item.get("settled_at"), item.get("moved_at")
    return Payment(
        payment_intent_id=item["payment_intent_id"],
        user_sub=item["user_sub"],
        provider=ProviderName(item["provider"]),
        kind=PaymentKind(item["kind"]),
        amount=item["amount"],
        currency=item["currency"],
        status=PaymentStatus(item["status"]),
        livemode=item["livemode"],
        failure_code=item["failure_code"],
        provider_ids=item["provider_ids"],
        save_method=item["save_method"] and not item.get("owner_gone_at"),
        owner_is_gone=bool(item.get("owner_gone_at")),
        return_path=item.get("return_path", ""),
        payment_method_id=item.get("payment_method_id", ""),
        refunded=item.get("refunded", 0),
        reserved=item.get("reserved", 0),
        disputed=item.get("disputed", 0),
        lost=item.get("lost", 0),
        fee=item.get("fee"),
        created_at=clock.parse(item["created_at"]),
        updated_at=clock.parse(item["updated_at"]),
        settled_at=clock.parse(settled_at) if settled_at else None,
        moved_at=clock.parse(moved_at) if moved_at else None,
    )
