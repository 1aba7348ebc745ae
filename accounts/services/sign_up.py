"""Signing up: nothing but a VERIFY row exists until the address is verified.

The request never looks whether the address is known; the job that mails does. So both answers
cost the same reads and writes, and each sends exactly one mail.
"""

from django.core.exceptions import ValidationError

from accounts.errors import WrongCode
from accounts.items import MailedProof, SignUp
from accounts.repository import SignUpRepository
from accounts.services import proofs
from accounts.services.create import write_account
from core import clock, ids
from core.actor import Actor
from core.client_ip import limit_subject
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from users import services as users
from users.emails import email_key
from users.errors import HandleTaken
from users.handles import clean_handle
from users.models import User

PURPOSE = "sign-up"

PER_IP = Limit(name="sign_up_ip", times=20, seconds=3600)
PER_ADDRESS = Limit(name="sign_up_address", times=5, seconds=3600)
PER_ADDRESS_AND_DAY = Limit(name="sign_up_address_day", times=20, seconds=86_400)
VERIFY_PER_IP = proofs.VERIFY_PER_IP

_sign_ups = SignUpRepository()


def start_sign_up(*, email: str, handle: str, password: str, actor: Actor) -> str:
    """Begin a sign-up and queue its one mail. Returns the attempt, a secret of this browser.

    Raises Invalid naming each bad field; RateLimited.
    """
    hit(PER_IP, limit_subject(actor.ip))  # first: to judge a password is work too
    email, handle = users.clean_new_account(email=email, handle=handle, password=password)
    if users.handle_is_taken(handle):
        raise Invalid(errors={"handle": [str(HandleTaken.message)]})
    _hit_address(email)
    attempt, mailed = ids.new_token(16), proofs.new_proof()
    row_hash = hash_attempt(attempt)
    sign_up = SignUp(
        row_hash=row_hash,
        email=email,
        handle=handle,
        password_hash=users.hash_password(password),
        proof=proofs.stored(mailed, purpose=PURPOSE, row_hash=row_hash),
        expires_at=clock.now() + proofs.LIFETIME,
    )
    transact([_sign_ups.adding(sign_up), _mail(attempt, row_hash, mailed)])
    return attempt


def find_sign_up(attempt: str) -> SignUp | None:
    return _sign_ups.find(hash_attempt(attempt))


def find_sign_up_by_hash(attempt_hash: str) -> SignUp | None:
    return _sign_ups.find(attempt_hash)


def resend_sign_up_mail(*, attempt: str, actor: Actor) -> None:
    """A new code and link; the older ones stop working. An unknown attempt changes nothing.

    Raises RateLimited inside the cool-down, or when this attempt has sent its share.
    """
    hit(VERIFY_PER_IP, limit_subject(actor.ip))
    sign_up = find_sign_up(attempt)
    if sign_up is None:
        return
    proofs.check_resend(sign_up)
    _hit_address(sign_up.email)
    proofs.resend(
        _sign_ups,
        sign_up,
        purpose=PURPOSE,
        mail=lambda mailed: _mail(attempt, sign_up.row_hash, mailed),
    )


def verify_sign_up(
    *,
    attempt: str,
    actor: Actor,
    code: str = "",
    token: str = "",
    password: str | None = None,
    handle: str = "",
) -> User:
    """Make the account. One of `code` and `token` proves the mailbox.

    `password` is None only in the browser that began the sign-up; any other must type it, so
    that nobody can have a stranger's mailbox confirm an account with a password of their own.
    `handle` replaces the chosen one when it was taken meanwhile.
    Raises WrongCode; HandleTaken (try again with another handle); EmailTaken; RateLimited.
    """
    hit(VERIFY_PER_IP, limit_subject(actor.ip))
    sign_up = find_sign_up(attempt)
    if sign_up is None:
        raise WrongCode
    handle = _other_handle(handle) or sign_up.handle
    proven = proofs.is_proven(_sign_ups, sign_up, purpose=PURPOSE, code=code, token=token)
    typed = password is None or users.password_matches(password, sign_up.password_hash)
    if not (proven and typed):
        raise WrongCode
    account = users.new_account(
        email=sign_up.email, handle=handle, password_hash=sign_up.password_hash
    )
    return write_account(account, joined=(_sign_ups.using(sign_up.row_hash),))


def _hit_address(email: str) -> None:
    """Bounds the mails a stranger can have us send to somebody; every mail counts."""
    hit(PER_ADDRESS, email_key(email))
    hit(PER_ADDRESS_AND_DAY, email_key(email))


def hash_attempt(attempt: str) -> str:
    return ids.sha256_hex("sign-up-attempt", attempt)


def _other_handle(text: str) -> str:
    if not text:
        return ""
    try:
        return clean_handle(text)
    except ValidationError as error:
        raise Invalid(errors={"handle": list(error.messages)}) from error


def _mail(attempt: str, attempt_hash: str, proof: MailedProof) -> Write:
    return jobs.enqueue_write(
        JobKind.SIGN_UP_MAIL,
        ids={"attempt_hash": attempt_hash},
        secret={"attempt": attempt, "token": proof.token, "code": proof.code},
    )
