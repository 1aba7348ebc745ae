"""Recovery codes: ten, shown once, each of which works once."""

import logging
import secrets
import unicodedata
from collections.abc import Iterable

from alerts import services as alerts
from alerts.items import AlertKind
from core.actor import Actor
from core.ids import sha256_hex
from dynamo.errors import StorageError, TransactionCancelled
from dynamo.table import Write, transact
from mfa.errors import CodesReplaced, FactorsChanging, NoFactor
from mfa.repository import RecoveryRepository
from sessions.device import place_of
from users import services as users
from users.models import User

COUNT = 10
LOW = 3  # left or fewer: their owner is told, once for each ten
LENGTH = 24  # of Crockford's base32: 120 bits, so a plain hash is enough (63B-4 §4.2.1.1: 112)
GROUP = 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("ILO", "110")

logger = logging.getLogger(__name__)
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


def recovery_codes_left(user: User) -> int:
    """Without a read for an account without factors."""
    return len(_codes.hashes_of(user.user_sub)) if user.factors else 0


def check_current(user: User, codes: Iterable[str]) -> None:
    """Raises CodesReplaced unless each of them would work now, and there is one."""
    hashes = {hash_of(user.user_sub, code) for code in codes}
    if not hashes or not hashes <= set(_codes.hashes_of(user.user_sub)):
        raise CodesReplaced


def tell_if_low(user: User, actor: Actor) -> None:
    """After one was used: once for each ten codes. What is not told now, because storage does not
    answer, is told after the next one."""
    try:
        rows = _codes.rows_of(user.user_sub)
        if not 0 < len(rows) <= LOW:
            return
        context = {"left": str(len(rows)), **place_of(actor)}
        notice = alerts.alert_writes(
            user_sub=user.user_sub, kind=AlertKind.RECOVERY_CODES_LOW, context=context
        )
        transact([users.note_low_codes_write(user.user_sub, batch=rows[0]["created_at"]), *notice])
    except StorageError as error:
        if not isinstance(error, TransactionCancelled):  # else they were told before
            logger.warning("few recovery codes are left, and nobody was told", exc_info=True)


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
