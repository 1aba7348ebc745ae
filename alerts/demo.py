"""Alerts that a living account would have. Nothing is mailed: they are of days gone by."""

from collections.abc import Mapping
from datetime import timedelta

from alerts.items import Alert, AlertKind
from alerts.repository import AlertRepository
from core import clock, ids

FIREFOX = {"device": "Firefox on Windows", "ip": "198.51.100.24"}
PHONE = {"device": "Safari on iPhone", "ip": "203.0.113.9"}
# kind, context, hours ago, read
STORY: tuple[tuple[AlertKind, Mapping[str, str], int, bool], ...] = (
    (AlertKind.PASSWORD_CHANGED, FIREFOX, 24 * 40, True),
    (AlertKind.HANDLE_CHANGED, {"old": "early_bird", "new": "today", **FIREFOX}, 24 * 21, True),
    (AlertKind.EXPORT_READY, {}, 24 * 9, True),
    (AlertKind.SIGN_IN_LOCKED, {"ip": "192.0.2.77", "device": "Chrome on Linux"}, 26, False),
    (AlertKind.NEW_DEVICE, PHONE, 3, False),
)


def load(people: Mapping[str, str]) -> None:
    alerts = AlertRepository()
    for handle, user_sub in people.items():
        if next(alerts.rows_of(user_sub), None) is None:
            for kind, context, hours, is_read in STORY:
                told = {**context, "new": handle} if "new" in context else context
                alerts.add(_alert(user_sub, kind, told, hours, is_read=is_read))


def _alert(
    user_sub: str, kind: AlertKind, context: Mapping[str, str], hours: int, *, is_read: bool
) -> Alert:
    at = clock.now() - timedelta(hours=hours)
    alert_id = ids.first_id_of(at)
    return Alert(
        alert_id=alert_id,
        user_sub=user_sub,
        kind=kind,
        context=context,
        first_at=at,
        last_at=at,
        unread_id="" if is_read else alert_id,
    )
