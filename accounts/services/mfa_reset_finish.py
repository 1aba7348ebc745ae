"""The end of the wait: the factors go, by the mailed link, after the right password."""

from contextlib import suppress

from django.core import signing
from django.urls import reverse

from accounts.errors import MfaResetClosed, SignInExpired
from accounts.items import MfaReset, Outcome, WaitingSignIn
from accounts.repository import MFA_RESET_LABEL, MfaResetRepository
from accounts.services import history
from accounts.services.mfa_reset import (
    PER_IP,
    find_mfa_reset,
    log,
    refuse_staff,
    told_everywhere,
)
from accounts.services.notices import NOTHING
from accounts.services.second_step import person_waiting
from alerts.items import AlertKind
from core import clock
from core.actor import Actor
from core.client_ip import limit_subject
from core.ratelimit import hit
from dynamo.errors import TransactionCancelled, Unavailable
from dynamo.table import transact
from mfa import services as mfa
from users import services as users
from users.models import User

_SALT = "accounts.mfa_reset_finish"
_LONGEST = 300

_resets = MfaResetRepository()


def finish_url(reset: MfaReset) -> str:
    """The path of the one-shot link; only the mail of its due time holds it."""
    token = _signer().sign(f"{reset.user_sub}.{reset.reset_id}")
    return reverse("accounts:lost_finish", args=[token])


def check_finish(waiting: WaitingSignIn, token: str) -> tuple[User, MfaReset]:
    """Who would lose their factors, after their right password; asking changes nothing.

    Raises SignInExpired, StaffReset; MfaResetClosed also for somebody else's link.
    """
    user = person_waiting(waiting).user
    refuse_staff(user)
    reset = find_mfa_reset(user)
    if reset is None or not reset.is_due(clock.now()):
        raise MfaResetClosed
    if _opened(token) != f"{user.user_sub}.{reset.reset_id}":
        raise MfaResetClosed
    return user, reset


def finish_mfa_reset(waiting: WaitingSignIn, token: str, *, actor: Actor) -> None:
    """Every factor and recovery code goes, every session and trusted browser ends, at once.

    Raises SignInExpired, StaffReset, MfaResetClosed, RateLimited.
    """
    hit(PER_IP, limit_subject(actor.ip))
    user, reset = check_finish(waiting, token)
    writes = [
        _resets.removing(reset),
        *mfa.reset_writes(user),
        history.trace_write(user.user_sub, Outcome.MFA_RESET_DONE, actor),
        *told_everywhere(user, AlertKind.MFA_RESET_DONE, NOTHING, actor),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(MFA_RESET_LABEL):
            raise MfaResetClosed from error
        raise SignInExpired from error
    log("mfa reset done", user.user_sub, actor)
    with suppress(Unavailable):  # it is done, whatever of this must wait
        users.forget_browsers(user.user_sub)


def _opened(token: str) -> str:
    if len(token) > _LONGEST:
        return ""
    try:
        return _signer().unsign(token)
    except signing.BadSignature:
        return ""


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT)
