"""What others did: followed, commented, reacted, unlocked. Written in the transaction of each,
grouped when it is read."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta

from django.utils.translation import gettext as _

from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from dynamo.gather import gather
from newsfeed.gate import access_of
from newsfeed.items import (
    CHOOSABLE,
    GROUPED_WITHIN,
    NAMED,
    PAGE,
    SAID,
    Access,
    Card,
    Choices,
    Notification,
    NotificationPage,
    NotificationView,
    Profiles,
    ReadMark,
    Relations,
    Viewer,
    moment_of,
)
from newsfeed.repository import NotificationRepository, PostRepository
from newsfeed.services import cursors
from newsfeed.services.reading import relations_of
from users import services as users

SKEW = timedelta(minutes=1)  # a mark from further ahead is no id of ours
CLOCK_LAG = timedelta(seconds=10)  # between two machines that write notifications
ROWS = 40  # of one read, to make PAGE lines of
ROUNDS = 3  # how often a page is filled up when nothing of what was read may be shown

Group = list[Notification]

_notifications = NotificationRepository()
_posts = PostRepository()


def list_notifications(*, user_sub: str, cursor: str = "") -> NotificationPage:
    """Newest first, the same thing done by several people as one line: within a page, and within
    twelve hours. People who are blocked, muted or gone are in no line, kinds that are not wanted
    have none, and nothing leads to a post that is not there.

    Raises CursorForged and CursorExpired.
    """
    last = cursors.read(cursor, viewer_sub=user_sub, route="notifications")
    (rows, last), mark, relations = gather(
        lambda: _notifications.list_of(user_sub, before=last, limit=ROWS),
        lambda: _notifications.mark_of(user_sub),
        lambda: relations_of(user_sub, consistent=False),
    )
    newest = _newest(rows, mark, relations)
    items, last = _lines(user_sub, rows, last, mark, relations)
    for _round in range(1, ROUNDS):
        if items or not last:
            break
        rows, last = _notifications.list_of(user_sub, before=last, limit=ROWS)
        newest = newest or _newest(rows, mark, relations)
        items, last = _lines(user_sub, rows, last, mark, relations)
    following = cursors.written(last, viewer_sub=user_sub, route="notifications") if last else ""
    return NotificationPage(items=items, mark="" if cursor else newest, next_cursor=following)


def mark_notifications_read(*, user_sub: str, upto: str) -> None:
    """`upto` is the id of the newest notification that was shown: what came after it stays
    unread. An older mark than the present one changes nothing.

    The watermark stays ten seconds behind the clock: a notification that a machine whose clock
    lags writes a moment from now must not be born read. What is newer and fits on a page is marked
    one by one. Raises Invalid (`upto`).
    """
    if not ids.is_id(upto) or moment_of(upto) > clock.now() + SKEW:
        raise Invalid(errors={"upto": [_("Give the id of a notification.")]})
    settled = ids.first_id_of(clock.now() - CLOCK_LAG)
    _notifications.move_mark(user_sub, min(upto, settled))
    if upto > settled:
        _notifications.mark_read_between(user_sub, settled, upto, limit=ROWS)


def unread_count(user_sub: str) -> int:
    """At most UNREAD_CAP; one hop. Exact but for people whose account is gone, and for who has
    blocked and muted more than twenty."""
    return _notifications.count_unread(user_sub)


def notification_choices(user_sub: str) -> Choices:
    """Which kinds this person hears of; all until they say otherwise."""
    off = _notifications.mark_of(user_sub).off
    return {kind: kind not in off for kind in CHOOSABLE}


def choose_notifications(*, user_sub: str, choices: Choices, actor: Actor) -> None:
    """From the next look on, also for what happened before; other kinds stay as they are. Raises
    Invalid for a kind that nobody can turn off."""
    fixed = [str(kind) for kind in choices if kind not in CHOOSABLE]
    if fixed:
        text = _("These are always shown.")
        raise Invalid(errors={name: [text] for name in fixed})
    if choices:
        _notifications.choose(user_sub, choices)


def _lines(
    user_sub: str,
    rows: Sequence[Notification],
    last: str,
    mark: ReadMark,
    relations: Relations,
) -> tuple[list[NotificationView], str]:
    """As many lines as fit on a page, and the id to go on below."""
    wanted = [row for row in rows if _is_wanted(row, mark, relations)]
    profiles, there = gather(
        lambda: users.get_profiles({row.actor_id for row in wanted if row.actor_id}),
        lambda: _there(user_sub, {row.post_id for row in wanted if row.post_id}, relations),
    )
    known = (row for row in wanted if row.actor_id in profiles or not row.actor_id)
    groups, full = _grouped(known)
    return [_view(group, profiles, there, mark) for group in groups], full or last


def _grouped(rows: Iterable[Notification]) -> tuple[list[Group], str]:
    """At most a page of groups, and the id of the last row when there would be more of them."""
    groups: list[Group] = []
    latest: dict[tuple[str, ...], Group] = {}
    before = ""
    for row in rows:
        group = latest.get(row.group)
        if group and group[0].created_at - row.created_at <= GROUPED_WITHIN:
            group.append(row)
        elif len(groups) == PAGE:
            return groups, before
        else:
            groups.append([row])
            latest[row.group] = groups[-1]
        before = row.notification_id
    return groups, ""


def _is_wanted(row: Notification, mark: ReadMark, relations: Relations) -> bool:
    return row.kind not in mark.off and row.actor_id not in relations.unlisted


def _newest(rows: Iterable[Notification], mark: ReadMark, relations: Relations) -> str:
    """The first unread one that its owner wants; "" when nothing is new."""
    new = (row for row in rows if mark.is_unread(row) and _is_wanted(row, mark, relations))
    return next((row.notification_id for row in new), "")


def _there(user_sub: str, post_ids: Iterable[str], relations: Relations) -> set[str]:
    """The posts that a line may lead to. Whether their reader follows or bought is asked there."""
    return {
        post_id
        for post_id, card in _posts.find_cards(post_ids).items()
        if access_of(card, _reader(user_sub, card, relations)) is not Access.NONE
    }


def _reader(user_sub: str, card: Card, relations: Relations) -> Viewer:
    blocked = card.user_id in relations.blocked
    return Viewer(user_sub=user_sub, follows=True, blocked=blocked)


def _view(
    group: Group, profiles: Profiles, there: AbstractSet[str], mark: ReadMark
) -> NotificationView:
    newest = group[0]
    post_id = newest.post_id if newest.post_id in there else ""
    actors = list(dict.fromkeys(row.actor_id for row in group if row.actor_id))
    return NotificationView(
        notification_id=newest.notification_id,
        kind=newest.kind,
        actors=tuple(profiles[each] for each in actors[:NAMED]),
        others=max(0, len(actors) - NAMED),
        count=len(group),
        unread=any(mark.is_unread(row) for row in group),
        post_id=post_id,
        comment_id=newest.notification_id if post_id and newest.kind in SAID else "",
        amount=sum(row.amount for row in group),
        currency=newest.currency,
    )
