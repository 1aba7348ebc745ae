"""Everything of one person: to hand out, or to forget as far as accounting allows."""

from collections.abc import Iterator

from billing.repository.schema import (
    ADJUSTMENT,
    BALANCE,
    BILLING,
    EARNINGS,
    LEDGER,
    METHOD,
    PAYMENT,
    PURCHASE,
    REVERSALS,
    SETTINGS,
    person,
    reference_key,
)
from core import clock
from dynamo.expressions import Update
from dynamo.table import Item, Key, Table

_BOOKS = (PAYMENT, REVERSALS, ADJUSTMENT, LEDGER, EARNINGS, PURCHASE)
_WORDS = ("return_path", "reason")  # what the person or staff wrote, and where they were


class PersonRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """The person's whole partition, as stored."""
        return self.table.query_all(person(user_sub), consistent=True)

    def all_rows(self) -> Iterator[Item]:
        """Everything in the table, in no order. For commands only."""
        return self.table.scan()

    def forget(self, user_sub: str) -> None:
        """Saved methods, settings and all other rows go, with their references. Balance, ledger,
        payments with what came back of them, purchases, earnings and corrections stay as books must
        be kept: amounts, times and ids, no word of the person. What is still paid at a provider
        finds on the payment that its owner is gone. Repeating it does no harm."""
        for row in self.rows_of(user_sub):
            place = {"pk": row["pk"], "sk": row["sk"]}
            if row["sk"] != BALANCE and not row["sk"].startswith(_BOOKS):
                # The references first: a repeat finds them through the row.
                self.table.batch_write(deletes=list(_references(row)))
                self.table.batch_write(deletes=[place])
            elif update := _as_books(row):
                self.table.update(place, update, condition=self.table.exists())


def _as_books(row: Item) -> Update | None:
    """None for a row that is so already."""
    now, words = clock.text(clock.now()), [name for name in _WORDS if row.get(name)]
    is_news = row["sk"].startswith(PAYMENT) and not row.get("owner_gone_at")
    if not words and not is_news:
        return None
    update = Update().set("updated_at", now)
    if is_news:
        update = update.set("owner_gone_at", now)
    return update.remove(*words) if words else update


def _references(row: Item) -> Iterator[Key]:
    if row["sk"].startswith(METHOD):
        yield reference_key(row["provider"], row["provider_ref"])
    elif row["sk"] == SETTINGS:
        for name, value in row.items():  # also `…_customer_id_was_…`
            provider, found, _ = name.partition("_customer_id")
            if found:
                yield reference_key(provider, value)
