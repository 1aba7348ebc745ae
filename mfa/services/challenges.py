"""Codes that are sent: one at a time for each challenge, for five minutes, used once."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from core import clock, crypto, ids, sms_budget
from core.actor import Actor
from core.client_ip import limit_subject
from core.errors import RateLimited
from core.ratelimit import Limit, hit
from core.sms_budget import Use
from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from mfa.errors import WrongFactorCode
from mfa.items import Challenge, Device, Method
from mfa.repository import CHALLENGE_LABEL, ChallengeRepository
from mfa.totp import digits_of

CODE_LIFETIME = timedelta(minutes=5)
CHALLENGE_LIFETIME = timedelta(hours=1)  # its counts outlive every code, so they survive a resend
RESEND_WAIT = {Method.SMS: timedelta(seconds=30), Method.EMAIL: timedelta(seconds=60)}
MOST_TRIES = 5
MOST_SENDS = 3
DIGITS = 6
PER_TARGET = Limit(name="mfa_code_target", times=10, seconds=86_400)
PER_USER = Limit(name="mfa_code_user", times=30, seconds=86_400)
NEW_NUMBERS_PER_IP = Limit(name="mfa_new_number_ip", times=20, seconds=86_400)

_challenges = {method: ChallengeRepository(method) for method in RESEND_WAIT}


def send(device: Device, *, challenge_id: str, actor: Actor, joined: Sequence[Write] = ()) -> None:
    """A new code to this device; the one before it stops working, the tries stay counted.

    The job that sends it is written with it, and with `joined`. Raises RateLimited.
    """
    rows = _challenges[device.method]
    old = rows.find(device.user_sub, challenge_id)
    _check_resend(old)
    target = crypto.decrypt(device.sealed, context=device.context)
    _count(device, target, actor)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    challenge = _challenge(device, challenge_id, code, old)
    try:
        transact([*joined, rows.putting(challenge, old=old), _job(device, target, code)])
    except TransactionCancelled as error:
        if device.method is Method.SMS:
            sms_budget.give_back(use_of(device))
        if not error.failed(CHALLENGE_LABEL):
            raise
        raise RateLimited(retry_after=_seconds(RESEND_WAIT[device.method])) from error


def using_write(user_sub: str, method: Method, challenge_id: str, typed: str) -> Write:
    """The one use of the right code, to be written with what it allows.

    The try is counted before the code is looked at. Raises WrongFactorCode.
    """
    return _challenges[method].using(check(user_sub, method, challenge_id, typed))


def check(
    user_sub: str, method: Method, challenge_id: str, typed: str, *, device_id: str = ""
) -> Challenge:
    """The challenge whose code was typed; nothing is used up but a try.

    `device_id`: where the person says that it went. Raises WrongFactorCode.
    """
    try:
        found = _challenges[method].count_try(user_sub, challenge_id, most=MOST_TRIES)
    except ConditionFailed as error:
        raise WrongFactorCode from error
    purpose = _purpose(user_sub, method, challenge_id, found.device_id)
    matches = crypto.code_matches(digits_of(typed), found.code_digest, purpose=purpose)
    fits = device_id in ("", found.device_id)
    if not matches or not fits or found.code_expires_at <= clock.now():
        raise WrongFactorCode
    return found


def using(challenge: Challenge, method: Method) -> Write:
    return _challenges[method].using(challenge)


def _count(device: Device, target: str, actor: Actor) -> None:
    """The narrow limits first, so that who is refused uses up nothing that others share.

    A target that somebody only says is theirs has one budget over all accounts; a confirmed one
    has its own, which no stranger can use up.
    """
    hit(PER_USER, device.user_sub)
    hit(PER_TARGET, device.context if device.confirmed_at else target)
    if device.method is not Method.SMS:
        return
    if not device.confirmed_at and actor.ip:
        hit(NEW_NUMBERS_PER_IP, limit_subject(actor.ip))
    sms_budget.book(use_of(device))


def use_of(device: Device) -> Use:
    return Use.SIGN_IN if device.confirmed_at else Use.SET_UP


def _check_resend(old: Challenge | None) -> None:
    if old is None:
        return
    now = clock.now()
    if old.sends >= MOST_SENDS:
        raise RateLimited(retry_after=_seconds(old.expires_at - now))
    if old.resend_at > now:
        raise RateLimited(retry_after=_seconds(old.resend_at - now) + 1)


def _challenge(device: Device, challenge_id: str, code: str, old: Challenge | None) -> Challenge:
    now, sub = clock.now(), device.user_sub
    purpose = _purpose(sub, device.method, challenge_id, device.device_id)
    return Challenge(
        user_sub=device.user_sub,
        challenge_id=challenge_id,
        device_id=device.device_id,
        code_digest=crypto.code_digest(code, purpose=purpose),
        code_expires_at=now + CODE_LIFETIME,
        resend_at=now + RESEND_WAIT[device.method],
        expires_at=old.expires_at if old else now + CHALLENGE_LIFETIME,
        tries=old.tries if old else 0,
        sends=old.sends + 1 if old else 1,
    )


def _purpose(user_sub: str, method: Method, challenge_id: str, device_id: str) -> str:
    """Binds the code to the device as well: it fits no other one of the same challenge."""
    if not ids.is_id(challenge_id):
        raise ValueError("a challenge is named by an id")
    return f"mfa-{method}:{user_sub}:{challenge_id}:{device_id}"


def _job(device: Device, target: str, code: str) -> Write:
    return jobs.enqueue_write(
        JobKind.MFA_CODE,
        ids={
            "user_sub": device.user_sub,
            "method": str(device.method),
            "device_id": device.device_id,
            "use": str(use_of(device)),
        },
        secret={"to": target, "code": code, "at": clock.text(clock.now())},
    )


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())
