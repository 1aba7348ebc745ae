from accounts.items import EmailChange
from accounts.repository.verify import ProofRepository, proof_fields, verify_key
from dynamo.table import Item, Write

EMAIL_CHANGE_LABEL = "email_change"


class EmailChangeRepository(ProofRepository[EmailChange]):
    kind = EMAIL_CHANGE_LABEL

    def replacing(self, change: EmailChange) -> Write:
        """Takes the place of the person's older one: an account has one change at a time."""
        row = self.row(change, user_sub=change.user_sub, trust_epoch=change.trust_epoch)
        return self.table.putting(row, label=self.kind)

    def remove(self, row_hash: str) -> None:
        self.table.delete(verify_key(row_hash))

    def read(self, row: Item) -> EmailChange:
        return EmailChange(
            **proof_fields(row), user_sub=row["user_sub"], trust_epoch=row["trust_epoch"]
        )
