"""Which kinds of second factor an account has: on its own row, so that asking costs no read."""

from collections.abc import Iterable

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Table, Write
from users.models import User
from users.repository import ACCOUNT_LABEL, SCHEMA, account_key


class FactorRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def setting(self, user: User, factors: Iterable[str]) -> Write:
        update = (
            Update()
            .set("factors", sorted(factors))
            .increment("trust_epoch", 1)
            .set("updated_at", clock.text(clock.now()))
        )
        unchanged = attr("trust_epoch").eq(user.trust_epoch) & attr("is_active").eq(True)
        return self.table.updating(
            account_key(user.user_sub), update, condition=unchanged, label=ACCOUNT_LABEL
        )
