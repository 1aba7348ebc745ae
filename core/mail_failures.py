"""What an error of sending a mail means for that mail: is another try of use, and is it safe?"""

import re
import smtplib
from enum import StrEnum

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.exceptions import ValidationError

# Enhanced codes (RFC 3463) of an address that gets no mail: the mailbox or its domain is not
# there, moved, or closed. 5.7 is about us: a policy, a missing sign-in, a relay that is denied.
_NO_SUCH_ADDRESS = re.compile(rb"\s*5\.(1\.\d+|2\.1)\b")
_ENHANCED = re.compile(rb"\s*5\.\d+\.\d+\b")
_PLAIN = frozenset({550, 551, 553})  # RFC 5321 §4.2.2, of a server that sends no enhanced code


class NotConnected(OSError):
    """The mail server could not be reached, or did not let us in: nothing was handed over."""


class MailFailure(StrEnum):
    REFUSED = "refused"  # this address gets no mail, however often it is tried
    NOT_SENT = "not_sent"  # another try is safe
    UNKNOWN = "unknown"  # the answer never came: it may have been taken


def failure_of(error: Exception) -> MailFailure:
    """Of an error that core.mail.send() raised."""
    if _is_refused(error):
        return MailFailure.REFUSED
    talking = isinstance(error, (OSError, smtplib.SMTPException, AnymailError))
    return MailFailure.UNKNOWN if talking and not _is_answer(error) else MailFailure.NOT_SENT


def _is_refused(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(_is_no_address(code, text) for code, text in error.recipients.values())
    return isinstance(error, (ValidationError, AnymailInvalidAddress, AnymailRecipientsRefused))


def _is_no_address(code: int, text: bytes) -> bool:
    if _ENHANCED.match(text):
        return bool(_NO_SUCH_ADDRESS.match(text))
    return code in _PLAIN


def _is_answer(error: Exception) -> bool:
    """The other side said no, or was never asked."""
    if isinstance(error, AnymailAPIError):
        status = error.status_code or 0
        cause = getattr(error.__cause__, "response", None)  # of the AWS SDK: an answer of theirs
        return 400 <= status < 500 or isinstance(cause, dict)
    answered = (
        NotConnected,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPResponseException,
        smtplib.SMTPNotSupportedError,
    )
    return isinstance(error, answered) or not isinstance(error, (OSError, AnymailAPIError))
