"""Exports, the change of address that waits, and the files of a person: exports and pictures.

Password resets are not here: their rows are found by the mailed link alone, and end in an hour.
"""

import base64
from collections.abc import Iterable, Mapping

from accounts.repository import (
    ApprovalRepository,
    EmailChangeRepository,
    ExportRepository,
    MfaResetCodeRepository,
)
from accounts.repository.verify import verify_key
from accounts.services import lost_factors as lost
from accounts.services.email_change import hash_user
from core import avatars, private_files
from core.errors import NotFound
from core.personal_data import Section, visible
from jobs import services as jobs
from jobs.kinds import JobKind
from users import services as users


def export(user_sub: str) -> Mapping[str, Section]:
    change = EmailChangeRepository().table.get(verify_key(hash_user(user_sub)), consistent=True)
    code = MfaResetCodeRepository().table.get(verify_key(lost.hash_user(user_sub)), consistent=True)
    return {
        "exports": map(visible, ExportRepository().rows_of(user_sub)),
        "email_change": visible(change or {}),
        "mfa_reset_code": visible(code or {}),
        "pictures": _pictures(user_sub),
    }


def erase(user_sub: str) -> None:
    """Files before the rows that name them, so that a repeat still finds them."""
    for name in _pictures_of(user_sub):
        avatars.delete(name)
    exports = ExportRepository()
    for row in exports.rows_of(user_sub):
        private_files.delete(row["export_id"])
        exports.remove(row)
    EmailChangeRepository().remove(hash_user(user_sub))
    MfaResetCodeRepository().remove(lost.hash_user(user_sub))
    ApprovalRepository().forget(user_sub)


def holds(user_sub: str) -> list[str]:
    return []


def _pictures(user_sub: str) -> Iterable[Mapping[str, object]]:
    """The one that the profile shows, with its bytes."""
    profile = users.find_own_profile(user_sub)
    if profile is None or not profile.avatar:
        return
    try:
        picture = avatars.read(profile.avatar)
    except NotFound:
        return
    yield {
        "name": profile.avatar,
        "content_type": avatars.CONTENT_TYPE,
        "base64": base64.b64encode(picture).decode(),
    }


def _pictures_of(user_sub: str) -> Iterable[str]:
    """Those that wait to be removed too: their jobs are erased with the person."""
    profile = users.find_own_profile(user_sub)
    if profile is not None and profile.avatar:
        yield profile.avatar
    for job in jobs.list_jobs_of(user_sub):
        if job.kind == JobKind.AVATAR_REMOVAL:
            yield job.ids["name"]
