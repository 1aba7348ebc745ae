"""WH# rows: each webhook once, with what became of it. Names only; bodies are not kept."""

from datetime import timedelta

from billing.items import InboxStatus, ProviderName
from billing.providers.interface import Event
from billing.repository.schema import BILLING, shard, stamps
from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update
from dynamo.table import Item, Key, Table

SHARDS = 16
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
        if status is InboxStatus.FAILED:
            update = update.set("gsi1pk", "WHS#failed").set("gsi1sk", f"{now}#{event.id}")
        else:
            update = update.remove("gsi1pk").remove("gsi1sk")
        self.table.update(_key(provider, event), update, condition=self.table.exists())

    def _again(self, provider: ProviderName, event: Event) -> InboxStatus:
        update = Update().increment("attempts", 1).set("updated_at", clock.text(clock.now()))
        row = self.table.update(
            _key(provider, event), update, condition=self.table.exists(), returning="new"
        )
        return InboxStatus(row["status"])


def _key(provider: ProviderName, event: Event) -> Key:
    return {"pk": f"WH#{provider}#{shard(event.id, SHARDS)}", "sk": event.id}


def _to_item(provider: ProviderName, event: Event) -> Item:
    return {
        **_key(provider, event),
        **stamps(),  # whose it is turns out later
        "provider": str(provider),
        "type": event.type,
        "ref": event.ref,
        "livemode": event.livemode,
        "status": str(InboxStatus.RECEIVED),
        "attempts": 1,
        "error": "",
        "ttl": clock.epoch(clock.now() + KEPT_FOR),
    }
