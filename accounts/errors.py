from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class WrongSignIn(Unauthenticated):
    """One answer for an unknown name, a wrong password and a disabled account."""

    code = "wrong_sign_in"
    message = _("That name and password do not go together. Check both and try again.")


class SignInExpired(Unauthenticated):
    """One answer for a second step that was never begun, is too old, failed too often, or was
    overtaken by a change of the account."""

    code = "sign_in_expired"
    message = _("This sign-in took too long, or failed too often. Begin again.")


class SecondStepMissing(Unauthenticated):
    """A door tried to sign somebody in without their second factor: a bug, and nobody gets in."""

    code = "second_step_missing"


class WrongCode(Invalid):
    """One answer for an unknown sign-up, a wrong code, a used one and an expired one."""

    code = "wrong_code"
    message = _("That code is not right, or no longer valid. Check it, or ask for a new one.")


class WrongPassword(Invalid):
    """Of somebody who is signed in: there is nothing to hide."""

    code = "wrong_password"
    message = _("That is not your password.")


class PasswordChanging(Conflict):
    code = "password_changing"
    message = _("Your password was changed elsewhere at this moment. Try again.")


class ResetLinkInvalid(Invalid):
    """One answer for an unknown link, a used one, an expired one and an outdated one."""

    code = "reset_link_invalid"
    message = _("This link no longer works. Ask for a new one.")


class NotMeClosed(Invalid):
    """One answer for an unknown link, a used one and an expired one."""

    code = "not_me_closed"
    message = _("This was used already, or is older than 24 hours. Nothing was changed.")


class MfaResetRunning(Conflict):
    code = "mfa_reset_running"
    message = _("That was asked for already. Nothing was changed.")


class MfaResetClosed(Invalid):
    """One answer for an unknown link, a used one, one that is too early or too late, and a wait
    that was stopped."""

    code = "mfa_reset_closed"
    message = _("There is nothing to go on with: it was stopped, is over, or is not yet time.")


class StaffReset(Forbidden):
    code = "staff_reset"
    message = _("Staff accounts are helped by another staff member. Ask one.")


class ExportNotFound(NotFound):
    """One answer for an unknown export, one of somebody else, and one that is not there yet or
    no more."""

    code = "export_not_found"


class ExportRunning(Conflict):
    code = "export_running"
    message = _("Your data is being collected already. We send you a mail when it is ready.")


class DeletionAsked(Conflict):
    code = "deletion_asked"
    message = _("The deletion of this account was asked for already.")


class NoDeletion(Conflict):
    code = "no_deletion"
    message = _("This account is not about to be deleted.")


class AlreadySo(Conflict):
    code = "already_so"
    message = _("The account is in that state already, or being erased. Nothing was changed.")


class ApprovalNotFound(NotFound):
    """One answer for an unknown request and for a person who is not staff."""

    code = "approval_not_found"


class ApprovalClosed(Conflict):
    code = "approval_closed"
    message = _("This request was decided already, or its seven days are over.")


class NothingToReset(Conflict):
    code = "nothing_to_reset"
    message = _("This account has no second factor.")


class ApprovalOutdated(Conflict):
    code = "approval_outdated"
    message = _("The account changed since this was asked for. Nothing was done: ask again.")


class ApprovalKindUnknown(Conflict):
    code = "approval_kind_unknown"
    message = _("Nothing here knows how to do this. It stays undone.")


class OwnApproval(Forbidden):
    """Two people: the one who asked does not decide, and neither does the one it is about."""

    code = "own_approval"
    message = _("You asked for this, or it is about you. Another staff member decides.")


class StaffFactorNeeded(Forbidden):
    code = "staff_factor_needed"
    message = _("Turn on two-step sign-in first: whoever decides confirms with a second factor.")


class NotStaff(Invalid):
    code = "not_staff"
    message = _("That is not the account of an active staff member.")
