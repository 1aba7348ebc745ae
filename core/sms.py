"""Text messages out, through the backend that SMS_BACKEND names.

send() is the one door: the budget of the site (core.sms_budget) is counted here, whoever sends.
"""

from email.message import EmailMessage
from email.utils import localtime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import aws, inbox, phone_numbers, sms_budget
from core.errors import ServiceUnavailable
from core.mail_failures import MailFailure
from core.sms_budget import Use
from dynamo.exports import Statement, granting

# What SNS says about the number; other refusals are about us: permissions, the spending limit.
_NUMBER_REFUSED = {"InvalidParameter", "ParameterValueInvalid", "OptedOut"}
COUNTRY_NOT_TEXTED = "CountryNotTexted"
# Of the AWS SDK: the request never left, or was turned away unread.
_NOT_TAKEN = frozenset(
    {
        "ConnectTimeoutError",
        "EndpointConnectionError",
        "RequestThrottled",
        "ServiceUnavailable",
        "Throttled",
        "Throttling",
        "ThrottlingException",
    }
)


class SmsNotConfigured(ServiceUnavailable):
    code = "sms_not_configured"
    message = _("Text messages are not set up on this site.")


class SmsRefused(Exception):
    """This number will not get this message, however often it is tried. The text is a code."""


class SmsBackend(Protocol):
    def send(self, *, to: str, text: str, message_id: str) -> None:
        """`to` is in E.164 form; the same `message_id` again is the same message.

        Raises SmsRefused when another try is useless; anything else is worth one.
        """


def is_configured() -> bool:
    return bool(settings.SMS_BACKEND)


def send(*, to: str, text: str, message_id: str, use: Use, booked: bool = False) -> None:
    """`booked`: sms_budget.book(use) counted it already, while the person was waiting.

    What the provider says it did not take is given back, so another try counts again. Raises
    SmsNotConfigured, SmsBudgetSpent, and what the backend raises.
    """
    if not is_configured():
        raise SmsNotConfigured
    if not phone_numbers.is_allowed(to):
        raise SmsRefused(COUNTRY_NOT_TEXTED)
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    if not booked:
        sms_budget.book(use)
    try:
        backend.send(to=to, text=text, message_id=message_id)
    except Exception as error:
        if failure_of(error) is not MailFailure.UNKNOWN:
            sms_budget.give_back(use)
        raise


def failure_of(error: Exception) -> MailFailure:
    """Of an error that send() raised: is another try of use, and is it safe?"""
    if isinstance(error, SmsRefused):
        return MailFailure.REFUSED
    if isinstance(error, aws.AwsUnavailable):
        taken = error.code not in _NOT_TAKEN
        return MailFailure.UNKNOWN if taken else MailFailure.NOT_SENT
    return MailFailure.UNKNOWN if isinstance(error, OSError) else MailFailure.NOT_SENT


class LocalInbox:
    """Keeps each text message beside the mails of local mode."""

    def send(self, *, to: str, text: str, message_id: str) -> None:
        message = EmailMessage()
        message["To"] = to
        message["Date"] = localtime()
        message[inbox.KIND_HEADER] = "sms"
        message.set_content(text)
        inbox.store(message.as_bytes())


class SnsSms:
    """Amazon SNS, with the account's own settings for sender, price limit and sandbox.

    SNS knows no idempotency for text messages: a repeat after a lost answer arrives twice.
    """

    def send(self, *, to: str, text: str, message_id: str) -> None:
        kind = {"DataType": "String", "StringValue": "Transactional"}
        attributes = {"AWS.SNS.SMS.SMSType": kind}
        try:
            aws.call("sns", "Publish", PhoneNumber=to, Message=text, MessageAttributes=attributes)
        except aws.AwsRefused as error:
            if error.code in _NUMBER_REFUSED:
                raise SmsRefused(error.code) from None
            raise


@granting
def statements(role: str, region: str, account: str) -> list[Statement]:
    """Text messages, and no topic. Only background jobs send them."""
    if role != "worker" or settings.SMS_BACKEND != "core.sms.SnsSms":
        return []
    topics = ["arn:aws:sns:*:*:*"]
    return [
        {"Sid": "Sms", "Effect": "Allow", "Action": ["sns:Publish"], "NotResource": topics},
    ]
