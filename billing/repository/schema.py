"""The billing table and its keys."""

import re
from zlib import crc32

from core import clock
from dynamo.schema import Index, TableSchema, register
from dynamo.table import Item, Key

BILLING = register(
    TableSchema(
        logical="billing",
        variable="BILLING_TABLE_NAME",
        purpose="Billing",
        partition_key="pk",
        sort_key="sk",
        indexes=(Index(name="gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),),
        ttl="ttl",
    )
)
SHAPE = 1
BALANCE, SETTINGS, REF = "BALANCE", "BILLING", "REF"
METHOD, PAYMENT, LEDGER, EARNINGS, PURCHASE = "PM#", "PAY#", "LEDGER#", "EARNDAY#", "IDEM#"
REVERSALS = "PAYX#"  # PAYX#<payment>#RF#<refund> and …#DP#<dispute>: PAY# lists payments only
ADJUSTMENT = "ADJ#"
REFUND, DISPUTE = "RF#", "DP#"
OPEN_DISPUTES = "DPS#open"  # gsi1
CAP, STATEMENT = "CAP#", "STMT#"  # CAP#<day>, STMT#<month>
PLATFORM, LEG = "ACCT#", "LEG#"
PLATFORM_SHARDS = 16  # a partition takes 1,000 writes a second, and one in a transaction is two
EARNING_SHARDS = 4  # of a seller and day: what many buyers add to at once
_PART = re.compile(r"[\x21\x22\x24-\x7e]{1,255}", re.ASCII)  # printable ASCII without "#"


def is_key_part(text: str) -> bool:
    """Whether an id that is not ours may stand in a key."""
    return _PART.fullmatch(text) is not None


def person(user_sub: str) -> str:
    return f"USER#{user_sub}"


def key(user_sub: str, sort_key: str) -> Key:
    return {"pk": person(user_sub), "sk": sort_key}


def reference_key(provider: str, reference: str) -> Key:
    """ValueError for what cannot stand in a key."""
    if not is_key_part(reference):
        raise ValueError(f"{reference!r} cannot be a provider's id")
    return {"pk": f"PROV#{provider}#{reference}", "sk": REF}


def shard(txn: str, shards: int) -> int:
    """The same for every repeat of a transaction."""
    return crc32(txn.encode()) % shards


def stamps(user_sub: str = "") -> Item:
    """What every new row carries; without an owner where it is nobody's so far."""
    now = clock.text(clock.now())
    row: Item = {"created_at": now, "updated_at": now, "sv": SHAPE}
    return {**row, "user_sub": user_sub} if user_sub else row
