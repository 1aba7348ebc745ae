"""Words that stand for what somebody may not see, and how they are found in whatever comes out."""

import base64
import io
import re
import zipfile
from binascii import Error
from html import unescape
from urllib.parse import unquote

_PACKED = re.compile(rb"[A-Za-z0-9+/_-]{24,}")


def word(name):
    """One word, which no markup, quoting or cutting between words takes apart."""
    return f"qzx{name}xzq"


def found(words, content):
    """Those of the words that are in it: as they are, quoted, encoded or in an archive."""
    content = content if isinstance(content, bytes) else str(content).encode()
    heaps = [heap.lower() for heap in _heaps(content)]
    return {each for each in words if any(each.encode() in heap for heap in heaps)}


def _heaps(content):
    yield content
    text = content.decode(errors="replace")
    yield unquote(text).encode()
    yield unescape(text).encode()
    for match in _PACKED.findall(content):
        try:
            yield base64.urlsafe_b64decode(match.replace(b"+", b"-").replace(b"/", b"_") + b"===")
        except Error:
            continue
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (name.encode() + archive.read(name) for name in archive.namelist())
