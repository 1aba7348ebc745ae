"""What the pages call what a key has, may do and did."""

from collections.abc import Collection, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apikeys.items import EndReason, KeyStatus, Outcome
from apikeys.services import Hint
from core.scopes import DESCRIPTIONS, Area, Scope

Text = str | Promise

AREA_TEXTS: Mapping[Area, Text] = {
    Area.PROFILE: _("Account and profile"),
    Area.SESSIONS: _("Sessions"),
    Area.ALERTS: _("Alerts"),
    Area.FEED: _("Feed"),
    Area.BILLING: _("Billing"),
    Area.KEYS: _("API keys"),
}
STATUS_TEXTS: Mapping[KeyStatus, tuple[Text, str]] = {
    KeyStatus.ACTIVE: (_("Active"), "ok"),
    KeyStatus.DISABLED: (_("Disabled"), "warn"),
    KeyStatus.EXPIRED: (_("Expired"), "warn"),
    KeyStatus.REVOKED: (_("Revoked"), "neutral"),
}
END_TEXTS: Mapping[EndReason, Text] = {
    EndReason.OWNER: _("You revoked it."),
    EndReason.NOT_ME: _(
        "It was revoked because it was made after something that you said was not you."
    ),
    EndReason.LEAKED: _(
        "Somebody reported its secret, so it was revoked at once. Look at what was done with it."
    ),
    EndReason.IDLE: _("It expired because nobody used it for a year."),
}
OUTCOME_TEXTS: Mapping[Outcome, Text] = {
    Outcome.OK: _("Answered"),
    Outcome.REFUSED: _("Refused"),
    Outcome.RATE_LIMITED: _("Over the limit"),
    Outcome.CLIENT_ERROR: _("Client errors"),
    Outcome.SERVER_ERROR: _("Server errors"),
}
HINT_BADGES: Mapping[Hint, Text] = {
    Hint.EXPIRES_SOON: _("Expires soon"),
    Hint.OLD_SECRET_IN_USE: _("Old secret in use"),
    Hint.NEW_SECRET_UNUSED: _("New secret unused"),
    Hint.IDLE: _("Unused"),
    Hint.NEVER_EXPIRES: _("Never expires"),
    Hint.EVERY_SCOPE: _("Every scope"),
    Hint.MANY_NETWORKS: _("Many networks"),
}


def duration(hours: int) -> Text:
    if hours == 0:
        return _("Not at all: it ends at once")
    if hours % 24:
        return ngettext_lazy("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext_lazy("%(n)d day", "%(n)d days", days) % {"n": days}


def scope_groups(scopes: Collection[Scope]) -> list[tuple[Text, list[tuple[Scope, Text]]]]:
    """By area, in the order of the form; areas that the key knows nothing of are left out."""
    groups = []
    for area, name in AREA_TEXTS.items():
        here = [
            (scope, text)
            for scope, text in DESCRIPTIONS.items()
            if scope in scopes and scope.partition(":")[0] == area
        ]
        if here:
            groups.append((name, here))
    return groups
