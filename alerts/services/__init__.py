from alerts.services.delivery import Occasion, mail_alert, route_alert
from alerts.services.inbox import (
    AlertPage,
    badge,
    get_owned_alert,
    list_alerts,
    mark_all_read,
    mark_read,
)
from alerts.services.preferences import (
    change_preferences,
    channels_for,
    get_preferences,
    mandatory_categories,
)
from alerts.services.raising import alert_writes, raise_alert
from alerts.services.views import AlertView, Fact

__all__ = [
    "AlertPage",
    "AlertView",
    "Fact",
    "Occasion",
    "alert_writes",
    "badge",
    "change_preferences",
    "channels_for",
    "get_owned_alert",
    "get_preferences",
    "list_alerts",
    "mail_alert",
    "mandatory_categories",
    "mark_all_read",
    "mark_read",
    "raise_alert",
    "route_alert",
]
