"""Text messages out, through the backend that SMS_BACKEND names."""

from email.message import EmailMessage
from email.utils import localtime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import aws, inbox
from core.errors import ServiceUnavailable
from dynamo.exports import Statement, granting

# What SNS says about the number; other refusals are about us: permissions, the spending limit.
_NUMBER_REFUSED = {"InvalidParameter", "ParameterValueInvalid", "OptedOut"}


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


def send(*, to: str, text: str, message_id: str) -> None:
    """Raises SmsNotConfigured, and what the backend raises."""
    if not is_configured():
        raise SmsNotConfigured
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    backend.send(to=to, text=text, message_id=message_id)


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
