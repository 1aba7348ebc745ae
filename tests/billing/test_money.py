from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import exponent, format_money, parse_money, to_decimal

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF"])


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (2450, "USD", "$24.50"),
        (-499, "USD", "\u2212$4.99"),
        (0, "EUR", "€0.00"),
        (123456789, "USD", "$1,234,567.89"),
        (1500, "JPY", "¥1,500"),
        (1500, "MGA", "MGA\u00a01,500"),
        (1500, "KWD", "KWD\u00a01.500"),
        (7, "USD", "$0.07"),
    ],
)
def test_it_writes_money_as_people_do(amount, currency, text):
    assert format_money(amount, currency) == text


def test_it_writes_money_in_the_language_of_the_reader():
    with translation.override("de"):
        assert format_money(123450, "EUR") == "1.234,50\u00a0€"


def test_the_template_tag_escapes_nothing_away():
    template = engines["django"].from_string("{% money amount currency %}")
    assert template.render({"amount": 2450, "currency": "USD"}) == "$24.50"


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("25", "USD", 2500),
        (" 25.5 ", "USD", 2550),
        ("$25.00", "USD", 2500),
        ("25,00 €", "EUR", 2500),
        ("EUR 0.01", "EUR", 1),
        ("1500", "JPY", 1500),
        ("1.5", "KWD", 1500),
    ],
)
def test_it_reads_what_people_type(text, currency, amount):
    assert parse_money(text, currency) == amount


@pytest.mark.parametrize(
    "text",
    ["", "0", "0.00", "-5", "1,000", "1,000.00", "1.005", "1e3", "٢٥", "NaN", "25 EUR", "9" * 40],
)
def test_it_refuses_what_is_not_one_amount(text):
    with pytest.raises(Invalid) as refusal:
        parse_money(text, "USD", field="price")
    assert list(refusal.value.errors) == ["price"]


@pytest.mark.parametrize(("text", "currency"), [("10.00", "JPY"), ("1,000", "KWD")])
def test_it_refuses_decimals_that_the_currency_has_not(text, currency):
    with pytest.raises(Invalid):
        parse_money(text, currency)


@given(st.integers(1, 10**9 - 1), CURRENCIES)
def test_it_reads_what_it_writes(amount, currency):
    assert parse_money(format_money(amount, currency).replace(",", ""), currency) == amount


@pytest.mark.parametrize("code", ["usd", "US", "", "U$D", "USDX"])
def test_a_currency_is_three_capitals(code):
    with pytest.raises(ValueError, match="currency code"):
        exponent(code)


def test_a_decimal_has_all_its_places():
    assert str(to_decimal(1050, "USD")) == "10.50"
    assert to_decimal(-1, "KWD") == Decimal("-0.001")
