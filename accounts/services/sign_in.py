"""The password of a sign-in: limits first, one answer for every failure.

A name has a budget of tries for browsers that the account does not know. Each browser it knows
has one of its own, so a stranger who uses up the first does not lock the owner out. The budget
is by name, not by account: else it would tell whose handle goes with an address.
"""

from collections.abc import Sequence

from accounts.errors import WrongSignIn
from accounts.items import CheckedSignIn, Outcome
from accounts.services import history
from accounts.services.devices import digest_of
from core import lockout
from core.actor import Actor
from core.client_ip import limit_subject
from core.lockout import Lockout
from core.ratelimit import Limit, hit
from dynamo.gather import gather
from dynamo.table import Write
from sessions import trusted
from users import services as users
from users.items import KnownBrowser
from users.models import User

# django-allauth's numbers: 30 a minute per address of origin, 5 failures in 5 minutes per name.
PER_IP = Limit(name="sign_in_ip", times=30, seconds=60)
PER_NAME = Lockout(name="sign_in_name")
PER_BROWSER = Lockout(name="sign_in_browser")
_LOCKOUTS = {lock.name: lock for lock in (PER_NAME, PER_BROWSER)}


def check_sign_in(
    *, login: str, password: str, device: str, actor: Actor, trust_keys: Sequence[str] = ()
) -> CheckedSignIn:
    """The person, or WrongSignIn for whatever reason; RateLimited after too many tries.

    `device` is the browser's cookie, or empty; `trust_keys` are looked at only after the password
    was right. The try is counted before the password is looked at, so parallel guesses cannot pass
    the limit. A good one clears the count of its budget, and never that of the address it came
    from; where a second step is to come, that clears it, unless the browser brought a trust.
    """
    hit(PER_IP, limit_subject(actor.ip))
    user, browser = users.find_for_sign_in(login, digest_of(device))
    limit, subject = _budget(login, user, browser)
    tries = lockout.count(limit, subject)
    matches = users.check_user_password(user, password)
    if user is None or not matches or not user.is_active:
        outcome = Outcome.DISABLED if matches else Outcome.WRONG_PASSWORD
        history.record_failure(
            user,
            outcome,
            login=login,
            browser=browser,
            locked=tries == limit.free,
            actor=actor,
        )
        raise WrongSignIn
    if user.factors and not trust_keys:
        return CheckedSignIn(user=user, browser=browser, budget=(limit.name, subject))
    _, trust = gather(
        lambda: lockout.clear(limit, subject), lambda: trusted.prove(user, trust_keys)
    )
    return CheckedSignIn(user=user, browser=browser, trust=trust)


def clear_writes(budget: tuple[str, str] | None) -> list[Write]:
    """What the second step of a sign-in writes beside itself."""
    return [lockout.clear_write(_LOCKOUTS[budget[0]], budget[1])] if budget else []


def _budget(login: str, user: User | None, browser: KnownBrowser | None) -> tuple[Lockout, str]:
    if user is None or browser is None:
        return PER_NAME, users.login_key(login)
    # A new password opens a new budget: the guesses at the old one say nothing of it.
    return PER_BROWSER, f"{user.user_sub}:{browser.digest}:{user.password_changed_at or ''}"
