"""Recovery codes: ten, shown once, each of which works once."""

import secrets
import unicodedata

from alerts import services as alerts
from alerts.items import AlertKind
from core.actor import Actor
from core.ids import sha256_hex
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from mfa.errors import FactorsChanging, NoFactor
from mfa.repository import RecoveryRepository
from sessions.device import place_of
from users import services as users
from users.models import User

COUNT = 10
LENGTH = 24  # of Crockford's base32: 120 bits, so a plain hash is enough (63B-4 §4.2.1.1: 112)
GROUP = 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("ILO", "110")

_codes = RecoveryRepository()


def new_codes_writes(user_sub: str) -> tuple[tuple[str, ...], list[Write]]:
    codes = tuple(_new_code() for _ in range(COUNT))
    return codes, _codes.adding(user_sub, [hash_of(user_sub, code) for code in codes])


def replace_recovery_codes(*, user: User, actor: Actor) -> tuple[str, ...]:
    """Ten new ones, returned this one time; the old ones stop working.

    Raises NoFactor, FactorsChanging.
    """
    if not user.factors:
        raise NoFactor
    old = _codes.hashes_of(user.user_sub)
    codes, writes = new_codes_writes(user.user_sub)
    notice = alerts.alert_writes(
        user_sub=user.user_sub, kind=AlertKind.RECOVERY_CODES_CREATED, context=place_of(actor)
    )
    same_factors = users.set_factors_write(user, user.factors)
    try:
        transact([same_factors, *_codes.removing(user.user_sub, old), *writes, *notice])
    except TransactionCancelled as error:
        raise FactorsChanging from error
    return codes


def hash_of(user_sub: str, code: str) -> str:
    """What is stored. 120 random bits need no key, so no change of keys can end them."""
    return sha256_hex("recovery", user_sub + normalised(code))


def normalised(typed: str) -> str:
    """However it was copied: small letters, other hyphens, I and L for 1, O for 0."""
    folded = unicodedata.normalize("NFKC", typed).upper().translate(_MEANT)
    return "".join(letter for letter in folded if letter in ALPHABET)


def using(user_sub: str, typed: str) -> Write:
    return _codes.using(user_sub, hash_of(user_sub, typed))


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[i : i + GROUP] for i in range(0, LENGTH, GROUP))
