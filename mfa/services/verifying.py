"""Proving with a second factor that it is you: at sign-in, and at "confirm that it is you"."""

from collections.abc import Sequence

from alerts.items import AlertKind
from core import clock, crypto, lockout
from core.actor import Actor
from core.lockout import Lockout
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from mfa import texts, totp
from mfa.errors import MethodNotOn, WrongFactorCode
from mfa.items import FACTORS, SENT, Device, Method
from mfa.repository import CHALLENGE_LABEL, DEVICE_LABEL, RECOVERY_LABEL
from mfa.services import challenges, phones, recovery
from mfa.services.devices import DEVICES, confirmed_devices, told
from users.models import User

# Over all factors of an account: 10 in a row, then a wait that doubles from 15 minutes to an hour.
PER_ACCOUNT = Lockout(name="mfa", free=10, window=900)
_USED_UP = (DEVICE_LABEL, CHALLENGE_LABEL, RECOVERY_LABEL)


def methods_of(user: User) -> tuple[Method, ...]:
    """How the person can confirm, the strongest way first; empty without a second factor."""
    on = [method for method in FACTORS if method in user.factors]
    usable = [method for method in on if method is not Method.SMS or phones.takes_codes(user)]
    return (*usable, Method.RECOVERY) if on else ()


def strongest_of(user: User) -> Method | None:
    """None without a second factor."""
    found = methods_of(user)
    return found[0] if found else None


def hint_of(user: User, method: Method) -> str:
    """Where a code would be sent, so that its owner recognises it; empty when none is sent."""
    if method not in SENT or method not in methods_of(user):
        return ""
    device = _preferred(user, method)
    return texts.hint(method, device.hint)


def notice_of(user: User, method: Method) -> str:
    """What keeps codes from the phone of an account that has one; else empty."""
    if Method.SMS not in user.factors:
        return ""
    if not phones.takes_codes(user):
        return phones.why_no_text(user)
    return phones.why_no_messages(_preferred(user, method)) if method is Method.SMS else ""


def send_code(*, user: User, method: Method, challenge_id: str, actor: Actor) -> None:
    """Raises MethodNotOn, PhoneOptedOut (which is one), RateLimited."""
    if method not in SENT or method not in methods_of(user):
        raise MethodNotOn
    device = _preferred(user, method)
    phones.check_takes_messages(device)
    challenges.send(device, challenge_id=challenge_id, actor=actor)


def verify(
    *,
    user: User,
    method: Method,
    code: str,
    challenge_id: str,
    actor: Actor,
    joined: Sequence[Write] = (),
) -> None:
    """Use up a code.

    The try is counted before anything is compared, over all factors of the account. `joined` is
    written in the transaction that uses the code up; when one of those writes refuses, the code
    is not used and TransactionCancelled passes. Raises WrongFactorCode, with the attribute
    `tries`; MethodNotOn, RateLimited.
    """
    if method not in methods_of(user):
        raise MethodNotOn
    tries = lockout.count(PER_ACCOUNT, user.user_sub)
    try:
        using = _using(user, method, code, challenge_id, actor)
        transact([*using, lockout.clear_write(PER_ACCOUNT, user.user_sub), *joined])
    except WrongFactorCode as error:
        error.tries = tries
        raise
    except TransactionCancelled as error:
        if not any(error.failed(label) for label in _USED_UP):
            raise
        raise WrongFactorCode(tries=tries) from error


def is_last_free(tries: int) -> bool:
    """Whether this failure began a wait, which its owner should hear of."""
    return tries == PER_ACCOUNT.free


def _using(user: User, method: Method, code: str, challenge_id: str, actor: Actor) -> list[Write]:
    """The writes that use the code up. Raises WrongFactorCode."""
    if method is Method.TOTP:
        return [_using_step(user, code)]
    if method is Method.RECOVERY:
        notice = told(user, AlertKind.RECOVERY_CODE_USED, None, actor)
        return [recovery.using(user.user_sub, code), *notice]
    challenge = challenges.check(user.user_sub, method, challenge_id, code)
    device = DEVICES[method].using(user.user_sub, challenge.device_id)
    return [challenges.using(challenge, method), device]


def _using_step(user: User, code: str) -> Write:
    for device in confirmed_devices(user.user_sub, Method.TOTP):
        secret = crypto.decrypt(device.sealed, context=device.context)
        step = totp.matching_step(secret, code, moment=clock.now(), after=device.last_step)
        if step is not None:
            return DEVICES[Method.TOTP].using_step(device, step)
    raise WrongFactorCode


def _preferred(user: User, method: Method) -> Device:
    """The one that was turned on last. Raises MethodNotOn."""
    if method is Method.SMS:
        found = phones.preferred(phones.usable_phones(user.user_sub))
    else:
        found = next(reversed(confirmed_devices(user.user_sub, method)), None)
    if found is None:
        raise MethodNotOn
    return found
