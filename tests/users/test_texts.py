"""What display names and bios may hold."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from users.texts import clean_bio, clean_display_name


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("", ""),
        ("   ", ""),
        ("  Asha   Kapoor ", "Asha Kapoor"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        ("O\u2019Neill \u2013 \u4e2d\u6587", "O\u2019Neill \u2013 \u4e2d\u6587"),
        ("<b>Al</b>", "<b>Al</b>"),
        ("a" * 80, "a" * 80),
    ],
)
def test_a_name_is_trimmed_and_composed(typed, clean):
    assert clean_display_name(typed) == clean


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a" * 81, "at most 80"),
        ("a" * 10_000, "far too long"),
        ("Ali\u202ecila", "direction"),
        ("\u2067Ali\u2069", "direction"),
        ("Ali\u200ece", "invisible"),
        ("Ali\x00ce", "invisible"),
        ("Ali\x1b[31mce", "invisible"),
        ("A\u00adli", "invisible"),
        ("\ufeffAli", "invisible"),
        ("A\u2028li", "invisible"),
        ("A\ue000li", "invisible"),
        ("A\ud800li", "invisible"),
        ("Ali\nce", "one line"),
        ("\u200d", "can be seen"),
        ("\u3164\u3164", "can be seen"),
        ("\u2800", "can be seen"),
        ("\u0301", "can be seen"),
    ],
)
def test_a_name_that_hides_or_fakes_something_is_refused(typed, words):
    with pytest.raises(ValidationError, match=words):
        clean_display_name(typed)


def test_line_breaks_of_a_bio_stay_and_empty_lines_do_not_pile_up():
    assert clean_bio(" One \r\ntwo\r\n\r\n\r\n\r\nthree  \n") == "One\ntwo\n\nthree"


@pytest.mark.parametrize("typed", ["a" * 301, "a\u202eb", "\u2800\n\u3164", "a\x07b"])
def test_a_bio_keeps_to_the_same_rules(typed):
    with pytest.raises(ValidationError):
        clean_bio(typed)


@pytest.mark.parametrize("clean", [clean_display_name, clean_bio])
@given(st.text(max_size=400))
@example("0\u3000")
@example("\u3000\n0\n\u3000")
def test_what_is_clean_stays_as_it_is(clean, text):
    try:
        once = clean(text)
    except ValidationError:
        return
    assert clean(once) == once
