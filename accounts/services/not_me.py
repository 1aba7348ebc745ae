"""Somebody else did what an alert tells: nobody stays signed in, and no password opens the account
until its owner sets a new one, by a link that only their mailbox gets.

The old password is void, not merely to be changed at the next sign-in: whoever got in may have
set it, and would be the first to change it. Nothing here needs step-up for the same reason. Who
only has a session of the account gains nothing by it: they lose the session.

API keys that were made or changed since, and webhooks that were made, are turned off with it:
neither ends with a session. So is the key of whose use the alert tells: somebody else has it.
Others from before stay, as their owner's programs rely on them.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.errors import NotMeClosed
from accounts.items import NotMe
from accounts.repository import NOT_ME_LABEL, NotMeRepository
from accounts.services import history
from accounts.services.notices import notice_writes
from accounts.services.password_reset import reset_mail_writes
from alerts import services as alerts
from alerts.items import AlertKind, Answer
from alerts.services import webhooks
from core import clock, ids
from core.actor import Actor
from core.client_ip import limit_subject
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled, Unavailable
from dynamo.table import Write, transact
from sessions.device import place_of
from users import services as users
from users.models import User

PER_IP = Limit(name="not_me_ip", times=30, seconds=60)
PER_USER = Limit(name="not_me_user", times=5, seconds=3600)
KEPT = timedelta(hours=25)  # longer than a link works
TRIES = 3
# The alert was removed or happened again, or a webhook was changed, at this very moment.
RACED = frozenset({alerts.ANSWER_LABEL, webhooks.ENDPOINT_LABEL})

_used = NotMeRepository()


def open_not_me_link(token: str) -> NotMe:
    """What a mailed link is about; asking changes nothing. Raises NotMeClosed."""
    opened = alerts.open_not_me_link(token)
    if opened is None:
        raise NotMeClosed
    user_sub, alert_id, n = opened
    return find_not_me(user_sub=user_sub, alert_id=alert_id, n=n)


def find_not_me(*, user_sub: str, alert_id: str, n: int = 0) -> NotMe:
    """`n`: the occurrence that a link tells of; else the last one. Raises NotMeClosed when it was
    said of that one already, and after a change of address."""
    user = users.find_user(user_sub)
    if user is None or not user.is_active:
        raise NotMeClosed
    alert = alerts.find_asked(user_sub=user_sub, alert_id=alert_id)
    if alert and (alert.answer is Answer.NOT_ME or _lost_its_mailbox(user, alert.first_at)):
        raise NotMeClosed
    title = alerts.title_of(alert) if alert else ""
    found = NotMe(user=user, alert_id=alert_id, n=n or (alert.n if alert else 0), title=title)
    if _used.is_used(_hash(found)):
        raise NotMeClosed
    return found


def _lost_its_mailbox(user: User, since: datetime) -> bool:
    """Whether the address was changed since: then a reset link would go to who changed it, and
    the password would be all that its owner has left."""
    return user.email_verified_at is not None and user.email_verified_at > since


def say_not_me(found: NotMe, *, actor: Actor) -> None:
    """All of it or nothing. Raises NotMeClosed when it was said meanwhile, RateLimited."""
    user = found.user
    hit(PER_IP, limit_subject(actor.ip))
    hit(PER_USER, user.user_sub)
    for _attempt in range(TRIES):
        try:
            transact(_writes(found, actor))
        except TransactionCancelled as error:
            if error.labels and RACED.issuperset(error.labels):
                continue
            raise NotMeClosed from error
        with suppress(Unavailable):  # nobody is signed in any more, whatever of this must wait
            users.forget_browsers(user.user_sub)
        return
    raise NotMeClosed


def _writes(found: NotMe, actor: Actor) -> list[Write]:
    user_sub = found.user.user_sub
    alert = alerts.find_asked(user_sub=user_sub, alert_id=found.alert_id)
    distrust = alerts.distrust_from(
        user_sub=user_sub,
        alert_id=found.alert_id,
        alert=alert,
        place=place_of(actor),
    )
    used = _used.using(_hash(found), user_sub=user_sub, until=clock.now() + KEPT)
    return [
        used,
        *users.void_password_writes(user_sub),
        *notice_writes(
            user_sub=user_sub,
            kind=AlertKind.NOT_ME,
            context={"what": found.title or _("An alert that is gone")},
            actor=actor,
        ),
        *reset_mail_writes(found.user.email),
        history.not_me_write(user_sub, actor),
        *webhooks.turn_off_new(distrust),
        *alerts.look_writes(distrust),
        *([alerts.not_me_write(alert)] if alert else []),
    ]


def _hash(found: NotMe) -> str:
    """Of one occurrence: what happens again after the answer asks again."""
    return ids.sha256_hex(NOT_ME_LABEL, f"{found.user.user_sub}:{found.alert_id}:{found.n}")
