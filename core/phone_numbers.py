"""Which phone numbers this site texts: mobile ones, of the countries that SMS_COUNTRIES names."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from core.errors import Invalid

REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)  # ISO 3166-1 alpha-2
# Those that take texts without a surcharge for whoever sends or reads them.
_TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def clean(typed: str) -> str:
    """In E.164 form. Raises Invalid at `phone`."""
    number = _parsed(typed)
    if number is None or not phonenumbers.is_valid_number(number):
        message = _("Write the number with its country code, such as +49 151 23456789.")
        raise Invalid(errors={"phone": [message]})
    if phonenumbers.number_type(number) not in _TYPES:
        message = _("This number cannot get text messages from us. Use a mobile number.")
        raise Invalid(errors={"phone": [message]})
    if not _is_of_a_country(number):
        message = _("This site sends no text messages to the country of this number.")
        raise Invalid(errors={"phone": [message]})
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_allowed(number: str) -> bool:
    """Whether a number that was cleaned once may still be texted: the list may be shorter now."""
    found = _parsed(number)
    return found is not None and _is_of_a_country(found)


def _is_of_a_country(number: PhoneNumber) -> bool:
    allowed = settings.SMS_COUNTRIES
    return not allowed or phonenumbers.region_code_for_number(number) in allowed


def _parsed(text: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
