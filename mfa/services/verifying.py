"""Proving with a second factor that it is you: at sign-in, and at "confirm that it is you"."""

from collections.abc import Sequence

from alerts.items import AlertKind
from core import clock, crypto, lockout
from core.actor import Actor
from core.lockout import Lockout
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from mfa import totp
from mfa.errors import MethodNotOn, PhoneOptedOut, WrongFactorCode
from mfa.items import SENT, Method, Way
from mfa.repository import CHALLENGE_LABEL, DEVICE_LABEL, RECOVERY_LABEL
from mfa.services import challenges, phones, recovery
from mfa.services.devices import DEVICES, confirmed_devices, told
from mfa.services.ways import device_for, methods_of
from users.models import User

# Over all factors of an account: 10 in a row, then a wait that doubles from 15 minutes to an hour.
PER_ACCOUNT = Lockout(name="mfa", free=10, window=900)
_USED_UP = (DEVICE_LABEL, CHALLENGE_LABEL, RECOVERY_LABEL)


def notice_of(user: User, way: Way) -> str:
    """What keeps codes from the phone of an account that has one; else empty."""
    if Method.SMS not in user.factors:
        return ""
    if not phones.takes_codes(user):
        return phones.why_no_text(user)
    return str(PhoneOptedOut.message) if way.is_stopped else ""


def send_code(
    *, user: User, method: Method, challenge_id: str, actor: Actor, device_id: str = ""
) -> None:
    """To that phone or mailbox, or to the first of its kind. Raises MethodNotOn, PhoneOptedOut
    (which is one), RateLimited."""
    device = device_for(user, method, device_id)
    phones.check_takes_messages(device)
    challenges.send(device, challenge_id=challenge_id, actor=actor)


def verify(
    *,
    user: User,
    method: Method,
    code: str,
    challenge_id: str,
    actor: Actor,
    device_id: str = "",
    joined: Sequence[Write] = (),
) -> None:
    """Use up a code; of a sent one `device_id` may say where it went.

    The try is counted before anything is compared, over all factors of the account. `joined` is
    written in the transaction that uses the code up; when one of those writes refuses, the code
    is not used and TransactionCancelled passes. Raises WrongFactorCode, with the attribute
    `tries`; MethodNotOn, RateLimited.
    """
    if method not in methods_of(user) or (device_id and method not in SENT):
        raise MethodNotOn
    tries = lockout.count(PER_ACCOUNT, user.user_sub)
    try:
        using = _using(user, method, code, (challenge_id, device_id), actor)
        transact([*using, lockout.clear_write(PER_ACCOUNT, user.user_sub), *joined])
    except WrongFactorCode as error:
        error.tries = tries
        raise
    except TransactionCancelled as error:
        if not any(error.failed(label) for label in _USED_UP):
            raise
        raise WrongFactorCode(tries=tries) from error
    if method is Method.RECOVERY:
        recovery.tell_if_low(user, actor)


def is_last_free(tries: int) -> bool:
    """Whether this failure began a wait, which its owner should hear of."""
    return tries == PER_ACCOUNT.free


def _using(
    user: User, method: Method, code: str, sent: tuple[str, str], actor: Actor
) -> list[Write]:
    """The writes that use the code up; `sent`: for which challenge, and to which device. Raises
    WrongFactorCode."""
    if method is Method.TOTP:
        return [_using_step(user, code)]
    if method is Method.RECOVERY:
        notice = told(user, AlertKind.RECOVERY_CODE_USED, None, actor)
        return [recovery.using(user.user_sub, code), *notice]
    challenge_id, device_id = sent
    challenge = challenges.check(user.user_sub, method, challenge_id, code, device_id=device_id)
    device = DEVICES[method].using(user.user_sub, challenge.device_id)
    return [challenges.using(challenge, method), device]


def _using_step(user: User, code: str) -> Write:
    for device in confirmed_devices(user.user_sub, Method.TOTP):
        secret = crypto.decrypt(device.sealed, context=device.context)
        step = totp.matching_step(secret, code, moment=clock.now(), after=device.last_step)
        if step is not None:
            return DEVICES[Method.TOTP].using_step(device, step)
    raise WrongFactorCode
