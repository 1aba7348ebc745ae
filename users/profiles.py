"""Profiles: read one or many, clean what is typed, write builders that join."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.core.exceptions import ValidationError

from core import clock, ids
from core.errors import Invalid
from dynamo.table import Write
from users.errors import HandleChangeLimited, UserNotFound
from users.handles import clean_handle
from users.items import FormerHandle, Profile
from users.profile_repository import ProfileRepository
from users.texts import clean_bio, clean_display_name

HANDLE_CHANGES = 2
# Both the window of that limit and how long a handle given up stays its former owner's: long
# enough that nobody can take over the links to a person who only tried another name.
HANDLE_KEPT = timedelta(days=14)
_CLEANERS = {"display_name": clean_display_name, "bio": clean_bio, "handle": clean_handle}

_profiles = ProfileRepository()


def find_profile(user_sub: str) -> Profile | None:
    """None also for a disabled account: it is as if it were not there."""
    return _profiles.find(user_sub) if ids.is_id(user_sub) else None


def find_own_profile(user_sub: str) -> Profile | None:
    """What a person's account shows of them once it is enabled: for their own files and data."""
    return _profiles.find(user_sub, also_disabled=True) if ids.is_id(user_sub) else None


def get_profile(user_sub: str) -> Profile:
    """Raises UserNotFound."""
    profile = find_profile(user_sub)
    if profile is None:
        raise UserNotFound
    return profile


def get_profiles(user_subs: Iterable[str]) -> dict[str, Profile]:
    """By user_sub; those that do not exist, and disabled ones, are absent. May be a
    moment behind."""
    wanted = [user_sub for user_sub in user_subs if ids.is_id(user_sub)]
    return {profile.user_sub: profile for profile in _profiles.find_many(wanted)}


def changed_profile(old: Profile, typed: dict[str, str]) -> Profile:
    """`old` with the clean form of what was typed; raises Invalid naming every bad field."""
    clean: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for field, text in typed.items():
        try:
            # What is there already stays allowed when the rules grow stricter.
            clean[field] = text if text == getattr(old, field) else _CLEANERS[field](text)
        except ValidationError as error:
            errors[field] = list(error.messages)
    if errors:
        raise Invalid(errors=errors)
    return replace(old, **clean)  # type: ignore[arg-type]  # only texts are in it


def change_profile_writes(old: Profile, new: Profile) -> list[Write]:
    """Display name and bio, on the account's row too.

    Fails under PROFILE_LABEL when the profile was changed since `old` was read.
    """
    return _profiles.updating(old, new)


def change_handle_writes(old: Profile, new: Profile) -> list[Write]:
    """The same with another handle; the old one stays its former owner's for HANDLE_KEPT.

    Fails under HANDLE_LABEL when the new one is taken. Raises HandleChangeLimited after
    HANDLE_CHANGES in HANDLE_KEPT. The list of changes cannot race: it changes only together
    with the profile's version.
    """
    now = clock.now()
    former = [
        noted
        for noted in _profiles.list_former_handles(old.user_sub)
        if noted.changed_at + HANDLE_KEPT > now
    ]
    if len(former) >= HANDLE_CHANGES:
        raise HandleChangeLimited(next_at=former[-HANDLE_CHANGES].changed_at + HANDLE_KEPT)
    former.append(FormerHandle(handle=old.handle, changed_at=now))
    return _profiles.renaming(old, new, former=former, kept_until=now + HANDLE_KEPT)


def check_shown_write(user_sub: str, *, label: str) -> Write:
    """Fails under `label` for somebody who is disabled, being erased or gone."""
    return _profiles.checking_shown(user_sub, label=label)


def show_profile_write(user_sub: str, *, shown: bool) -> Write:
    """Whether others see the person, and all that they wrote; fails under PROFILE_LABEL."""
    return _profiles.showing(user_sub, shown=shown)


def change_avatar_writes(user_sub: str, *, old: str, new: str) -> list[Write]:
    """The name of the picture, "" for none; fails under PROFILE_LABEL when it is not `old`."""
    return _profiles.changing_avatar(user_sub, old=old, new=new)
