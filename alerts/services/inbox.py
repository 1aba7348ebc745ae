"""What people do with their alerts: see them, read them, remove one, know how many are new."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from alerts.catalogue import CATALOGUE
from alerts.errors import AlertNotFound, AlertStays, MarkInvalid
from alerts.items import Alert, Category
from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services.searching import EVERYTHING, PAGE, SCANNED, Wanted, fill
from alerts.services.views import AlertView, view_of
from core import clock, ids
from core.actor import Actor
from dynamo import cursor
from dynamo.errors import ConditionFailed
from dynamo.gather import gather

MOST_COUNTED = 30  # as many index entries as one half read unit holds, with room to spare
CLOCK_LAG = timedelta(seconds=10)  # between two machines that raise alerts

_alerts = AlertRepository()
_preferences = PreferenceRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """`mark` says how far the list was seen: give it to mark_all_read.

    "" for an empty page, and for one that shows only some: not all of it was seen.
    """

    items: tuple[AlertView, ...]
    next_cursor: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """`tag` is another one whenever the count could be."""

    count: int
    tag: str
    alert_ids: tuple[str, ...] = ()


def list_alerts(*, user_sub: str, after: str = "", wanted: Wanted = EVERYTHING) -> AlertPage:
    """A page of alerts, newest first. Raises CursorForged and CursorExpired.

    A page of what is wanted may be short, even empty, and still have a next one: it looks at a
    bounded number of alerts.
    """
    scope = f"{user_sub}:alerts"
    start = cursor.decode(after, scope=scope) if after else None
    limit = SCANNED if wanted.is_some else PAGE
    first, preferences = gather(
        partial(_alerts.page, user_sub, limit=limit, start=start),
        partial(_preferences.find, user_sub),
    )
    found, following = fill(first, user_sub, wanted, read_upto=preferences.read_upto)
    seen = () if wanted.is_some else found
    return AlertPage(
        items=tuple(view_of(alert, read_upto=preferences.read_upto) for alert in found),
        next_cursor=cursor.encode(following, scope=scope) if following else "",
        mark=max((alert.unread_id or alert.alert_id for alert in seen), default=""),
    )


def get_owned_alert(*, user_sub: str, alert_id: str) -> AlertView:
    """Raises AlertNotFound, also for the alert of somebody else."""
    alert, preferences = gather(
        partial(_find, user_sub, alert_id), partial(_preferences.find, user_sub)
    )
    if alert is None:
        raise AlertNotFound
    return view_of(alert, read_upto=preferences.read_upto)


def mark_read(*, user_sub: str, alert_id: str, actor: Actor, seen: str = "") -> None:
    """Reading it again changes nothing; nor does it when it became new after `seen`, the
    `unread_id` that was shown. Raises AlertNotFound, also for somebody else's."""
    if not ids.is_id(alert_id):
        raise AlertNotFound
    try:
        _alerts.mark_read(user_sub, alert_id, seen=seen)
    except ConditionFailed as error:
        if error.item is None:
            raise AlertNotFound from error


def mark_unread(*, user_sub: str, alert_id: str, actor: Actor) -> None:
    """New again, also where everything up to a later one counts as read. Raises AlertNotFound."""
    if not ids.is_id(alert_id):
        raise AlertNotFound
    try:
        _alerts.mark_unread(user_sub, alert_id, ids.new_id())
    except ConditionFailed as error:
        raise AlertNotFound from error


def delete_alert(*, user_sub: str, alert_id: str, actor: Actor) -> None:
    """Raises AlertNotFound, also for somebody else's, and AlertStays for a mandatory one: whoever
    took an account over would remove it before it is sent."""
    alert = _find(user_sub, alert_id)
    if alert is None:
        raise AlertNotFound
    if CATALOGUE[alert.kind].mandatory:
        raise AlertStays
    try:
        _alerts.remove(user_sub, alert_id)
    except ConditionFailed as error:
        raise AlertNotFound from error


def mark_all_read(*, user_sub: str, upto: str, actor: Actor) -> None:
    """Everything up to the mark of a list becomes read; what came after it stays unread.

    One write, however many there are. The watermark stays ten seconds behind the clock: an alert
    that a machine whose clock lags raises a moment from now must not be born read. What is newer
    and was seen is marked one by one. Raises MarkInvalid.
    """
    if not ids.is_id(upto):
        raise MarkInvalid(errors={"upto": [MarkInvalid.message]})
    settled = ids.first_id_of(clock.now() - CLOCK_LAG)
    _preferences.move_watermark(user_sub, min(upto, settled))
    if upto > settled:
        for alert_id in _alerts.unread_between(user_sub, settled, upto):
            mark_read_if_there(user_sub, alert_id, seen=upto)


def mark_read_if_there(user_sub: str, alert_id: str, *, seen: str = "") -> None:
    """It stays unread when it became so after `seen`."""
    try:
        _alerts.mark_read(user_sub, alert_id, seen=seen)
    except ConditionFailed:
        return


def badge(user_sub: str) -> int:
    """How many alerts are unread; 30 means that or more. One hop, one read unit."""
    return unread(user_sub).count


def unread(user_sub: str) -> Unread:
    newest, preferences = gather(
        partial(_alerts.unread_ids, user_sub, limit=MOST_COUNTED),
        partial(_preferences.find, user_sub, consistent=False),  # as the index is
    )
    oldest_kept = ids.first_id_of(_alerts.oldest_kept())
    lowest = max(preferences.read_upto, oldest_kept)
    new = tuple(alert_id for unread_id, alert_id in newest if unread_id > lowest)
    latest = max((unread_id for unread_id, _ in newest), default="")
    return Unread(count=len(new), tag=f"{preferences.read_upto}.{latest}.{len(new)}", alert_ids=new)


def count_by_category(user_sub: str, alert_ids: Sequence[str]) -> Counter[Category]:
    """How many of these alerts are of each category. One hop; nothing for none."""
    kinds = _alerts.kinds_of(user_sub, alert_ids) if alert_ids else []
    return Counter(CATALOGUE[kind].category for kind in kinds)


def _find(user_sub: str, alert_id: str) -> Alert | None:
    return _alerts.find(user_sub, alert_id) if ids.is_id(alert_id) else None
