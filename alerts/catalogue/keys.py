"""What is told of API keys. `hint` is in each context: it names the key, and shows no
secret; `key_id` leads to its page."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alerts.catalogue.entries import Grouping, security
from alerts.items import AlertKind, Severity

PAGE, ONE = "apikeys:list", ("apikeys:detail", "key_id")
DAY = timedelta(days=1)
KEYS = {
    AlertKind.APIKEY_CREATED: security(
        Severity.HIGH,
        _("An API key was created"),
        _("The API key “%(key)s” was created. Programs that have it can act for you."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_REVOKED: security(
        Severity.NOTICE,
        _("An API key was revoked"),
        _("The API key “%(key)s” was revoked. Programs that use it are refused."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEYS_REVOKED: security(
        Severity.NOTICE,
        _("API keys were revoked"),
        _("API keys were revoked: %(keys)s. Programs that use them are refused."),
        page=PAGE,
    ),
    AlertKind.APIKEY_RESTORED: security(
        Severity.HIGH,
        _("A revoked API key works again"),
        _("Revoking the API key “%(key)s” was undone. Programs that have it can act for you."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_CHANGED: security(
        Severity.HIGH,
        _("An API key was changed"),
        _("The API key “%(key)s” was changed: %(changes)s."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_DISABLED: security(
        Severity.NOTICE,
        _("An API key was disabled"),
        _("The API key “%(key)s” was disabled. Programs that use it are refused."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_ENABLED: security(
        Severity.HIGH,
        _("An API key was enabled"),
        _("The API key “%(key)s” was enabled. Programs that have it can act for you."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_ROTATED: security(
        Severity.HIGH,
        _("An API key has a new secret"),
        _("The API key “%(key)s” has a new secret. The one before ends %(end)s."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_OLD_SECRET_USED: security(
        Severity.NOTICE,
        _("The old secret of an API key is still in use"),
        _("A program still uses the old secret of the API key “%(key)s”. It ends at %(until)s."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_LEAKED: security(
        Severity.CRITICAL,
        _("An API key became public"),
        _(
            "Somebody reported the whole API key “%(key)s”, so it was revoked at once. Look at what"
            " was done with it, then create another one."
        ),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_OLD_SECRET_LEAKED: security(
        Severity.CRITICAL,
        _("A second secret of an API key became public"),
        _(
            "Somebody reported a secret of the API key “%(key)s” that its rotation had left beside"
            " the one in use. It was ended at once; the one in use goes on working."
        ),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_NEW_NETWORK: security(
        Severity.WARNING,
        _("An API key was used from a new network"),
        _("The API key “%(key)s” was used from a network that it was not used from before."),
        page=PAGE,
        page_of=ONE,
        grouping=Grouping(by=("hint",), window=DAY),
    ),
    AlertKind.APIKEY_ADDRESS_REFUSED: security(
        Severity.NOTICE,
        _("An API key was refused for its address"),
        _("Somebody has the API key “%(key)s” and used it from a network that you do not allow."),
        page=PAGE,
        page_of=ONE,
        grouping=Grouping(by=("hint",), window=DAY),
    ),
    AlertKind.APIKEY_EXPIRING: security(
        Severity.NOTICE,
        _("An API key expires soon"),
        _("The API key “%(key)s” expires at %(until)s. Rotate it, or give it a later end."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_EXPIRED: security(
        Severity.WARNING,
        _("An API key has expired"),
        _("The API key “%(key)s” has expired. Programs that use it are refused."),
        page=PAGE,
        page_of=ONE,
    ),
    AlertKind.APIKEY_IDLE: security(
        Severity.NOTICE,
        _("An unused API key has expired"),
        _("The API key “%(key)s” was not used for a year, so it has expired."),
        page=PAGE,
        page_of=ONE,
    ),
}
