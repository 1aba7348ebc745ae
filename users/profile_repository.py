"""The PROFILE row (what others may read), kept in step with the account's copy of its names.

A handle given up stays a row with `expires_at`: until then it belongs to its former owner, and
nobody is found by it; after it anybody may take it, whether or not the row is still there.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Table, Write
from users.items import FormerHandle, Profile
from users.repository import (
    ACCOUNT_LABEL,
    HANDLE_LABEL,
    SCHEMA,
    SHAPE_VERSION,
    account_key,
    handle_is_free,
    handle_ref_key,
    profile_key,
)

PROFILE_LABEL = "profile"
ACTIVE, DISABLED = "active", "disabled"


class ProfileRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def find(self, user_sub: str, *, also_disabled: bool = False) -> Profile | None:
        row = self.table.get(profile_key(user_sub), consistent=True)
        return _to_profile(row) if row and (also_disabled or _is_shown(row)) else None

    def find_many(self, user_subs: Iterable[str]) -> list[Profile]:
        """Those there are; a name changed a moment ago may still be the old one."""
        rows = self.table.batch_get(map(profile_key, user_subs))
        return [_to_profile(row) for row in rows if _is_shown(row)]

    def list_former_handles(self, user_sub: str) -> list[FormerHandle]:
        """The changes noted on the account, oldest first."""
        row = self.table.get(account_key(user_sub), consistent=True) or {}
        return [
            FormerHandle(handle=noted["handle"], changed_at=clock.parse(noted["changed_at"]))
            for noted in row.get("former_handles", [])
        ]

    def updating(self, old: Profile, new: Profile) -> list[Write]:
        """Fails under PROFILE_LABEL when the profile was changed since `old` was read."""
        names = {"display_name": new.display_name}
        return [
            self._updating_profile(old, {**names, "bio": new.bio}),
            self._updating_account(old, names),
        ]

    def renaming(
        self, old: Profile, new: Profile, *, former: list[FormerHandle], kept_until: datetime
    ) -> list[Write]:
        """The same with another handle; fails under HANDLE_LABEL when that is taken."""
        names = {"display_name": new.display_name, "handle": new.handle}
        noted = [{"handle": f.handle, "changed_at": clock.text(f.changed_at)} for f in former]
        return [
            self._updating_profile(old, {**names, "bio": new.bio}),
            self._updating_account(old, {**names, "former_handles": noted}),
            self._keeping(old, kept_until),
            self._taking(new),
        ]

    def changing_avatar(self, user_sub: str, *, old: str, new: str) -> list[Write]:
        """Fails under PROFILE_LABEL when another picture came first."""
        update = _stamped({"avatar": new})
        return [
            self.table.updating(
                profile_key(user_sub),
                update,
                condition=attr("avatar").eq(old),
                label=PROFILE_LABEL,
            ),
            self.table.updating(
                account_key(user_sub), update, condition=self.table.exists(), label=ACCOUNT_LABEL
            ),
        ]

    def showing(self, user_sub: str, *, shown: bool) -> Write:
        """Whether others get to see it; its version stays, no text of it changed."""
        update = _stamped({"state": ACTIVE if shown else DISABLED})
        return self.table.updating(
            profile_key(user_sub), update, condition=self.table.exists(), label=PROFILE_LABEL
        )

    def checking_shown(self, user_sub: str, *, label: str) -> Write:
        shown = attr("state").eq(ACTIVE) | attr("state").missing()
        return self.table.checking(profile_key(user_sub), self.table.exists() & shown, label=label)

    def _updating_profile(self, old: Profile, values: dict[str, Any]) -> Write:
        update = _stamped({**values, "version": old.version + 1})
        condition = attr("version").eq(old.version)
        if old.version == 1:  # rows of accounts older than the attribute
            condition = self.table.exists() & (condition | attr("version").missing())
        return self.table.updating(
            profile_key(old.user_sub), update, condition=condition, label=PROFILE_LABEL
        )

    def _updating_account(self, old: Profile, values: dict[str, Any]) -> Write:
        return self.table.updating(
            account_key(old.user_sub),
            _stamped(values),
            condition=attr("handle").eq(old.handle),
            label=ACCOUNT_LABEL,
        )

    def _keeping(self, old: Profile, until: datetime) -> Write:
        return self.table.updating(
            handle_ref_key(old.handle),
            _stamped({"expires_at": clock.epoch(until)}),
            condition=attr("user_sub").eq(old.user_sub) & attr("expires_at").missing(),
            label="former_handle",
        )

    def _taking(self, new: Profile) -> Write:
        stamp = clock.text(clock.now())
        row: Item = {
            **handle_ref_key(new.handle),
            "user_sub": new.user_sub,
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        own = attr("user_sub").eq(new.user_sub) & attr("expires_at").exists()
        return self.table.putting(row, condition=handle_is_free() | own, label=HANDLE_LABEL)


def _stamped(values: dict[str, Any]) -> Update:
    update = Update().set("updated_at", clock.text(clock.now()))
    for name, value in values.items():
        update = update.set(name, value)
    return update


def _is_shown(row: Item) -> bool:
    return bool(row.get("state", ACTIVE) == ACTIVE)


def _to_profile(row: Item) -> Profile:
    return Profile(
        user_sub=row["user_sub"],
        handle=row["handle"],
        display_name=row.get("display_name", ""),
        bio=row.get("bio", ""),
        avatar=row.get("avatar", ""),
        version=row.get("version", 1),
        updated_at=clock.parse(row["updated_at"]),
    )
