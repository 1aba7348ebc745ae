"""Uploaded pictures, made harmless: decoded in a child process and written anew.

A decoder is native code that reads a stranger's bytes, and some files of a few kilobytes keep it
busy for minutes. So it runs in a process that holds no secret, with bounded memory and time; what
breaks there breaks nothing here. What comes back is pixels only: no metadata, no second file
hidden behind the first.
"""

import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import picture_child
from core.errors import ServiceUnavailable

# Together less than a request has, so that its page can still say what was wrong.
SECONDS, WAIT_SECONDS = 3.0, 0.5
JOB_SECONDS, JOB_WAIT_SECONDS = 30.0, 20.0  # nobody waits at a page; shorter than a job's lease
# -I: neither the working directory nor PYTHON* variables decide what it imports.
COMMAND = (sys.executable, "-I", picture_child.__file__)
AT_ONCE = BoundedSemaphore(2)  # decoders of this process: together they take 2 GiB at the most


class PictureRefused(Exception):
    message: str | Promise = _(
        "This file cannot be read as a picture. Choose a JPEG, PNG or WebP file."
    )


class PictureTooLarge(PictureRefused):
    message = _("This file is too large. Choose a picture of at most 5 MB.")


class TooManyPixels(PictureRefused):
    message = _("This picture is too large. Choose one of at most 25 megapixels.")


class TooManyDots(PictureRefused):
    message = _("This picture is too large. Choose one of at most 40 megapixels.")


class TakesTooLong(PictureRefused):
    message = _("This picture takes too long to read. Choose another one, or save it anew.")


def square(data: bytes, *, side: int) -> bytes:
    """The middle of a JPEG, PNG or WebP picture as a WebP of `side` pixels, turned upright.

    Of a moving picture the first frame. Raises PictureRefused, and ServiceUnavailable when too
    many others are being read.
    """
    return _drawn(data, picture_child.SQUARE, side, SECONDS, WAIT_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """What a post shows of a picture, each a WebP; the size is that of `full`."""

    width: int
    height: int
    full: bytes
    small: bytes
    preview: bytes


def variants(data: bytes) -> Variants:
    """A JPEG, PNG, WebP or GIF picture turned upright: whole, for lists, and blurred beyond
    recognition.

    For jobs: it may take half a minute. Of a moving picture the first frame. Raises
    PictureRefused, and ServiceUnavailable when too many others are being read.
    """
    try:
        answer = _drawn(data, picture_child.POST, 0, JOB_SECONDS, JOB_WAIT_SECONDS)
    except TooManyPixels as error:
        raise TooManyDots from error
    header = picture_child.HEADER
    width, height, *lengths = header.unpack_from(answer)
    parts, at = [], header.size
    for length in lengths:
        parts.append(answer[at : at + length])
        at += length
    full, small, preview = parts
    return Variants(width=width, height=height, full=full, small=small, preview=preview)


def _drawn(data: bytes, wanted: str, side: int, seconds: float, wait: float) -> bytes:
    if not AT_ONCE.acquire(timeout=wait):
        raise ServiceUnavailable
    try:
        child = _run(data, (wanted, str(side)), seconds)
    except subprocess.TimeoutExpired as error:
        raise TakesTooLong from error
    finally:
        AT_ONCE.release()
    if child.returncode == 0:
        return child.stdout
    if child.returncode == picture_child.TOO_MANY_PIXELS:
        raise TooManyPixels
    if -child.returncode in picture_child.OUT_OF_TIME:
        raise TakesTooLong
    raise PictureRefused


def _run(data: bytes, asked: tuple[str, str], seconds: float) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  (a fixed command, no shell)
        [*COMMAND, *asked],
        input=data,
        capture_output=True,
        timeout=seconds,
        env=settings.CHILD_ENVIRONMENT,
        cwd="/",
        check=False,
    )
