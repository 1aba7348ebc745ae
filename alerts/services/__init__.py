from alerts.repository import ANSWER_LABEL
from alerts.services.answers import (
    check_asked,
    find_asked,
    not_me_url,
    not_me_write,
    open_not_me_link,
    say_was_me,
    title_of,
)
from alerts.services.delivery import Errand, errand_write, run_errand, send_digest
from alerts.services.distrusting import (
    Distrust,
    distrust_from,
    distrust_of,
    look_write,
    look_writes,
)
from alerts.services.export import export_alerts
from alerts.services.inbox import (
    AlertPage,
    Unread,
    badge,
    count_by_category,
    delete_alert,
    get_owned_alert,
    list_alerts,
    mark_all_read,
    mark_read,
    mark_unread,
    unread,
)
from alerts.services.mails import Occasion, mail_alert, scope_text
from alerts.services.phones import choose_phone, is_texted, remove_phone
from alerts.services.preferences import (
    Changes,
    change_preferences,
    channels_for,
    get_preferences,
    is_fixed,
    lift_suspension,
    mandatory_categories,
    turn_off,
)
from alerts.services.raising import alert_writes, pretend_alert, raise_alert
from alerts.services.routing import route_alert
from alerts.services.searching import EVERYTHING, Wanted
from alerts.services.stopping import WAIT, open_stop_link
from alerts.services.suspending import suspend_address
from alerts.services.unsubscribing import Subscription, open_link, unsubscribe
from alerts.services.views import AlertView, Fact

__all__ = [
    "ANSWER_LABEL",
    "EVERYTHING",
    "WAIT",
    "AlertPage",
    "AlertView",
    "Changes",
    "Distrust",
    "Errand",
    "Fact",
    "Occasion",
    "Subscription",
    "Unread",
    "Wanted",
    "alert_writes",
    "badge",
    "change_preferences",
    "channels_for",
    "check_asked",
    "choose_phone",
    "count_by_category",
    "delete_alert",
    "distrust_from",
    "distrust_of",
    "errand_write",
    "export_alerts",
    "find_asked",
    "get_owned_alert",
    "get_preferences",
    "is_fixed",
    "is_texted",
    "lift_suspension",
    "list_alerts",
    "look_write",
    "look_writes",
    "mail_alert",
    "mandatory_categories",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "not_me_url",
    "not_me_write",
    "open_link",
    "open_not_me_link",
    "open_stop_link",
    "pretend_alert",
    "raise_alert",
    "remove_phone",
    "route_alert",
    "run_errand",
    "say_was_me",
    "scope_text",
    "send_digest",
    "suspend_address",
    "title_of",
    "turn_off",
    "unread",
    "unsubscribe",
]
