"""WH# rows: each webhook once, with what became of it. Names, and what its provider cannot
be asked; bodies are not kept."""

from datetime import timedelta

from billing.items import InboxRow, InboxStatus, ProviderName
from billing.providers.messages import Event
from billing.repository.schema import BILLING, shard, stamps
from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update
from dynamo.table import Item, Key, Table

SHARDS = 16
LISTED = {InboxStatus.FAILED: "WHS#failed", InboxStatus.REFUSED: "WHS#refused"}  # gsi1
# What is being done is listed with what failed from the first moment on: whoever does it may end
# without a word, and some providers tell a thing once.
_TO_DO = (InboxStatus.FAILED, InboxStatus.RECEIVED)
KEPT_FOR = timedelta(days=90)


class InboxRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def receive(self, provider: ProviderName, event: Event) -> InboxStatus:
        """Durable from here on. What the row says now: RECEIVED when this is the first time."""
        try:
            self.table.put_new(_to_item(provider, event))
        except ConditionFailed as error:
            if error.item is None:
                raise
            return self._again(provider, event)
        return InboxStatus.RECEIVED

    def find(self, provider: ProviderName, event_id: str) -> InboxRow | None:
        item = self.table.get(_key(provider, event_id), consistent=True)
        return _to_row(item) if item else None

    def page_of(
        self, status: InboxStatus, *, limit: int, start: Key | None
    ) -> tuple[list[InboxRow], Key | None]:
        """Of one in LISTED, FAILED with what is being done. Oldest first; an index finds them, so
        the newest may be missing."""
        found = self.table.query(LISTED[status], index="gsi1", limit=limit, start=start)
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in found.items]
        rows = map(_to_row, self.table.batch_get(keys, consistent=True))
        wanted = _TO_DO if status is InboxStatus.FAILED else (status,)
        return [row for row in rows if row.status in wanted], found.next

    def mark(
        self,
        provider: ProviderName,
        event: Event,
        status: InboxStatus,
        *,
        user_sub: str = "",
        error: str = "",
    ) -> None:
        now = clock.text(clock.now())
        update = Update().set("status", str(status)).set("updated_at", now).set("error", error)
        if user_sub:
            update = update.set("user_sub", user_sub)
        if status in LISTED:
            for name, value in _listed(status, event.id, now).items():
                update = update.set(name, value)
        else:
            update = update.remove("gsi1pk").remove("gsi1sk")
        self.table.update(_key(provider, event.id), update, condition=self.table.exists())

    def _again(self, provider: ProviderName, event: Event) -> InboxStatus:
        update = Update().increment("attempts", 1).set("updated_at", clock.text(clock.now()))
        row = self.table.update(
            _key(provider, event.id), update, condition=self.table.exists(), returning="new"
        )
        return InboxStatus(row["status"])


def _key(provider: ProviderName, event_id: str) -> Key:
    return {"pk": f"WH#{provider}#{shard(event_id, SHARDS)}", "sk": event_id}


def _listed(status: InboxStatus, event_id: str, now: str) -> Item:
    return {"gsi1pk": LISTED[status], "gsi1sk": f"{now}#{event_id}"}


def _to_item(provider: ProviderName, event: Event) -> Item:
    return {
        **_key(provider, event.id),
        **_listed(InboxStatus.FAILED, event.id, clock.text(clock.now())),
        **stamps(),  # whose it is turns out later
        "provider": str(provider),
        "type": event.type,
        "kind": str(event.kind),
        "ref": event.ref,
        "told": dict(event.told),
        "livemode": event.livemode,
        "status": str(InboxStatus.RECEIVED),
        "attempts": 1,
        "error": "",
        "ttl": clock.epoch(clock.now() + KEPT_FOR),
    }


def _to_row(item: Item) -> InboxRow:
    return InboxRow(
        event_id=item["sk"],
        provider=ProviderName(item["provider"]),
        type=item["type"],
        kind=item["kind"],
        ref=item["ref"],
        told=item.get("told", {}),
        livemode=item["livemode"],
        status=InboxStatus(item["status"]),
        attempts=item["attempts"],
        error=item["error"],
        user_sub=item.get("user_sub", ""),
        created_at=clock.parse(item["created_at"]),
        updated_at=clock.parse(item["updated_at"]),
    )
