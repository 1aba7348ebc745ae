"""What others did: followed, commented, unlocked. Written in the transaction of each."""

from datetime import timedelta

from django.utils.translation import gettext as _

from core import clock, ids
from core.errors import Invalid
from dynamo.gather import gather
from newsfeed.items import PAGE, NotificationPage, NotificationView, moment_of
from newsfeed.repository import NotificationRepository
from newsfeed.services import cursors
from newsfeed.services.reading import relations_of
from users import services as users

SKEW = timedelta(minutes=1)  # clocks of two servers; a later mark would swallow what comes next

_notifications = NotificationRepository()


def list_notifications(*, user_sub: str, cursor: str = "") -> NotificationPage:
    """Newest first, without what blocked and muted people did. Raises CursorForged and
    CursorExpired."""
    before = cursors.read(cursor, viewer_sub=user_sub, route="notifications")
    (found, more), upto, relations = gather(
        lambda: _notifications.list_of(user_sub, before=before, limit=PAGE),
        lambda: _notifications.read_upto(user_sub),
        lambda: relations_of(user_sub, consistent=False),
    )
    profiles = users.get_profiles({each.actor_id for each in found})
    items = [
        NotificationView(
            notification=each,
            actor=profiles.get(each.actor_id),
            unread=each.notification_id > upto,
        )
        for each in found
        if each.actor_id not in relations.unlisted
    ]
    last = found[-1].notification_id if more and found else ""
    following = cursors.written(last, viewer_sub=user_sub, route="notifications") if last else ""
    return NotificationPage(items=items, next_cursor=following)


def mark_notifications_read(*, user_sub: str, upto: str) -> None:
    """`upto` is the id of the newest notification that was shown: what came after it stays
    unread. An older mark than the present one changes nothing. Raises Invalid (`upto`)."""
    if not ids.is_id(upto) or moment_of(upto) > clock.now() + SKEW:
        raise Invalid(errors={"upto": [_("Give the id of a notification.")]})
    _notifications.mark_read(user_sub, upto)


def unread_count(user_sub: str) -> int:
    """At most UNREAD_CAP; one call."""
    return _notifications.count_unread(user_sub)
