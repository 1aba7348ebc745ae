"""Text messages out, through the backend that SMS_BACKEND names."""

from email.message import EmailMessage
from email.utils import localtime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import inbox
from core.errors import ServiceUnavailable


class SmsNotConfigured(ServiceUnavailable):
    code = "sms_not_configured"
    message = _("Text messages are not set up on this site.")


class SmsBackend(Protocol):
    def send(self, *, to: str, text: str, message_id: str) -> None:
        """`to` is in E.164 form; the same `message_id` again is the same message."""


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
