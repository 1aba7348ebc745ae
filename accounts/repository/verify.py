"""VERIFY rows of the users table: what waits for a mailbox, and is used once."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from accounts.items import Pending, PendingProof, StoredProof
from core import clock
from dynamo.expressions import Update, attr
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Table, Write

SHAPE_VERSION = 1
PendingT = TypeVar("PendingT", bound=Pending)
ProofT = TypeVar("ProofT", bound=PendingProof)


def verify_key(row_hash: str) -> Key:
    return {"pk": f"VERIFY#{row_hash}", "sk": "REF"}


class VerifyRepository(ABC, Generic[PendingT]):
    """`kind` keeps the uses apart and labels their writes in a transaction."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def find(self, row_hash: str) -> PendingT | None:
        """None also once it has expired, whether or not the row is still there."""
        row = self.table.get(verify_key(row_hash), consistent=True)
        found = self.read(row) if row and row["kind"] == self.kind else None
        return found if found and found.expires_at > clock.now() else None

    def using(self, row_hash: str) -> Write:
        """The one use: deletes the row, and fails when it was used already."""
        return self.table.deleting(
            verify_key(row_hash), condition=attr("kind").eq(self.kind), label=self.kind
        )

    @abstractmethod
    def read(self, row: Item) -> PendingT: ...

    def row(self, pending: PendingT, **own: Any) -> Item:
        stamp = clock.text(clock.now())
        return {
            **verify_key(pending.row_hash),
            **own,
            "kind": self.kind,
            "email": pending.email,
            "expires_at": clock.epoch(pending.expires_at),
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }


class ProofRepository(VerifyRepository[ProofT]):
    """Rows with a code and a link, which may be mailed again."""

    def counting_try(self, row_hash: str, *, most: int) -> Write:
        return self.table.updating(
            verify_key(row_hash),
            Update().increment("tries", 1),
            condition=attr("kind").eq(self.kind) & attr("tries").lt(most),
            label=self.kind,
        )

    def renewing(self, old: PendingProof, proof: StoredProof) -> Write:
        """Another mail; the tries stay. Fails when another resend of the same row came first."""
        update = Update().set("updated_at", clock.text(clock.now()))
        for name, value in _proof_attributes(proof).items():
            update = update.set(name, value) if name != "tries" else update
        condition = attr("kind").eq(self.kind) & attr("token_hash").eq(old.proof.token_hash)
        return self.table.updating(
            verify_key(old.row_hash), update, condition=condition, label=self.kind
        )

    def row(self, pending: ProofT, **own: Any) -> Item:
        return super().row(pending, **own, **_proof_attributes(pending.proof))


def pending_fields(row: Item) -> dict[str, Any]:
    return {
        "row_hash": row["pk"].removeprefix("VERIFY#"),
        "email": row["email"],
        "expires_at": clock.from_epoch(row["expires_at"]),
    }


def proof_fields(row: Item) -> dict[str, Any]:
    proof = StoredProof(
        token_hash=row["token_hash"],
        code_digest=row["code_digest"],
        code_expires_at=clock.parse(row["code_expires_at"]),
        tries=row["tries"],
        sends=row["sends"],
        resend_at=clock.parse(row["resend_at"]),
    )
    return {**pending_fields(row), "proof": proof}


def _proof_attributes(proof: StoredProof) -> dict[str, Any]:
    return {
        "token_hash": proof.token_hash,
        "code_digest": proof.code_digest,
        "code_expires_at": clock.text(proof.code_expires_at),
        "tries": proof.tries,
        "sends": proof.sends,
        "resend_at": clock.text(proof.resend_at),
    }
