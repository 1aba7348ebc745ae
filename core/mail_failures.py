"""What an error of sending a mail means for that mail: is another try of use, and is it safe?

The one place that knows from a server's answer whether an address gets no mail at all, whether the
server told us or, later, our mail provider (alerts.mail_events).
"""

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

# `550 5.1.1 …`, `550-5.1.1 …`, `smtp; 550 #5.1.0 …`, `5.1.1 …`: as servers and reports write it.
_ANSWER = re.compile(
    r"\s*(?:smtp;\s*)?(?P<code>[45][0-5]\d(?!\d))?[\s#-]*"
    r"(?P<enhanced>[45]\.\d{1,3}\.\d{1,3}(?!\.?\d))?",
    re.ASCII | re.IGNORECASE,
)
# Enhanced codes (RFC 3463) of an address that gets no mail: the mailbox or its domain is not
# there, moved, or closed. 5.7 is about us: a policy, a missing sign-in, a relay that is denied;
# so are 5.1.7 and 5.1.8, which are about the sender.
_NO_SUCH_ADDRESS = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"}
)
_ANSWERS = (*range(400, 460), *range(500, 560))  # RFC 5321 §4.2.1; providers use others for theirs
# Of the AWS SDK and of urllib3: there was no connection, so nothing was handed over.
_NOT_REACHED = frozenset(
    {
        "ConnectTimeoutError",
        "EndpointConnectionError",
        "NameResolutionError",
        "NewConnectionError",
    }
)
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


def says_no_address(answer: str, code: int = 0) -> bool | None:
    """Whether a server's answer means that this address gets no mail, and no other mail of ours
    would arrive either. None when it is no answer of a server.

    `code`: the three digits, where they came apart from the text.
    """
    found = _ANSWER.match(answer)
    if found and found["enhanced"]:
        return found["enhanced"] in _NO_SUCH_ADDRESS
    plain = int(found["code"] or code) if found else code
    return plain in _PLAIN if plain in _ANSWERS else None


def _is_refused(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.values()
        return all(says_no_address(text.decode("ascii", "replace"), code) for code, text in answers)
    return isinstance(error, (ValidationError, AnymailInvalidAddress, AnymailRecipientsRefused))


def _is_answer(error: Exception) -> bool:
    """The other side said no, or was never asked."""
    if isinstance(error, AnymailAPIError):
        status = error.status_code or 0
        cause = getattr(error.__cause__, "response", None)  # of the AWS SDK: an answer of theirs
        said_no = 400 <= status < 500 or status == 503  # RFC 9110 §15.6.4: not handled now
        return said_no or isinstance(cause, dict) or _not_reached(error.__cause__)
    answered = (
        NotConnected,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPResponseException,
        smtplib.SMTPNotSupportedError,
    )
    return isinstance(error, answered) or not isinstance(error, (OSError, AnymailAPIError))


def _not_reached(cause: BaseException | None) -> bool:
    told = cause.args[0] if cause and cause.args else None
    reason = getattr(told, "reason", cause)  # requests puts what urllib3 says into its own error
    return type(reason).__name__ in _NOT_REACHED
