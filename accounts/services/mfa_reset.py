"""Somebody lost every second factor: a wait in which everybody concerned can stop it, then the
removal.

Until it is due nothing is weaker than before. The wait holds for one trust epoch, so a new
password, "this was not me" and every change of a factor end it by themselves; whoever confirms
with a factor, and whoever is signed in or has the mail, ends it by a write. When it is due, a
link is mailed; it removes the factors once, from a sign-in whose password was right.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum

from django.utils import dateformat

from accounts.errors import MfaResetClosed, MfaResetRunning, SignInExpired, StaffReset
from accounts.items import MfaReset, MfaResetCode, Outcome
from accounts.repository import MfaResetCodeRepository, MfaResetRepository
from accounts.services import history
from accounts.services.notices import notice_writes
from alerts import services as alerts
from alerts.items import AlertKind
from core import clock, ids
from core.actor import Actor
from core.client_ip import limit_subject
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from mfa import services as mfa
from users import mfa_reset as accounts
from users import services as users
from users.models import User

WAIT = timedelta(hours=72)
REMINDER = timedelta(hours=24)  # before the end of the wait
WINDOW = timedelta(days=7)  # in which the factors can be removed, from the end of the wait on
BEGINS = Limit(name="mfa_reset_begin", times=3, seconds=86_400)
PER_IP = Limit(name="mfa_reset_ip", times=30, seconds=60)
MOMENT = "j F Y, H:i"


class Step(StrEnum):
    SOON = "soon"
    DUE = "due"
    OVER = "over"


logger = logging.getLogger(__name__)
_resets = MfaResetRepository()
_codes = MfaResetCodeRepository()


def find_mfa_reset(user: User) -> MfaReset | None:
    """The wait that runs, or ended less than seven days ago; None once the account moved on."""
    reset = _resets.find(user.user_sub)
    if reset is None or reset.trust_epoch != user.trust_epoch or reset.ends_at <= clock.now():
        return None
    return reset


def begin_mfa_reset(user: User, proven: MfaResetCode, *, actor: Actor) -> MfaReset:
    """`proven` is used up by it. Raises MfaResetRunning, SignInExpired, StaffReset, RateLimited."""
    refuse_staff(user)
    hit(BEGINS, user.user_sub)
    due = clock.now() + WAIT
    reset = MfaReset(
        reset_id=ids.new_id(),
        user_sub=user.user_sub,
        trust_epoch=user.trust_epoch,
        due=due,
        ends_at=due + WINDOW,
    )
    writes = [
        _codes.using(proven.row_hash),
        _resets.adding(reset),
        accounts.begin_write(user, due=due),
        history.trace_write(user.user_sub, Outcome.MFA_RESET_ASKED, actor),
        *told_everywhere(user, AlertKind.MFA_RESET_ASKED, context_of(reset), actor),
        step_write(reset, Step.SOON),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(users.ACCOUNT_LABEL):
            raise SignInExpired from error
        raise MfaResetRunning from error
    log("mfa reset asked", user.user_sub, actor)
    return reset


def stop_mfa_reset(*, user: User, actor: Actor) -> None:
    """By whoever is signed in, or confirmed with a factor. Raises MfaResetClosed without one."""
    reset = find_mfa_reset(user)
    if reset is None:
        raise MfaResetClosed
    _stop(reset, actor)


def stop_if_running(user: User, *, actor: Actor) -> None:
    """A factor was used: it is not lost. `user` tells whether there is anything to stop."""
    if user.mfa_reset_due is None:
        return
    with suppress(MfaResetClosed):
        stop_mfa_reset(user=user, actor=actor)


def open_stop_link(token: str) -> MfaReset:
    """What a mailed link would stop; asking changes nothing. Raises MfaResetClosed."""
    opened = alerts.open_stop_link(token)
    user = users.find_user(opened[0]) if opened else None
    reset = find_mfa_reset(user) if user else None
    if opened is None or reset is None or reset.reset_id != opened[1]:
        raise MfaResetClosed
    return reset


def stop_by_link(token: str, *, actor: Actor) -> None:
    """Raises MfaResetClosed, RateLimited."""
    hit(PER_IP, limit_subject(actor.ip))
    _stop(open_stop_link(token), actor)


def refuse_staff(user: User) -> None:
    """Raises StaffReset: a mailbox and three days are not enough for what staff may do."""
    if user.is_staff:
        raise StaffReset


def told_everywhere(
    user: User, kind: AlertKind, context: Mapping[str, str], actor: Actor | None
) -> list[Write]:
    """On every channel, and to every confirmed phone and mailbox."""
    notice = notice_writes(user_sub=user.user_sub, kind=kind, context=context, actor=actor)
    return [*notice, *mfa.device_notice_writes(user, kind)]


def context_of(reset: MfaReset) -> dict[str, str]:
    return {
        alerts.WAIT: reset.reset_id,
        "due": f"{dateformat.format(reset.due, MOMENT)} UTC",
        "ends": f"{dateformat.format(reset.ends_at, MOMENT)} UTC",
    }


def step_write(reset: MfaReset, step: Step) -> Write:
    """The job of one of its moments; it reads the wait again and drops itself when it is over."""
    told = {"user_sub": reset.user_sub, "reset_id": reset.reset_id, "step": str(step)}
    moments = {Step.SOON: reset.due - REMINDER, Step.DUE: reset.due, Step.OVER: reset.ends_at}
    return jobs.enqueue_write(JobKind.MFA_RESET_STEP, ids=told, due=moments[step])


def link_write(reset: MfaReset) -> Write:
    """The job that mails the link which removes the factors."""
    told = {"user_sub": reset.user_sub, "reset_id": reset.reset_id}
    return jobs.enqueue_write(JobKind.MFA_RESET_LINK, ids=told)


def _stop(reset: MfaReset, actor: Actor) -> None:
    writes = [
        _resets.removing(reset),
        accounts.end_write(reset.user_sub, due=reset.due),
        history.trace_write(reset.user_sub, Outcome.MFA_RESET_STOPPED, actor),
        *notice_writes(user_sub=reset.user_sub, kind=AlertKind.MFA_RESET_STOPPED, actor=actor),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        raise MfaResetClosed from error
    log("mfa reset stopped", reset.user_sub, actor)


def log(event: str, user_sub: str, actor: Actor) -> None:
    logger.warning(event, extra={"user_sub": user_sub, "actor": actor.user_sub or "system"})
