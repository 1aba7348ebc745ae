from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Unauthenticated


class WrongSignIn(Unauthenticated):
    """One answer for an unknown name, a wrong password and a disabled account."""

    code = "wrong_sign_in"
    message = _("That name and password do not go together. Check both and try again.")


class WrongCode(Invalid):
    """One answer for an unknown sign-up, a wrong code, a used one and an expired one."""

    code = "wrong_code"
    message = _("That code is not right, or no longer valid. Check it, or ask for a new one.")
