"""Bodies, comments, and where the free part ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from newsfeed.markdown import plain, said
from newsfeed.texts import (
    SPLIT,
    clean_body,
    clean_comment,
    count_words,
    excerpt,
    free_part,
    whole,
)


def test_the_line_parts_free_from_locked_text():
    body = clean_body("Free.\r\n  <!--MORE-->  \r\nLocked.", paid=True)
    assert body == f"Free.\n\n{SPLIT}\n\nLocked."
    assert free_part(body) == "Free."
    assert whole(body) == "Free.\n\nLocked."


def test_without_the_line_everything_is_locked():
    assert free_part(clean_body("All of it.", paid=True)) == ""


def test_the_line_inside_a_sentence_is_text():
    body = clean_body(f"Write {SPLIT} to split.", paid=True)
    assert free_part(body) == ""
    assert whole(body) == body


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write something"),
        (" \n\t", "Write something"),
        (f"Free.\n{SPLIT}\n", "to buy"),
        (f"a\n{SPLIT}\nb\n{SPLIT}\nc", "only once"),
        ("x" * 2001 + f"\n{SPLIT}\nLocked.", "Shorten the free part"),
        ("x" * 20_001, "at most 20000"),
        ("x" * 40_001, "far too long"),
        ("gnp.\u202eexe", "direction"),
        ("a\x00b", "invisible"),
    ],
)
def test_what_cannot_be_published_is_refused_by_name(typed, words):
    with pytest.raises(Invalid) as refused:
        clean_body(typed, paid=True)
    assert words in refused.value.errors["body"][0]


@pytest.mark.parametrize("typed", ["", "\u3164", "x" * 1001, "a\u200bb"])
def test_comments_keep_to_the_same_rules(typed):
    with pytest.raises(Invalid) as refused:
        clean_comment(typed)
    assert list(refused.value.errors) == ["text"]


def test_emoji_and_scripts_with_joiners_pass():
    assert clean_comment("\U0001f469\u200d\U0001f680 \u0645\u06cc\u200c\u062e")


def test_an_excerpt_ends_between_words():
    assert excerpt("short") == ("short", False)
    assert excerpt("one two three", 10) == ("one\u2026", True)


PIECES = [
    "**",
    "*",
    "`",
    "```\n",
    "[a b](http://x.org/c)",
    "http://x.org/a b",
    "\n",
    "> ",
    "- ",
    "# ",
]
TYPED = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(PIECES)), max_size=60)


@given(TYPED.map("".join), st.integers(min_value=4, max_value=200))
def test_an_excerpt_fits_and_means_what_it_does_in_the_whole(text, most):
    cut, has_more = excerpt(text, most)
    assert len(cut.encode()) <= most
    if has_more:
        words, addresses = said(cut)
        everything, all_addresses = said(text)
        assert "".join(everything.split()).startswith("".join(words.split()).removesuffix("\u2026"))
        assert addresses == all_addresses[: len(addresses)]


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("one [two three](http://x.org) four", 16, "one\u2026"),
        ("one **two three** four", 16, "one\u2026"),
        ("one `two three` four", 16, "one\u2026"),
        ("one\n\n```\ntwo three\n```", 18, "one\n\n```\ntwo\u2026"),
        ("one\n\n```\ntwo three\n```", 12, "one\u2026"),
        ("one **two** three four five", 23, "one **two** three\u2026"),
        ("one http://x.org/two-three four", 20, "one\u2026"),
    ],
)
def test_an_excerpt_leaves_no_mark_without_its_end(text, most, cut):
    assert excerpt(text, most) == (cut, True)


def test_where_it_cannot_be_cut_an_excerpt_is_the_words_alone():
    cut, _more = excerpt(f"*{'word ' * 100}end* [and](http://x.org) more", 60)
    assert plain(cut) == "word " * 10 + "word\u2026"
    assert excerpt(f"[{'a * b ' * 20}](http://x.org)", 15)[0] == "a \\* b a \\*\u2026"


def test_a_line_in_a_code_block_does_not_part():
    with pytest.raises(Invalid) as refused:
        clean_body(f"Free\n```\ncode\n{SPLIT}\ncode\n```\nLocked.", paid=True)
    assert "out of the code block" in refused.value.errors["body"][0]
    assert clean_body(f"Free\n```\ncode\n```\n{SPLIT}\nLocked.", paid=True)


def test_marks_alone_are_no_words():
    assert count_words("## Two words\n\n- **** --\n1\ufe0f\u20e3 \u00e9") == 4


@pytest.mark.parametrize("body", [f"Free.\n{SPLIT}\n\u2800", f"{SPLIT}\n\u3164"])
def test_nothing_visible_below_the_line_is_nothing_to_buy(body):
    with pytest.raises(Invalid) as refused:
        clean_body(body, paid=True)
    assert "to buy" in refused.value.errors["body"][0]


@pytest.mark.parametrize("body", [SPLIT, f"\u2800\n{SPLIT}", f"{SPLIT}\n\u3164"])
def test_an_open_post_needs_something_to_see(body):
    with pytest.raises(Invalid):
        clean_body(body, paid=False)


@pytest.mark.parametrize(
    "line",
    ["<!--more-->", "  <!-- more -->\t", "<!--\tMORE -->", "<!-- More-->\r\n"],
)
def test_the_line_is_known_however_it_is_spaced(line):
    assert free_part(clean_body(f"Free.\r\n{line}\r\nLocked.", paid=True)) == "Free."


@pytest.mark.parametrize(
    "line", ["<!-- mor -->", "<!-- more -- >", "\u00a0<!-- more -->", "-more-"]
)
def test_a_line_that_is_none_opens_nothing(line):
    assert free_part(clean_body(f"Free?\n{line}\nLocked.", paid=True)) == ""


def test_the_free_part_is_told_in_characters_how_long_it_may_be():
    with pytest.raises(Invalid) as refused:
        clean_body("\u0436" * 1001 + f"\n{SPLIT}\nLocked.", paid=True)
    assert "to 1000 characters" in refused.value.errors["body"][0]
    assert clean_body("\u0436" * 1000 + f"\n{SPLIT}\nLocked.", paid=True)


@pytest.mark.parametrize(
    "emoji",
    [
        "\U0001fae8",  # newer than Python's tables
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # England
        "\U0001f44d\U0001f3fd",
        "1\ufe0f\u20e3",
    ],
)
def test_every_emoji_can_be_written_alone(emoji):
    assert clean_comment(emoji) == emoji


def test_tags_without_a_flag_hide_text_and_are_refused():
    with pytest.raises(Invalid):
        clean_comment("a\U000e0067\U000e007f")


def test_endless_accents_are_refused_before_any_work_on_them():
    with pytest.raises(Invalid) as refused:
        clean_body("a" + "\u0300\u0316" * 9_000, paid=False)
    assert "accents" in refused.value.errors["body"][0]
    assert clean_comment("\u05e9\u05bc\u05c1\u05b8\u0591")  # points and a mark of chanting
