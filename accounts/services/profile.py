"""What a person shows of themselves: names, a few lines, a picture."""

from typing import BinaryIO

from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import avatars, clock, pictures
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from users import services as users
from users.errors import ProfileChanged
from users.items import Profile

AVATAR_SIDE = 256
AVATAR_MOST_BYTES = 5 * 1024 * 1024
CHANGES = Limit(name="profile", times=60, seconds=3600)
PICTURES = Limit(name="avatar", times=20, seconds=3600)


def update_profile(*, user_sub: str, version: int, actor: Actor, **typed: str) -> Profile:
    """Change any of display_name, bio and handle, or nothing at all if one of them is refused.

    `version` is that of the profile the person looked at. Raises Invalid naming each bad field,
    ProfileChanged, HandleTaken, HandleChangeLimited, RateLimited.
    """
    old = users.get_profile(user_sub)
    new = users.changed_profile(old, typed)
    if old.version != version:
        raise ProfileChanged
    if new == old:
        return old
    hit(CHANGES, user_sub)
    _write(_writes(old, new, actor))
    return users.get_profile(user_sub)


def set_avatar(*, user_sub: str, upload: BinaryIO, actor: Actor) -> Profile:
    """Show this picture; the one before it is removed. Raises Invalid (avatar), RateLimited."""
    hit(PICTURES, user_sub)
    old = users.get_profile(user_sub)
    name = avatars.new_name()
    picture = _read_picture(upload)
    # Before the file is there: whatever happens from here on, a picture nobody shows goes away.
    jobs.enqueue(
        JobKind.AVATAR_REMOVAL,
        ids={"user_sub": user_sub, "name": name},
        due=clock.now() + avatars.ABANDONED_AFTER,
    )
    avatars.save(name, picture)
    _show(old, name)
    return users.get_profile(user_sub)


def remove_avatar(*, user_sub: str, actor: Actor) -> None:
    """Show initials again; without a picture nothing happens."""
    old = users.get_profile(user_sub)
    if old.avatar:
        _show(old, "")


def delete_unshown_avatar(*, user_sub: str, name: str) -> None:
    """Remove a picture's file, unless it is the one that the profile shows."""
    profile = users.find_own_profile(user_sub)
    if profile is None or profile.avatar != name:
        avatars.delete(name)


def _writes(old: Profile, new: Profile, actor: Actor) -> list[Write]:
    if new.handle == old.handle:
        return users.change_profile_writes(old, new)
    notice = notice_writes(
        user_sub=old.user_sub,
        kind=AlertKind.HANDLE_CHANGED,
        context={"old": old.handle, "new": new.handle},
        actor=actor,
    )
    return [*users.change_handle_writes(old, new), *notice]


def _write(writes: list[Write]) -> None:
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(users.HANDLE_LABEL):
            raise users.HandleTaken(errors={"handle": [users.HandleTaken.message]}) from error
        raise ProfileChanged from error


def _show(old: Profile, name: str) -> None:
    writes = users.change_avatar_writes(old.user_sub, old=old.avatar, new=name)
    if old.avatar:
        gone = {"user_sub": old.user_sub, "name": old.avatar}
        writes.append(jobs.enqueue_write(JobKind.AVATAR_REMOVAL, ids=gone))
    try:
        transact(writes)
    except TransactionCancelled as error:
        raise Conflict from error


def _read_picture(upload: BinaryIO) -> bytes:
    data = upload.read(AVATAR_MOST_BYTES + 1)
    try:
        if len(data) > AVATAR_MOST_BYTES:
            raise pictures.PictureTooLarge
        return pictures.square(data, side=AVATAR_SIDE)
    except pictures.PictureRefused as error:
        raise Invalid(errors={"avatar": [error.message]}) from error
