from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, Invalid, NotFound


class DeviceNotFound(NotFound):
    """One answer for an unknown device, one of somebody else, and a set-up that is too old."""

    code = "device_not_found"


class WrongFactorCode(Invalid):
    """One answer for a wrong code, a used one, an expired one and one that was never sent."""

    code = "wrong_code"
    message = _("That code is not right, was used already, or is too old.")

    def __init__(self, *, tries: int = 0) -> None:
        super().__init__(errors={"code": [self.message]})
        self.tries = tries  # in a row, over all factors; 0 = nobody counts them


class MethodNotOn(Conflict):
    code = "method_not_on"
    message = _("Your account cannot confirm in that way. Choose another one.")


class TooManyDevices(Conflict):
    code = "too_many_devices"
    message = _("That is the most there can be of this kind. Remove one first.")


class FactorsChanging(Conflict):
    code = "factors_changing"
    message = _("Your account was changed elsewhere at this moment. Try again.")


class EmailFactorRefused(Forbidden):
    code = "email_factor_refused"
    message = _("Staff accounts confirm with an authenticator app or a text message, not by email.")


class PhoneOptedOut(MethodNotOn):
    code = "phone_opted_out"
    message = _(
        "This phone no longer takes our messages, because STOP was sent from it. Reply START to one"
        " of them and try again in a minute, or use another way."
    )


class LastFactor(Conflict):
    """Removing it turns two-step sign-in off, and whoever asked did not say that they know."""

    code = "last_factor"
    message = _("It is your only method: say that you want to turn two-step sign-in off.")


class CodesReplaced(Conflict):
    code = "codes_replaced"
    message = _("These recovery codes were used or replaced meanwhile. Make new ones.")


class FactorRequired(Forbidden):
    """Somebody who must have a second factor has none that counts."""

    code = "mfa_enrolment_required"
    message = _("This account must have two-step sign-in. Turn it on in the browser, then go on.")
    page = "mfa:overview"


class LastFactorRequired(Conflict):
    code = "last_factor_required"
    message = _(
        "This account must have two-step sign-in, so its last method stays. Add another one first."
    )


class NoFactor(Conflict):
    code = "no_factor"
    message = _("Recovery codes come with two-step sign-in. Turn on a method first.")


class CountryNotTexted(Conflict):
    """SMS_COUNTRIES was made shorter since the number was confirmed."""

    code = "country_not_texted"
    message = _("This site sends no text messages to the country of that phone.")
