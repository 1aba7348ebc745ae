"""Uploaded pictures, made harmless: decoded in a child process and written anew.

A decoder is native code that reads a stranger's bytes, and some files of a few kilobytes keep it
busy for minutes. So it runs in a process that holds no secret, with bounded memory and time; what
breaks there breaks nothing here. What comes back is pixels only: no metadata, no second file
hidden behind the first.
"""

import subprocess
import sys
from threading import BoundedSemaphore

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import picture_child
from core.errors import ServiceUnavailable

# Together less than a request has, so that its page can still say what was wrong.
SECONDS, WAIT_SECONDS = 3.0, 0.5
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


class TakesTooLong(PictureRefused):
    message = _("This picture takes too long to read. Choose another one, or save it anew.")


def square(data: bytes, *, side: int) -> bytes:
    """The middle of a JPEG, PNG or WebP picture as a WebP of `side` pixels, turned upright.

    Of a moving picture the first frame. Raises PictureRefused, and ServiceUnavailable when too
    many others are being read.
    """
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise ServiceUnavailable
    try:
        child = _run(data, side)
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


def _run(data: bytes, side: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  (a fixed command, no shell)
        [*COMMAND, str(side)],
        input=data,
        capture_output=True,
        timeout=SECONDS,
        env=settings.CHILD_ENVIRONMENT,
        cwd="/",
        check=False,
    )
