from accounts.items import PasswordReset
from accounts.repository.verify import VerifyRepository, pending_fields, verify_key
from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Write

PASSWORD_RESET_LABEL = "password_reset"  # noqa: S105


class PasswordResetRepository(VerifyRepository[PasswordReset]):
    kind = PASSWORD_RESET_LABEL

    def adding(self, reset: PasswordReset) -> Write:
        """Not yet bound: the request does not look whose address it is."""
        return self.table.putting_new(self.row(reset), label=self.kind)

    def bind(self, row_hash: str, *, user_sub: str, trust_epoch: int) -> None:
        """Say whose it is. ConditionFailed when it was used or is somebody else's."""
        update = (
            Update()
            .set("user_sub", user_sub)
            .set("trust_epoch", trust_epoch)
            .set("updated_at", clock.text(clock.now()))
        )
        free = attr("user_sub").missing() | attr("user_sub").eq(user_sub)
        self.table.update(verify_key(row_hash), update, condition=attr("kind").eq(self.kind) & free)

    def read(self, row: Item) -> PasswordReset:
        return PasswordReset(
            **pending_fields(row),
            user_sub=row.get("user_sub", ""),
            trust_epoch=row.get("trust_epoch", -1),
        )
