from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotFound


class AlertNotFound(NotFound):
    code = "alert_not_found"
    message = _("There is no such alert. Alerts are kept for 90 days.")


class MarkInvalid(Invalid):
    code = "mark_invalid"
    message = _("Send the mark of the list that you have read.")


class AlertMandatory(Invalid):
    code = "alert_mandatory"
    message = _("Alerts about security are always sent; they cannot be turned off.")


class PreferencesChanged(Conflict):
    code = "alert_preferences_changed"
    message = _(
        "Your choices were changed elsewhere meanwhile, so nothing was saved. Look at what is"
        " there now, then make your change again."
    )
