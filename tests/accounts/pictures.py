"""Pictures and what only looks like one."""

import io
import struct
import zlib

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(format="PNG", size=(400, 300), colour=RED, **options):
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, format, **options)
    return output.getvalue()


def photo_with_place():
    """A JPEG lying on its side: red on the left as stored, red on top as seen; GPS in its EXIF."""
    image = Image.new("RGB", (600, 400), BLUE)
    image.paste(RED, (0, 0, 300, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "home of Alice"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    output = io.BytesIO()
    image.save(output, "JPEG", exif=exif, quality=95)
    return output.getvalue()


def bomb(side=20_000):
    """A PNG of a few kilobytes that says it is `side` x `side` dots of one bit."""
    row = b"\0" + bytes((side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def animation():
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE)]
    output = io.BytesIO()
    frames[0].save(output, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return output.getvalue()


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
