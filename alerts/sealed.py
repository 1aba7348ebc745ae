"""What alerts keep under a key: phones, secrets of webhooks, digests of suspended addresses."""

from alerts.items import Channel, digest_of_address, is_digest_of, phone_context
from alerts.repository import ALERT_PREFS, ALERTS
from alerts.services.webhooks.signing import secret_context
from core import crypto
from core.sealed import SealedAttribute, resealing
from dynamo.table import Item
from users import services as users

SUSPENDABLE = (Channel.EMAIL, Channel.SMS)
_ANOTHER = "?"  # no address is this


def _webhook(kind: str, attribute: str) -> SealedAttribute:
    return SealedAttribute(
        kind=kind,
        schema=ALERTS,
        path=(attribute,),
        fresh=resealing(lambda row: secret_context(row["owner"], row["endpoint_id"])),
    )


def _suspension(channel: Channel) -> SealedAttribute:
    def fresh(row: Item, digest: str) -> str:
        """Of an address that its owner has no more nothing can be said but that it is another."""
        address = _address(row, channel)
        return digest_of_address(address if is_digest_of(address, digest) else _ANOTHER)

    return SealedAttribute(
        kind=f"digests of suspended addresses ({channel})",
        schema=ALERT_PREFS,
        path=(f"suspended_{channel}", "address_digest"),
        fresh=fresh,
    )


def _address(row: Item, channel: Channel) -> str:
    user_sub = row["user_sub"]
    if channel is Channel.SMS:
        blob = row.get("phone", "")
        return crypto.decrypt(blob, context=phone_context(user_sub)) if blob else _ANOTHER
    user = users.find_user(user_sub)
    return user.email if user else _ANOTHER


SEALED = [
    SealedAttribute(
        kind="phone numbers for alerts",
        schema=ALERT_PREFS,
        path=("phone",),
        fresh=resealing(lambda row: phone_context(row["user_sub"])),
    ),
    *map(_suspension, SUSPENDABLE),
    _webhook("secrets of webhooks", "secret"),
    _webhook("former secrets of webhooks", "old_secret"),
]
