"""What an account's row says of losing every second factor: a wait that runs, one that ended."""

from datetime import datetime

from core import clock
from dynamo.table import Item


def reset_fields(row: Item) -> dict[str, datetime | None]:
    """A wait is void once the trust epoch moved on, whether or not its attributes are there."""
    due, at = row.get("mfa_reset_due", ""), row.get("factors_reset_at", "")
    runs = due and row["mfa_reset_epoch"] == row.get("trust_epoch", 0)
    return {
        "mfa_reset_due": clock.parse(due) if runs else None,
        "factors_reset_at": clock.parse(at) if at else None,
    }
