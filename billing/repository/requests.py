"""ASK# rows: which payment a repeated request belongs to."""

from datetime import timedelta

from billing.repository.schema import BILLING, key, stamps
from core import clock, ids
from dynamo.errors import ConditionFailed
from dynamo.table import Table

KEPT_FOR = timedelta(days=7)


class RequestRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def id_of(self, user_sub: str, request_key: str) -> str:
        """The payment id that this key of a person's stands for; a new one at the first time."""
        row = {
            **key(user_sub, f"ASK#{ids.sha256_hex('billing-request', request_key)}"),
            **stamps(user_sub),
            "payment_intent_id": ids.new_id(),
            "ttl": clock.epoch(clock.now() + KEPT_FOR),
        }
        try:
            self.table.put_new(row)
        except ConditionFailed as error:
            if error.item is None:
                raise
            return str(error.item["payment_intent_id"])
        return str(row["payment_intent_id"])
