"""The phones of a person that this site can text, and what keeps it from texting the others."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock, crypto, phone_numbers, sms
from mfa.errors import PhoneOptedOut
from mfa.items import Device, Method
from mfa.services.devices import confirmed_devices
from users.models import User

OPT_OUT_HOLDS = timedelta(minutes=1)


def number_of(device: Device) -> str:
    return crypto.decrypt(device.sealed, context=device.context)


def usable_phones(user_sub: str) -> list[Device]:
    """Confirmed ones in countries that are still texted: the one that was turned on last first,
    those that take no messages any more at the end."""
    found = reversed(confirmed_devices(user_sub, Method.SMS))
    texted = [device for device in found if phone_numbers.is_allowed(number_of(device))]
    return sorted(texted, key=lambda device: device.opted_out_at is not None)


def check_takes_messages(device: Device) -> None:
    """Raises PhoneOptedOut. A while after it was seen, another try shows whether START was sent."""
    if device.opted_out_at and clock.now() - device.opted_out_at < OPT_OUT_HOLDS:
        raise PhoneOptedOut


def why_no_messages(device: Device) -> str:
    return str(PhoneOptedOut.message) if device.opted_out_at else ""


def takes_codes(user: User) -> bool:
    """Asked only of an account with a phone. Nothing is read while every country is texted."""
    if not sms.is_configured():
        return False
    return not settings.SMS_COUNTRIES or bool(usable_phones(user.user_sub))


def why_no_text(user: User) -> str:
    """For an account with a phone that takes no codes: what its owner does instead."""
    if not sms.is_configured():
        return _("This site sends no text messages at the moment. Use another way.")
    return _(
        "This site no longer sends text messages to the country of your phone. Use another way: a"
        " recovery code always works. Then set up an authenticator app."
    )
