"""The USERS table: the account, its public profile and the two rows that make its names unique."""

from typing import Any, TypedDict

from core import clock
from dynamo.expressions import Update, attr
from dynamo.schema import TableSchema, register
from dynamo.table import Item, Key, Table, Write
from users.emails import email_key
from users.items import NewAccount
from users.models import User

SCHEMA = register(
    TableSchema(
        logical="users",
        variable="USERS_TABLE_NAME",
        purpose="Accounts, profiles, unique names, one-shot links, sign-in history",
        partition_key="pk",
        sort_key="sk",
        ttl="expires_at",
    )
)
SHAPE_VERSION = 1
ACCOUNT_LABEL, EMAIL_LABEL, HANDLE_LABEL = "account", "email", "handle"


class AccountRow(TypedDict):
    user_sub: str
    email: str
    handle: str
    display_name: str
    password: str
    is_active: bool
    is_staff: bool
    session_epoch: int
    trust_epoch: int
    email_verified_at: str
    created_at: str


def account_key(user_sub: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": "ACCOUNT"}


def profile_key(user_sub: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": "PROFILE"}


def email_ref_key(email: str) -> Key:
    return {"pk": f"EMAIL#{email_key(email)}", "sk": "REF"}


def handle_ref_key(handle: str) -> Key:
    return {"pk": f"HANDLE#{handle.casefold()}", "sk": "REF"}


class UserRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def find(self, user_sub: str) -> User | None:
        """Consistent: a disabled account or a bumped epoch holds from the next read."""
        row = self.table.get(account_key(user_sub), consistent=True)
        return _to_user(row) if row else None

    def find_sub_by_email(self, email: str) -> str | None:
        return self._owner(email_ref_key(email))

    def find_sub_by_handle(self, handle: str) -> str | None:
        return self._owner(handle_ref_key(handle))

    def _owner(self, key: Key) -> str | None:
        row = self.table.get(key, consistent=True)
        return str(row["user_sub"]) if row else None

    def adding(self, account: NewAccount) -> list[Write]:
        """Four rows, each new; the labels tell which name was taken."""
        stamp = clock.text(clock.now())
        common: dict[str, Any] = {
            "user_sub": account.user_sub,
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        names = {"handle": account.handle, "display_name": account.display_name}
        row: AccountRow = {
            **names,  # type: ignore[typeddict-item]
            "user_sub": account.user_sub,
            "email": account.email,
            "password": account.password_hash,
            "is_active": True,
            "is_staff": account.is_staff,
            "session_epoch": 0,
            "trust_epoch": 0,
            "email_verified_at": stamp,
            "created_at": stamp,
        }
        profile = {**names, "bio": "", "avatar": "", "state": "active"}
        return [
            self.table.putting_new(
                {**common, **row, **account_key(account.user_sub)}, label=ACCOUNT_LABEL
            ),
            self.table.putting_new({**common, **profile, **profile_key(account.user_sub)}),
            self.table.putting_new({**common, **email_ref_key(account.email)}, label=EMAIL_LABEL),
            self.table.putting_new(
                {**common, **handle_ref_key(account.handle)}, label=HANDLE_LABEL
            ),
        ]

    def replace_password_hash(self, user_sub: str, *, old: str, new: str) -> None:
        """ConditionFailed when the password was changed meanwhile: the newer one stays."""
        self.table.update(
            account_key(user_sub),
            Update().set("password", new).set("updated_at", clock.text(clock.now())),
            condition=attr("password").eq(old),
        )

    def bumping_epoch(self, user_sub: str, *, old: int) -> Write:
        """The next session epoch is old + 1; fails when another bump came first."""
        update = Update().set("session_epoch", old + 1).set("updated_at", clock.text(clock.now()))
        return self.table.updating(
            account_key(user_sub),
            update,
            condition=attr("session_epoch").eq(old),
            label=ACCOUNT_LABEL,
        )


def _to_user(row: Item) -> User:
    verified = row.get("email_verified_at")
    return User(
        user_sub=row["user_sub"],
        email=row["email"],
        handle=row["handle"],
        display_name=row.get("display_name", ""),
        password=row["password"],
        is_active=row.get("is_active", False),
        is_staff=row.get("is_staff", False),
        session_epoch=row.get("session_epoch", 0),
        trust_epoch=row.get("trust_epoch", 0),
        email_verified_at=clock.parse(verified) if verified else None,
        created_at=clock.parse(row["created_at"]),
    )
