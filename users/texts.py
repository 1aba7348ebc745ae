"""What people may write about themselves: plain text that cannot hide, mirror or fake anything."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NAME_LENGTH, BIO_LENGTH = 80, 300
_RAW_LENGTH = 4000  # bounds the work on a text that is refused anyway
# Joiners that Persian, Indic scripts and emoji need; every other format character is refused.
_JOINERS = "\u200c\u200d"
# Controls, format characters (text direction among them), surrogates, private and unassigned
# ones, line and paragraph separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and symbols by category that show nothing: Hangul fillers and the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_VISIBLE = ("L", "N", "P", "S")


def clean_display_name(text: str) -> str:
    """One line, NFC, single spaces; "" means "show the handle". ValidationError says the fix."""
    name = _clean(text)
    if "\n" in name:
        raise ValidationError(_("Use one line."))
    name = re.sub(r"\s+", " ", name).strip()
    _check_length(name, NAME_LENGTH)
    return name


def clean_bio(text: str) -> str:
    return clean_lines(text, most=BIO_LENGTH)


def clean_lines(text: str, *, most: int) -> str:
    """Line breaks stay (at most one empty line in a row); ValidationError says what to fix."""
    lines = [re.sub(r"\s+", " ", line).strip() for line in _clean(text).split("\n")]
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    _check_length(clean, most)
    return clean


def _clean(text: str) -> str:
    if len(text) > _RAW_LENGTH:
        raise ValidationError(_("This is far too long."))
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip(" \n\t")
    text = unicodedata.normalize("NFC", text)
    if any(_is_hidden(character) for character in text):
        raise ValidationError(
            _("Remove the invisible characters, or those that change the direction of text.")
        )
    if text and not any(_shows(character) for character in text):
        raise ValidationError(_("Use at least one character that can be seen."))
    return text


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        raise ValidationError(_("Use at most %(high)d characters.") % {"high": most})


def _is_hidden(character: str) -> bool:
    if character in _JOINERS or character == "\n":
        return False
    return unicodedata.category(character) in _HIDDEN


def _shows(character: str) -> bool:
    return unicodedata.category(character).startswith(_VISIBLE) and character not in _BLANK
