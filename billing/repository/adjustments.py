"""ADJ# rows: corrections of a balance by staff."""

from billing.items import Adjustment, AdjustmentStatus
from billing.repository.schema import ADJUSTMENT, BILLING, SHAPE, key
from core import clock
from dynamo.table import Item, Key, Table, Write

ADJUSTMENT_LABEL = "billing adjustment"


class AdjustmentRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def find(self, user_sub: str, adjustment_id: str) -> Adjustment | None:
        item = self.table.get(_key(user_sub, adjustment_id), consistent=True)
        return _to_adjustment(item) if item else None

    def adding(self, adjustment: Adjustment) -> Write:
        """Fails under ADJUSTMENT_LABEL when there is one of this id."""
        return self.table.putting_new(_to_item(adjustment), label=ADJUSTMENT_LABEL)


def _key(user_sub: str, adjustment_id: str) -> Key:
    return key(user_sub, f"{ADJUSTMENT}{adjustment_id}")


def _to_item(adjustment: Adjustment) -> Item:
    return {
        **_key(adjustment.user_sub, adjustment.adjustment_id),
        "user_sub": adjustment.user_sub,
        "adjustment_id": adjustment.adjustment_id,
        "amount": adjustment.amount,
        "currency": adjustment.currency,
        "status": str(adjustment.status),
        "reason": adjustment.reason,
        "requester": adjustment.requester_sub,
        "approver": adjustment.approver_sub,
        "created_at": clock.text(adjustment.created_at),
        "updated_at": clock.text(adjustment.created_at),
        "sv": SHAPE,
    }


def _to_adjustment(item: Item) -> Adjustment:
    return Adjustment(
        adjustment_id=item["adjustment_id"],
        user_sub=item["user_sub"],
        amount=item["amount"],
        currency=item["currency"],
        status=AdjustmentStatus(item["status"]),
        reason=item.get("reason", ""),  # gone with its person
        requester_sub=item["requester"],
        approver_sub=item["approver"],
        created_at=clock.parse(item["created_at"]),
    )
