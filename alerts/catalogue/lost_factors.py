"""Somebody lost every second factor, or says so; and what staff do about it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from alerts.catalogue.entries import Entry, security
from alerts.items import AlertKind, Severity

LOST_FACTORS: Mapping[AlertKind, Entry] = {
    AlertKind.MFA_RESET_ASKED: security(
        Severity.CRITICAL,
        _("Removing two-step sign-in was asked for"),
        _(
            "Somebody with your password and a code from your mailbox says that every way to"
            " confirm is lost. Two-step sign-in can be removed from %(due)s on, unless it is"
            " stopped before."
        ),
        page="accounts:security",
    ),
    AlertKind.MFA_RESET_SOON: security(
        Severity.CRITICAL,
        _("Two-step sign-in can be removed tomorrow"),
        _(
            "The wait that was begun for your account ends on %(due)s. Then two-step sign-in can"
            " be removed, unless it is stopped before."
        ),
        page="accounts:security",
    ),
    AlertKind.MFA_RESET_DUE: security(
        Severity.CRITICAL,
        _("Two-step sign-in can be removed now"),
        _(
            "The wait is over. Who has your password and the link that we mailed can remove"
            " two-step sign-in, until %(ends)s."
        ),
        page="accounts:security",
    ),
    AlertKind.MFA_RESET_STOPPED: security(
        Severity.HIGH,
        _("Removing two-step sign-in was stopped"),
        _("Two-step sign-in stays as it is. If you did not begin it, set a new password."),
        page="accounts:security",
    ),
    AlertKind.MFA_RESET_DONE: security(
        Severity.CRITICAL,
        _("Two-step sign-in was removed"),
        _(
            "Every way to confirm and every recovery code was removed after the wait, and every"
            " device was signed out. The password alone signs in: set two-step sign-in up again."
        ),
        page="mfa:overview",
    ),
    AlertKind.MFA_RESET_REQUESTED: security(
        Severity.CRITICAL,
        _("Staff were asked to remove your two-step sign-in"),
        _(
            "A staff member asked to remove every way to confirm from your account. It happens"
            " once a second one approves."
        ),
        page="accounts:security",
    ),
    AlertKind.MFA_RESET_REFUSED: security(
        Severity.NOTICE,
        _("Your two-step sign-in stays"),
        _("The request of a staff member to remove it was refused. Nothing was changed."),
        page="accounts:security",
    ),
    AlertKind.MFA_RESET_BY_STAFF: security(
        Severity.CRITICAL,
        _("Staff removed your two-step sign-in"),
        _(
            "Every way to confirm and every recovery code was removed, and every device was"
            " signed out. The password alone signs in: set two-step sign-in up again."
        ),
        page="mfa:overview",
    ),
    AlertKind.STAFF_REQUEST_MADE: security(
        Severity.HIGH,
        _("A request was made in your name"),
        _(
            "“%(what)s” was asked for from the command line, in your name. Another staff member"
            " decides: if it was not you, tell them."
        ),
        page="accounts:approvals",
    ),
    AlertKind.STAFF_GLASS_BROKEN: security(
        Severity.CRITICAL,
        _("The glass was broken in your name"),
        _(
            "“%(what)s” was done from the command line, in your name and without a second staff"
            " member. If it was not you, tell the others."
        ),
        page="accounts:approvals",
    ),
}
