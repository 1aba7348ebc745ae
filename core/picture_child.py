"""Reads a picture from its input and writes a square WebP to its output.

    python -I picture_child.py SIDE

It imports nothing of the site: a process without settings has no secrets to give away.
"""

import io
import resource
import signal
import sys
import warnings
from contextlib import suppress

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 25_000_000
MOST_MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 3
QUALITY = 85
UNREADABLE, TOO_MANY_PIXELS = 3, 4
OUT_OF_TIME = (signal.SIGXCPU, signal.SIGKILL)


def main(side: int) -> int:
    _limit()
    data = sys.stdin.buffer.read()
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = _squared(data, side)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001  (decoders raise anything; the file is not a picture then)
        return UNREADABLE
    sys.stdout.buffer.write(picture)
    return 0


def _squared(data: bytes, side: int) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        picture.draft("RGB", (2 * side, 2 * side))  # JPEG: decode at the fitting eighth only
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    fitted = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", fitted.size)  # carries over pixels, and nothing else
    clean.paste(fitted)
    output = io.BytesIO()
    clean.save(output, "WEBP", quality=QUALITY, method=4)
    return output.getvalue()


def _limit() -> None:
    """Of this process, before any byte is decoded; memory is not limited where the system
    cannot."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
