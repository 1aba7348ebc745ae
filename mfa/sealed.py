"""What second factors keep under a key: secrets, numbers and addresses, and digests of codes."""

from core import clock
from core.sealed import Passing, SealedAttribute, resealing
from dynamo.table import Item
from mfa.items import FACTORS, SENT, Method, device_context
from mfa.repository.devices import SEALED_ATTRIBUTE
from mfa.repository.tables import DEVICES

_NAMES = {
    Method.TOTP: "authenticator secrets",
    Method.SMS: "phone numbers of factors",
    Method.EMAIL: "addresses of factors",
}


def _device(method: Method) -> SealedAttribute:
    def context_of(row: Item) -> str:
        return device_context(method, row["user_sub"], row["device_id"])

    return SealedAttribute(
        kind=_NAMES[method],
        schema=DEVICES[method],
        path=(SEALED_ATTRIBUTE[method],),
        fresh=resealing(context_of),
    )


def _is_open(row: Item) -> bool:
    return clock.parse(row["code_expires_at"]) > clock.now()


SEALED = [
    *map(_device, FACTORS),
    *(
        Passing(
            kind=f"codes sent by {method}",
            schema=DEVICES[method],
            path=("code_digest",),
            stays="they end after five minutes",
            is_meant=_is_open,
        )
        for method in SENT
    ),
]
