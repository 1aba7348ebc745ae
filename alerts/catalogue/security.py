"""What protects an account: always told, whatever its owner chose."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from alerts.catalogue.entries import (
    EVERYWHERE,
    FAILURES,
    NOT_BY_MAIL,
    SAME_PLACE,
    Entry,
    Grouping,
    security,
)
from alerts.items import AlertKind, Channel, Severity

SECURITY: Mapping[AlertKind, Entry] = {
    AlertKind.PASSWORD_CHANGED: security(
        Severity.HIGH,
        _("Your password was changed"),
        _("The password of your account was changed."),
        page="accounts:security",
    ),
    AlertKind.PASSWORD_RESET: security(
        Severity.HIGH,
        _("Your password was reset"),
        _("A new password was set through a reset link. Every device was signed out."),
        page="accounts:security",
    ),
    AlertKind.PASSWORD_RESET_ASKED: security(
        Severity.WARNING,
        _("A new password was asked for"),
        _("Somebody asked for a link to set a new password. Only your mailbox got it."),
        page="accounts:security",
        channels=NOT_BY_MAIL,  # the mail is the link itself
        grouping=Grouping(),
    ),
    AlertKind.EMAIL_CHANGED: security(
        Severity.CRITICAL,
        _("Your email address was changed"),
        _("The email address of your account was changed. The old one no longer signs in."),
        page="accounts:email",
    ),
    AlertKind.EMAIL_CHANGE_ASKED: security(
        Severity.WARNING,
        _("A change of your email address was asked for"),
        _("Somebody asked to change the email address of your account. Nothing is changed yet."),
        page="accounts:email",
    ),
    AlertKind.NEW_DEVICE: security(
        Severity.HIGH,
        _("New sign-in to your account"),
        _("Your account was signed in to from a browser that we had not seen before."),
        page="sessions:list",
        grouping=SAME_PLACE,
    ),
    AlertKind.SESSION_ENDED: security(
        Severity.NOTICE,
        _("A device was signed out"),
        _("“%(ended)s” was signed out of your account from another device."),
        page="sessions:list",
        channels=NOT_BY_MAIL,
    ),
    AlertKind.OTHER_SESSIONS_ENDED: security(
        Severity.NOTICE,
        _("All other devices were signed out"),
        _("Every device but one was signed out of your account, from that one."),
        page="sessions:list",
        channels=NOT_BY_MAIL,
        grouping=SAME_PLACE,
    ),
    AlertKind.SESSIONS_ENDED: security(
        Severity.NOTICE,
        _("Your devices were signed out"),
        _("Devices were signed out of your account."),
        page="sessions:list",
    ),
    AlertKind.BROWSER_TRUSTED: security(
        Severity.NOTICE,
        _("A browser skips the second step now"),
        _("For 30 days, the password alone signs in to your account from here: %(browser)s."),
        page="sessions:list",
    ),
    AlertKind.BROWSER_FORGOTTEN: security(
        Severity.NOTICE,
        _("A browser is no longer trusted"),
        _("The next sign-in from here asks for the second step again: %(browser)s."),
        page="sessions:list",
        channels=NOT_BY_MAIL,
    ),
    AlertKind.SIGN_IN_LOCKED: security(
        Severity.HIGH,
        _("Too many failed sign-ins"),
        _("There were too many failed sign-ins to your account, so we made further ones wait."),
        page="accounts:history",
        grouping=Grouping(by=("network",)),
    ),
    AlertKind.SIGN_IN_FAILED: security(
        Severity.WARNING,
        _("Failed sign-ins"),
        _("Somebody tried to sign in to your account with a wrong password or code."),
        page="accounts:history",
        channels=NOT_BY_MAIL,  # SIGN_IN_LOCKED is mailed when there are too many
        grouping=FAILURES,
    ),
    AlertKind.STEP_UP_FAILED: security(
        Severity.HIGH,
        _("A wrong password in your session"),
        _("Somebody signed in to your account could not confirm that it is you."),
        page="sessions:list",
        grouping=SAME_PLACE,
    ),
    AlertKind.EXPORT_ASKED: security(
        Severity.WARNING,
        _("Your data was asked for"),
        _("An export of all data of your account was asked for."),
        page="accounts:data",
    ),
    AlertKind.EXPORT_DOWNLOADED: security(
        Severity.WARNING,
        _("Your data was downloaded"),
        _("An export of all data of your account was downloaded."),
        page="accounts:data",
        grouping=SAME_PLACE,
    ),
    AlertKind.DELETION_ASKED: security(
        Severity.CRITICAL,
        _("Your account will be deleted"),
        _("Your account will be deleted in 30 days. Until then you can sign in and keep it."),
        page="accounts:delete",
    ),
    AlertKind.DELETION_CANCELLED: security(
        Severity.NOTICE,
        _("Your account stays"),
        _("The deletion of your account was cancelled."),
        page="accounts:security",
    ),
    AlertKind.ACCOUNT_DISABLED: security(
        Severity.CRITICAL,
        _("Your account was disabled"),
        _("Your account was disabled by the operator of this site. Every device was signed out."),
    ),
    AlertKind.ACCOUNT_ENABLED: security(
        Severity.NOTICE,
        _("Your account was enabled"),
        _("Your account was enabled again by the operator of this site. You can sign in."),
    ),
    AlertKind.WEBHOOK_ADDED: security(
        Severity.HIGH,
        _("A webhook was added"),
        _("The webhook “%(webhook)s” was added. Your alerts are now also sent to %(host)s."),
        page="alerts:webhooks",
    ),
    AlertKind.WEBHOOK_SECRET_ROTATED: security(
        Severity.HIGH,
        _("A webhook has a new secret"),
        _("The secret of the webhook “%(webhook)s” was replaced. The old one works for a day."),
        page="alerts:webhooks",
    ),
    AlertKind.WEBHOOK_TURNED_ON: security(
        Severity.HIGH,
        _("A webhook was turned on"),
        _("The webhook “%(webhook)s” was turned on. Your alerts are now also sent to %(host)s."),
        page="alerts:webhooks",
    ),
    AlertKind.WEBHOOK_TURNED_OFF: security(
        Severity.HIGH,
        _("A webhook was turned off"),
        _("The webhook “%(webhook)s” was turned off. %(host)s gets no more of your alerts."),
        page="alerts:webhooks",
    ),
    AlertKind.WEBHOOK_REMOVED: security(
        Severity.HIGH,
        _("A webhook was removed"),
        _("The webhook “%(webhook)s” was removed. %(host)s gets no more of your alerts."),
        page="alerts:webhooks",
    ),
    AlertKind.WEBHOOK_DISABLED: security(
        Severity.HIGH,
        _("A webhook stopped working"),
        _("“%(webhook)s” gets no more alerts: %(host)s is gone, or failed for five days."),
        page="alerts:webhooks",
    ),
    AlertKind.NOT_ME: security(
        Severity.CRITICAL,
        _("You told us that it was not you"),
        _(
            "“%(what)s”: that was not you. So every device was signed out, the password no longer"
            " works, and API keys and webhooks made since then are turned off. Set a new password"
            " through the link that we mailed."
        ),
        page="accounts:security",
    ),
    AlertKind.PREFS_CHANGED: security(
        Severity.HIGH,
        _("Security alerts go to fewer places"),
        _("You no longer get all alerts about security here: %(channel)s."),
        page="alerts:preferences",
    ),
    AlertKind.EMAIL_BOUNCED: security(
        Severity.HIGH,
        _("Mail to you comes back"),
        _(
            "Your email address takes no mail, so alerts are no longer mailed. Correct the"
            " address, or say that it works again."
        ),
        page="alerts:preferences",
        channels=EVERYWHERE - {Channel.EMAIL},
    ),
    AlertKind.EMAIL_COMPLAINED: security(
        Severity.WARNING,
        _("A mail to you was marked as spam"),
        _(
            "So only alerts that are always sent are still mailed. If that was a mistake, say"
            " that you want the others again."
        ),
        page="alerts:preferences",
        channels=EVERYWHERE - {Channel.EMAIL},
    ),
    AlertKind.SMS_REFUSED: security(
        Severity.HIGH,
        _("Text messages to you come back"),
        _(
            "The phone that you chose for alerts takes no text messages, so none are sent there"
            " any more. If STOP was sent from it, reply START to one of ours, then say that it"
            " works again; or choose another one."
        ),
        page="alerts:preferences",
        channels=EVERYWHERE - {Channel.SMS},
    ),
    AlertKind.MFA_ENABLED: security(
        Severity.HIGH,
        _("Two-step sign-in was turned on"),
        _("Signing in now asks for a code as well as the password: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.MFA_DISABLED: security(
        Severity.CRITICAL,
        _("Two-step sign-in was turned off"),
        _("The last method was removed (%(method)s). The password alone signs in now."),
        page="mfa:overview",
    ),
    AlertKind.MFA_METHOD_ADDED: security(
        Severity.HIGH,
        _("A way to sign in was added"),
        _("Your account can now be confirmed in one more way: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.MFA_METHOD_REMOVED: security(
        Severity.HIGH,
        _("A way to sign in was removed"),
        _("Your account can no longer be confirmed in this way: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.RECOVERY_CODES_CREATED: security(
        Severity.HIGH,
        _("New recovery codes were made"),
        _("New recovery codes were made for your account. The ones before no longer work."),
        page="mfa:overview",
    ),
    AlertKind.RECOVERY_CODE_USED: security(
        Severity.HIGH,
        _("A recovery code was used"),
        _("One of your recovery codes was used. It does not work again."),
        page="mfa:overview",
    ),
    AlertKind.RECOVERY_CODES_LOW: security(
        Severity.WARNING,
        _("Few recovery codes are left"),
        _("You have %(left)s recovery codes left. Make new ones before you need the last one."),
        page="mfa:overview",
    ),
    AlertKind.MFA_PREFERRED_CHANGED: security(
        Severity.NOTICE,
        _("Another method is asked for first"),
        _("Signing in now asks for this one first: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.MFA_METHOD_RENAMED: security(
        Severity.NOTICE,
        _("A way to sign in was renamed"),
        _("“%(before)s” is now %(method)s."),
        page="mfa:overview",
        channels=NOT_BY_MAIL,
    ),
}
