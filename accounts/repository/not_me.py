from datetime import datetime

from accounts.repository.verify import SHAPE_VERSION, verify_key
from core import clock
from dynamo.schema import schema_named
from dynamo.table import Table, Write

NOT_ME_LABEL = "not_me"


class NotMeRepository:
    """Which answers "not me" were used up: a VERIFY row that is there from the use on."""

    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def is_used(self, row_hash: str) -> bool:
        return self.table.get(verify_key(row_hash), consistent=True) is not None

    def using(self, row_hash: str, *, user_sub: str, until: datetime) -> Write:
        """Fails under NOT_ME_LABEL when it was used before."""
        stamp = clock.text(clock.now())
        row = {
            **verify_key(row_hash),
            "kind": NOT_ME_LABEL,
            "user_sub": user_sub,
            "expires_at": clock.epoch(until),
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }
        return self.table.putting_new(row, label=NOT_ME_LABEL)
