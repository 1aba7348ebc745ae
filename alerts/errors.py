from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotFound


class AlertNotFound(NotFound):
    code = "alert_not_found"
    message = _("There is no such alert. Alerts are kept for 90 days.")


class NewerAlert(Exception):
    """Only a newer version knows its kind: a worker of that version is to send it."""


class MarkInvalid(Invalid):
    code = "mark_invalid"
    message = _("Send the mark of the list that you have read.")


class AlertMandatory(Invalid):
    code = "alert_mandatory"
    message = _("Alerts about security are always sent; they cannot be turned off.")


class AlertStays(Conflict):
    code = "alert_stays"
    message = _("Alerts about security stay for 90 days; nobody can remove them.")


class PreferencesChanged(Conflict):
    code = "alert_preferences_changed"
    message = _(
        "Your choices were changed elsewhere meanwhile, so nothing was saved. Look at what is"
        " there now, then make your change again."
    )


class WebhookNotFound(NotFound):
    code = "webhook_not_found"
    message = _("There is no such webhook.")


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"
    message = _("There is no such delivery. The log is kept for 14 days.")


class WebhookExists(Conflict):
    code = "webhook_exists"
    message = _("This webhook is there already; its secret was shown then.")


class WebhookLimitReached(Conflict):
    code = "webhook_limit_reached"
    message = _("You have five webhooks, which is as many as there can be. Remove one first.")


class WebhookOff(Conflict):
    code = "webhook_off"
    message = _("This webhook is turned off. Turn it on first.")


class WebhookChanged(Conflict):
    code = "webhook_changed"
    message = _("This webhook was changed elsewhere meanwhile. Look at it again.")


class NothingToReplay(Conflict):
    code = "nothing_to_replay"
    message = _("What was sent is no longer there, so it cannot be sent again.")


class UnsubscribeLinkInvalid(Invalid):
    code = "unsubscribe_link_invalid"
    message = _(
        "This link is not whole, or belongs to mails that cannot be turned off. Sign in to choose"
        " which alerts you get."
    )
