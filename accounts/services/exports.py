"""A person's copy of everything that is held of them: asked for, built by a job, kept a week."""

import base64
import json
import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.errors import ExportNotFound, ExportRunning
from accounts.items import Export, ExportFile, ExportState
from accounts.repository import EXPORT_LABEL, RUNNING_LABEL, ExportRepository
from accounts.services.notices import notice_writes, tell
from alerts.items import AlertKind
from core import clock, ids, personal_data, private_files
from core.actor import Actor
from core.crypto import DecryptionFailed
from core.errors import NotFound
from core.ratelimit import Limit, give_back, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from users import services as users
from users.models import User

KEPT = timedelta(days=7)
BUILT_WITHIN = timedelta(hours=24)  # all tries of a job take nine; then another may start
PER_DAY = Limit(name="export", times=3, seconds=86_400)
SHOWN = 10

logger = logging.getLogger(__name__)
_exports = ExportRepository()


def start_export(*, user: User, actor: Actor) -> Export:
    """Queue an export and tell its owner. The door has asked for step-up.

    Raises ExportRunning while another one is being built; RateLimited.
    """
    hit(PER_DAY, user.user_sub)
    now = clock.now()
    export = Export(
        export_id=ids.new_id(),
        user_sub=user.user_sub,
        state=ExportState.BUILDING,
        asked_at=now,
        expires_at=now + BUILT_WITHIN,
    )
    notice = notice_writes(user_sub=user.user_sub, kind=AlertKind.EXPORT_ASKED, actor=actor)
    try:
        transact([*_exports.adding(export), _job(JobKind.EXPORT, export), *notice])
    except TransactionCancelled as error:
        if not error.failed(RUNNING_LABEL):
            raise
        give_back(PER_DAY, user.user_sub)
        raise ExportRunning from error
    return export


def list_exports(user_sub: str) -> list[Export]:
    """The latest ones that are being built or can be downloaded, newest first."""
    now = clock.now()
    return [found for found in _exports.latest(user_sub, limit=SHOWN) if found.expires_at > now]


def open_export(*, user: User, export_id: str, actor: Actor) -> ExportFile:
    """For its owner only, who is told, and only while it is kept. The door has asked for step-up.

    Raises ExportNotFound.
    """
    export = _exports.find(user.user_sub, export_id) if ids.is_id(export_id) else None
    if export is None or not export.is_ready or export.expires_at <= clock.now():
        raise ExportNotFound
    try:
        text = private_files.read(export_id, context=context_of(export.user_sub, export.export_id))
    except (NotFound, DecryptionFailed) as error:
        logger.exception("export lost", extra={"user_sub": user.user_sub})
        raise ExportNotFound from error
    tell(user_sub=user.user_sub, kind=AlertKind.EXPORT_DOWNLOADED, actor=actor)
    return ExportFile(name=file_name(user), content=text.encode())


def build_export(*, user_sub: str, export_id: str) -> list[Write]:
    """Make the file; the writes say so and tell its owner. Repeating it makes it anew."""
    export = _exports.find(user_sub, export_id)
    user = users.find_user(user_sub)
    if export is None or user is None:  # erased meanwhile
        private_files.delete(export_id)
        return []
    if export.is_ready:
        return []
    if export.expires_at <= clock.now():
        return remove_export(user_sub=user_sub, export_id=export_id)
    text = collect(user)
    private_files.save(export_id, text, context=context_of(export.user_sub, export.export_id))
    until = clock.now() + KEPT
    removal = jobs.enqueue_write(
        JobKind.EXPORT_REMOVAL, ids=_ids(export), due=until, lane=Lane.BULK
    )
    return [
        *_exports.finishing(export, size=len(text.encode()), until=until),
        removal,
        *notice_writes(user_sub=user_sub, kind=AlertKind.EXPORT_READY),
    ]


def remove_export(*, user_sub: str, export_id: str) -> list[Write]:
    """The file now, its row in the writes."""
    private_files.delete(export_id)
    return [_exports.removing(user_sub, export_id)]


def collect(user: User) -> str:
    """Everything that is held of the person, as JSON with a word on what it is."""
    about = {
        "site": settings.SITE_URL,
        "user_sub": user.user_sub,
        "made_at": clock.text(clock.now()),
        "what": _(
            "Everything this site holds about you, by part of the product. Left out: your"
            " password, session keys, codes and links in mails, of which only hashes are kept."
        ),
    }
    document = {"about": about, "data": personal_data.export(user.user_sub)}
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain)


def context_of(user_sub: str, export_id: str) -> str:
    """What binds the file to its row."""
    return f"{EXPORT_LABEL}:{user_sub}:{export_id}"


def file_name(user: User) -> str:
    site = slugify(settings.SITE_NAME) or "account"
    return f"{site}-{user.handle}-{clock.now():%Y-%m-%d}.json"


def _job(kind: JobKind, export: Export) -> Write:
    return jobs.enqueue_write(kind, ids=_ids(export), lane=Lane.BULK)


def _ids(export: Export) -> dict[str, str]:
    return {"user_sub": export.user_sub, "export_id": export.export_id}


def _plain(value: Any) -> Any:
    """What items have and JSON has not."""
    if isinstance(value, datetime):
        return clock.text(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
