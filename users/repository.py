"""The USERS table: the account, its public profile and the two rows that make its names unique."""

from typing import Any, TypedDict

from core import clock
from dynamo.expressions import Condition, Update, attr, begins_with
from dynamo.schema import TableSchema, register
from dynamo.table import Item, Key, Table, Write
from users.emails import email_key
from users.items import KnownBrowser, NewAccount
from users.models import User
from users.reset_fields import reset_fields

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
    avatar: str
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


def browser_key(user_sub: str, digest: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": f"DEVICE#{digest}"}


def email_ref_key(email: str) -> Key:
    return {"pk": f"EMAIL#{email_key(email)}", "sk": "REF"}


def handle_ref_key(handle: str) -> Key:
    return {"pk": f"HANDLE#{handle.casefold()}", "sk": "REF"}


def handle_is_free() -> Condition:
    """Nobody's, or kept for a former owner (`expires_at`) until a moment that has passed."""
    return attr("pk").missing() | attr("expires_at").le(clock.epoch(clock.now()))


class UserRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def find(self, user_sub: str) -> User | None:
        """Consistent: a disabled account or a bumped epoch holds from the next read."""
        row = self.table.get(account_key(user_sub), consistent=True)
        return to_user(row) if row else None

    def find_with_browser(
        self, user_sub: str, digest: str
    ) -> tuple[User | None, KnownBrowser | None]:
        """One call. `digest` may be empty: a browser without our cookie."""
        keys = [account_key(user_sub)] + ([browser_key(user_sub, digest)] if digest else [])
        rows = {row["sk"]: row for row in self.table.batch_get(keys, consistent=True)}
        account, browser = rows.get("ACCOUNT"), rows.get(f"DEVICE#{digest}")
        known = _to_browser(browser) if browser else None
        if known and known.expires_at <= clock.now():
            known = None
        return to_user(account) if account else None, known

    def has_browsers(self, user_sub: str) -> bool:
        page = self.table.query(
            f"USER#{user_sub}",
            sort=begins_with("DEVICE#"),
            filter=attr("expires_at").gt(clock.epoch(clock.now())),
        )
        return bool(page.items)

    def knowing_browser(self, user_sub: str, browser: KnownBrowser) -> Write:
        """New, or seen again: the row is replaced."""
        stamp = clock.text(browser.seen_at)
        row: Item = {
            **browser_key(user_sub, browser.digest),
            "user_sub": user_sub,
            "label": browser.label,
            "seen_at": stamp,
            "expires_at": clock.epoch(browser.expires_at),
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        return self.table.putting(row)

    def find_sub_by_email(self, email: str) -> str | None:
        row = self._ref(email_ref_key(email))
        return str(row["user_sub"]) if row else None

    def find_sub_by_handle(self, handle: str) -> str | None:
        """None also for a handle that is only kept for its former owner."""
        row = self._ref(handle_ref_key(handle))
        return str(row["user_sub"]) if row and "expires_at" not in row else None

    def handle_is_taken(self, handle: str) -> bool:
        """By an account, or for a former owner who may still go back to it."""
        row = self._ref(handle_ref_key(handle))
        if row is None or "expires_at" not in row:
            return row is not None
        return bool(row["expires_at"] > clock.epoch(clock.now()))

    def _ref(self, key: Key) -> Item | None:
        return self.table.get(key, consistent=True)

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
            "avatar": "",
            "password": account.password_hash,
            "is_active": True,
            "is_staff": account.is_staff,
            "session_epoch": 0,
            "trust_epoch": 0,
            "email_verified_at": stamp,
            "created_at": stamp,
        }
        profile = {**names, "bio": "", "avatar": "", "state": "active", "version": 1}
        return [
            self.table.putting_new(
                {**common, **row, **account_key(account.user_sub)}, label=ACCOUNT_LABEL
            ),
            self.table.putting_new({**common, **profile, **profile_key(account.user_sub)}),
            self.table.putting_new({**common, **email_ref_key(account.email)}, label=EMAIL_LABEL),
            self.table.putting(
                {**common, **handle_ref_key(account.handle)},
                condition=handle_is_free(),
                label=HANDLE_LABEL,
            ),
        ]

    def forget_browsers(self, user_sub: str) -> None:
        rows = self.table.query_all(
            f"USER#{user_sub}", sort=begins_with("DEVICE#"), consistent=True
        )
        self.table.batch_write(deletes=({"pk": row["pk"], "sk": row["sk"]} for row in rows))

    def replace_password_hash(self, user_sub: str, *, old: str, new: str) -> None:
        """ConditionFailed when the password was changed meanwhile: the newer one stays."""
        self.table.update(
            account_key(user_sub),
            Update().set("password", new).set("updated_at", clock.text(clock.now())),
            condition=attr("password").eq(old),
        )

    def setting_password(
        self,
        user_sub: str,
        *,
        old_hash: str | None,
        new_hash: str,
        ends_sessions: bool,
        old_epoch: int | None,
    ) -> Write:
        """Also the next trust epoch; fails when what is given of the old is not there any more."""
        stamp = clock.text(clock.now())
        update = (
            Update()
            .set("password", new_hash)
            .increment("trust_epoch", 1)
            .set("updated_at", stamp)
            .set("password_changed_at", stamp)
        )
        if ends_sessions:
            update = update.increment("session_epoch", 1)
        unchanged = self.table.exists()
        if old_hash is not None:
            unchanged &= attr("password").eq(old_hash)
        if old_epoch is not None:
            unchanged &= attr("session_epoch").eq(old_epoch)
        return self.table.updating(
            account_key(user_sub), update, condition=unchanged, label=ACCOUNT_LABEL
        )

    def changing_email(self, user: User, new_email: str) -> list[Write]:
        """The account and both names' rows; a taken address fails under EMAIL_LABEL."""
        stamp = clock.text(clock.now())
        update = (
            Update()
            .set("email", new_email)
            .set("email_verified_at", stamp)
            .set("updated_at", stamp)
        )
        unchanged = (
            attr("email").eq(user.email)
            & attr("trust_epoch").eq(user.trust_epoch)  # the password is the same still
            & attr("is_active").eq(True)
        )
        account = self.table.updating(
            account_key(user.user_sub), update, condition=unchanged, label=ACCOUNT_LABEL
        )
        old_ref, new_ref = email_ref_key(user.email), email_ref_key(new_email)
        if old_ref == new_ref:
            return [account]
        row: Item = {
            **new_ref,
            "user_sub": user.user_sub,
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        mine = attr("user_sub").eq(user.user_sub)
        return [
            account,
            self.table.deleting(old_ref, condition=mine, label=ACCOUNT_LABEL),
            self.table.putting_new(row, label=EMAIL_LABEL),
        ]

    def setting_active(self, user_sub: str, *, active: bool) -> Write:
        """Fails when it is so already, or when the account is being erased. Disabling is also the
        next session epoch."""
        update = Update().set("is_active", active).set("updated_at", clock.text(clock.now()))
        if not active:
            update = update.increment("session_epoch", 1)
        return self.table.updating(
            account_key(user_sub),
            update,
            condition=attr("is_active").eq(not active) & attr("erasing_at").missing(),
            label=ACCOUNT_LABEL,
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


def to_user(row: Item) -> User:
    verified = row.get("email_verified_at")
    changed = row.get("password_changed_at")
    return User(
        user_sub=row["user_sub"],
        email=row["email"],
        handle=row["handle"],
        display_name=row.get("display_name", ""),
        avatar=row.get("avatar", ""),
        password=row["password"],
        is_active=row.get("is_active", False),
        is_staff=row.get("is_staff", False),
        session_epoch=row.get("session_epoch", 0),
        trust_epoch=row.get("trust_epoch", 0),
        email_verified_at=clock.parse(verified) if verified else None,
        password_changed_at=clock.parse(changed) if changed else None,
        created_at=clock.parse(row["created_at"]),
        delete_after=clock.parse(row["delete_after"]) if "delete_after" in row else None,
        mfa_due_at=clock.parse(row["mfa_due_at"]) if "mfa_due_at" in row else None,
        factor_names=" ".join(row.get("factors", ())),
        preferred_factor=row.get("preferred_factor", ""),
        **reset_fields(row),
    )


def _to_browser(row: Item) -> KnownBrowser:
    return KnownBrowser(
        digest=row["sk"].removeprefix("DEVICE#"),
        label=row["label"],
        seen_at=clock.parse(row["seen_at"]),
        expires_at=clock.from_epoch(row["expires_at"]),
    )
