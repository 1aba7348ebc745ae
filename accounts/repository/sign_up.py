from accounts.items import SignUp
from accounts.repository.verify import ProofRepository, proof_fields
from dynamo.table import Item, Write

SIGN_UP_LABEL = "sign_up"


class SignUpRepository(ProofRepository[SignUp]):
    kind = SIGN_UP_LABEL

    def adding(self, sign_up: SignUp) -> Write:
        row = self.row(sign_up, handle=sign_up.handle, password=sign_up.password_hash)
        return self.table.putting_new(row, label=self.kind)

    def read(self, row: Item) -> SignUp:
        return SignUp(**proof_fields(row), handle=row["handle"], password_hash=row["password"])
