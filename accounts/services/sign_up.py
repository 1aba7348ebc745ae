"""Signing up: nothing but a VERIFY row exists until the address is verified.

The request never looks whether the address is known; the job that mails does. So both answers
cost the same reads and writes, and each sends exactly one mail.
"""

from datetime import timedelta
from hmac import compare_digest

from django.core.exceptions import ValidationError

from accounts.errors import WrongCode
from accounts.items import MailedProof, SignUp
from accounts.repository import SIGN_UP_LABEL, SignUpRepository
from accounts.services.create import write_account
from core import clock, crypto, ids
from core.actor import Actor
from core.client_ip import limit_subject
from core.errors import Invalid, RateLimited
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from users import services as users
from users.emails import email_key
from users.errors import HandleTaken
from users.handles import clean_handle
from users.models import User

LIFETIME = timedelta(hours=24)  # NIST SP 800-63B-4 §4.2.1.2: at most 24 h by mail
CODE_LIFETIME = timedelta(minutes=15)
RESEND_WAIT = timedelta(seconds=60)
MOST_TRIES = 10
MOST_SENDS = 4
CODE_PURPOSE = "sign-up"

PER_IP = Limit(name="sign_up_ip", times=20, seconds=3600)
PER_ADDRESS = Limit(name="sign_up_address", times=5, seconds=3600)
PER_ADDRESS_AND_DAY = Limit(name="sign_up_address_day", times=20, seconds=86_400)
VERIFY_PER_IP = Limit(name="verify_ip", times=30, seconds=60)

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
    attempt, proof, now = ids.new_token(16), _new_proof(), clock.now()
    attempt_hash = hash_attempt(attempt)
    sign_up = SignUp(
        attempt_hash=attempt_hash,
        email=email,
        handle=handle,
        password_hash=users.hash_password(password),
        token_hash=_hash_token(proof.token),
        code_digest=_digest(proof.code, attempt_hash),
        code_expires_at=now + CODE_LIFETIME,
        tries=0,
        sends=1,
        resend_at=now + RESEND_WAIT,
        expires_at=now + LIFETIME,
    )
    transact([_sign_ups.adding(sign_up), _mail(attempt, attempt_hash, proof)])
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
    now = clock.now()
    if sign_up.resend_at > now:
        raise RateLimited(retry_after=int((sign_up.resend_at - now).total_seconds()) + 1)
    if sign_up.sends >= MOST_SENDS:
        raise RateLimited(retry_after=int(LIFETIME.total_seconds()))
    _hit_address(sign_up.email)
    proof = _new_proof()
    renewal = _sign_ups.renewing(
        sign_up,
        token_hash=_hash_token(proof.token),
        code_digest=_digest(proof.code, sign_up.attempt_hash),
        code_expires_at=now + CODE_LIFETIME,
        resend_at=now + RESEND_WAIT,
    )
    try:
        transact([renewal, _mail(attempt, sign_up.attempt_hash, proof)])
    except TransactionCancelled as error:
        if not error.failed(SIGN_UP_LABEL):
            raise
        raise RateLimited(retry_after=int(RESEND_WAIT.total_seconds())) from error


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
    _count_try(sign_up)
    proven = _token_matches(sign_up, token) if token else _code_matches(sign_up, code)
    typed = password is None or users.password_matches(password, sign_up.password_hash)
    if not (proven and typed):
        raise WrongCode
    account = users.new_account(
        email=sign_up.email, handle=handle, password_hash=sign_up.password_hash
    )
    return write_account(account, joined=(_sign_ups.using(sign_up.attempt_hash),))


def _hit_address(email: str) -> None:
    """Bounds the mails a stranger can have us send to somebody; every mail counts."""
    hit(PER_ADDRESS, email_key(email))
    hit(PER_ADDRESS_AND_DAY, email_key(email))


def hash_attempt(attempt: str) -> str:
    return ids.sha256_hex("sign-up-attempt", attempt)


def _hash_token(token: str) -> str:
    return ids.sha256_hex("sign-up-token", token)


def _digest(code: str, attempt_hash: str) -> str:
    return crypto.code_digest(code, purpose=f"{CODE_PURPOSE}:{attempt_hash}")


def _code_matches(sign_up: SignUp, code: str) -> bool:
    purpose = f"{CODE_PURPOSE}:{sign_up.attempt_hash}"
    in_time = sign_up.code_expires_at > clock.now()
    return crypto.code_matches(code, sign_up.code_digest, purpose=purpose) and in_time


def _token_matches(sign_up: SignUp, token: str) -> bool:
    return compare_digest(_hash_token(token), sign_up.token_hash)


def _count_try(sign_up: SignUp) -> None:
    """Before the compare, so that parallel guesses cannot pass the limit."""
    try:
        transact([_sign_ups.counting_try(sign_up.attempt_hash, most=MOST_TRIES)])
    except TransactionCancelled as error:
        raise WrongCode from error


def _other_handle(text: str) -> str:
    if not text:
        return ""
    try:
        return clean_handle(text)
    except ValidationError as error:
        raise Invalid(errors={"handle": list(error.messages)}) from error


def _new_proof() -> MailedProof:
    return MailedProof(token=ids.new_token(), code=crypto.new_code())


def _mail(attempt: str, attempt_hash: str, proof: MailedProof) -> Write:
    return jobs.enqueue_write(
        JobKind.SIGN_UP_MAIL,
        ids={"attempt_hash": attempt_hash},
        secret={"attempt": attempt, "token": proof.token, "code": proof.code},
    )
