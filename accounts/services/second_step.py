"""The second step of a sign-in: the password was right, and the account asks for more.

What waits is sealed into a cookie of that browser, so it costs no row. It ends after ten minutes,
after five wrong codes, with its one success, and with any change of the password or the factors.
"""

import json
from dataclasses import replace
from datetime import timedelta

from accounts.errors import SignInExpired
from accounts.items import CheckedSignIn, Outcome, WaitingSignIn
from accounts.services import history, mfa_reset
from accounts.services.devices import digest_of
from accounts.services.sign_in import clear_writes
from core import clock, crypto, ids
from core.actor import Actor
from core.errors import RateLimited
from core.ratelimit import BUDGET_LABEL, close_write, spend
from dynamo.errors import TransactionCancelled
from dynamo.table import Write
from mfa import services as mfa
from mfa.errors import MethodNotOn, WrongFactorCode
from mfa.items import Method
from sessions import trusted
from users import services as users
from users.items import KnownBrowser
from users.models import User

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
NEXT_LENGTH = 1900  # of JSON: browsers drop a cookie that is longer than 4096 bytes
_BUDGET = "second_step"
_CONTEXT = "accounts.second_step"


def begin_second_step(
    found: CheckedSignIn, *, remember: bool, next_path: str, actor: Actor
) -> WaitingSignIn:
    """Where the account does not know the browser, its owner sees that the password was right even
    if nobody goes on."""
    user = found.user
    if found.browser is None:
        history.note_code_asked(user, actor=actor)
    return WaitingSignIn(
        challenge_id=ids.new_id(),
        user_sub=user.user_sub,
        session_epoch=user.session_epoch,
        trust_epoch=user.trust_epoch,
        remember=remember,
        next_path=next_path if len(json.dumps(next_path)) <= NEXT_LENGTH else "/",
        began_at=clock.now(),
        budget=found.budget,
    )


def seal(waiting: WaitingSignIn) -> str:
    value = {
        "id": waiting.challenge_id,
        "sub": waiting.user_sub,
        "epochs": [waiting.session_epoch, waiting.trust_epoch],
        "remember": waiting.remember,
        "next": waiting.next_path,
        "at": clock.text(waiting.began_at),
        "budget": waiting.budget,
    }
    return crypto.encrypt(json.dumps(value), context=_CONTEXT)


def opened(sealed: str) -> WaitingSignIn:
    """Raises SignInExpired for what is not ours, was changed, or is older than ten minutes."""
    try:
        value = json.loads(crypto.decrypt(sealed, context=_CONTEXT))
    except crypto.DecryptionFailed:
        raise SignInExpired from None
    session_epoch, trust_epoch = value["epochs"]
    waiting = WaitingSignIn(
        challenge_id=value["id"],
        user_sub=value["sub"],
        session_epoch=session_epoch,
        trust_epoch=trust_epoch,
        remember=value["remember"],
        next_path=value["next"],
        began_at=clock.parse(value["at"]),
        budget=tuple(value["budget"]) if value.get("budget") else None,
    )
    if clock.now() >= waiting.began_at + LIFETIME:
        raise SignInExpired
    return waiting


def person_waiting(waiting: WaitingSignIn, *, device: str = "") -> CheckedSignIn:
    """Who it is, and their browser. Raises SignInExpired once anything moved since."""
    user, browser = users.find_with_browser(waiting.user_sub, digest_of(device))
    if user is None or not user.is_active or not user.factors:
        raise SignInExpired
    if (user.session_epoch, user.trust_epoch) != (waiting.session_epoch, waiting.trust_epoch):
        raise SignInExpired
    return CheckedSignIn(user=user, browser=browser)


def send_sign_in_code(
    waiting: WaitingSignIn, *, method: Method | None, actor: Actor, device_id: str = ""
) -> None:
    """To that phone or mailbox of the person, or to the first one of its kind; without a method
    the one that is asked for first. Raises SignInExpired, MethodNotOn, RateLimited."""
    user = person_waiting(waiting).user
    mfa.send_code(
        user=user,
        method=_chosen(user, method),
        device_id=device_id,
        challenge_id=waiting.challenge_id,
        actor=actor,
    )


def check_second_step(
    waiting: WaitingSignIn,
    *,
    method: Method | None,
    code: str,
    device: str,
    actor: Actor,
    device_id: str = "",
    trust_browser: bool = False,
) -> CheckedSignIn:
    """The person, once: the code and what waited are used up in one transaction. The try is
    counted before the code is looked at.

    `device_id`: where the code went; `device`: the browser's cookie; `trust_browser`: they ask to
    skip this step here from now on. Raises WrongFactorCode, SignInExpired, MethodNotOn,
    RateLimited, TrustNotAllowed.
    """
    found = person_waiting(waiting, device=device)
    if trust_browser:
        trusted.check_may_trust(found.user)
    method = _chosen(found.user, method)
    close = _count_try(waiting)
    try:
        mfa.verify(
            user=found.user,
            method=method,
            device_id=device_id,
            code=code,
            challenge_id=waiting.challenge_id,
            actor=actor,
            joined=[close, *clear_writes(waiting.budget)],
        )
    except WrongFactorCode as error:
        _note_failure(found.user, found.browser, error, actor)
        raise
    except TransactionCancelled as error:
        if error.failed(BUDGET_LABEL):
            raise SignInExpired from error
        raise
    mfa_reset.stop_if_running(found.user, actor=actor)
    return replace(found, method=str(method))


def _chosen(user: User, method: Method | None) -> Method:
    """Raises MethodNotOn for an account that has none."""
    found = method or mfa.first_method(user)
    if found is None:
        raise MethodNotOn
    return found


def _count_try(waiting: WaitingSignIn) -> Write:
    """The write that makes this try the last one. Raises SignInExpired when they are used up."""
    ends = waiting.began_at + LIFETIME
    try:
        spend(_BUDGET, waiting.challenge_id, times=MOST_TRIES, ends=ends)
    except RateLimited as error:
        raise SignInExpired from error
    return close_write(_BUDGET, waiting.challenge_id, times=MOST_TRIES + 1, ends=ends)


def _note_failure(
    user: User, browser: KnownBrowser | None, error: WrongFactorCode, actor: Actor
) -> None:
    history.record_failure(
        user,
        Outcome.WRONG_CODE,
        login=user.handle,
        browser=browser,
        locked=mfa.is_last_free(error.tries),
        actor=actor,
    )
