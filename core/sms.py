"""Text messages out, through the backend that SMS_BACKEND names.

send() is the one door: the budget of the site (core.sms_budget) is counted here, whoever sends.
"""

import logging
from email.message import EmailMessage
from email.utils import localtime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import aws, gsm7, inbox, phone_numbers, ratelimit, sms_budget
from core.errors import RateLimited, ServiceUnavailable
from core.mail_failures import MailFailure
from core.sms_budget import Use
from dynamo.exports import Statement, granting

# What SNS says about the number; other refusals are about us: permissions, the spending limit.
_NUMBER_REFUSED = {"InvalidParameter", "ParameterValueInvalid"}
OPTED_OUT = "OptedOut"
_TOLD_TO_STOP = ratelimit.Limit("sms.told_to_stop", times=1, seconds=30 * 86_400)
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

logger = logging.getLogger("core.sms")


class SmsNotConfigured(ServiceUnavailable):
    code = "sms_not_configured"
    message = gettext_lazy("Text messages are not set up on this site.")


class SmsRefused(Exception):
    """This number will not get this message, however often it is tried. The text is a code."""


class SmsOptedOut(SmsRefused):
    """Its owner replied STOP: nothing more goes there until they reply START."""

    def __init__(self) -> None:
        super().__init__(OPTED_OUT)


class SmsBackend(Protocol):
    def send(self, *, to: str, text: str, message_id: str) -> None:
        """`to` is in E.164 form; the same `message_id` again is the same message.

        Raises SmsOptedOut after a STOP, SmsRefused when another try is useless; anything else is
        worth one.
        """


def is_configured() -> bool:
    return bool(settings.SMS_BACKEND)


def send(*, to: str, text: str, message_id: str, use: Use, booked: bool = False) -> None:
    """`booked`: sms_budget.book(use) counted it already, while the person was waiting.

    The first one to a number in 30 days says how to stop them. What the provider says it did not
    take is given back, so another try counts again. Raises SmsNotConfigured, SmsBudgetSpent,
    SmsRefused, and what else the backend raises.
    """
    if not is_configured():
        raise SmsNotConfigured
    if not phone_numbers.is_allowed(to):
        raise SmsRefused(COUNTRY_NOT_TEXTED)
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    if not booked:
        sms_budget.book(use)
    whole = gsm7.with_note(text, _("Reply STOP to opt out."))
    says_so = whole != text and _is_first(to)
    try:
        backend.send(to=to, text=whole if says_so else text, message_id=message_id)
    except Exception as error:
        if failure_of(error) is not MailFailure.UNKNOWN:
            sms_budget.give_back(use)
            if says_so:
                ratelimit.give_back(_TOLD_TO_STOP, to)
        raise


def _is_first(to: str) -> bool:
    try:
        ratelimit.hit(_TOLD_TO_STOP, to)
    except RateLimited:
        return False
    return True


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
        if _has_opted_out(to):
            raise SmsOptedOut
        kind = {"DataType": "String", "StringValue": "Transactional"}
        attributes = {"AWS.SNS.SMS.SMSType": kind}
        try:
            aws.call("sns", "Publish", PhoneNumber=to, Message=text, MessageAttributes=attributes)
        except aws.AwsRefused as error:
            if error.code == OPTED_OUT:
                raise SmsOptedOut from None
            if error.code in _NUMBER_REFUSED:
                raise SmsRefused(error.code) from None
            raise


def _has_opted_out(number: str) -> bool:
    """SNS has to be asked: Publish takes a message to such a number and drops it without a word.

    Where it cannot be asked, the message is sent.
    """
    try:
        answer = aws.call("sns", "CheckIfPhoneNumberIsOptedOut", phoneNumber=number)
    except aws.AwsError as error:
        logger.warning("opt-outs unknown", extra={"error_code": error.code})
        return False
    return bool(answer.get("isOptedOut"))


@granting
def statements(role: str, region: str, account: str) -> list[Statement]:
    """Text messages, and no topic. Only background jobs send them."""
    if role != "worker" or settings.SMS_BACKEND != "core.sms.SnsSms":
        return []
    topics = ["arn:aws:sns:*:*:*"]
    asking = ["sns:CheckIfPhoneNumberIsOptedOut"]
    return [
        {"Sid": "Sms", "Effect": "Allow", "Action": ["sns:Publish"], "NotResource": topics},
        {"Sid": "SmsOptOuts", "Effect": "Allow", "Action": asking, "Resource": "*"},
    ]
