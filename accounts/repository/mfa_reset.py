"""Somebody lost every second factor: the code to their mailbox, and the wait in their partition."""

from accounts.items import MfaReset, MfaResetCode
from accounts.repository.verify import ProofRepository, proof_fields, verify_key
from core import clock
from dynamo.expressions import attr
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Table, Write

SHAPE_VERSION = 1
MFA_RESET_LABEL = "mfa_reset"
MFA_RESET_CODE_LABEL = "mfa_reset_code"


class MfaResetCodeRepository(ProofRepository[MfaResetCode]):
    kind = MFA_RESET_CODE_LABEL

    def adding(self, code: MfaResetCode) -> Write:
        """Fails while another one of the same trust epoch waits: its tries must stay counted."""
        row = self.row(code, user_sub=code.user_sub, trust_epoch=code.trust_epoch)
        over = attr("expires_at").le(clock.epoch(clock.now()))
        free = self.table.missing() | over | attr("trust_epoch").ne(code.trust_epoch)
        return self.table.putting(row, condition=free, label=self.kind)

    def remove(self, row_hash: str) -> None:
        self.table.delete(verify_key(row_hash))

    def read(self, row: Item) -> MfaResetCode:
        return MfaResetCode(
            **proof_fields(row), user_sub=row["user_sub"], trust_epoch=row["trust_epoch"]
        )


class MfaResetRepository:
    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def find(self, user_sub: str) -> MfaReset | None:
        """Also one that has ended, or is void: whoever asks looks at its end and its epoch."""
        row = self.table.get(_key(user_sub), consistent=True)
        return _to_reset(row) if row else None

    def adding(self, reset: MfaReset) -> Write:
        """Fails under MFA_RESET_LABEL while another one of the same trust epoch runs."""
        stamp = clock.text(clock.now())
        row: Item = {
            **_key(reset.user_sub),
            "user_sub": reset.user_sub,
            "reset_id": reset.reset_id,
            "trust_epoch": reset.trust_epoch,
            "due": clock.text(reset.due),
            "ends_at": clock.text(reset.ends_at),
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        over = attr("ends_at").le(stamp) | attr("trust_epoch").ne(reset.trust_epoch)
        free = self.table.missing() | over
        return self.table.putting(row, condition=free, label=MFA_RESET_LABEL)

    def removing(self, reset: MfaReset) -> Write:
        """Its one end. Fails under MFA_RESET_LABEL when it is gone, or another one by now."""
        return self.table.deleting(
            _key(reset.user_sub),
            condition=attr("reset_id").eq(reset.reset_id),
            label=MFA_RESET_LABEL,
        )

    def checking(self, reset: MfaReset) -> Write:
        """Fails under MFA_RESET_LABEL when it is gone, or another one by now."""
        same = attr("reset_id").eq(reset.reset_id)
        return self.table.checking(_key(reset.user_sub), same, label=MFA_RESET_LABEL)


def _key(user_sub: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": "MFARESET"}


def _to_reset(row: Item) -> MfaReset:
    return MfaReset(
        reset_id=row["reset_id"],
        user_sub=row["user_sub"],
        trust_epoch=row["trust_epoch"],
        due=clock.parse(row["due"]),
        ends_at=clock.parse(row["ends_at"]),
    )
