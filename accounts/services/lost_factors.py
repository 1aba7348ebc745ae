"""“I have lost every way”, asked in the second step of a sign-in, after the right password.

Who does not know the password learns nothing here and starts nothing. The code goes to the
account's own address: with the password it is what we have of the person, and so it only opens a
wait.
"""

from dataclasses import dataclass

from accounts.errors import MfaResetRunning, WrongCode
from accounts.items import MailedProof, MfaReset, MfaResetCode, WaitingSignIn
from accounts.repository import MfaResetCodeRepository
from accounts.services import proofs
from accounts.services.mfa_reset import (
    begin_mfa_reset,
    find_mfa_reset,
    link_write,
    refuse_staff,
)
from accounts.services.second_step import person_waiting
from core import clock, ids
from core.actor import Actor
from core.client_ip import limit_subject
from core.errors import RateLimited
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from mfa import texts
from users.emails import email_key
from users.models import User

PURPOSE = "mfa-reset"
MAILS = Limit(name="mfa_reset_mail", times=10, seconds=86_400)

_codes = MfaResetCodeRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFactors:
    """Where somebody stands who lost every factor. `hint`: of the address that gets the code."""

    user: User
    hint: str
    reset: MfaReset | None
    is_due: bool


def find_lost_factors(waiting: WaitingSignIn) -> LostFactors:
    """Raises SignInExpired."""
    user = person_waiting(waiting).user
    reset = find_mfa_reset(user)
    return LostFactors(
        user=user,
        hint=texts.address_hint(user.email),
        reset=reset,
        is_due=reset is not None and reset.is_due(clock.now()),
    )


def send_lost_mail(waiting: WaitingSignIn, *, actor: Actor) -> None:
    """The code that begins the wait; once the wait is over, its link again.

    Raises SignInExpired, StaffReset, MfaResetRunning, RateLimited.
    """
    hit(proofs.VERIFY_PER_IP, limit_subject(actor.ip))
    found = find_lost_factors(waiting)
    refuse_staff(found.user)
    if found.reset is not None and not found.is_due:
        raise MfaResetRunning
    hit(MAILS, found.user.user_sub)
    if found.reset is not None:
        transact([link_write(found.reset)])
    else:
        _send_code(found.user)


def begin_by_code(waiting: WaitingSignIn, *, code: str, actor: Actor) -> MfaReset:
    """Raises WrongCode, SignInExpired, StaffReset, MfaResetRunning, RateLimited."""
    hit(proofs.VERIFY_PER_IP, limit_subject(actor.ip))
    user = person_waiting(waiting).user
    refuse_staff(user)
    pending = _pending(user)
    if pending is None:
        raise WrongCode
    if not proofs.is_proven(_codes, pending, purpose=PURPOSE, code=code, token=""):
        raise WrongCode
    return begin_mfa_reset(user, pending, actor=actor)


def find_code_by_hash(row_hash: str) -> MfaResetCode | None:
    return _codes.find(row_hash)


def hash_user(user_sub: str) -> str:
    return ids.sha256_hex(PURPOSE, user_sub)


def _send_code(user: User) -> None:
    """Another one takes the place of the last, whose tries and mails stay counted."""
    pending = _pending(user)
    if pending is not None:
        proofs.check_resend(pending)
        proofs.resend(
            _codes, pending, purpose=PURPOSE, mail=lambda mailed: _mail(pending.row_hash, mailed)
        )
        return
    mailed, row_hash = proofs.new_proof(), hash_user(user.user_sub)
    code = MfaResetCode(
        row_hash=row_hash,
        user_sub=user.user_sub,
        email=user.email,
        trust_epoch=user.trust_epoch,
        proof=proofs.stored(mailed, purpose=PURPOSE, row_hash=row_hash),
        expires_at=clock.now() + proofs.LIFETIME,
    )
    try:
        transact([_codes.adding(code), _mail(row_hash, mailed)])
    except TransactionCancelled as error:
        raise RateLimited(retry_after=int(proofs.RESEND_WAIT.total_seconds())) from error


def _pending(user: User) -> MfaResetCode | None:
    code = _codes.find(hash_user(user.user_sub))
    if code is None or code.trust_epoch != user.trust_epoch:
        return None
    return code if email_key(code.email) == email_key(user.email) else None


def _mail(row_hash: str, mailed: MailedProof) -> Write:
    return jobs.enqueue_write(
        JobKind.MFA_RESET_CODE, ids={"row_hash": row_hash}, secret={"code": mailed.code}
    )
