"""Trusted browsers: where a person's password is enough, because they chose so at a second step.

The browser keeps a random key. Its row, found by the digest of key and account, holds for 30 days
from the trusting, however often it is used, and only as long as both epochs of the account are
those it was made under. A new password and a change of factors move the trust_epoch, "sign out
everywhere" and a disabled account the session_epoch: every trust ends in their transactions.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock, ids
from core.actor import Actor
from dynamo.errors import StorageError, TransactionCancelled
from dynamo.table import Write, transact
from sessions import keys
from sessions.contents import SID_BYTES
from sessions.device import device_label, place_of
from sessions.errors import TrustedBrowserNotFound, TrustNotAllowed
from sessions.items import Kind, ProvenTrust, TrustedBrowser, TrustedBrowserInfo
from sessions.repository import SessionRepository
from sessions.trusted_repository import TRUST_LABEL as TRUST_LABEL
from sessions.trusted_repository import TrustedBrowserRepository
from users import services as users
from users.models import User

LIFETIME = timedelta(days=30)
MOST = 20  # of an account; the oldest goes
METHOD = "trusted_browser"  # of a sign-in that skipped its second step

logger = logging.getLogger(__name__)

_trusted = TrustedBrowserRepository()
_sessions = SessionRepository()


def may_trust(user: User) -> bool:
    """Whether the account has a second step that a browser may skip; a staff account's never."""
    return bool(user.factors) and not user.is_staff


def check_may_trust(user: User) -> None:
    """Raises TrustNotAllowed."""
    if not may_trust(user):
        raise TrustNotAllowed(errors={"trust_browser": [str(TrustNotAllowed.message)]})


def prove(user: User, browser_keys: Sequence[str]) -> ProvenTrust | None:
    """What of the keys in a browser's cookie holds for this account. Reads nothing without any."""
    if not browser_keys or not may_trust(user):
        return None
    found = _trusted.find_many(_hashes(user, browser_keys))
    return next((ProvenTrust(browser=row) for row in found if _holds(row, user)), None)


def proves(trust: ProvenTrust, user: User) -> bool:
    """Whether it is this account's, as the account is now."""
    return may_trust(user) and _holds(trust.browser, user)


def use_writes(trust: ProvenTrust, user: User, *, actor: Actor) -> list[Write]:
    """Join the sign-in that it opens. Fail under TRUST_LABEL when the trust ended meanwhile."""
    same = users.same_trust_check(user, label=TRUST_LABEL)
    return [_trusted.using(trust.browser, ip=actor.ip), same]


def trust_writes(user: User, key: str, *, actor: Actor) -> list[Write]:
    """The row and what its owner is told; they join the sign-in that proved a second factor.
    Raises TrustNotAllowed."""
    check_may_trust(user)
    now, label = clock.now(), device_label(actor.user_agent)
    browser = TrustedBrowser(
        session_hash=keys.trust_hash_of(key, user.user_sub),
        sid=ids.new_token(SID_BYTES),
        user_sub=user.user_sub,
        epoch=user.trust_epoch,
        session_epoch=user.session_epoch,
        label=label,
        ip=actor.ip,
        seen_ip=actor.ip,
        user_agent=actor.user_agent,
        created_at=now,
        seen_at=now,
        expires_at=now + LIFETIME,
    )
    return [_trusted.adding(browser), *_told(user, AlertKind.BROWSER_TRUSTED, label, actor)]


def list_trusted(user: User, browser_keys: Sequence[str]) -> list[TrustedBrowserInfo]:
    """Those that hold, the newest first; the one of these keys is the current one.

    That one is asked for by itself: the index may not know it yet. Reads nothing for an account
    that has no second step.
    """
    if not may_trust(user):
        return []
    mine = _hashes(user, browser_keys)
    hashes = {*_sessions.hashes_of(user.user_sub, Kind.BROWSER), *mine}
    rows = [row for row in _trusted.find_many(hashes) if _holds(row, user)]
    rows.sort(key=lambda row: row.created_at, reverse=True)
    return [_info(row, current=row.session_hash in mine) for row in rows]


def forget(*, user: User, sid: str, actor: Actor) -> None:
    """Its next sign-in asks for the second step; its owner is told. Raises
    TrustedBrowserNotFound, also for one of somebody else."""
    session_hash = _sessions.find_hash(user.user_sub, sid, Kind.BROWSER)
    rows = _trusted.find_many([session_hash]) if session_hash else []
    if not rows or not _holds(rows[0], user):
        raise TrustedBrowserNotFound
    told = _told(user, AlertKind.BROWSER_FORGOTTEN, rows[0].label, actor)
    try:
        transact([_trusted.removing(rows[0]), *told])
    except TransactionCancelled as error:
        if not error.failed(TRUST_LABEL):
            raise
        raise TrustedBrowserNotFound from error
    _log("trusted browser removed", user, actor)


def forget_all(*, user: User, browser_keys: Sequence[str], actor: Actor) -> None:
    """Also those that no index names yet; their owner is told.

    Nothing where the list is empty: the epoch that it moves also ends reset links that wait, and
    who stole a session must not be able to end them again and again.
    """
    if not list_trusted(user, browser_keys):
        return
    told = _told(user, AlertKind.BROWSER_FORGOTTEN, _("every browser"), actor)
    transact([users.end_trust_write(user.user_sub), *told])
    _log("all trusted browsers removed", user, actor)
    try:
        _trusted.remove_many(_sessions.hashes_of(user.user_sub, Kind.BROWSER))
    except StorageError:  # they are dead already; this tidies up
        logger.warning("trusted browsers were not removed", exc_info=True)


def keeping_writes(user: User, browser_keys: Sequence[str]) -> list[Write]:
    """For what ends every other trust by the next session epoch: the one of these keys stays."""
    trust, following = prove(user, browser_keys), user.session_epoch + 1
    return [_trusted.keeping(trust.browser, session_epoch=following)] if trust else []


def _hashes(user: User, browser_keys: Iterable[str]) -> list[str]:
    return [keys.trust_hash_of(key, user.user_sub) for key in browser_keys]


def _holds(browser: TrustedBrowser, user: User) -> bool:
    return (
        browser.user_sub == user.user_sub
        and (browser.epoch, browser.session_epoch) == (user.trust_epoch, user.session_epoch)
        and clock.now() < browser.expires_at
    )


def _info(row: TrustedBrowser, *, current: bool) -> TrustedBrowserInfo:
    return TrustedBrowserInfo(
        sid=row.sid,
        label=row.label,
        ip=row.ip,
        user_agent=row.user_agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        seen_ip=row.seen_ip,
        expires_at=row.expires_at,
        current=current,
    )


def _told(user: User, kind: AlertKind, label: str, actor: Actor) -> list[Write]:
    context = {"browser": label, **place_of(actor)}
    return alerts.alert_writes(user_sub=user.user_sub, kind=kind, context=context)


def _log(event: str, user: User, actor: Actor) -> None:
    logger.info(event, extra={"user_sub": user.user_sub, "actor": actor.user_sub or "system"})
