"""What else happens to an account."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from alerts.catalogue.entries import Entry, account
from alerts.items import AlertKind, Severity

ACCOUNT: Mapping[AlertKind, Entry] = {
    AlertKind.HANDLE_CHANGED: account(
        Severity.NOTICE,
        _("Your handle was changed"),
        _("Your handle was @%(old)s. Now it is @%(new)s."),
        page="accounts:profile",
    ),
    AlertKind.EXPORT_READY: account(
        Severity.INFO,
        _("Your data is ready"),
        _("The export of your data is ready to be downloaded, for seven days."),
        page="accounts:data",
    ),
    AlertKind.MFA_REQUIRED: account(
        Severity.WARNING,
        _("Two-step sign-in will be required"),
        _(
            "Turn on two-step sign-in by %(day)s. After that day your account can be used only"
            " with it."
        ),
        page="mfa:overview",
        mandatory=True,
    ),
    AlertKind.MFA_DUE_SOON: account(
        Severity.HIGH,
        _("Two-step sign-in is required soon"),
        _(
            "Two-step sign-in is still off. Turn it on by %(day)s: after that day your account"
            " can be used only with it."
        ),
        page="mfa:overview",
        mandatory=True,
    ),
}
