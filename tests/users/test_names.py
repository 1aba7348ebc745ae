import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from users.emails import clean_email, email_key
from users.handles import RESERVED, clean_handle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "@example.com",
        "alice@",
        "alice@localhost",
        "a b@example.com",
        "a@exa mple.com",
        "a" * 250 + "@b.co",
        "a" * 60 + "@" + "\u00fc.\u00fc." * 40 + "example",
        "\u017fam@example.com",
        '"alice"@example.com',
        '"\x0bBcc:bob@example.com"@example.com',
    ],
)
def test_it_refuses_what_is_no_address(text):
    with pytest.raises(ValidationError):
        clean_email(text)


def test_it_keeps_the_address_as_typed_but_for_the_domain():
    assert clean_email("  Alice.B+news@BÜCHER.example ") == "Alice.B+news@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice@Example.COM", "alice@example.com"),
        ("alice@bücher.example", "alice@xn--bcher-kva.example"),
    ],
)
def test_it_sees_one_address_in_two_spellings(one, other):
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.b@example.com", "ab@example.com"), ("a+b@example.com", "a@example.com")],
)
def test_it_does_not_fold_dots_and_plus_tags(one, other):
    assert email_key(one) != email_key(other)


def test_it_takes_a_hash_sign_in_an_address():
    assert clean_email("a#b@example.com") == "a#b@example.com"


@pytest.mark.parametrize(
    "text", ["ab", "a" * 31, "a__b", "_ab", "ab_", "a-b", "\u0430lice", "a#b", "a b"]
)
def test_it_refuses_a_handle_that_could_mislead_or_break_a_key(text):
    with pytest.raises(ValidationError):
        clean_handle(text)


@pytest.mark.parametrize("text", sorted(RESERVED - {"you", "api", "app", "bot", "dev"})[:20])
def test_it_refuses_a_reserved_handle_in_any_case(text):
    with pytest.raises(ValidationError):
        clean_handle(text.upper())


@given(st.from_regex(r"[a-zA-Z0-9]{3,30}", fullmatch=True))
def test_it_gives_a_handle_one_stored_form(text):
    if text.casefold() not in RESERVED:
        assert clean_handle("@" + text) == clean_handle(text) == text.lower()
