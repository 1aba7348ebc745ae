"""Accounts as other apps see them: read one, check its password, write builders that join."""

from contextlib import suppress

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.core.exceptions import ValidationError

from core import ids
from core.errors import Invalid
from dynamo.errors import ConditionFailed
from dynamo.table import Write
from users.emails import clean_email, email_key
from users.errors import EmailTaken, HandleTaken, UserNotFound
from users.handles import clean_handle
from users.items import Contact, NewAccount
from users.models import User
from users.passwords import check_password_strength, normalise_password
from users.repository import EMAIL_LABEL, HANDLE_LABEL, UserRepository

__all__ = ["EMAIL_LABEL", "HANDLE_LABEL", "EmailTaken", "HandleTaken"]

_users = UserRepository()


def find_user(user_sub: str) -> User | None:
    return _users.find(user_sub) if ids.is_id(user_sub) else None


def get_user(user_sub: str) -> User:
    """Raises UserNotFound."""
    user = find_user(user_sub)
    if user is None:
        raise UserNotFound
    return user


def find_by_login(login: str) -> User | None:
    """By email address (it has an @ inside) or handle; text that can be neither finds nobody.

    An unknown name costs the reads of a known one, so that time does not tell them apart.
    """
    try:
        name = _clean_login(login)
    except ValidationError:
        return None
    by_email = "@" in name
    user_sub = _users.find_sub_by_email(name) if by_email else _users.find_sub_by_handle(name)
    return _users.find(user_sub or ids.new_id())


def login_key(login: str) -> str:
    """What limits count by: one text for every spelling that finds the same account.

    The address and the handle of an account stay two: one limit would tell that they belong
    together.
    """
    try:
        return _clean_login(login)
    except ValidationError:
        return login.strip().casefold()


def _clean_login(login: str) -> str:
    """The key of an address or a handle. Raises ValidationError for what can be neither."""
    text = login.strip()
    return email_key(text) if "@" in text.removeprefix("@") else clean_handle(text)


def email_is_taken(email: str) -> bool:
    return _users.find_sub_by_email(email) is not None


def handle_is_taken(handle: str) -> bool:
    return _users.find_sub_by_handle(handle) is not None


def contact(user_sub: str) -> Contact:
    """Raises UserNotFound."""
    user = get_user(user_sub)
    return Contact(user_sub=user.user_sub, email=user.email, name=user.name)


def hash_password(raw: str) -> str:
    return make_password(normalise_password(raw))


def password_matches(raw: str, password_hash: str) -> bool:
    return check_password(normalise_password(raw), password_hash)


def check_user_password(user: User | None, raw: str) -> bool:
    """True if it is the person's password. For nobody it costs the same time.

    A hash of an older cost is replaced; this ends no session.
    """
    if user is None or not user.has_usable_password():
        hash_password(raw)
        return False
    if not password_matches(raw, user.password):
        return False
    if identify_hasher(user.password).must_update(user.password):
        with suppress(ConditionFailed):
            _users.replace_password_hash(user.user_sub, old=user.password, new=hash_password(raw))
    return True


def clean_new_account(*, email: str, handle: str, password: str) -> tuple[str, str]:
    """The email and handle in their stored forms; raises Invalid naming every bad field."""
    errors: dict[str, list[str]] = {}
    cleaned = {"email": email, "handle": handle}
    for field, clean in (("email", clean_email), ("handle", clean_handle)):
        try:
            cleaned[field] = clean(cleaned[field])
        except ValidationError as error:
            errors[field] = list(error.messages)
    try:
        check_password_strength(password, own_words=[email, handle])
    except ValidationError as error:
        errors["password"] = list(error.messages)
    if errors:
        raise Invalid(errors=errors)
    return cleaned["email"], cleaned["handle"]


def new_account(
    *, email: str, handle: str, password_hash: str, display_name: str = "", is_staff: bool = False
) -> NewAccount:
    return NewAccount(
        user_sub=ids.new_id(),
        email=email,
        handle=handle,
        display_name=display_name,
        password_hash=password_hash,
        is_staff=is_staff,
    )


def create_account_writes(account: NewAccount) -> list[Write]:
    """Join a transaction; a taken name fails under EMAIL_LABEL or HANDLE_LABEL."""
    return _users.adding(account)


def bump_epoch_write(user_sub: str, *, old: int) -> Write:
    """Ends every session of an epoch up to `old`; fails if another bump came first."""
    return _users.bumping_epoch(user_sub, old=old)
