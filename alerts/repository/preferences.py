"""The table of who wants which alert where and when."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from alerts.items import (
    DIGESTS,
    MODES,
    ArmedDigest,
    Category,
    Channel,
    DigestTime,
    Mode,
    Phone,
    Preferences,
    QuietHours,
    Suspension,
    SuspensionReason,
)
from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Condition, Update, attr
from dynamo.schema import TableSchema, register
from dynamo.table import Item, Table, Write

ALERT_PREFS = register(
    TableSchema(
        logical="alert_prefs",
        variable="ALERT_PREFS_TABLE_NAME",
        purpose="Alert preferences",
        partition_key="user_sub",
    )
)
SHAPE_VERSION = 1
FIRST_VERSION = 1  # of preferences that nobody stored yet
LABEL = "preferences"
CATEGORIES, CHANNELS = frozenset(Category), frozenset(Channel)


class PreferenceRepository:
    """One row per person: what they chose, and how far they have read."""

    def __init__(self) -> None:
        self.table = Table(ALERT_PREFS)

    def row_of(self, user_sub: str, *, consistent: bool = True) -> Item:
        """As stored; {} for a person who never set any."""
        return self.table.get({"user_sub": user_sub}, consistent=consistent) or {}

    def find(self, user_sub: str, *, consistent: bool = True) -> Preferences:
        return _from_row(user_sub, self.row_of(user_sub, consistent=consistent))

    def changing(self, old: Preferences, new: Preferences) -> Write:
        """Stores what a person chooses; the version moves on from `old`'s.

        Digests that stay armed as they were are not touched: their job moves them meanwhile.
        """
        update, condition = _choosing(new, old), _is_version(old.version)
        for mode in sorted(DIGESTS):
            if old.armed.get(mode) != new.armed.get(mode):
                update = _arming(update, mode, new.armed.get(mode))
                condition &= _is_armed(mode, old.armed.get(mode))
        key = {"user_sub": new.user_sub}
        return self.table.updating(key, update, condition=condition, label=LABEL)

    def moving_digest(
        self, user_sub: str, mode: Mode, done: ArmedDigest, then: ArmedDigest
    ) -> Write:
        """From one slot to the next, once."""
        update = _arming(_stamped(), mode, then)
        condition = _is_armed(mode, done)
        return self.table.updating({"user_sub": user_sub}, update, condition=condition, label=LABEL)

    def suspending(self, user_sub: str, channel: Channel, suspension: Suspension) -> Write:
        stored = {
            "reason": str(suspension.reason),
            "at": clock.text(suspension.at),
            "address_digest": suspension.address_digest,
        }
        update = _stamped().set(_suspension_of(channel), stored)
        return self.table.updating({"user_sub": user_sub}, update)

    def lift_suspension(self, user_sub: str, channel: Channel) -> None:
        update = _stamped().remove(_suspension_of(channel))
        self.table.update({"user_sub": user_sub}, update)

    def move_watermark(self, user_sub: str, read_upto: str) -> None:
        """Forward only; where it is further already, nothing happens."""
        behind = attr("read_upto").missing() | attr("read_upto").lt(read_upto)
        try:
            self.table.update(
                {"user_sub": user_sub}, _stamped().set("read_upto", read_upto), condition=behind
            )
        except ConditionFailed:
            return

    def remove(self, user_sub: str) -> None:
        self.table.delete({"user_sub": user_sub})


def _stamped() -> Update:
    now = clock.text(clock.now())
    return (
        Update().set_if_missing("created_at", now).set("updated_at", now).set("sv", SHAPE_VERSION)
    )


def _is_version(version: int) -> Condition:
    is_same = attr("version").eq(version)
    return is_same | attr("version").missing() if version == FIRST_VERSION else is_same


def _choosing(new: Preferences, old: Preferences) -> Update:
    """Only what differs from the default is stored, so a new default needs no change of rows.

    A phone that stays is not touched: it may be under another key by now.
    """
    values = {
        "choices": _stored_choices(new.choices),
        "min_severity": {str(channel): least for channel, least in new.min_severity.items()},
        "time_zone": new.time_zone,
        "quiet": _stored_quiet(new.quiet),
        "digest": {"hour": new.digest.hour, "weekday": new.digest.weekday},
        "mute_until": clock.text(new.mute_until) if new.mute_until else "",
    }
    if new.phone != old.phone:
        values["phone"] = new.phone.sealed if new.phone else ""
        values["phone_end"] = new.phone.last4 if new.phone else ""
    update = _stamped().set("version", old.version + 1)
    for name, value in values.items():
        update = update.set(name, value) if value else update.remove(name)
    for channel in old.suspended.keys() - new.suspended.keys():
        update = update.remove(_suspension_of(channel))
    return update


def _arming(update: Update, mode: Mode, armed: ArmedDigest | None) -> Update:
    if armed is None:
        return update.remove(f"armed_{mode}")
    stored = {
        "job_id": armed.job_id,
        "slot": clock.text(armed.slot),
        "upto": clock.text(armed.upto),
    }
    return update.set(f"armed_{mode}", stored)


def _is_armed(mode: Mode, armed: ArmedDigest | None) -> Condition:
    if armed is None:
        return attr(f"armed_{mode}").missing()
    return attr(f"armed_{mode}", "job_id").eq(armed.job_id)


def _suspension_of(channel: Channel) -> str:
    return f"suspended_{channel}"


def _stored_choices(choices: Mapping[Category, Mapping[Channel, Mode]]) -> Item:
    stored = {
        str(category): {str(channel): str(mode) for channel, mode in channels.items()}
        for category, channels in choices.items()
    }
    return {category: channels for category, channels in stored.items() if channels}


def _stored_quiet(quiet: QuietHours | None) -> Item:
    if quiet is None:
        return {}
    return {
        "start": quiet.start.isoformat("minutes"),
        "end": quiet.end.isoformat("minutes"),
        "days": sorted(quiet.days),
    }


def _from_row(user_sub: str, row: Item) -> Preferences:
    mute_until = row.get("mute_until")
    return Preferences(
        user_sub=user_sub,
        choices=_choices(row.get("choices", {})),
        min_severity={
            Channel(channel): int(least)
            for channel, least in row.get("min_severity", {}).items()
            if channel in CHANNELS
        },
        time_zone=row.get("time_zone", ""),
        quiet=_quiet(row.get("quiet")),
        digest=DigestTime(**row.get("digest", {})),
        mute_until=clock.parse(mute_until) if mute_until else None,
        suspended=_suspended(row),
        phone=Phone(sealed=row["phone"], last4=row["phone_end"]) if "phone" in row else None,
        armed=_armed(row),
        read_upto=row.get("read_upto", ""),
        version=row.get("version", FIRST_VERSION),
    )


def _choices(stored: Mapping[str, Mapping[str, str]]) -> dict[Category, dict[Channel, Mode]]:
    """Names that only another version knows are left out."""
    return {
        Category(category): {
            Channel(channel): Mode(mode)
            for channel, mode in channels.items()
            if channel in CHANNELS and mode in MODES[Channel(channel)]
        }
        for category, channels in stored.items()
        if category in CATEGORIES
    }


def _quiet(stored: Mapping[str, Any] | None) -> QuietHours | None:
    if not stored:
        return None
    days: Sequence[int] = stored["days"]
    return QuietHours(
        start=time.fromisoformat(stored["start"]),
        end=time.fromisoformat(stored["end"]),
        days=frozenset(days),
    )


def _suspended(row: Item) -> dict[Channel, Suspension]:
    found = {channel: row.get(_suspension_of(channel)) for channel in Channel}
    return {
        channel: Suspension(
            reason=SuspensionReason(stored["reason"]),
            at=clock.parse(stored["at"]),
            address_digest=stored["address_digest"],
        )
        for channel, stored in found.items()
        if stored
    }


def _armed(row: Item) -> dict[Mode, ArmedDigest]:
    found = {mode: row.get(f"armed_{mode}") for mode in DIGESTS}
    return {
        mode: ArmedDigest(
            job_id=stored["job_id"],
            slot=clock.parse(stored["slot"]),
            upto=clock.parse(stored["upto"]),
        )
        for mode, stored in found.items()
        if stored
    }
