"""Setting a new password by a link that only the mailbox gets.

The request never looks whether the address is known; the job that mails does. So both answers
cost the same reads and writes, and each sends exactly one mail. A reset signs nobody in: the
person signs in afterwards, with every factor the account has.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import ValidationError

from accounts.errors import ResetLinkInvalid
from accounts.items import PasswordReset
from accounts.repository import PasswordResetRepository
from accounts.services.notices import notice_writes
from accounts.services.sign_in import PER_NAME
from accounts.services.step_up import PER_USER as STEP_UP
from alerts.items import AlertKind
from core import clock, ids, lockout
from core.actor import Actor
from core.client_ip import limit_subject
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo.errors import ConditionFailed, TransactionCancelled, Unavailable
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from sessions.device import place_of
from users import services as users
from users.emails import clean_email, email_key
from users.models import User
from users.passwords import check_password_strength

LIFETIME = timedelta(hours=1)  # Ory Kratos; NIST SP 800-63B-4 §4.2.1.2 allows 24 h
PER_IP = Limit(name="reset_ip", times=20, seconds=60)  # django-allauth
PER_ADDRESS = Limit(name="reset_address", times=5, seconds=3600)
PER_ADDRESS_AND_DAY = Limit(name="reset_address_day", times=20, seconds=86_400)
CONFIRM_PER_IP = Limit(name="reset_confirm_ip", times=30, seconds=60)

_resets = PasswordResetRepository()


def ask_password_reset(*, email: str, actor: Actor) -> None:
    """Queue the one mail. Raises Invalid for what is no address; RateLimited."""
    hit(PER_IP, limit_subject(actor.ip))
    try:
        address = clean_email(email)
    except ValidationError as error:
        raise Invalid(errors={"email": list(error.messages)}) from error
    hit(PER_ADDRESS, email_key(address))
    hit(PER_ADDRESS_AND_DAY, email_key(address))
    transact(reset_mail_writes(address, actor=actor))


def reset_mail_writes(address: str, *, actor: Actor | None = None) -> list[Write]:
    """A link to set a new password, and the job that mails it to whoever has the address then.

    `actor`: who asked for it, which the job tells that person.
    """
    token = ids.new_token()
    reset = PasswordReset(
        row_hash=_hash_token(token),
        email=address,
        expires_at=clock.now() + LIFETIME,
        user_sub="",
        trust_epoch=-1,
    )
    mail = jobs.enqueue_write(
        JobKind.PASSWORD_RESET_MAIL,
        ids={"row_hash": reset.row_hash},
        secret={"token": token, **place_of(actor)},
    )
    return [_resets.adding(reset), mail]


def find_reset_by_hash(row_hash: str) -> PasswordReset | None:
    return _resets.find(row_hash)


def asked_notice(user: User, place: Mapping[str, str]) -> list[Write]:
    """What the job that mailed the link writes; nothing where the site itself asked for it."""
    told = {name: place[name] for name in ("ip", "device") if name in place}
    if not told:
        return []
    return notice_writes(user_sub=user.user_sub, kind=AlertKind.PASSWORD_RESET_ASKED, context=told)


def bind_reset(reset: PasswordReset) -> User | None:
    """For the job that mails: make the link good for whoever has the address now.

    None when nobody active has it; the link then opens nothing.
    """
    user = users.find_by_login(reset.email)
    if user is None or not user.is_active:
        return None
    try:
        _resets.bind(reset.row_hash, user_sub=user.user_sub, trust_epoch=user.trust_epoch)
    except ConditionFailed:
        return None
    return user


def reset_is_open(token: str) -> bool:
    """Whether the link still works; asking changes nothing."""
    return _find_open(token) is not None


def confirm_password_reset(*, token: str, password: str, actor: Actor) -> None:
    """Set the password; every session and every trusted browser of the account ends, and no
    browser is known any more: one of them may be the thief's.

    A wait that somebody's failed tries opened ends too: the mailbox has proved itself.

    Raises ResetLinkInvalid for an unknown, used, expired or outdated link; Invalid naming what
    is wrong with the password (the link still works then); RateLimited.
    """
    hit(CONFIRM_PER_IP, limit_subject(actor.ip))
    found = _find_open(token)
    if found is None:
        raise ResetLinkInvalid
    reset, user = found
    _check_strength(password, user)
    new_hash = users.hash_password(password)
    writes = [
        _resets.using(reset.row_hash),
        *users.set_password_writes(
            user.user_sub, old_hash=user.password, new_hash=new_hash, ends_sessions=True
        ),
        *notice_writes(user_sub=user.user_sub, kind=AlertKind.PASSWORD_RESET, actor=actor),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        raise ResetLinkInvalid from error
    with suppress(Unavailable):  # the new password holds, whatever of this must wait
        users.forget_browsers(user.user_sub)
        for name in (user.email, user.handle):
            lockout.clear(PER_NAME, users.login_key(name))
        lockout.clear(STEP_UP, user.user_sub)


def _find_open(token: str) -> tuple[PasswordReset, User] | None:
    reset = _resets.find(_hash_token(token))
    user = users.find_user(reset.user_sub) if reset and reset.user_sub else None
    if reset is None or user is None or not user.is_active:
        return None
    same_password = user.trust_epoch == reset.trust_epoch
    same_address = email_key(user.email) == email_key(reset.email)
    return (reset, user) if same_password and same_address else None


def _check_strength(password: str, user: User) -> None:
    try:
        own_words = [user.email, user.handle, user.display_name]
        check_password_strength(password, own_words=own_words)
    except ValidationError as error:
        raise Invalid(errors={"password": list(error.messages)}) from error


def _hash_token(token: str) -> str:
    return ids.sha256_hex("password-reset-token", token)
