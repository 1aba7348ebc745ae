"""Devices of one kind: the rows of its table that are no challenges."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr, less_than
from dynamo.table import Item, Key, Table, Write
from mfa.items import Device, Method
from mfa.repository.tables import DEVICES, SHAPE_VERSION

DEVICE_LABEL = "device"
# What the encrypted value of each kind is called in its row, and its part that is shown.
SEALED_ATTRIBUTE = {Method.TOTP: "secret", Method.SMS: "phone", Method.EMAIL: "address"}
_HINT = {Method.SMS: "phone_end", Method.EMAIL: "address_hint"}


class DeviceRepository:
    def __init__(self, method: Method) -> None:
        self.method = method
        self.table = Table(DEVICES[method])

    def list_of(self, user_sub: str) -> list[Device]:
        """All of them, oldest first, those that wait for their code included. One call."""
        # A ULID begins with a digit, so the challenges (CHALLENGE#…) come after all devices.
        page = self.table.query(user_sub, sort=less_than("A"), consistent=True)
        return [self._device(row) for row in page.items]

    def find(self, user_sub: str, device_id: str) -> Device | None:
        row = self.table.get(self._key(user_sub, device_id), consistent=True)
        return self._device(row) if row else None

    def adding(self, device: Device) -> Write:
        return self.table.putting_new(self._row(device), label=DEVICE_LABEL)

    def confirming(self, device: Device, **extra: Any) -> Write:
        """It counts from now on. Fails when it is gone, or was confirmed already."""
        now = clock.text(clock.now())
        update = Update().set("confirmed_at", now).set("last_used_at", now).set("updated_at", now)
        update = update.remove("opted_out_at")  # what came back was sent to it
        for name, value in extra.items():
            update = update.set(name, value)
        waits = self.table.exists() & attr("confirmed_at").missing()
        return self._updating(device, update, waits)

    def using_step(self, device: Device, step: int) -> Write:
        """The one acceptance of a TOTP step. Fails once that step, or a later one, was used."""
        update = Update().set("last_step", step).set("last_used_at", clock.text(clock.now()))
        return self._updating(
            device, update, attr("confirmed_at").exists() & attr("last_step").lt(step)
        )

    def using(self, user_sub: str, device_id: str) -> Write:
        """Fails unless the device is there and confirmed."""
        return self.table.updating(
            self._key(user_sub, device_id),
            Update().set("last_used_at", clock.text(clock.now())),
            condition=attr("confirmed_at").exists(),
            label=DEVICE_LABEL,
        )

    def note_opt_out(self, user_sub: str, device_id: str, at: datetime | None) -> None:
        """None: it takes messages again. Nothing for a device that is gone."""
        update = Update().set("updated_at", clock.text(clock.now()))
        if at is None:
            update = update.remove("opted_out_at")
        else:
            update = update.set("opted_out_at", clock.text(at))
        with suppress(ConditionFailed):
            self.table.update(self._key(user_sub, device_id), update, condition=self.table.exists())

    def renaming(self, device: Device, name: str) -> Write:
        """Fails unless the device is there and confirmed."""
        update = Update().set("name", name).set("updated_at", clock.text(clock.now()))
        return self._updating(device, update, attr("confirmed_at").exists())

    def checking(self, device: Device) -> Write:
        """Changes nothing; fails unless the device is there and confirmed."""
        key = self._key(device.user_sub, device.device_id)
        return self.table.checking(key, attr("confirmed_at").exists(), label=DEVICE_LABEL)

    def removing(self, device: Device) -> Write:
        """Fails when it is gone, or was confirmed or not when it was read and is not so now."""
        confirmed = attr("confirmed_at")
        as_read = confirmed.exists() if device.confirmed_at else confirmed.missing()
        return self.table.deleting(
            self._key(device.user_sub, device.device_id),
            condition=self.table.exists() & as_read,
            label=DEVICE_LABEL,
        )

    def rows_of(self, user_sub: str) -> list[Item]:
        """Everything under the person's key, challenges included."""
        return list(self.table.query_all(user_sub, consistent=True))

    def remove_all(self, user_sub: str) -> None:
        rows = self.rows_of(user_sub)
        self.table.batch_write(deletes=[self._key(user_sub, row["device_id"]) for row in rows])

    def remove_older(self, user_sub: str, before: datetime) -> None:
        """Challenges too; what was made at that moment or later stays."""
        old = [row for row in self.rows_of(user_sub) if row["created_at"] < clock.text(before)]
        self.table.batch_write(deletes=[self._key(user_sub, row["device_id"]) for row in old])

    def _updating(self, device: Device, update: Update, condition: Any) -> Write:
        key = self._key(device.user_sub, device.device_id)
        return self.table.updating(key, update, condition=condition, label=DEVICE_LABEL)

    @staticmethod
    def _key(user_sub: str, device_id: str) -> Key:
        return {"user_sub": user_sub, "device_id": device_id}

    def _row(self, device: Device) -> Item:
        stamp = clock.text(device.created_at)
        row: Item = {
            **self._key(device.user_sub, device.device_id),
            "name": device.name,
            SEALED_ATTRIBUTE[self.method]: device.sealed,
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        if self.method in _HINT:
            row[_HINT[self.method]] = device.hint
        if device.consent_at:
            row["consent_version"] = device.consent_version
            row["consent_at"] = clock.text(device.consent_at)
        return row

    def _device(self, row: Item) -> Device:
        return Device(
            user_sub=row["user_sub"],
            device_id=row["device_id"],
            method=self.method,
            name=row["name"],
            sealed=row[SEALED_ATTRIBUTE[self.method]],
            hint=row.get(_HINT.get(self.method, ""), ""),
            created_at=clock.parse(row["created_at"]),
            confirmed_at=_time(row, "confirmed_at"),
            last_used_at=_time(row, "last_used_at"),
            last_step=row.get("last_step", 0),
            consent_version=row.get("consent_version", ""),
            consent_at=_time(row, "consent_at"),
            opted_out_at=_time(row, "opted_out_at"),
        )


def _time(row: Item, name: str) -> datetime | None:
    return clock.parse(row[name]) if name in row else None
