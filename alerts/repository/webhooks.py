"""Webhooks of a person, in a partition of their own in the table of alerts.

`wh#<user_sub>`: `ENDPOINT#<endpoint_id>`, `HEAD` (the ids of the endpoints, so that their number
cannot race), `LOG#<endpoint_id>#<delivery_id>` (14 days).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.repository.alerts import ALERTS, BATCH, SHAPE_VERSION
from alerts.webhook_items import (
    Delivery,
    DeliveryState,
    EndpointState,
    Message,
    WebhookEndpoint,
    categories_of,
)
from core import clock
from dynamo.expressions import Condition, Update, attr, begins_with
from dynamo.table import Item, Key, Table, Write

ENDPOINT, HEAD, LOG = "ENDPOINT#", "HEAD", "LOG#"
LOG_KEPT = timedelta(days=14)
ENDPOINT_LABEL, HEAD_LABEL = "webhook", "webhooks"
HEALTH = ("failing_since", "failures", "probe_at")


class WebhookRepository:
    def __init__(self) -> None:
        self.table = Table(ALERTS)

    def all_of(self, user_sub: str) -> list[WebhookEndpoint]:
        """Oldest first."""
        page = self.table.query(_partition(user_sub), sort=begins_with(ENDPOINT), consistent=True)
        return [_to_endpoint(row) for row in page.items]

    def find(self, user_sub: str, endpoint_id: str) -> WebhookEndpoint | None:
        row = self.table.get(_key(user_sub, ENDPOINT + endpoint_id), consistent=True)
        return _to_endpoint(row) if row else None

    def adding(self, endpoint: WebhookEndpoint, *, most: int) -> list[Write]:
        """Fails under ENDPOINT_LABEL when the id is taken, under HEAD_LABEL at `most`."""
        has_room = attr("endpoint_ids").missing() | attr("endpoint_ids").size_lt(most)
        head = (
            _stamped()
            .set("owner", endpoint.user_sub)
            .add("endpoint_ids", frozenset({endpoint.endpoint_id}))
        )
        return [
            self.table.putting_new(_endpoint_item(endpoint), label=ENDPOINT_LABEL),
            self.table.updating(
                _key(endpoint.user_sub, HEAD), head, condition=has_room, label=HEAD_LABEL
            ),
        ]

    def removing(self, endpoint: WebhookEndpoint) -> list[Write]:
        """Fails under ENDPOINT_LABEL when it is gone. Its log stays until it expires."""
        user_sub, endpoint_id = endpoint.user_sub, endpoint.endpoint_id
        head = _stamped().discard("endpoint_ids", frozenset({endpoint_id}))
        return [
            self.table.deleting(
                _key(user_sub, ENDPOINT + endpoint_id),
                condition=self.table.exists(),
                label=ENDPOINT_LABEL,
            ),
            self.table.updating(_key(user_sub, HEAD), head, label=HEAD_LABEL),
        ]

    def rotating(self, endpoint: WebhookEndpoint, *, secret: str, old_until: datetime) -> Write:
        """Fails under ENDPOINT_LABEL when its secret is another one by now."""
        update = (
            _stamped()
            .set("secret", secret)
            .set("old_secret", endpoint.secret)
            .set("old_until", clock.text(old_until))
        )
        return self._changing(endpoint, update, attr("secret").eq(endpoint.secret))

    def turning(self, endpoint: WebhookEndpoint, state: EndpointState) -> Write:
        """Fails under ENDPOINT_LABEL unless it is still in the state that was read."""
        update = _stamped().set("state", str(state))
        if state is EndpointState.ACTIVE:
            update = update.remove(*HEALTH)
        return self._changing(endpoint, update, attr("state").eq(str(endpoint.state)))

    def noting_success(self, endpoint: WebhookEndpoint) -> Write:
        """Fails under ENDPOINT_LABEL when it was removed, as do noting_failure() and holding()."""
        return self._changing(endpoint, Update().remove(*HEALTH), self.table.exists())

    def noting_failure(
        self, endpoint: WebhookEndpoint, *, at: datetime, probe_at: datetime
    ) -> Write:
        update = (
            Update()
            .set_if_missing("failing_since", clock.text(at))
            .set("failures", endpoint.failures + 1)
            .set("probe_at", clock.text(probe_at))
        )
        return self._changing(endpoint, update, self.table.exists())

    def claim_probe(self, endpoint: WebhookEndpoint, *, until: datetime) -> None:
        """Nothing else goes there until then. Raises ConditionFailed when another delivery was
        faster, or it is no longer as it was read."""
        seen = attr("probe_at")
        unchanged = seen.eq(clock.text(endpoint.probe_at)) if endpoint.probe_at else seen.missing()
        failing = attr("failing_since").exists() & attr("state").eq(str(endpoint.state))
        self.table.update(
            _key(endpoint.user_sub, ENDPOINT + endpoint.endpoint_id),
            Update().set("probe_at", clock.text(until)),
            condition=failing & unchanged,
        )

    def holding(self, endpoint: WebhookEndpoint) -> Write:
        key = _key(endpoint.user_sub, ENDPOINT + endpoint.endpoint_id)
        return self.table.checking(key, self.table.exists(), label=ENDPOINT_LABEL)

    def logging(self, delivery: Delivery) -> Write:
        message = delivery.message
        key = _key(message.user_sub, f"{LOG}{message.endpoint_id}#{message.delivery_id}")
        return self.table.updating(key, _logged(delivery), label="webhook delivery")

    def postponing(self, message: Message, *, next_at: datetime) -> Write:
        """The next attempt at a delivery that is in the log already."""
        key = _key(message.user_sub, f"{LOG}{message.endpoint_id}#{message.delivery_id}")
        update = _stamped().set("next_at", clock.text(next_at))
        return self.table.updating(
            key, update, condition=self.table.exists(), label="webhook delivery"
        )

    def newest_deliveries(self, user_sub: str, endpoint_id: str, *, limit: int) -> list[Delivery]:
        page = self.table.query(
            _partition(user_sub),
            sort=begins_with(f"{LOG}{endpoint_id}#"),
            limit=limit,
            newest_first=True,
        )
        return [_to_delivery(row) for row in page.items if _is_kept(row)]

    def find_delivery(self, user_sub: str, endpoint_id: str, delivery_id: str) -> Delivery | None:
        key = _key(user_sub, f"{LOG}{endpoint_id}#{delivery_id}")
        row = self.table.get(key, consistent=True)
        return _to_delivery(row) if row and _is_kept(row) else None

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """Every endpoint and delivery as stored, without the table's own key."""
        for row in self.table.query_all(_partition(user_sub), consistent=True):
            if row["alert_id"] != HEAD:
                shown = {name: row[name] for name in row if name not in ALERTS.keys}
                yield {**shown, "user_sub": shown.pop("owner")}

    def remove_all(self, user_sub: str) -> None:
        """Page by page, so that a repeat goes on where this one broke off."""
        while rows := self.table.query(_partition(user_sub), limit=BATCH, consistent=True).items:
            self.table.batch_write(
                deletes=[{name: row[name] for name in ALERTS.keys} for row in rows]
            )

    def _changing(self, endpoint: WebhookEndpoint, update: Update, condition: Condition) -> Write:
        key = _key(endpoint.user_sub, ENDPOINT + endpoint.endpoint_id)
        return self.table.updating(key, update, condition=condition, label=ENDPOINT_LABEL)


def _partition(user_sub: str) -> str:
    return f"wh#{user_sub}"


def _key(user_sub: str, sort_key: str) -> Key:
    return {"user_sub": _partition(user_sub), "alert_id": sort_key}


def _stamped() -> Update:
    now = clock.text(clock.now())
    return (
        Update().set_if_missing("created_at", now).set("updated_at", now).set("sv", SHAPE_VERSION)
    )


def _is_kept(row: Item) -> bool:
    return bool(row["expires_at"] > clock.epoch(clock.now()))


def _endpoint_item(endpoint: WebhookEndpoint) -> Item:
    stamp = clock.text(endpoint.created_at)
    return {
        **_key(endpoint.user_sub, ENDPOINT + endpoint.endpoint_id),
        "owner": endpoint.user_sub,
        "endpoint_id": endpoint.endpoint_id,
        "name": endpoint.name,
        "url": endpoint.url,
        "secret": endpoint.secret,
        "categories": [str(category) for category in endpoint.sorted_categories],
        "min_severity": endpoint.min_severity,
        "state": str(endpoint.state),
        "created_at": stamp,
        "updated_at": stamp,
        "sv": SHAPE_VERSION,
    }


def _to_endpoint(row: Item) -> WebhookEndpoint:
    return WebhookEndpoint(
        endpoint_id=row["endpoint_id"],
        user_sub=row["owner"],
        name=row["name"],
        url=row["url"],
        secret=row["secret"],
        categories=categories_of(row["categories"]),
        min_severity=row["min_severity"],
        state=EndpointState(row["state"]),
        old_secret=row.get("old_secret", ""),
        old_until=_time(row, "old_until"),
        failing_since=_time(row, "failing_since"),
        failures=row.get("failures", 0),
        probe_at=_time(row, "probe_at"),
        created_at=clock.parse(row["created_at"]),
    )


def _logged(delivery: Delivery) -> Update:
    """The row outlives its attempts: it keeps the time of the first one."""
    message, next_at = delivery.message, delivery.next_at
    values: Item = {
        "owner": message.user_sub,
        "endpoint_id": message.endpoint_id,
        "delivery_id": message.delivery_id,
        "of_alert": message.alert_id,
        "occurrence": message.occurrence,
        "kind": message.kind,
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "ms": delivery.milliseconds,
        "answer": delivery.answer,
        "expires_at": clock.epoch(delivery.updated_at + LOG_KEPT),
    }
    update = _stamped()
    for name, value in values.items():
        update = update.set(name, value)
    return update.set("next_at", clock.text(next_at)) if next_at else update.remove("next_at")


def _to_delivery(row: Item) -> Delivery:
    return Delivery(
        message=Message(
            user_sub=row["owner"],
            endpoint_id=row["endpoint_id"],
            delivery_id=row["delivery_id"],
            alert_id=row["of_alert"],
            occurrence=row["occurrence"],
            kind=row["kind"],
        ),
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        status=row["status"],
        error=row["error"],
        milliseconds=row["ms"],
        answer=row["answer"],
        next_at=_time(row, "next_at"),
        updated_at=clock.parse(row["updated_at"]),
    )


def _time(row: Item, name: str) -> datetime | None:
    return clock.parse(row[name]) if name in row else None
