"""Accounts as other apps see them: read one, check its password, write builders that join."""

from collections.abc import Iterable
from contextlib import suppress

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.core.exceptions import ValidationError

from core import ids
from core.errors import Invalid
from dynamo.errors import ConditionFailed
from dynamo.table import Write
from users.emails import clean_email, email_key
from users.errors import EmailTaken, HandleTaken, UserNotFound
from users.factor_repository import FactorRepository
from users.handles import clean_handle
from users.items import Contact, KnownBrowser, NewAccount, Profile
from users.models import User
from users.passwords import check_password_strength, normalise_password
from users.profile_repository import PROFILE_LABEL
from users.profiles import (
    change_avatar_writes,
    change_handle_writes,
    change_profile_writes,
    changed_profile,
    check_shown_write,
    find_own_profile,
    find_profile,
    get_profile,
    get_profiles,
    show_profile_write,
)
from users.repository import ACCOUNT_LABEL, EMAIL_LABEL, HANDLE_LABEL, UserRepository

__all__ = [
    "ACCOUNT_LABEL",
    "EMAIL_LABEL",
    "HANDLE_LABEL",
    "PROFILE_LABEL",
    "EmailTaken",
    "HandleTaken",
    "change_avatar_writes",
    "change_handle_writes",
    "change_profile_writes",
    "changed_profile",
    "check_shown_write",
    "find_own_profile",
    "find_profile",
    "get_profile",
    "get_profiles",
]

NOBODY = "0" * 26  # an id that no account can have: ULIDs hold the time

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
    """By email address (it has an @ inside) or handle; text that can be neither finds nobody."""
    user_sub = _find_sub(login)
    return _users.find(user_sub) if user_sub else None


def find_for_sign_in(login: str, browser: str) -> tuple[User | None, KnownBrowser | None]:
    """The person, and their browser of that digest if they know it.

    For a name that nobody has, it makes the same reads.
    """
    return _users.find_with_browser(_find_sub(login) or NOBODY, browser)


def get_profile_by_handle(handle: str) -> Profile:
    """Raises UserNotFound, also for text that can be no handle (an email address, say)."""
    try:
        user_sub = _users.find_sub_by_handle(clean_handle(handle))
    except ValidationError:
        raise UserNotFound from None
    return get_profile(user_sub or NOBODY)


def find_with_browser(user_sub: str, browser: str) -> tuple[User | None, KnownBrowser | None]:
    """The same for somebody whose id is known, in one call."""
    return _users.find_with_browser(user_sub, browser)


def login_key(login: str) -> str:
    """The same text for every way to write one name; for limits."""
    text = login.strip()
    try:
        if "@" in text.removeprefix("@"):
            return email_key(text)
        return clean_handle(text)
    except ValidationError:
        return text.casefold()


def _find_sub(login: str) -> str | None:
    text = login.strip()
    try:
        if "@" in text.removeprefix("@"):
            return _users.find_sub_by_email(clean_email(text))
        return _users.find_sub_by_handle(clean_handle(text))
    except ValidationError:
        return None


def has_known_browsers(user_sub: str) -> bool:
    return _users.has_browsers(user_sub)


def know_browser_write(user_sub: str, browser: KnownBrowser) -> Write:
    return _users.knowing_browser(user_sub, browser)


def email_is_taken(email: str) -> bool:
    return _users.find_sub_by_email(email) is not None


def handle_is_taken(handle: str) -> bool:
    """By an account, or kept for its former owner."""
    return _users.handle_is_taken(handle)


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
        new = hash_password(raw)
        with suppress(ConditionFailed):
            _users.replace_password_hash(user.user_sub, old=user.password, new=new)
            user.password = new
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
    """Ends every session of an epoch up to `old`, and every trust in a browser; fails if another
    bump came first."""
    return _users.bumping_epoch(user_sub, old=old)


def set_password_writes(
    user_sub: str,
    *,
    old_hash: str | None,
    new_hash: str,
    ends_sessions: bool = False,
    old_epoch: int | None = None,
) -> list[Write]:
    """A new password; trusted browsers stop being trusted. Sessions stay unless they end too.

    Fails under ACCOUNT_LABEL when `old_hash` or `old_epoch` is not the stored one any more (None
    = whatever).
    """
    return [
        _users.setting_password(
            user_sub,
            old_hash=old_hash,
            new_hash=new_hash,
            ends_sessions=ends_sessions,
            old_epoch=old_epoch,
        )
    ]


def void_password_writes(user_sub: str) -> list[Write]:
    """No password opens the account until a new one is set; every session ends, and trusted
    browsers stop being trusted. Fails under ACCOUNT_LABEL for nobody."""
    return set_password_writes(
        user_sub, old_hash=None, new_hash=make_password(None), ends_sessions=True
    )


def forget_browsers(user_sub: str) -> None:
    """No browser is known to the account any more: each is new at its next sign-in."""
    _users.forget_browsers(user_sub)


def change_email_writes(user: User, new_email: str) -> list[Write]:
    """The clean address becomes the account's, verified; the old one is free again.

    Sessions and trusted browsers stay: neither the password nor a factor changed. Fails under
    EMAIL_LABEL when another account has the address, under ACCOUNT_LABEL when the account was
    changed meanwhile or is disabled.
    """
    return _users.changing_email(user, new_email)


def set_active_writes(user_sub: str, *, active: bool) -> list[Write]:
    """Disabling ends every session and every trust in a browser with it, and takes the profile
    out of everybody's sight.

    Fails under ACCOUNT_LABEL when it is so already, or when the account is being erased.
    """
    return [
        _users.setting_active(user_sub, active=active),
        show_profile_write(user_sub, shown=active),
    ]


def set_factors_write(user: User, factors: Iterable[str], *, preferred: str | None = None) -> Write:
    """The kinds of second factor that are on from now on, and the next trust epoch.

    `preferred`: the device that is asked for first, as in User.preferred_factor; None = as
    before, if its kind stays on. Fails under ACCOUNT_LABEL when anything that moves the trust
    epoch or the preferred device came first, or the account is disabled: whatever was read after
    `user` is then still so.
    """
    kinds = frozenset(factors)
    if preferred is None:
        kind = user.preferred_factor.partition(":")[0]
        preferred = user.preferred_factor if kind in kinds else ""
    return FactorRepository().setting(user, kinds, preferred=preferred)


def prefer_factor_write(user_sub: str, preferred: str) -> Write:
    """The device that is asked for first; fails under ACCOUNT_LABEL for a disabled account.

    No epoch moves: what a person can confirm with is the same as before.
    """
    return FactorRepository().preferring(user_sub, preferred)


def note_low_codes_write(user_sub: str, *, batch: str) -> Write:
    """That the owner is told how few recovery codes are left of this batch; once for each: fails
    under ACCOUNT_LABEL when they were."""
    return FactorRepository().noting_low_codes(user_sub, batch)


def end_trust_write(user_sub: str) -> Write:
    """No browser is trusted any more. Fails under ACCOUNT_LABEL for nobody."""
    return FactorRepository().ending_trust(user_sub)


def same_trust_check(user: User, *, label: str) -> Write:
    """Fails under `label` once anything moved one of the epochs, or the account is disabled."""
    return FactorRepository().same_trust(user, label=label)
