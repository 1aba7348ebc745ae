"""What an account knows of its second factors, from when on it must have one, and the epoch of
those who may skip them: on its own row, so that asking costs no read."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from core import clock
from dynamo.expressions import Condition, Update, attr
from dynamo.table import Table, Write
from users.models import User
from users.repository import ACCOUNT_LABEL, SCHEMA, account_key, to_user


class FactorRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def setting(self, user: User, factors: Iterable[str], *, preferred: str) -> Write:
        update = (
            Update()
            .set("factors", sorted(factors))
            .increment("trust_epoch", 1)
            .remove("factors_reset_at")
            .set("updated_at", clock.text(clock.now()))
        )
        update = _with_preferred(update, preferred)
        chosen, as_read = attr("preferred_factor"), user.preferred_factor
        unchanged = unmoved(user) & (chosen.eq(as_read) if as_read else chosen.missing())
        return self._updating(user.user_sub, update, unchanged)

    def preferring(self, user_sub: str, preferred: str) -> Write:
        update = Update().set("updated_at", clock.text(clock.now()))
        active = attr("is_active").eq(True)
        return self._updating(user_sub, _with_preferred(update, preferred), active)

    def noting_low_codes(self, user_sub: str, batch: str) -> Write:
        update = Update().set("low_codes_of", batch)
        first = self.table.exists() & attr("low_codes_of").ne(batch)
        return self._updating(user_sub, update, first)

    def same_trust(self, user: User, *, label: str) -> Write:
        same = unmoved(user) & attr("session_epoch").eq(user.session_epoch)
        return self.table.checking(account_key(user.user_sub), condition=same, label=label)

    def ending_trust(self, user_sub: str) -> Write:
        update = Update().increment("trust_epoch", 1).set("updated_at", clock.text(clock.now()))
        return self._updating(user_sub, update, self.table.exists())

    def setting_due(self, user_sub: str, moment: datetime) -> Write:
        """Fails under ACCOUNT_LABEL when a day is fixed already, or the account is disabled."""
        now = clock.text(clock.now())
        update = Update().set("mfa_due_at", clock.text(moment)).set("updated_at", now)
        first = attr("mfa_due_at").missing() & attr("is_active").eq(True)
        return self._updating(user_sub, update, first)

    def scan_accounts(self) -> Iterator[User]:
        """Every account, in no order, read page by page. For commands only."""
        return (to_user(row) for row in self.table.scan() if row["sk"] == "ACCOUNT")

    def _updating(self, user_sub: str, update: Update, condition: Condition) -> Write:
        key = account_key(user_sub)
        return self.table.updating(key, update, condition=condition, label=ACCOUNT_LABEL)


def unmoved(user: User) -> Condition:
    """Nothing that moves the trust epoch came since it was read, and the account is active."""
    return attr("trust_epoch").eq(user.trust_epoch) & attr("is_active").eq(True)


def _with_preferred(update: Update, preferred: str) -> Update:
    if preferred:
        return update.set("preferred_factor", preferred)
    return update.remove("preferred_factor")
