"""The pictures of the demo, drawn here: the same bytes at every load, and nobody's property."""

import io
import math
from collections.abc import Callable, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageOps

WIDE, HIGH = 1200, 800
INK, PAPER = "#2b2a33", "#f6f1e7"

Draw = ImageDraw.ImageDraw
Point = tuple[float, float]


@cache
def picture(name: str) -> bytes:
    """A PNG. Raises KeyError for a name that nothing is drawn for."""
    output = io.BytesIO()
    _DRAWN[name]().save(output, "PNG", compress_level=1)
    return output.getvalue()


def _sky(top: str, middle: str, bottom: str) -> Image.Image:
    shade = Image.linear_gradient("L").resize((WIDE, HIGH))
    return ImageOps.colorize(shade, top, bottom, mid=middle)


def _dusk() -> Image.Image:
    image = _sky("#27304f", "#d9786b", "#f7c873")
    draw = ImageDraw.Draw(image)
    draw.ellipse((760, 470, 940, 650), fill="#fbe3a8")
    ground = [(0, 640), (300, 590), (700, 650), (WIDE, 600), (WIDE, HIGH), (0, HIGH)]
    draw.polygon(ground, "#1d1b2b")
    draw.rectangle((300, 380, 560, 560), fill="#1d1b2b")
    draw.polygon([(270, 385), (430, 300), (590, 385)], "#1d1b2b")
    for left in (325, 395, 465):
        draw.rectangle((left, 410, left + 50, 470), fill="#f6d58a")
    for left in (320, 430, 530):
        draw.rectangle((left, 560, left + 14, 650), fill="#1d1b2b")
    return image


def _fog() -> Image.Image:
    image = _sky("#cfd4d8", "#dde0e1", "#b4babf")
    draw = ImageDraw.Draw(image)
    for shift in (-1, 1):
        draw.line([(600 + 30 * shift, 430), (600 + 420 * shift, HIGH)], "#9aa1a7", 10)
    for step in range(8):
        y, half = 450 + 6 * step * step, 45 + 8 * step * step
        draw.line([(600 - half, y), (600 + half, y)], "#a5abb0", 3 + step)
    image = image.filter(ImageFilter.GaussianBlur(6))
    glow = Image.radial_gradient("L").resize((420, 420))
    image.paste("#fff6d8", (390, 120), glow.point(lambda value: max(0, 245 - 3 * value // 2)))
    return image


def _lamp() -> Image.Image:
    return ImageOps.autocontrast(ImageOps.grayscale(_fog())).convert("RGB")


def _strips() -> Image.Image:
    image = Image.new("RGB", (WIDE, HIGH), "#17171a")
    draw = ImageDraw.Draw(image)
    for number in range(7):
        tone = 236 - 34 * number
        left = 70 + 152 * number
        draw.rectangle((left, 90, left + 140, 710), fill=(tone, tone, tone))
        draw.ellipse((left + 40, 200, left + 100, 260), fill=(min(255, tone + 18),) * 3)
    return image


def _axes(title: str) -> tuple[Image.Image, Draw]:
    image = Image.new("RGB", (WIDE, HIGH), PAPER)
    draw = ImageDraw.Draw(image)
    for step in range(1, 6):
        y = 680 - 110 * step
        draw.line([(130, y), (1120, y)], "#e1d9c8", 2)
    draw.line([(130, 90), (130, 680), (1120, 680)], INK, 4, joint="curve")
    draw.text((130, 30), title, INK, font_size=36)
    return image, draw


def _line(title: str, color: str, height: Callable[[float], float]) -> Image.Image:
    """A curve of `height` over 0 to 1; both in parts of the whole."""
    image, draw = _axes(title)
    points = [(130 + 980 * x / 100, 680 - 550 * height(x / 100)) for x in range(101)]
    draw.line(points, color, 9, joint="curve")
    for x, y in points[::20]:
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill=color, outline=PAPER, width=3)
    return image


def _curve() -> Image.Image:
    return _line("Density over minutes", "#3f6fb5", lambda x: 0.95 * (1 - math.exp(-4 * x)))


def _firing() -> Image.Image:
    def height(x: float) -> float:
        climb, held = min(1.0, x / 0.6), x < 0.7
        return 0.95 * climb if held else 0.95 * max(0.08, 1 - 3 * (x - 0.7))

    return _line("Firing: degrees over hours", "#c2553b", height)


def _rise() -> Image.Image:
    def height(x: float) -> float:
        return 0.42 + 0.5 / (1 + math.exp(-12 * (x - 0.45))) - 0.25 * max(0.0, x - 0.8)

    return _line("The starter over five hours", "#8a6d3b", height)


def _bars() -> Image.Image:
    image, draw = _axes("Open crumb by parts of water")
    for number, (water, height) in enumerate(((65, 34), (70, 61), (75, 88), (80, 89), (85, 57))):
        left = 190 + 185 * number
        draw.rounded_rectangle((left, 680 - 6 * height, left + 125, 680), 10, "#d39b4a")
        draw.text((left + 62, 720), str(water), INK, font_size=32, anchor="mm")
        draw.text((left + 62, 650 - 6 * height), str(height), INK, font_size=30, anchor="mm")
    return image


def _grid(columns: int, rows: int, color: Callable[[int], Sequence[int]]) -> Image.Image:
    image = Image.new("RGB", (WIDE, HIGH), "#e8e1d3")
    draw = ImageDraw.Draw(image)
    wide, high = (WIDE - 60) / columns, (HIGH - 60) / rows
    for number in range(columns * rows):
        left, top = 30 + wide * (number % columns), 30 + high * (number // columns)
        place = (left + 14, top + 14, left + wide - 14, top + high - 14)
        draw.rounded_rectangle(place, 26, tuple(color(number)), "#b9ae9a", 3)
    return image


def _tiles() -> Image.Image:
    return _grid(4, 3, lambda n: (112 + 5 * n, 128 + 6 * n, 104 + 37 * n % 70))


def _toast() -> Image.Image:
    return _grid(3, 3, _toasted)


def _toasted(number: int) -> Sequence[int]:
    """Darker towards the back, which is above."""
    light = 222 - 48 * (2 - number // 3) - 6 * (number % 3)
    return light, light * 72 // 100, light * 42 // 100


def _rings(center: Point, sizes: Sequence[tuple[int, str]], draw: Draw, flat: float = 1) -> None:
    x, y = center
    for size, color in sizes:
        draw.ellipse((x - size, y - size * flat, x + size, y + size * flat), fill=color)


def _bowl() -> Image.Image:
    blue = ("#6d5a45", "#f4efe4", "#2f5d8a", "#eef0ea", "#3f75a8", "#f7f4ec", "#23486d")
    return _thrown(blue, _sky("#d8c7ae", "#cdb898", "#b89f7a"))


def _large() -> Image.Image:
    green = ("#5b6b52", "#a9bfa2", "#b6cab0", "#c2d4bd", "#b6cab0", "#a5bb9d", "#8fa888")
    return _thrown(green, _sky("#8d8580", "#a39b95", "#77706b"))


def _thrown(colors: Sequence[str], image: Image.Image) -> Image.Image:
    sizes = [(350 - 48 * number, color) for number, color in enumerate(colors)]
    _rings((600, 400), sizes, ImageDraw.Draw(image))
    return image


def _loaf() -> Image.Image:
    image = _sky("#efe6d6", "#e6d8c0", "#d8c4a2")
    draw = ImageDraw.Draw(image)
    _rings((600, 410), [(330, "#8a4f22"), (315, "#a9662f"), (270, "#bd7a3c")], draw)
    for width, color in ((34, "#8f5526"), (22, "#f0d9ae")):
        for points in ([(450, 270), (750, 550)], [(750, 270), (450, 550)]):
            draw.line(points, color, width)
            _rings(points[0], [(width // 2, color)], draw)
            _rings(points[1], [(width // 2, color)], draw)
    return image


def _land(shade: str, places: Sequence[tuple[Point, int]]) -> Image.Image:
    """Hills or islands as rings of contour lines."""
    image = Image.new("RGB", (WIDE, HIGH), shade)
    draw = ImageDraw.Draw(image)
    colors = ("#a9c48f", "#bccf9b", "#d3d8a8", "#e4ddb6", "#efe7cc", "#faf7ec")
    for step, color in enumerate(colors):
        for (x, y), size in places:
            part = size * (1 - step / 6.5)
            around = [
                (x + part * bulge * math.cos(angle), y + 0.72 * part * bulge * math.sin(angle))
                for angle, bulge in _coast(size)
            ]
            draw.polygon(around, color, "#7f8f69", 3)
    return image


def _coast(size: int) -> list[tuple[float, float]]:
    """How far out it is at each angle."""
    angles = [math.tau * turn / 72 for turn in range(72)]
    return [
        (angle, 1 + 0.13 * math.sin(3 * angle + size) + 0.06 * math.sin(7 * angle))
        for angle in angles
    ]


def _hills() -> Image.Image:
    return _land("#93b57f", (((420, 430), 330), ((850, 350), 260)))


def _islands() -> Image.Image:
    small = (((210, 210), 95), ((520, 140), 60), ((840, 190), 120), ((1060, 420), 80))
    return _land("#86b3cf", (*small, ((330, 560), 130), ((660, 480), 75), ((860, 660), 90)))


def _river() -> Image.Image:
    image = Image.new("RGB", (WIDE, HIGH), "#b9cf9c")
    draw = ImageDraw.Draw(image)
    points = [(x, 400 + 210 * math.sin(x / 170) * (0.4 + x / WIDE)) for x in range(-20, 1240, 10)]
    for width, color in ((92, "#9ab87c"), (66, "#5f94b8"), (46, "#7fb0d0")):
        draw.line(points, color, width, joint="curve")
    return image


_DRAWN: dict[str, Callable[[], Image.Image]] = {
    "bars": _bars,
    "bowl": _bowl,
    "curve": _curve,
    "dusk": _dusk,
    "firing": _firing,
    "fog": _fog,
    "hills": _hills,
    "islands": _islands,
    "lamp": _lamp,
    "large": _large,
    "loaf": _loaf,
    "rise": _rise,
    "river": _river,
    "strips": _strips,
    "tiles": _tiles,
    "toast": _toast,
}
