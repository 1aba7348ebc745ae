"""Rows of the users table at the end of an account: the date of its deletion, then nothing."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Condition, Update, attr
from dynamo.table import Item, Key, Table, Write, transact
from users.profile_repository import DISABLED
from users.repository import (
    ACCOUNT_LABEL,
    SCHEMA,
    account_key,
    email_ref_key,
    handle_ref_key,
    profile_key,
)

BATCH = 25  # rows of one BatchWriteItem


class DeletionRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def setting_delete_after(self, user_sub: str, moment: datetime) -> Write:
        """Fails under ACCOUNT_LABEL when a date is set already, or the account is disabled."""
        update = _stamped().set("delete_after", clock.text(moment))
        free = attr("delete_after").missing() & attr("is_active").eq(True)
        return self._updating(user_sub, update, free)

    def clearing_delete_after(self, user_sub: str) -> Write:
        """Fails under ACCOUNT_LABEL when no date is set, or its erasure began."""
        set_still = attr("delete_after").exists() & attr("erasing_at").missing()
        return self._updating(user_sub, _stamped().remove("delete_after"), set_still)

    def close(self, user_sub: str, *, delete_after: datetime) -> None:
        """No sign-in and no undo any more; ends every session; nobody sees the profile. Raises
        ConditionFailed when the date is another one by now."""
        update = (
            _stamped()
            .set("erasing_at", clock.text(clock.now()))
            .set("is_active", False)
            .increment("session_epoch", 1)
        )
        due = attr("delete_after").eq(clock.text(delete_after))
        self.table.update(account_key(user_sub), update, condition=due)
        with suppress(ConditionFailed):  # a repeat, and the profile is gone already
            self.table.update(
                profile_key(user_sub),
                _stamped().set("state", DISABLED),
                condition=self.table.exists(),
            )

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """The person's whole partition, as stored."""
        start: Key | None = None
        while True:
            page = self.table.query(f"USER#{user_sub}", start=start, consistent=True)
            yield from page.items
            start = page.next
            if start is None:
                return

    def names_of(self, account: Item) -> list[Item]:
        """The rows that keep the person's email address and handles, former ones included."""
        mine = account["user_sub"]
        rows = self.table.batch_get(_name_keys(account), consistent=True)
        return [row for row in rows if row["user_sub"] == mine]

    def account_of(self, user_sub: str) -> Item | None:
        return self.table.get(account_key(user_sub), consistent=True)

    def remove_around(self, user_sub: str) -> None:
        """All but the account's own row, page by page: a repeat goes on where this broke off."""
        account = account_key(user_sub)
        start: Key | None = None
        while True:
            page = self.table.query(account["pk"], limit=BATCH, start=start, consistent=True)
            keys = [{"pk": row["pk"], "sk": row["sk"]} for row in page.items]
            self.table.batch_write(deletes=[key for key in keys if key != account])
            start = page.next
            if start is None:
                return

    def remove_account(self, account: Item) -> None:
        """The account with its names, all or nothing. Raises TransactionCancelled when it was
        renamed meanwhile."""
        user_sub = account["user_sub"]
        names = [email_ref_key(account["email"]), handle_ref_key(account["handle"])]
        for key in _name_keys(account):
            if key not in names:
                with suppress(ConditionFailed):  # somebody else has that former handle now
                    self.table.delete(key, condition=_free_or_of(user_sub))
        same = attr("email").eq(account["email"]) & attr("handle").eq(account["handle"])
        mine = _free_or_of(user_sub)
        transact(
            [
                self.table.deleting(account_key(user_sub), condition=same, label=ACCOUNT_LABEL),
                *(self.table.deleting(key, condition=mine) for key in names),
            ]
        )

    def _updating(self, user_sub: str, update: Update, condition: Condition) -> Write:
        return self.table.updating(
            account_key(user_sub), update, condition=condition, label=ACCOUNT_LABEL
        )


def _stamped() -> Update:
    return Update().set("updated_at", clock.text(clock.now()))


def _free_or_of(user_sub: str) -> Condition:
    return attr("pk").missing() | attr("user_sub").eq(user_sub)


def _name_keys(account: Item) -> list[Key]:
    handles = [account["handle"], *(old["handle"] for old in account.get("former_handles", []))]
    return [email_ref_key(account["email"]), *map(handle_ref_key, dict.fromkeys(handles))]
