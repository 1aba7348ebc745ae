"""What core/pictures.py makes of files that strangers send."""

import io
import subprocess
from threading import BoundedSemaphore

import pytest
from PIL import Image

from core import picture_child, pictures
from core.errors import ServiceUnavailable
from core.middleware import REQUEST_SECONDS
from tests.accounts.pictures import BLUE, RED, animation, bomb, photo_with_place, picture

REFUSED = {
    "a gif": picture("GIF"),
    "a bitmap": picture("BMP"),
    "an svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a page behind a signature": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "nothing": b"",
    "a truncated photo": photo_with_place()[:-2000],
    "a truncated png": picture()[:-40],
}


def opened(data):
    return Image.open(io.BytesIO(data))


def is_near(colour, wanted):
    return all(abs(one - other) < 30 for one, other in zip(colour, wanted, strict=False))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_square_webp(format):
    made = opened(pictures.square(picture(format), side=256))
    assert (made.format, made.size) == ("WEBP", (256, 256))
    assert is_near(made.convert("RGB").getpixel((128, 128)), RED)


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_any_shape_fills_the_square(size):
    assert opened(pictures.square(picture(size=size), side=256)).size == (256, 256)


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(pictures.PictureRefused) as refused:
        pictures.square(data, side=256)
    assert type(refused.value) is pictures.PictureRefused


def test_a_bomb_is_refused_by_its_header():
    data = bomb()
    assert len(data) < 100_000
    with pytest.raises(pictures.TooManyPixels):
        pictures.square(data, side=256)


@pytest.mark.parametrize(("side", "fits"), [(5000, True), (5001, False)])
def test_the_limit_is_25_megapixels(side, fits):
    if fits:
        assert pictures.square(bomb(side), side=64)
        return
    with pytest.raises(pictures.TooManyPixels):
        pictures.square(bomb(side), side=64)


def test_a_photo_is_turned_upright_and_tells_no_place():
    photo = photo_with_place()
    assert b"home of Alice" in photo
    data = pictures.square(photo, side=256)
    made = opened(data)
    assert is_near(made.convert("RGB").getpixel((128, 40)), RED)
    assert is_near(made.convert("RGB").getpixel((128, 216)), BLUE)
    assert not made.getexif()
    assert b"home of Alice" not in data
    assert b"EXIF" not in data


@pytest.mark.parametrize("hidden", [b"<script>alert(1)</script>", b"PK\x03\x04 a zip file"])
def test_what_hides_behind_or_inside_a_picture_is_left_behind(hidden):
    for data in (picture("JPEG", comment=hidden) + hidden, picture("PNG") + hidden):
        assert hidden not in pictures.square(data, side=256)


def test_of_a_moving_picture_the_first_frame_is_taken():
    made = opened(pictures.square(animation(), side=64))
    assert getattr(made, "n_frames", 1) == 1
    assert is_near(made.convert("RGB").getpixel((32, 32)), RED)


def test_transparent_parts_stay_so():
    output = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(output, "PNG")
    assert opened(pictures.square(output.getvalue(), side=64)).getpixel((1, 1))[3] == 0


def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(pictures, "SECONDS", 0.2)
    monkeypatch.setattr(
        pictures, "COMMAND", (pictures.sys.executable, "-c", "import time; time.sleep(60)")
    )
    with pytest.raises(pictures.TakesTooLong):
        pictures.square(picture(), side=64)


def test_a_request_outlives_its_decoder():
    assert pictures.WAIT_SECONDS + pictures.SECONDS < REQUEST_SECONDS


def test_the_decoder_has_little_time_and_memory_and_no_secret(settings):
    code = (
        "import os, resource as r, runpy, sys; child = runpy.run_path(sys.argv[1]);"
        "child['_limit'](3); print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_AS),"
        " sorted(os.environ))"
    )
    asked = [pictures.sys.executable, "-I", "-c", code, picture_child.__file__]
    shown = subprocess.run(
        asked, env=settings.CHILD_ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout
    assert shown.startswith("(3, 4) (1073741824, 1073741824)")
    assert "SECRET" not in shown
    assert "AWS" not in shown


def test_no_more_than_a_few_are_read_at_once(monkeypatch):
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(pictures, "AT_ONCE", full)
    with pytest.raises(ServiceUnavailable):
        pictures.square(picture(), side=64)


def test_a_refused_picture_gives_its_place_back():
    for _ in range(3):
        with pytest.raises(pictures.PictureRefused):
            pictures.square(b"", side=64)
