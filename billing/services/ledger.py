"""Reading the ledger."""

from billing.items import LedgerPage
from billing.repository import LedgerRepository
from billing.services.wallet import require_configured
from dynamo import cursor as cursors

PAGE = 20

_ledger = LedgerRepository()


def list_ledger(user_sub: str, cursor: str = "") -> LedgerPage:
    """Raises CursorForged, CursorExpired, BillingNotConfigured."""
    require_configured()
    scope = f"{user_sub}:ledger"
    start = cursors.decode(cursor, scope=scope) if cursor else None
    entries, following = _ledger.page(user_sub, limit=PAGE, start=start)
    next_cursor = cursors.encode(following, scope=scope) if following else ""
    return LedgerPage(items=entries, next_cursor=next_cursor)
