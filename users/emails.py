"""E-mail addresses: what is valid, and which two are the same one."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

_validate = EmailValidator(allowlist=[])  # Django's list would let `localhost` through
MAX_LENGTH = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets


def clean_email(text: str) -> str:
    """The address as it is shown and mailed; ValidationError says what to fix."""
    address = unicodedata.normalize("NFC", text.strip())
    local, at, domain = address.rpartition("@")
    message = _("Enter an email address such as name@example.com.")
    if not at or len(address) > MAX_LENGTH or not _is_plain(local):
        raise ValidationError(message)
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValidationError(message) from error
    address = f"{local}@{ascii_domain}"
    if len(address) > MAX_LENGTH:
        raise ValidationError(message)
    _validate(address)
    return address


def _is_plain(local: str) -> bool:
    """Django's pattern takes more: the long s (it ignores case), which folds to another mailbox's
    s; and quoted texts, a second spelling of one mailbox that may hold control characters."""
    return local.isascii() and '"' not in local


def email_key(address: str) -> str:
    """The form in which two addresses are compared: case folded, domain in ASCII.

    Dots and plus tags stay: only some providers ignore them.
    """
    return clean_email(address).casefold()


def mailbox_key(address: str) -> str:
    """For refusing a second use of one mailbox: without the plus tag, which most providers ignore.
    Never for telling accounts apart."""
    local, at, domain = email_key(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
