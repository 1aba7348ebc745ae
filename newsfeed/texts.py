"""What people may write into the feed, and where the free part of a post ends."""

import re
import unicodedata

from django.utils.translation import gettext as _

from core.errors import Invalid
from newsfeed import markdown
from newsfeed.items import ALT_LENGTH
from newsfeed.markdown import SPLIT_LINE

SPLIT = "<!-- more -->"
BODY_LENGTH, COMMENT_LENGTH, WARNING_LENGTH = 20_000, 1_000, 200
TEASER_BYTES = 2_000  # a card stays below 4 KB: half a read unit
EXCERPT_BYTES = 500  # the card of an open post stays below 1 KB: one write unit
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters that show nothing
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_EMOJI = range(0x1F000, 0x1FB00)  # also those that are newer than Python's tables: "Cn" there
# The flags of England, Scotland, Wales and others: a black flag, letters as tags, an end.
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{1,6}\U000e007f")
CUTS = 16  # places that are tried for the end of an excerpt, from the last one
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")  # what a backslash makes a letter
MARKS = 8  # accents on one letter; no script needs more, and sorting endless ones is slow


def clean_body(text: str, *, paid: bool) -> str:
    """The stored form: NFC, `\\n`, at most one split line. Raises Invalid naming `body`.

    A paid post needs something to buy: text below the line, or no line at all.
    """
    body = _clean(text, field="body", most=BODY_LENGTH)
    parts = SPLIT_LINE.split(body)
    if len(parts) > 2:
        raise _invalid("body", _("Use the line %(line)s only once.") % _LINE)
    if len(parts) == 2:
        if paid and not _can_be_seen(parts[1]):
            raise _invalid("body", _("Write something to buy below the line %(line)s.") % _LINE)
        if paid and markdown.is_open(parts[0]):
            raise _invalid("body", _("Move the line %(line)s out of the code block.") % _LINE)
        body = f"{parts[0].rstrip()}\n\n{SPLIT}\n\n{parts[1].lstrip()}".strip()
        if not paid and not _can_be_seen(whole(body)):
            raise _invalid("body", _("Write something."))
    if paid:
        _check_teaser(free_part(body))
    return body


def clean_comment(text: str) -> str:
    """Raises Invalid naming `text`."""
    return _clean(text, field="text", most=COMMENT_LENGTH)


def clean_warning(text: str) -> str:
    """What is shown before a post is; "" for none. One line. Raises Invalid naming `warning`."""
    if not text.strip():
        return ""
    return " ".join(_clean(text, field="warning", most=WARNING_LENGTH).split())


def clean_alt(text: str) -> str:
    """What a picture shows, in words; "" for nothing. One line. Raises Invalid naming `alt`."""
    if not text.strip():
        return ""
    return " ".join(_clean(text, field="alt", most=ALT_LENGTH).split())


def count_words(text: str) -> int:
    """As posts.js counts them: what holds a letter or a digit, so no mark alone."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


def free_part(body: str) -> str:
    """What stands above the split line: "" without one, everything then has to be bought."""
    parts = SPLIT_LINE.split(body, maxsplit=1)
    return parts[0].rstrip() if len(parts) == 2 else ""


def whole(body: str) -> str:
    """The body as somebody with full access reads it: without the split line."""
    return "\n\n".join(filter(None, (part.strip() for part in SPLIT_LINE.split(body))))


def excerpt(text: str, most: int = EXCERPT_BYTES) -> tuple[str, bool]:
    """The beginning, at most so many bytes, and whether anything was cut.

    It ends between words, and where what is left means what it does in the whole: not inside a
    link, nor where a mark would lose the one that closes it. If there is no such place near the
    end, these are the words without any mark.
    """
    if len(text.encode()) <= most:
        return text, False
    whole = markdown.said(text)
    cut = _fitting(text, most)
    for _again in range(CUTS):
        beginning = f"{cut}\u2026"
        if _means_the_same(beginning, whole):
            return beginning, True
        shorter = _without_last_word(cut)
        if shorter == cut:
            break
        cut = shorter
    words = "\n".join(line.strip() for line in whole[0].split("\n"))
    escaped = _fitting(_MARKDOWN.sub(r"\\\1", words), most)
    return f"{escaped.rstrip(chr(92))}\u2026", True


def _fitting(text: str, most: int) -> str:
    """Whole words of it that leave room for an ellipsis."""
    return _without_last_word(text.encode()[: most - 3].decode(errors="ignore"))


def _without_last_word(text: str) -> str:
    return (re.sub(r"\s+\S*$", "", text) or text).rstrip()


def _means_the_same(beginning: str, whole: tuple[str, list[str]]) -> bool:
    words, addresses = markdown.said(beginning)
    said = " ".join(words.split())
    return (
        said.endswith("\u2026")
        and " ".join(whole[0].split()).startswith(said[:-1].rstrip())
        and addresses == whole[1][: len(addresses)]
    )


def _check_teaser(free: str) -> None:
    over = len(free.encode()) - TEASER_BYTES
    if over > 0:  # told in characters: not every one has one byte
        most = len(free.encode()[:TEASER_BYTES].decode(errors="ignore"))
        text = _("Shorten the free part to %(most)d characters.") % {"most": most}
        raise _invalid("body", text)


def _clean(text: str, *, field: str, most: int) -> str:
    if len(text) > 2 * most:  # bounds the work on a text that is refused anyway
        raise _invalid(field, _("This is far too long."))
    if _has_endless_marks(text):
        raise _invalid(field, _("Use fewer accents on one letter."))
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if any(_is_hidden(character) for character in _FLAG.sub("", text)):
        raise _invalid(
            field,
            _("Remove the invisible characters, or those that change the direction of text."),
        )
    lines = [line.rstrip() for line in text.split("\n")]
    text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip()
    if not _can_be_seen(text):
        raise _invalid(field, _("Write something."))
    if len(text) > most:
        raise _invalid(field, _("Use at most %(high)d characters.") % {"high": most})
    return text


def _can_be_seen(text: str) -> bool:
    return any(_shows(character) for character in text)


def _shows(character: str) -> bool:
    if ord(character) in _EMOJI:
        return True
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK


def _has_endless_marks(text: str) -> bool:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if run > MARKS:
            return True
    return False


def _is_hidden(character: str) -> bool:
    if character in _JOINERS or character in "\n\t" or ord(character) in _EMOJI:
        return False
    return unicodedata.category(character) in _HIDDEN


def _invalid(field: str, text: str) -> Invalid:
    return Invalid(errors={field: [text]})


_LINE = {"line": SPLIT}
