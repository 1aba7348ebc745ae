"""Markdown: what it becomes, what never comes through, what it may cost."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed import markdown
from newsfeed.markdown import plain, render, render_comment
from newsfeed.texts import BODY_LENGTH

LINK = 'rel="nofollow ugc noopener noreferrer"'
ALLOWED = re.compile(
    r'</?(p|strong|em|del|ul|ol|li|blockquote|code|pre|h[345])>|<(br|hr)>|</a>|<ol start="\d+">'
    rf'|<a href="(?i:https?://|mailto:)[^"<>\s]+" {LINK}>'
)


def flat(text):
    return re.sub(r"\s*\n\s*", "", text)


def words_of(html):
    return unescape(re.sub("<[^>]*>", " ", html)).split()


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        (
            "**a** *b* ~~c~~ `d`",
            "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>",
        ),
        ("# a\n## b\n### c\n###### d", "<h3>a</h3><h4>b</h4><h5>c</h5><h5>d</h5>"),
        ("## a\n#### b\n## c\n# d", "<h3>a</h3><h4>b</h4><h3>c</h3><h3>d</h3>"),  # none skipped
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> a\n\n---", "<blockquote><p>a</p></blockquote><hr>"),
        ("```html\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
        ("\\*a\\* & <b>", "<p>*a* &amp; &lt;b&gt;</p>"),
        ('(c) -- "a"', '<p>(c) -- "a"</p>'),
    ],
)
def test_it_shows_commonmark(typed, html):
    assert flat(render(typed)) == html


@pytest.mark.parametrize(
    ("typed", "address", "words"),
    [
        ("[a](https://x.org/?b=1&c=2)", "https://x.org/?b=1&amp;c=2", "a"),
        ("https://x.org/a.", "https://x.org/a", "https://x.org/a"),
        ("<me@x.org>", "mailto:me@x.org", "me@x.org"),
        ('[a](http://x.org "onclick=")', "http://x.org", "a"),
        ("![a *dog*](https://x.org/dog.png)", "https://x.org/dog.png", "a dog"),
        ("![](https://x.org/dog.png)", "https://x.org/dog.png", "https://x.org/dog.png"),
        ("[![a](https://x.org/dog.png)](https://y.org)", "https://y.org", "a"),
        ("[](https://x.org)", "https://x.org", "https://x.org"),
        ("https://x.org/%E2%80%AE", "https://x.org/%E2%80%AE", "https://x.org/%E2%80%AE"),
    ],
)
def test_links_say_where_they_lead_and_that_nobody_vouches_for_them(typed, address, words):
    assert f'<a href="{address}" {LINK}>{words}</a>' in render(typed)
    assert render(typed).count("<a ") == 1


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://x.org",
        "/billing/",
        "//x.org",
        "https:billing",
        "http:///x.org",
        "https://bank.example@x.org",
        "https://\ud7fc",
        "https://xn--a",
        "#top",
    ],
)
def test_an_address_that_is_none_stays_text(address):
    for typed in (f"[a]({address})", f"![a]({address})", f"<{address}>", address):
        assert "<a" not in render(typed)


def test_a_picture_is_never_loaded_from_elsewhere():
    assert "<img" not in render("![a](https://x.org/pixel.png) <img src=https://x.org/pixel.png>")


@pytest.mark.parametrize("typed", ["a &#x202e; b", "a &#8203; b", "a &amp; b", "a &lt;b&gt;"])
def test_entities_bring_in_nothing(typed):
    assert plain(typed) == typed


@pytest.mark.parametrize("typed", ["42.", "#", "---", "> ", "-", "[]()", "```\n```"])
def test_what_would_show_nothing_is_shown_as_it_was_typed(typed):
    assert words_of(render(typed)) == words_of(render_comment(typed)) == typed.split()
    assert plain(typed) == typed


def test_comments_have_no_headings():
    assert flat(render_comment("# *a*\nb\n===")) == "<p><em>a</em></p><p>b</p>"


def test_plain_text_is_what_a_reader_sees():
    typed = (
        "# Title\n\nSome **bold** [words](https://x.org)\nand ![a dog](https://x.org/d.png).\n\n"
    )
    assert plain(f"{typed}- one\n- two\n\n```\ncode\n```") == (
        "Title\n\nSome bold words\nand a dog.\n\none\n\ntwo\n\ncode"
    )


def test_what_is_nested_too_deep_is_shown_flat_and_not_lost():
    for typed in (">" * 50 + " end", "- " * 50 + "end", "> " * 50 + "a\n\nend"):
        html = render(typed)
        assert "end" in html
        assert len(re.findall("<blockquote>|<ul>", html)) <= markdown.NESTED
    emphasised = render("*a " * 50 + "a* " * 50)
    assert emphasised.count("<em>") == emphasised.count("</em>") == markdown.EMPHASES


def test_references_would_make_much_of_little_and_are_text():
    assert "<a" not in render("[a]: <https:x.org>\n\n[a] [a][] [b][a]")


MARKS = st.text(
    st.one_of(st.sampled_from("[]()<>!*_`~#>-+.\"'\\/:;&=| \n\t0"), st.characters(codec="utf-8"))
)
PIECES = [
    "<script>",
    "</p>",
    "<img src=x onerror=alert(1)>",
    "javascript:",
    "[a](",
    "![",
    "](",
    "data:text/html,",
    "https://x.org/",
    "<https://",
    "<!--",
    "&#106;",
    "&Tab;",
    "<svg/onload=",
    "```\n",
    "\n> ",
    "\n- ",
    "\u0000",
    "\ud7ff",
]
HOSTILE = st.lists(st.one_of(MARKS, st.sampled_from(PIECES)), max_size=30).map("".join)


@given(HOSTILE)
def test_nothing_but_what_is_allowed_ever_comes_through(typed):
    for html in (render(typed), render_comment(typed)):
        assert "<" not in ALLOWED.sub("", html)
        assert not re.search(r"<[^>]*(\s(on\w+|style)=|\"\s*javascript:)", html, re.IGNORECASE)


@given(HOSTILE)
def test_cleaning_again_changes_nothing(typed):
    html = render(typed)
    assert markdown._cleaned(html) == html


@given(HOSTILE)
def test_what_is_said_is_what_is_shown(typed):
    assert "".join(words_of(render(typed))) == "".join(plain(typed).split())


HEAVY = {
    "brackets": "[",
    "labels": "[a](",
    "pictures": "![a](",
    "destinations": "[a](<b",
    "titles": '[a](b "',
    "emphasis": "*a _b ",
    "stars": "*",
    "deleted": "~~a",
    "code": "`a``b```c",
    "fences": "```\n",
    "quotes": ">",
    "quoted lists": "> - ",
    "deep": "> - > a\n\n",
    "lists": "1. - ",
    "headings": "# a\n===\n",
    "addresses": "<http://",
    "bare addresses": "http://a.b/(",
    "mails": "<a@b.",
    "backslashes": "\\[",
    "breaks": "a\n",
}


def cost(text):
    begun = time.process_time()
    html = markdown._made(text, True)
    return time.process_time() - begun, len(html)


@pytest.mark.parametrize("piece", HEAVY.values(), ids=HEAVY.keys())
def test_hostile_text_costs_little_more_than_a_long_one(piece):
    """Quadratic work would be a thousand times as much."""
    prose = "Some words *here* and [a](http://x.org) there. " * (BODY_LENGTH // 47)
    hostile = piece * (BODY_LENGTH // len(piece))
    usual, _ = cost(prose)
    spent, length = cost(hostile)
    assert spent < 200 * usual
    assert length < 15 * BODY_LENGTH


def test_nested_emphasis_and_brackets_cost_little():
    half = BODY_LENGTH // 6
    usual, _ = cost("Some words *here* and [a](http://x.org) there. " * (BODY_LENGTH // 47))
    for text in ("*a " * half + "a* " * half, "[" * 3 * half + "]" * 3 * half):
        assert cost(text)[0] < 200 * usual
