"""Which kinds of second factor an account has, and the epoch of those who may skip them: on its
own row, so that asking costs no read."""

from collections.abc import Iterable

from core import clock
from dynamo.expressions import Condition, Update, attr
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
        return self.table.updating(
            account_key(user.user_sub), update, condition=_unmoved(user), label=ACCOUNT_LABEL
        )

    def same_trust(self, user: User, *, label: str) -> Write:
        same = _unmoved(user) & attr("session_epoch").eq(user.session_epoch)
        return self.table.checking(account_key(user.user_sub), condition=same, label=label)

    def ending_trust(self, user_sub: str) -> Write:
        update = Update().increment("trust_epoch", 1).set("updated_at", clock.text(clock.now()))
        return self.table.updating(
            account_key(user_sub), update, condition=self.table.exists(), label=ACCOUNT_LABEL
        )


def _unmoved(user: User) -> Condition:
    return attr("trust_epoch").eq(user.trust_epoch) & attr("is_active").eq(True)
