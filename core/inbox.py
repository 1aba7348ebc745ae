"""The inbox of local mode: every mail and text message as one file, for /dev/inbox/ to show."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import ids
from core.errors import NotFound

KEPT = 200
KIND_HEADER = "X-Kind"


class MessageNotFound(NotFound):
    code = "message_not_found"
    message = _("This message is no longer in the inbox.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`kind` is `email` or `sms`; `html` is empty for text messages and plain mails.

    `unsubscribe`: where the button of a mail program leads; empty for what cannot be turned off.
    """

    id: str
    kind: str
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    message_id: str
    unsubscribe: str


def store(raw: bytes) -> str:
    """Write one message whole or not at all; only the newest 200 stay."""
    message_id = ids.new_id()
    folder = _folder()
    draft = folder / f".{message_id}.draft"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    draft.replace(folder / f"{message_id}.eml")
    for old in _files()[KEPT:]:
        old.unlink(missing_ok=True)
    return message_id


def list_messages() -> list[Message]:
    """Newest first."""
    return [_read(file) for file in _files()]


def get_message(message_id: str) -> Message:
    """Raises MessageNotFound; nothing but an id of ours ever becomes a file name."""
    file = _folder() / f"{message_id}.eml"
    if not ids.is_id(message_id) or not file.is_file():
        raise MessageNotFound
    return _read(file)


def clear() -> None:
    for file in _files():
        file.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.LOCAL_DIR) / "inbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _files() -> list[Path]:
    return sorted(_folder().glob("*.eml"), reverse=True)


def _read(file: Path) -> Message:
    parsed = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
    return Message(
        id=file.stem,
        kind=str(parsed.get(KIND_HEADER, "email")),
        to=str(parsed["To"]),
        subject=str(parsed.get("Subject", "")),
        sent_at=_sent_at(parsed),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        message_id=str(parsed.get("Message-ID", "")),
        unsubscribe=str(parsed.get("List-Unsubscribe", "")).strip("<> "),
    )


def _sent_at(parsed: EmailMessage) -> datetime:
    moment = parsedate_to_datetime(str(parsed["Date"]))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000": RFC 5322 §3.3


def _body(parsed: EmailMessage, subtype: str) -> str:
    part = parsed.get_body((subtype,))
    return str(part.get_content()) if part else ""
