"""BALANCE: one row per person, changed only together with the ledger (services/postings.py)."""

from billing.items import Wallet, WalletStatus
from billing.repository.schema import BALANCE, BILLING, SHAPE, key
from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Table, Write

BALANCE_LABEL = "billing balance"


class WalletRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def find(self, user_sub: str) -> Wallet | None:
        """Consistent: a stale balance is never shown or decided on."""
        item = self.table.get(key(user_sub, BALANCE), consistent=True)
        return _to_wallet(item) if item else None

    def changing(self, old: Wallet, new: Wallet, *, spent: int = 0) -> Write:
        """Fails under BALANCE_LABEL when the wallet is not as it was read. With `spent` also
        when it holds less than that, owes something or is restricted."""
        condition = attr("version").eq(old.version) if old.version else self.table.missing()
        if spent:
            condition &= attr("available").ge(spent) & attr("debt").eq(0)
            condition &= attr("status").eq(str(WalletStatus.ACTIVE))
        now = clock.text(clock.now())
        update = (
            Update()
            .set("available", new.available)
            .set("held", new.held)
            .set("debt", new.debt)
            .set("status", str(new.status))
            .set("currency", new.currency)
            .set("last_us", new.last_us)
            .set("open_disputes", new.open_disputes)
            .set("version", old.version + 1)
            .set("updated_at", now)
            .set("sv", SHAPE)
            .set_if_missing("user_sub", new.user_sub)
            .set_if_missing("created_at", now)
        )
        balance = key(new.user_sub, BALANCE)
        return self.table.updating(balance, update, condition=condition, label=BALANCE_LABEL)


def _to_wallet(item: Item) -> Wallet:
    return Wallet(
        user_sub=item["user_sub"],
        currency=item["currency"],
        available=item["available"],
        held=item["held"],
        debt=item["debt"],
        status=WalletStatus(item["status"]),
        version=item["version"],
        last_us=item["last_us"],
        open_disputes=item.get("open_disputes", 0),
        created_at=clock.parse(item["created_at"]),
    )
