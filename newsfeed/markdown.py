"""What people write in Markdown, as pages and mails show it.

Two locks: the parser knows no HTML, and what it made is cleaned by a list of what may stay. Its
work is bounded by the length of the text: nesting ends at NESTED, and there are no references,
which would make much of little.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import nh3
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

NESTED = 20  # levels of quotes and lists (a list has two); what is deeper stays flat
EMPHASES = 8  # bold in italic in bold …
SHORT = 2_000  # the few longest are kept made, so that looking at one again and again is cheap
TAGS = {"p", "br", "strong", "em", "del", "a", "ul", "ol", "li"}
TAGS |= {"blockquote", "code", "pre", "h3", "h4", "h5", "hr"}
REL = "nofollow ugc noopener noreferrer"
# With a host, so that no address leads into this site by being incomplete, and without a name in
# front of it, which would read like one.
_ADDRESS = re.compile(
    r"https?://[\w.-]+(:\d+)?([/?#].*)?|mailto:[^\s/?]+@[\w.-]+(\?.*)?", re.ASCII | re.IGNORECASE
)
# Ends the free part of a post; nobody sees it.
SPLIT_LINE = re.compile(r"^[ \t]*<!--[ \t]*more[ \t]*-->[ \t]*$", re.IGNORECASE | re.MULTILINE)
_OUTER, _DEEPEST = 2, 5  # levels of headings: of who wrote it, and of what the list lets through
_BREAKS = ("softbreak", "hardbreak")


def render(text: str) -> SafeString:
    """A post. A single line break stays one; a picture becomes a link to it."""
    return _render(text, headings=True)


def render_comment(text: str) -> SafeString:
    """A comment: as a post, but headings are paragraphs."""
    return _render(text, headings=False)


def plain(text: str) -> str:
    """What a reader sees of it, without any mark: for titles, mails and excerpts. It is not
    safe to be put into a page unescaped."""
    return said(text)[0]


def said(text: str) -> tuple[str, list[str]]:
    """The words of it, and the addresses that it leads to, in their order."""
    tokens = _parser.parse(text)
    words = _words_of(tokens)
    if not words.strip():
        return text, []
    inner = [child for token in tokens for child in token.children or ()]
    return words, [str(child.attrs["href"]) for child in inner if child.type == "link_open"]


def is_open(text: str) -> bool:
    """Whether a block of code in it has no end, so that what follows would be code."""
    return _parser.parse(f"{text}\n\nx")[-1].type == "fence"


class _Parser(MarkdownIt):
    """CommonMark with ~~deleted~~ and bare addresses; what is none of ours is off."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "linkify": True, "breaks": True})
        self.options["maxNesting"] = NESTED + 4  # beyond it, text would be lost
        self.enable("strikethrough")
        self.inline.ruler.enable("linkify")
        # Entities would bring in the invisible characters that are refused when they are typed.
        self.disable(["reference", "entity", "html_block", "html_inline"])
        self.block.ruler.before("code", "deep", _keep_flat)
        self.core.ruler.push("shape", _shape)

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Also by the cleaner, which knows hosts that cannot be: a link would lead nowhere."""
        made = _ADDRESS.fullmatch(url) and _cleaned(f'<a href="{escape(url)}"></a>')
        return "href=" in (made or "")

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """As it was typed: decoded, it could hold what is invisible or looks like another."""
        return link


def _render(text: str, *, headings: bool) -> SafeString:
    return (_kept if len(text) > SHORT else _made)(text, headings)


def _made(text: str, headings: bool) -> SafeString:
    tokens = _parser.parse(text, {"headings": headings})
    if _words_of(tokens).strip():
        made = _parser.renderer.render(tokens, _parser.options, {})
    else:  # marks alone, as in "42." or "#": nothing would be shown of it
        made = linebreaks(text, autoescape=True)
    return mark_safe(_cleaned(made))  # noqa: S308 what the list lets through


_kept = lru_cache(maxsize=32)(_made)


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        link_rel=REL,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
    )


def _keep_flat(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level >= NESTED and paragraph(state, start, end, silent)


def _shape(state: StateCore) -> None:
    outline: list[str] = []  # of the headings that the one in hand stands below, with it
    for token in state.tokens:
        if token.children:
            token.children = list(_inline(token.children))
        elif token.type in ("heading_open", "heading_close"):
            token.tag = _heading(token, outline) if state.env.get("headings", True) else "p"


def _heading(token: Token, outline: list[str]) -> str:
    """One level below the one it stands under, whatever was typed: a page skips none."""
    if token.type == "heading_open":
        while outline and outline[-1] >= token.tag:
            outline.pop()
        outline.append(token.tag)
    return f"h{min(_OUTER + len(outline), _DEEPEST)}"


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without pictures, links in links, links that say or lead nowhere, and endless emphasis."""
    depth = 0
    links: list[str] = []  # of each open one its address, "" when it is not shown
    words = ""  # of the link that is open
    for token in tokens:
        if token.type == "link_open":
            links.append("" if any(links) else str(token.attrs["href"]))
            words = words if any(links[:-1]) else ""
            if not links[-1]:
                continue
        elif token.type == "link_close":
            address = links.pop()
            if not address:
                continue
            if not words.strip():
                yield _text(address)
        elif token.type == "image":
            words += _words([token])
            yield from _link(token, inside=any(links))
            continue
        elif token.nesting:
            token.tag = "del" if token.tag == "s" else token.tag
            depth += token.nesting
            if max(depth, depth - token.nesting) > EMPHASES:
                continue
        words += token.content
        yield token


def _link(picture: Token, *, inside: bool) -> Iterator[Token]:
    address = str(picture.attrs["src"])
    shown = _text(_words([picture]).strip() or address)
    if inside or not address:
        yield shown
    else:
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield shown
        yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _words_of(tokens: Iterable[Token]) -> str:
    parts = (
        _words(token.children or ()) if token.type == "inline" else token.content
        for token in tokens
    )
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def _words(tokens: Iterable[Token]) -> str:
    return "".join(map(_word, tokens))


def _word(token: Token) -> str:
    if token.type in _BREAKS:
        return "\n"
    return _words(token.children or ()) if token.type == "image" else token.content


_parser = _Parser()
