"""Texts that fit one text message: 160 characters of the GSM alphabet, or 70 of any other."""

import unicodedata
from collections.abc import Callable

ONE_MESSAGE = 160
ONE_UNICODE_MESSAGE = 70
# GSM 03.38, the default alphabet; those of the extension table take two places each.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
# Typographic quotation marks, dashes, dots and spaces, by their Unicode names.
_PLAIN = str.maketrans(
    {
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
    }
)


def fitted(text: str, *, link: str) -> str:
    """`text`, then the link, in one message: the text is cut, the link never is.

    Typographic marks and accents become what the GSM alphabet has; one letter of another script
    makes it a Unicode message, which is shorter. A longer link takes as many as it needs.
    """
    plain = gsm(text)
    if plain is None:
        return _joined(text, link, room=ONE_UNICODE_MESSAGE - len(link) - 1, width=_one)
    return _joined(plain, link, room=ONE_MESSAGE - places(link) - 1, width=_width)


def with_note(text: str, note: str) -> str:
    """`text`, then the note where one message takes both; else the text alone."""
    whole = f"{text} {note}"
    if all(letter in _BASIC or letter in _EXTENDED for letter in whole):
        return whole if places(whole) <= ONE_MESSAGE else text
    return whole if len(whole) <= ONE_UNICODE_MESSAGE else text


def gsm(text: str) -> str | None:
    """In the GSM alphabet; None for a text that would lose letters."""
    letters = [_letter(letter) for letter in " ".join(text.translate(_PLAIN).split())]
    return "".join(map(str, letters)) if None not in letters else None


def places(text: str) -> int:
    """How many of the 160 it takes."""
    return sum(map(_width, text))


def _letter(letter: str) -> str | None:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    return bare if bare in _BASIC and bare.isascii() else None


def _width(letter: str) -> int:
    return 2 if letter in _EXTENDED else 1


def _one(letter: str) -> int:
    return 1


def _joined(text: str, link: str, *, room: int, width: Callable[[str], int]) -> str:
    if sum(map(width, text)) <= room:
        return f"{text} {link}"
    kept, left = "", room - 3
    for letter in text:
        left -= width(letter)
        if left < 0:
            break
        kept += letter
    return f"{kept.rstrip()}... {link}" if kept else link
