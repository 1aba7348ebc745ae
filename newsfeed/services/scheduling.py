"""Publishing a draft: now, or by itself at the time that its author chose."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from billing.errors import BillingNotConfigured
from core import clock, ids, ratelimit
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind
from newsfeed import limits
from newsfeed.errors import DraftChanged, DraftNotFound
from newsfeed.items import Draft, Notification, NotificationKind, PostView
from newsfeed.repository import DRAFT_LABEL, DraftRepository, NotificationRepository
from newsfeed.services import media
from newsfeed.services.drafts import find_draft, written_of
from newsfeed.services.publishing import own_view, prepared
from users import services as users

SOONEST, LATEST = timedelta(minutes=1), timedelta(days=365)
AUTHOR_LABEL = "author"  # there for others: neither disabled nor being erased

_drafts = DraftRepository()
_notifications = NotificationRepository()


def schedule_draft(*, author_sub: str, draft_id: str, due: datetime, actor: Actor) -> Draft:
    """Also to another time. What could not be published now is refused now.

    Each counts as a post that is published now. Raises DraftNotFound, DraftChanged, Invalid
    (`due`, and what publish_post() says of the text), BillingNotConfigured, RateLimited.
    """
    draft = find_draft(author_sub=author_sub, draft_id=draft_id)
    due = _checked(due)
    _prepared(draft, due)
    if draft.due == due:
        return draft
    ratelimit.hit(limits.POSTS, author_sub)
    named = {"user_sub": author_sub, "draft_id": draft_id, "due": clock.text(due)}
    job = jobs.enqueue_write(JobKind.POST_PUBLISH, ids=named, due=due)
    _transact([*_drafts.scheduling(draft, due), job])
    return find_draft(author_sub=author_sub, draft_id=draft_id)


def cancel_scheduled(*, author_sub: str, draft_id: str, actor: Actor) -> None:
    """Back to the drafts; one that is there already stays. Raises DraftNotFound,
    DraftChanged."""
    draft = find_draft(author_sub=author_sub, draft_id=draft_id)
    if draft.due is not None:
        _transact(_drafts.unscheduling(draft))


def list_scheduled(*, author_sub: str) -> list[Draft]:
    """The next one first."""
    waiting = {draft.draft_id: draft for draft in _drafts.list_of(author_sub) if draft.due}
    return [waiting[each] for each in _drafts.list_due(author_sub) if each in waiting]


def find_scheduled(*, author_sub: str, draft_id: str) -> Draft:
    """Raises DraftNotFound, also for a draft that is not scheduled."""
    draft = find_draft(author_sub=author_sub, draft_id=draft_id)
    if draft.due is None:
        raise DraftNotFound
    return draft


def publish_draft(*, author_sub: str, draft_id: str, actor: Actor) -> PostView:
    """Now, a scheduled one too; it is a draft no more. Raises DraftNotFound (a second time too),
    DraftChanged, RateLimited, and what publish_post() says of the text."""
    draft = find_draft(author_sub=author_sub, draft_id=draft_id)
    post, writes = prepared(ids.new_id(), author_sub, written_of(draft.text), held_by=draft_id)
    ratelimit.hit(limits.POSTS, author_sub)
    _transact([*writes, *_drafts.removing(draft)])
    return own_view(post)


def publish_due(user_sub: str, draft_id: str, due: str) -> list[Write]:
    """What the job does at its time: the writes of the post, or of what the author is told.

    Nothing when the draft is gone, or waits for another time. The post's id follows from the
    time and the draft, so that there is one whatever runs twice.
    """
    draft = _drafts.find(user_sub, draft_id)
    if draft is None or draft.due != clock.parse(due):
        return []
    if users.find_profile(user_sub) is None:
        return _failed(draft, _("Your account was disabled at that time."))
    try:
        writes = _prepared(draft, draft.due)
    except (BillingNotConfigured, Conflict, Forbidden, Invalid) as error:
        return _failed(draft, _reason(error))
    shown = users.check_shown_write(user_sub, label=AUTHOR_LABEL)
    return [*writes, *_drafts.removing(draft), shown]


def _prepared(draft: Draft, due: datetime) -> list[Write]:
    post_id = ids.id_of(due, draft.draft_id)
    written = written_of(draft.text)
    _post, writes = prepared(post_id, draft.user_id, written, held_by=draft.draft_id)
    return writes


def _failed(draft: Draft, problem: str) -> list[Write]:
    notification = Notification(
        notification_id=ids.new_id(),
        user_id=draft.user_id,
        kind=NotificationKind.PUBLISH_FAILED,
    )
    return [
        *_drafts.unscheduling(draft, problem=problem),
        _notifications.adding(notification),
    ]


def _reason(error: BillingNotConfigured | Conflict | Forbidden | Invalid) -> str:
    texts = [text for field in error.errors.values() for text in field]
    return " ".join(texts) or str(error.message)


def _checked(due: datetime) -> datetime:
    """To the second: what people choose, and what ids and job times share."""
    due = due.replace(microsecond=0)
    now = clock.now()
    if due < now + SOONEST:
        text = _("Choose a time that is at least a minute away.")
    elif due > now + LATEST:
        text = _("Choose a time within a year.")
    else:
        return due
    raise Invalid(errors={"due": [text]})


def _transact(writes: list[Write]) -> None:
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(DRAFT_LABEL):
            raise DraftChanged from error
        media.say_what_failed(error)
        raise
