"""Requests of staff that a second one decides, newest last in one partition of the users table,
and a pointer to each in the partition of the person it is about."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from accounts.items import Approval, ApprovalState
from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Condition, Update, at_least, attr, begins_with
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Table, Write

SHAPE_VERSION = 1
APPROVAL_LABEL = "approval"
PARTITION = "APPROVALS"
PREFIX = "REQUEST#"


class ApprovalRepository:
    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def find(self, approval_id: str) -> Approval | None:
        row = self.table.get(_key(approval_id), consistent=True)
        return _to_approval(row) if row else None

    def adding(self, approval: Approval) -> list[Write]:
        common: Item = {
            "kind": approval.kind,
            "created_at": clock.text(approval.asked_at),
            "updated_at": clock.text(approval.asked_at),
            "sv": SHAPE_VERSION,
        }
        pointer = {**_pointer_key(approval.subject, approval.approval_id), **common}
        return [
            self.table.putting_new(
                {**_key(approval.approval_id), **common, **_attributes(approval)},
                label=APPROVAL_LABEL,
            ),
            self.table.putting_new({**pointer, "user_sub": approval.subject}),
        ]

    def deciding(
        self, approval: Approval, state: ApprovalState, *, by: str, reason: str, at: datetime
    ) -> Write:
        """The one decision. Fails under APPROVAL_LABEL when there was one, or its time is over."""
        stamp = clock.text(at)
        update = (
            Update()
            .set("state", str(state))
            .set("decided_by", by)
            .set("decided_at", stamp)
            .set("decision_reason", reason)
            .set("updated_at", stamp)
        )
        open_still = attr("state").eq(str(ApprovalState.OPEN)) & attr("open_until").gt(stamp)
        return self.table.updating(
            _key(approval.approval_id), update, condition=open_still, label=APPROVAL_LABEL
        )

    def page(
        self, *, limit: int, start: Key | None, first_id: str = ""
    ) -> tuple[list[Approval], Key | None]:
        """Newest first. With `first_id` only those that are open, from that id on: full pages."""
        sort = at_least(PREFIX + first_id) if first_id else begins_with(PREFIX)
        found: list[Approval] = []
        while True:
            page = self.table.query(
                PARTITION,
                sort=sort,
                limit=limit - len(found),
                newest_first=True,
                start=start,
                filter=_is_open() if first_id else None,
            )
            found += [_to_approval(row) for row in page.items]
            start = page.next
            if start is None or len(found) >= limit:
                return found, start

    def forget(self, user_sub: str) -> None:
        """The texts of requests about somebody; ids, times and decisions stay."""
        for approval_id in self._about(user_sub):
            update = Update().set("reason", "").set("decision_reason", "")
            with suppress(ConditionFailed):  # nothing there to forget
                self.table.update(_key(approval_id), update, condition=self.table.exists())

    def _about(self, user_sub: str) -> Iterator[str]:
        prefix = "APPROVAL#"
        rows = self.table.query_all(f"USER#{user_sub}", sort=begins_with(prefix), consistent=True)
        return (row["sk"].removeprefix(prefix) for row in rows)


def _is_open() -> Condition:
    now = clock.text(clock.now())
    return attr("state").eq(str(ApprovalState.OPEN)) & attr("open_until").gt(now)


def _key(approval_id: str) -> Key:
    return {"pk": PARTITION, "sk": f"{PREFIX}{approval_id}"}


def _pointer_key(user_sub: str, approval_id: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": f"APPROVAL#{approval_id}"}


def _attributes(approval: Approval) -> dict[str, Any]:
    decided = approval.decided_at
    return {
        "subject": approval.subject,
        "facts": dict(approval.facts),
        "reason": approval.reason,
        "requester": approval.requester,
        "open_until": clock.text(approval.open_until),
        "state": str(approval.state),
        "decided_by": approval.decided_by,
        "decided_at": clock.text(decided) if decided else "",
        "decision_reason": approval.decision_reason,
        "breaks_glass": approval.breaks_glass,
    }


def _to_approval(row: Item) -> Approval:
    decided = row["decided_at"]
    return Approval(
        approval_id=row["sk"].removeprefix(PREFIX),
        kind=row["kind"],
        subject=row["subject"],
        facts=row["facts"],
        reason=row["reason"],
        requester=row["requester"],
        asked_at=clock.parse(row["created_at"]),
        open_until=clock.parse(row["open_until"]),
        state=ApprovalState(row["state"]),
        decided_by=row["decided_by"],
        decided_at=clock.parse(decided) if decided else None,
        decision_reason=row["decision_reason"],
        breaks_glass=row["breaks_glass"],
    )
