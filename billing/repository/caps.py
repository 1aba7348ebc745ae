"""CAP#<day>: changes with each payment that a person starts that day, so that of two at once the
second one counts again. The sum itself is read from the payments."""

from datetime import date, timedelta

from billing.repository.schema import BILLING, CAP, SHAPE, key
from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Key, Table, Write

CAP_LABEL = "billing cap"
KEPT_FOR = timedelta(days=2)


class CapRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def version_of(self, user_sub: str, day: date) -> int:
        """0 before the first payment of that day."""
        item = self.table.get(_key(user_sub, day), consistent=True)
        return int(item["version"]) if item else 0

    def counting(self, user_sub: str, day: date, version: int) -> Write:
        """Fails under CAP_LABEL when another payment was started since `version` was read."""
        now = clock.now()
        update = (
            Update()
            .set("version", version + 1)
            .set("updated_at", clock.text(now))
            .set("ttl", clock.epoch(now + KEPT_FOR))
            .set("sv", SHAPE)
            .set_if_missing("user_sub", user_sub)
            .set_if_missing("created_at", clock.text(now))
        )
        unchanged = attr("version").eq(version) if version else self.table.missing()
        return self.table.updating(
            _key(user_sub, day), update, condition=unchanged, label=CAP_LABEL
        )


def _key(user_sub: str, day: date) -> Key:
    return key(user_sub, f"{CAP}{day:%Y-%m-%d}")
