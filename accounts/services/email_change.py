"""Changing the account's address: the new mailbox proves itself, both addresses are told.

An account has one change at a time, so its VERIFY row is found by the account. Like signing up,
the request never looks whether the new address is known; the job that mails does. A change of
the password ends it. Sessions and trusted browsers survive a change of address: neither the
password nor a factor changed, and the door asked for step-up.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.errors import WrongCode
from accounts.items import EmailChange, MailedProof
from accounts.repository import EMAIL_CHANGE_LABEL, EmailChangeRepository
from accounts.services import proofs
from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import clock, ids
from core.actor import Actor
from core.client_ip import limit_subject
from core.errors import Conflict, Invalid
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from mfa import services as mfa
from users import services as users
from users.emails import clean_email, email_key
from users.errors import EmailTaken
from users.models import User

PURPOSE = "email-change"
PER_USER = Limit(name="email_change_user", times=5, seconds=3600)
PER_ADDRESS = Limit(name="email_change_address", times=5, seconds=3600)

_changes = EmailChangeRepository()


def start_email_change(*, user: User, email: str, actor: Actor) -> None:
    """Queue a mail to the new address and a notice to the present one; replaces an older change.

    The door has asked for step-up. Raises Invalid for a bad address or the present one;
    RateLimited.
    """
    hit(PER_USER, user.user_sub)
    address = _other_address(user, email)
    hit(PER_ADDRESS, email_key(address))
    mailed, row_hash = proofs.new_proof(), hash_user(user.user_sub)
    change = EmailChange(
        row_hash=row_hash,
        user_sub=user.user_sub,
        email=address,
        trust_epoch=user.trust_epoch,
        proof=proofs.stored(mailed, purpose=PURPOSE, row_hash=row_hash),
        expires_at=clock.now() + proofs.LIFETIME,
    )
    notice = notice_writes(user_sub=user.user_sub, kind=AlertKind.EMAIL_CHANGE_ASKED, actor=actor)
    transact([_changes.replacing(change), _mail(row_hash, mailed), *notice])


def find_email_change(user: User) -> EmailChange | None:
    """The change that waits for its code; None when it ended or the password changed since."""
    change = _changes.find(hash_user(user.user_sub))
    return change if change and change.trust_epoch == user.trust_epoch else None


def find_email_change_by_hash(row_hash: str) -> EmailChange | None:
    return _changes.find(row_hash)


def resend_email_change_mail(*, user: User, actor: Actor) -> None:
    """A new code and link; the older ones stop working. Nothing happens without a change.

    Raises RateLimited inside the cool-down, or when this change has sent its share.
    """
    hit(proofs.VERIFY_PER_IP, limit_subject(actor.ip))
    change = find_email_change(user)
    if change is None:
        return
    proofs.check_resend(change)
    hit(PER_ADDRESS, email_key(change.email))
    proofs.resend(
        _changes,
        change,
        purpose=PURPOSE,
        mail=lambda mailed: _mail(change.row_hash, mailed),
    )


def cancel_email_change(*, user: User, actor: Actor) -> None:
    """Forget the change that waits, if there is one."""
    hit(proofs.VERIFY_PER_IP, limit_subject(actor.ip))
    _changes.remove(hash_user(user.user_sub))


def confirm_email_change(*, user: User, actor: Actor, code: str = "", token: str = "") -> User:
    """Swap the address. One of `code` and `token` proves the new mailbox.

    Raises WrongCode; EmailTaken when another account got the address meanwhile; Conflict when
    the account was changed at this very moment; RateLimited.
    """
    hit(proofs.VERIFY_PER_IP, limit_subject(actor.ip))
    change = find_email_change(user)
    if change is None:
        raise WrongCode
    if not proofs.is_proven(_changes, change, purpose=PURPOSE, code=code, token=token):
        raise WrongCode
    writes = [
        _changes.using(change.row_hash),
        *users.change_email_writes(user, change.email),
        *notice_writes(
            user_sub=user.user_sub,
            kind=AlertKind.EMAIL_CHANGED,
            actor=actor,
            old_address=user.email,
        ),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(EMAIL_CHANGE_LABEL):
            raise WrongCode from error
        if error.failed(users.EMAIL_LABEL):
            raise EmailTaken from error
        raise Conflict from error
    return users.get_user(user.user_sub)


def hash_user(user_sub: str) -> str:
    return ids.sha256_hex("email-change", user_sub)


def _other_address(user: User, email: str) -> str:
    try:
        address = clean_email(email)
    except ValidationError as error:
        raise Invalid(errors={"email": list(error.messages)}) from error
    if address == user.email:
        raise Invalid(errors={"email": [_("This is the address of your account already.")]})
    if mfa.is_factor_mailbox(user, address):
        message = _("Your codes for signing in go there. Use another address.")
        raise Invalid(errors={"email": [message]})
    return address


def _mail(row_hash: str, mailed: MailedProof) -> Write:
    return jobs.enqueue_write(
        JobKind.EMAIL_CHANGE_MAIL,
        ids={"row_hash": row_hash},
        secret={"token": mailed.token, "code": mailed.code},
    )
