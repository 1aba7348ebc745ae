"""The sign-in history of an account, and what a sign-in writes besides its session."""

import logging
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from accounts.errors import SignInExpired
from accounts.items import Outcome, SignInRecord
from accounts.repository import HistoryRepository
from accounts.services import devices
from accounts.services.notices import notice_writes
from alerts import services as alerts
from alerts.items import AlertKind
from core import clock, ids
from core.actor import Actor
from core.client_ip import network_of
from dynamo import cursor
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from sessions import trusted
from sessions.device import device_label, place_of
from users import services as users
from users.items import KnownBrowser
from users.models import User

PAGE = 20

logger = logging.getLogger(__name__)
_history = HistoryRepository()


def record_sign_in(
    user: User,
    *,
    device: str,
    browser: KnownBrowser | None,
    methods: Sequence[str],
    actor: Actor,
    joined: Sequence[Write] = (),
) -> str:
    """Note a success; returns the device cookie that this browser keeps from now on.

    `browser` is what check_sign_in found. A browser that the account did not know becomes known;
    its owner is told, unless it is their first one; after a reset of every factor, which forgets
    them all, none passes as the first. `joined` is written in the same transaction.
    Raises SignInExpired when the trust that it uses ended at this moment.
    """
    record = _record(Outcome.SIGNED_IN, browser is not None, actor, methods)
    is_known = browser is not None and not devices.needs_renewal(browser)
    if is_known and not joined:
        _history.add(user.user_sub, record)
        _log(user, record)
        return device
    writes = [_history.adding(user.user_sub, record), *joined]
    if not is_known:
        device = device if devices.is_device(device) else devices.new_device()
        writes.append(users.know_browser_write(user.user_sub, devices.seen_now(device, actor)))
    if browser is None and (user.factors_reset_at or users.has_known_browsers(user.user_sub)):
        kind = AlertKind.NEW_DEVICE
        writes += _notice(user, kind, actor, skipped=trusted.METHOD in methods)
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(trusted.TRUST_LABEL):
            raise
        raise SignInExpired from error
    _log(user, record)
    return device


def record_failure(
    user: User | None,
    outcome: Outcome,
    *,
    login: str,
    browser: KnownBrowser | None,
    locked: bool,
    actor: Actor,
) -> None:
    """Note a failure; `locked`: it began a wait, which its owner is told.

    For a name that nobody has, it makes the same writes: a notice to nobody among them, else the
    try that begins the wait would tell by its time whether an account has the name. Failures are
    counted by the name that was typed, as the waits are: by account, their number would tell
    whose handle goes with an address.
    """
    record = _record(outcome, browser is not None, actor, ())
    _log(user, record)
    write = _history.adding(user.user_sub, record) if user else _history.adding_for_nobody(record)
    transact([write, _locked(user, actor)] if locked else [write])
    name = users.login_key(login)
    event = ids.sha256_hex("sign-in-failure", f"{network_of(actor.ip)} {name}")
    if user is None:
        alerts.pretend_alert(nobody=name, kind=AlertKind.SIGN_IN_FAILED, dedupe=event)
        return
    told = place_of(actor)
    if outcome is Outcome.WRONG_CODE:  # its own alert: this one is no guess at the password
        event = ids.sha256_hex(Outcome.WRONG_CODE, event)
        known = _("Failed after the right password: if it was not you, change it.")
        told = {"second_step": known, **told}
    alerts.raise_alert(
        user_sub=user.user_sub, kind=AlertKind.SIGN_IN_FAILED, context=told, dedupe=event
    )


def note_code_asked(user: User, *, actor: Actor) -> None:
    """The right password in a browser that the account does not know, before its second step."""
    record = _record(Outcome.CODE_ASKED, False, actor, ())
    _history.add(user.user_sub, record)
    _log(user, record)


def not_me_write(user_sub: str, actor: Actor) -> Write:
    """The trace of an account whose owner had everybody signed out."""
    return _history.adding(user_sub, _record(Outcome.NOT_ME, False, actor, ()))


def trace_write(user_sub: str, outcome: Outcome, actor: Actor) -> Write:
    """The trace of something that was no try to sign in."""
    return _history.adding(user_sub, _record(outcome, False, actor, ()))


def locked_notice(user: User, place: Mapping[str, str]) -> list[Write]:
    """What the job of a failure that began a wait writes; `place` is its secret."""
    actor = Actor(user_sub=None, ip=place["ip"], user_agent=place["user_agent"])
    return _notice(user, AlertKind.SIGN_IN_LOCKED, actor)


def list_sign_ins(*, user_sub: str, after: str = "") -> tuple[list[SignInRecord], str]:
    """A page of the history, newest first, and the cursor of the next one ("" at the end).

    Raises CursorForged and CursorExpired.
    """
    scope = f"{user_sub}:sign-ins"
    start = cursor.decode(after, scope=scope) if after else None
    records, following = _history.page(user_sub, limit=PAGE, start=start)
    return records, cursor.encode(following, scope=scope) if following else ""


def _locked(user: User | None, actor: Actor) -> Write:
    return jobs.enqueue_write(
        JobKind.SIGN_IN_LOCKED,
        ids={"user_sub": user.user_sub if user else users.NOBODY},
        secret={"ip": actor.ip, "user_agent": actor.user_agent},
    )


def _record(
    outcome: Outcome, known_browser: bool, actor: Actor, methods: Sequence[str]
) -> SignInRecord:
    return SignInRecord(
        record_id=ids.new_id(),
        outcome=outcome,
        methods=tuple(methods),
        ip=actor.ip,
        label=device_label(actor.user_agent),
        known_browser=known_browser,
        created_at=clock.now(),
    )


def _log(user: User | None, record: SignInRecord) -> None:
    """One line for each try, whatever became of it; a name that nobody has is not written."""
    user_sub, kind = (user.user_sub if user else ""), "+".join(record.methods)
    logger.info("sign-in", extra={"user_sub": user_sub, "outcome": record.outcome, "kind": kind})


def _notice(user: User, kind: AlertKind, actor: Actor, *, skipped: bool = False) -> list[Write]:
    """`skipped`: without the second step, which is worth a word where the browser is new."""
    how = {"skipped": _("skipped: the browser is trusted")} if skipped else {}
    return notice_writes(user_sub=user.user_sub, kind=kind, context=how, actor=actor)
