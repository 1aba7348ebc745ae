"""STMT#<month>: what a month that is over closed with, so that no statement adds up all years.

Kept for speed alone: each is the sum of ledger rows, and made again when it is gone.
"""

from contextlib import suppress
from datetime import UTC, date, datetime

from billing.items import OWN_BUCKETS, Closing
from billing.repository.schema import BILLING, STATEMENT, key, person, stamps
from dynamo.errors import ConditionFailed
from dynamo.expressions import between
from dynamo.table import Item, Key, Table


class StatementRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def upto(self, user_sub: str, month: date, *, limit: int) -> list[Closing]:
        """The newest ones first, of `month` and before."""
        found = self.table.query(
            person(user_sub),
            sort=between(STATEMENT, f"{STATEMENT}{month:%Y-%m}"),
            limit=limit,
            newest_first=True,
            consistent=True,
        )
        return [_to_closing(item) for item in found.items]

    def keep(self, user_sub: str, closing: Closing) -> None:
        """One that is there stays as it is."""
        row = {
            **_key(user_sub, closing.month),
            **stamps(user_sub),
            **{str(bucket): closing.balances[bucket] for bucket in OWN_BUCKETS},
        }
        with suppress(ConditionFailed):
            self.table.put_new(row)


def _key(user_sub: str, month: date) -> Key:
    return key(user_sub, f"{STATEMENT}{month:%Y-%m}")


def _to_closing(item: Item) -> Closing:
    month = datetime.strptime(item["sk"].removeprefix(STATEMENT), "%Y-%m").replace(tzinfo=UTC)
    balances = {bucket: int(item[str(bucket)]) for bucket in OWN_BUCKETS}
    return Closing(month=month.date(), balances=balances)
