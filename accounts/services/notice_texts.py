"""What a security notice says: for each kind its subject and its sentence."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.items import AlertKind


@dataclass(frozen=True, slots=True)
class NoticeText:
    """`page` names the URL of a page that the mail links to: no token, so one signs in first."""

    subject: str | Promise
    sentence: str | Promise
    page: str = ""


TEXTS: dict[AlertKind, NoticeText] = {
    AlertKind.PASSWORD_CHANGED: NoticeText(
        _("Your password was changed"), _("The password of your account was changed.")
    ),
    AlertKind.PASSWORD_RESET: NoticeText(
        _("Your password was reset"),
        _("A new password was set through a reset link. Every device was signed out."),
    ),
    AlertKind.EMAIL_CHANGED: NoticeText(
        _("Your email address was changed"),
        _("The email address of your account was changed. The old one no longer signs in."),
    ),
    AlertKind.EMAIL_CHANGE_ASKED: NoticeText(
        _("A change of your email address was asked for"),
        _("Somebody asked to change the email address of your account. Nothing is changed yet."),
    ),
    AlertKind.HANDLE_CHANGED: NoticeText(
        _("Your handle was changed"), _("The handle of your account was changed.")
    ),
    AlertKind.NEW_DEVICE: NoticeText(
        _("New sign-in to your account"),
        _("Your account was signed in to from a browser that we had not seen before."),
    ),
    AlertKind.SESSIONS_ENDED: NoticeText(
        _("Your devices were signed out"), _("Devices were signed out of your account.")
    ),
    AlertKind.SIGN_IN_LOCKED: NoticeText(
        _("Too many failed sign-ins"),
        _("There were too many failed sign-ins to your account, so we made further ones wait."),
    ),
    AlertKind.STEP_UP_FAILED: NoticeText(
        _("A wrong password in your session"),
        _("Somebody signed in to your account could not confirm that it is you."),
    ),
    AlertKind.EXPORT_ASKED: NoticeText(
        _("Your data was asked for"), _("An export of all data of your account was asked for.")
    ),
    AlertKind.EXPORT_READY: NoticeText(
        _("Your data is ready"),
        _("The export of your data is ready to be downloaded, for seven days:"),
        page="accounts:data",
    ),
    AlertKind.DELETION_ASKED: NoticeText(
        _("Your account will be deleted"),
        _("Your account will be deleted in 30 days. Until then you can sign in and keep it:"),
        page="accounts:delete",
    ),
    AlertKind.DELETION_CANCELLED: NoticeText(
        _("Your account stays"), _("The deletion of your account was cancelled.")
    ),
    AlertKind.ACCOUNT_DISABLED: NoticeText(
        _("Your account was disabled"),
        _("Your account was disabled by the operator of this site. Every device was signed out."),
    ),
    AlertKind.ACCOUNT_ENABLED: NoticeText(
        _("Your account was enabled"),
        _("Your account was enabled again by the operator of this site. You can sign in."),
    ),
}
