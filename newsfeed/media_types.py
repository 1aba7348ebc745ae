"""What an upload is: told by its content, never by its name or by what the sender says of it."""

import codecs
import os
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsfeed.items import NAME_LENGTH, MediaKind
from newsfeed.limits import FILE_BYTES, PICTURE_BYTES

WEBP = "image/webp"  # what every picture becomes
PDF, TEXT, ZIP, EPUB = "application/pdf", "text/plain", "application/zip", "application/epub+zip"
EXTENSIONS = {WEBP: "webp", PDF: "pdf", TEXT: "txt", ZIP: "zip", EPUB: "epub"}
_HEAD, _TAIL = 1024, 65_557  # the end record of a ZIP with the longest comment
_EPUB_NAME = b"mimetypeapplication/epub+zip"
_MARKUP = (b"<!", b"<?", b"<html", b"<svg", b"<script", b"<body", b"<head")
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f")


class Refused(Exception):
    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    kind: MediaKind
    content_type: str
    size: int


def recognise(file: BinaryIO) -> Found:
    """Raises Refused with the reason. Of pictures only the first bytes are looked at: a job
    writes them anew (core/pictures.py)."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD)
    if not size:
        raise Refused(_("This file is empty."))
    if _is_picture(head):
        if size > PICTURE_BYTES:
            raise Refused(_("This picture is too large. Choose one of at most 10 MB."))
        return Found(kind=MediaKind.PICTURE, content_type=WEBP, size=size)
    if size > FILE_BYTES:
        raise Refused(_("This file is too large. Choose one of at most 25 MB."))
    return Found(kind=MediaKind.FILE, content_type=_file_type(file, head, size), size=size)


def clean_name(name: str, content_type: str) -> str:
    """What a download is called: no path, nothing hidden, and the ending of what it really is."""
    base = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(each for each in base if unicodedata.category(each)[0] != "C")
    stem = PurePosixPath(unicodedata.normalize("NFC", shown).strip(" .") or "file").stem
    ending = f".{EXTENSIONS[content_type]}"
    return f"{stem[: NAME_LENGTH - len(ending)].strip(' .') or 'file'}{ending}"


def _is_picture(head: bytes) -> bool:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return True
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))


def _file_type(file: BinaryIO, head: bytes, size: int) -> str:
    if head.startswith(b"%PDF-"):
        _check_pdf(_tail(file, size, _HEAD))
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _check_zip(_tail(file, size, _TAIL), size)
        return EPUB if head[30:].startswith(_EPUB_NAME) else ZIP
    _check_text(file, head)
    return TEXT


def _check_pdf(tail: bytes) -> None:
    if b"%%EOF" not in tail:
        raise Refused(_("This PDF is not complete. Save it anew, then choose it again."))


def _check_zip(tail: bytes, size: int) -> None:
    """Its end record must fit the file exactly, so nothing stands before, behind or missing.
    It is never unpacked here."""
    at = tail.rfind(b"PK\x05\x06")
    record = tail[at : at + 22] if at >= 0 else b""
    if len(record) == 22:
        length, start, comment = struct.unpack("<IIH", record[12:22])
        position = size - len(tail) + at
        if start + length == position and position + 22 + comment == size:
            return
    raise Refused(_("This archive is not complete, or hides something. Pack it anew."))


def _check_text(file: BinaryIO, head: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    unknown = _("This kind of file is not taken. Choose a picture, PDF, text, ZIP or EPUB file.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise Refused(unknown)
    file.seek(0)
    try:
        while chunk := file.read(256 * 1024):
            if not _CONTROLS.isdisjoint(decoder.decode(chunk)):
                raise Refused(unknown)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Refused(unknown) from None


def _tail(file: BinaryIO, size: int, length: int) -> bytes:
    file.seek(max(0, size - length))
    return file.read(length)
