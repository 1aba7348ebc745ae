"""VERIFY rows of the users table: sign-ups that wait for their email address."""

from datetime import datetime

from accounts.items import SignUp
from core import clock
from dynamo.expressions import Update, attr
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Table, Write

SHAPE_VERSION = 1
SIGN_UP_LABEL = "sign_up"


def verify_key(attempt_hash: str) -> Key:
    return {"pk": f"VERIFY#{attempt_hash}", "sk": "REF"}


class SignUpRepository:
    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def find(self, attempt_hash: str) -> SignUp | None:
        """None also once it has expired, whether or not the row is still there."""
        row = self.table.get(verify_key(attempt_hash), consistent=True)
        found = _to_sign_up(row) if row else None
        return found if found and found.expires_at > clock.now() else None

    def adding(self, sign_up: SignUp) -> Write:
        stamp = clock.text(clock.now())
        row: Item = {
            **verify_key(sign_up.attempt_hash),
            "kind": "sign_up",
            "email": sign_up.email,
            "handle": sign_up.handle,
            "password": sign_up.password_hash,
            "token_hash": sign_up.token_hash,
            "code_digest": sign_up.code_digest,
            "code_expires_at": clock.text(sign_up.code_expires_at),
            "tries": 0,
            "sends": sign_up.sends,
            "resend_at": clock.text(sign_up.resend_at),
            "expires_at": clock.epoch(sign_up.expires_at),
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        return self.table.putting_new(row, label=SIGN_UP_LABEL)

    def counting_try(self, attempt_hash: str, *, most: int) -> Write:
        return self.table.updating(
            verify_key(attempt_hash),
            Update().increment("tries", 1),
            condition=attr("pk").exists() & attr("tries").lt(most),
            label=SIGN_UP_LABEL,
        )

    def renewing(
        self,
        old: SignUp,
        *,
        token_hash: str,
        code_digest: str,
        code_expires_at: datetime,
        resend_at: datetime,
    ) -> Write:
        """Fails when another resend of the same attempt came first."""
        update = (
            Update()
            .set("token_hash", token_hash)
            .set("code_digest", code_digest)
            .set("code_expires_at", clock.text(code_expires_at))
            .set("resend_at", clock.text(resend_at))
            .set("sends", old.sends + 1)
            .set("updated_at", clock.text(clock.now()))
        )
        condition = attr("pk").exists() & attr("sends").eq(old.sends)
        return self.table.updating(
            verify_key(old.attempt_hash), update, condition=condition, label=SIGN_UP_LABEL
        )

    def using(self, attempt_hash: str) -> Write:
        """The one use: deletes the row, and fails when it was used already."""
        return self.table.deleting(
            verify_key(attempt_hash), condition=attr("pk").exists(), label=SIGN_UP_LABEL
        )


def _to_sign_up(row: Item) -> SignUp:
    return SignUp(
        attempt_hash=row["pk"].removeprefix("VERIFY#"),
        email=row["email"],
        handle=row["handle"],
        password_hash=row["password"],
        token_hash=row["token_hash"],
        code_digest=row["code_digest"],
        code_expires_at=clock.parse(row["code_expires_at"]),
        tries=row["tries"],
        sends=row["sends"],
        resend_at=clock.parse(row["resend_at"]),
        expires_at=clock.from_epoch(row["expires_at"]),
    )
