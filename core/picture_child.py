"""Reads a picture from its input and writes WebP to its output: a square, or what a post shows.

    python -I picture_child.py square SIDE
    python -I picture_child.py post

It imports nothing of the site: a process without settings has no secrets to give away.
"""

from __future__ import annotations

import io
import resource
import signal
import struct
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# What is asked for -> formats, pixels at most, seconds of the processor.
SQUARE, POST = "square", "post"
FORMATS = {SQUARE: ("JPEG", "PNG", "WEBP"), POST: ("JPEG", "PNG", "WEBP", "GIF")}
MOST_PIXELS = {SQUARE: 25_000_000, POST: 40_000_000}
CPU_SECONDS = {SQUARE: 3, POST: 15}
MOST_MEMORY = 1024 * 1024 * 1024
QUALITY = 85
FULL, SMALL_WIDTH, PREVIEW, BLUR = 2048, 800, 24, 1.5
HEADER = struct.Struct(">5I")  # width and height of the full one, then the three lengths
UNREADABLE, TOO_MANY_PIXELS = 3, 4
OUT_OF_TIME = (signal.SIGXCPU, signal.SIGKILL)


def main(wanted: str, side: int) -> int:
    _limit(CPU_SECONDS[wanted])
    data = sys.stdin.buffer.read()
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS[wanted]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        answer = _squared(data, side) if wanted == SQUARE else _for_post(data)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001  (decoders raise anything; the file is not a picture then)
        return UNREADABLE
    sys.stdout.buffer.write(answer)
    return 0


def _squared(data: bytes, side: int) -> bytes:
    from PIL import Image, ImageOps

    upright = _upright(data, SQUARE, 2 * side)
    return _webp(ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS))


def _for_post(data: bytes) -> bytes:
    """Of a moving picture the first frame: no other one is decoded."""
    from PIL import Image, ImageFilter

    full = _upright(data, POST, 2 * FULL)
    full.thumbnail((FULL, FULL), Image.Resampling.LANCZOS)
    small = full.copy()
    small.thumbnail((SMALL_WIDTH, FULL), Image.Resampling.LANCZOS)
    tiny = full.copy()
    tiny.thumbnail((PREVIEW, PREVIEW), Image.Resampling.BOX)
    blurred = tiny.filter(ImageFilter.GaussianBlur(BLUR))
    parts = [_webp(each) for each in (full, small, blurred)]
    return HEADER.pack(*full.size, *map(len, parts)) + b"".join(parts)


def _upright(data: bytes, wanted: str, enough: int) -> Picture:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS[wanted]) as picture:
        picture.draft("RGB", (enough, enough))  # JPEG: decode at the fitting eighth only
        return ImageOps.exif_transpose(picture).convert("RGBA")


def _webp(picture: Picture) -> bytes:
    from PIL import Image

    clean = Image.new("RGBA", picture.size)  # carries over pixels, and nothing else
    clean.paste(picture)
    output = io.BytesIO()
    clean.save(output, "WEBP", quality=QUALITY, method=4)
    return output.getvalue()


def _limit(seconds: int) -> None:
    """Of this process, before any byte is decoded; memory is not limited where the system
    cannot."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
