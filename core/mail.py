"""Mail out. Only background jobs call send(): no request waits for a mail server."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from smtplib import SMTPException
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from typing_extensions import override

from core import ids, inbox
from core.mail_failures import NotConnected

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def send(
    name: str,
    *,
    to: str,
    context: Mapping[str, Any],
    message_id: str,
    headers: Mapping[str, str] = NO_HEADERS,
) -> None:
    """Render `emails/<name>-{subject,text,html}` (html may be missing) and hand it over.

    `message_id` names the occasion (a job's id): a repeat has the same Message-ID, so mail
    programs show one. Raises ValidationError unless `to` is one address, NotConnected before
    anything was handed over; what the backend raises (OSError, SMTPException) passes through,
    for the job to be tried again. core.mail_failures tells what it means.
    """
    validate_email(to)
    values = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    message = EmailMultiAlternatives(
        subject=" ".join(_plain(f"emails/{name}-subject.txt", values).split()),
        body=_plain(f"emails/{name}-text.txt", values),
        to=[to],
        headers={
            **headers,
            "Message-ID": _message_id(message_id),
            "Auto-Submitted": "auto-generated",
        },
    )
    html = _html(f"emails/{name}-html.html", values)
    if html:
        message.attach_alternative(html, "text/html")
    message.connection = _connected()
    try:
        message.send()
    finally:
        with suppress(SMTPException):  # of a QUIT: the mail was taken or refused before
            message.connection.close()


def _connected() -> BaseEmailBackend:
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException, AnymailError) as error:
        raise NotConnected(type(error).__name__) from error
    return connection


def _plain(template: str, values: Mapping[str, Any]) -> str:
    """Text is not HTML: an apostrophe in a name stays one."""
    rendered = get_template(template).template.render(Context(values, autoescape=False))  # type: ignore[attr-defined]
    return str(rendered)


def _html(template: str, values: Mapping[str, Any]) -> str:
    try:
        return get_template(template).render(dict(values))
    except TemplateDoesNotExist as missing:
        if missing.args[0] != template:
            raise
        return ""


def _message_id(occasion: str) -> str:
    host = urlsplit(settings.SITE_URL).hostname
    return f"<{ids.sha256_hex('message-id', occasion)[:40]}@{host}>"


class LocalInbox(BaseEmailBackend):
    """Keeps each mail as a file under LOCAL_DIR/inbox instead of sending it."""

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            inbox.store(message.message().as_bytes())
        return len(email_messages)
