"""CCBill as it is switched on, its forms, and how it writes money and moments."""

import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from billing import providers
from billing.providers import ccbill_facts as facts
from billing.providers.ccbill import CCBill
from billing.providers.ccbill_access import VARIABLES, access
from billing.providers.ccbill_forms import Pass, digest
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from billing.providers.messages import NOTHING_TOLD, Outcome, Person
from core import clock, ids
from tests.billing.orders import top_up_of

ALICE = Person(user_sub=ids.new_id(), email="alice@example.com", name="Alice")


@pytest.fixture
def keys(settings):
    """CCBill as it is switched on outside local mode."""
    settings.CCBILL_ACCOUNT, settings.CCBILL_SUBACCOUNT = "900123", "0001"
    settings.CCBILL_FLEX_ID, settings.CCBILL_SALT = "a-form", "7d901dad245fd0ff6bc20d06"
    settings.CCBILL_WEBHOOK_SECRET = "s" * 32
    settings.CCBILL_DATALINK_USERNAME, settings.CCBILL_DATALINK_PASSWORD = "us", "pw-canary"
    settings.CCBILL_MODE = "live"
    return settings


def top_up():
    return top_up_of(
        ALICE,
        amount=1000,
        return_url="https://ours.example/return",
        cancel_url="https://ours.example/cancel",
    )


def asked_by(url):
    return dict(parse_qsl(urlsplit(url).query))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("10.00", "30", "840", "7d901dad245fd0ff6bc20d06"), "a7459445d0e5dc0963fe736dc5cf900b"),
        (
            ("10.00", "30", "10.00", "30", "99", "840", "salt"),
            "03679d12abed810b80f29b66148d0f0a",
        ),
        (("0912191101000000000", "1", "salt"), "c8450d58468ecc5b40749922c5506792"),
    ],
)
def test_digests_are_those_of_ccbill(parts, expected):
    assert digest(*parts) == expected


def test_a_form_asks_for_the_price_and_names_the_payment_alone(keys):
    asked = top_up()
    redirect = CCBill().start_top_up(asked)
    assert redirect.url.startswith("https://api.ccbill.com/wap-frontflex/flexforms/a-form?")
    told = asked_by(redirect.url)
    given = Pass.read(told.pop("pay"))
    assert told == {
        "clientSubacc": "0001",
        "initialPrice": "10.00",
        "initialPeriod": "30",
        "currencyCode": "840",
        "formDigest": "a7459445d0e5dc0963fe736dc5cf900b",
    }
    assert given == Pass(payment_id=asked.payment_id, user_sub=ALICE.user_sub)
    assert redirect.ref == f"form:{asked.payment_id}.{ALICE.user_sub}"
    assert CCBill().start_top_up(asked) == redirect


def test_ccbill_is_told_nothing_of_a_person(keys):
    url = CCBill().start_top_up(top_up()).url
    assert "example.com" not in url
    assert "Alice" not in url


def test_nothing_is_asked_before_somebody_pays(keys, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    redirect = CCBill().start_top_up(top_up())
    CCBill().cancel_top_up(redirect.ref)
    assert CCBill().create_customer(ALICE) == ALICE.user_sub
    CCBill().detach("card:0912191101000000000")
    assert [*CCBill().missed_events(clock.now())] == []


def test_an_edited_pass_names_nobody():
    text = Pass(payment_id=ids.new_id(), user_sub=ids.new_id()).text
    payment_id, user_sub, code = text.split(".")
    for edited in (
        f"{ids.new_id()}.{user_sub}.{code}",
        f"{payment_id}.{ids.new_id()}.{code}",
        f"{user_sub}.{payment_id}.{code}",
        f"{text[:-1]}{'1' if text[-1] == '0' else '0'}",
        f"{text}0",
        "",
        "é.é.é",
    ):
        assert not Pass.read(edited).is_ours
        assert CCBill().payment_of_return({"pay": edited}) is None
    assert CCBill().payment_of_return({"pay": text}) == (user_sub, payment_id)
    assert CCBill().payment_of_return({}) is None


def test_a_pass_holds_while_the_secret_is_rolled(settings):
    text = Pass(payment_id=ids.new_id(), user_sub=ids.new_id()).text
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another one, 0123456789abcdef0123456789abcdef"
    assert not Pass.read(text).is_ours
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Pass.read(text).is_ours


def test_a_form_is_open_for_two_hours(keys, ahead):
    asked = top_up()
    ref = CCBill().start_top_up(asked).ref
    ahead(minutes=119)
    report = CCBill().fetch_payment(ref)
    assert (report.outcome, report.payment_id) == (Outcome.OPEN, asked.payment_id)
    assert report.user_sub == ALICE.user_sub
    ahead(minutes=2)
    assert CCBill().fetch_payment(ref).outcome is Outcome.CANCELED


def test_what_cannot_be_asked_for_is_not_guessed(keys):
    assert CCBill().fetch_payment("pi_1") is None
    assert CCBill().fetch_refund("re_1") is None
    assert CCBill().fetch_dispute("du_1") is None
    number = "0912191101000000000"
    for ask, ref in (
        (CCBill().fetch_payment, f"subscription:{number}"),
        (CCBill().fetch_refund, f"refund:{number}:20261128101500"),
        (CCBill().fetch_dispute, f"dispute:{number}:20261128101500"),
    ):
        with pytest.raises(NoAnswer):
            ask(ref, NOTHING_TOLD)


def test_nothing_is_saved_without_a_payment(keys):
    assert CCBill().saves_alone is False
    with pytest.raises(ProviderRefused):
        CCBill().start_save_method(ALICE, currency="USD", return_url="", cancel_url="")
    assert CCBill().fetch_saved_method("anything") is None


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [(1000, "USD", "10.00"), (1005, "EUR", "10.05"), (1500, "JPY", "1500.00"), (5, "GBP", "0.05")],
)
def test_a_price_has_two_decimals_in_every_currency(amount, currency, price):
    assert facts.price_of(amount, currency) == price
    assert facts.amount_of(price, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1500.50", "JPY"),
        ("10.005", "USD"),
        ("-10.00", "USD"),
        ("1e3", "USD"),
        ("", "USD"),
        ("\u0661\u0660", "USD"),
        ("10.00", "SEK"),
        ("NaN", "USD"),
    ],
)
def test_what_is_no_amount_fits_no_payment(text, currency):
    assert facts.amount_of(text, currency) == -1


def test_currencies_are_known_by_number_and_name():
    assert [facts.currency_of(text) for text in ("840", "036", "36", "usd", "752")] == [
        *("USD", "AUD", "AUD", "USD"),
        "752",
    ]


def test_moments_are_those_of_arizona():
    moment = datetime(2026, 11, 28, 17, 15, tzinfo=UTC)
    assert facts.stamp_of(moment) == "20261128101500"
    assert facts.moment_of("20261128101500") == moment
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert facts.moment_of(facts.stamp_of(summer)) == summer


def test_a_sale_has_one_name_however_it_is_written():
    for written in ("0925014201000000206", "925014201000000206"):
        assert facts.number_of(written) == "0925014201000000206"
        assert CCBill().spellings(written)[0] == "subscription:0925014201000000206"


def test_it_is_on_with_its_variables(keys):
    assert str(CCBill().why_not) == ""
    assert CCBill().livemode
    assert providers.get_provider("ccbill").name == "ccbill"
    keys.CCBILL_MODE = "test"
    assert CCBill().enabled
    assert not CCBill().livemode


def test_it_names_what_is_not_set(settings):
    assert str(CCBill().why_not) == f"{', '.join(VARIABLES)} not set"
    settings.CCBILL_ACCOUNT = "900123"
    assert "CCBILL_ACCOUNT" not in str(CCBill().why_not)
    with pytest.raises(ProviderNotEnabled):
        providers.get_provider("ccbill")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"CCBILL_SALT": ""}, "CCBILL_SALT not set"),
        ({"BILLING_CURRENCY": "SEK"}, "BILLING_CURRENCY"),
        ({"DEBUG": True}, "DEBUG is on"),
        ({"CCBILL_MODE": "sandbox"}, "CCBILL_MODE"),
        ({"CCBILL_ACCOUNT": "9001-23"}, "digits"),
        ({"CCBILL_NETWORKS": ["64.38.212.0/24", "everywhere"]}, "CCBILL_NETWORKS"),
        ({"CCBILL_NETWORKS": []}, "CCBILL_NETWORKS"),
        ({"CCBILL_NETWORKS": ["64.38.212.0/24", "0.0.0.0/0"]}, "CCBILL_NETWORKS"),
        ({"CCBILL_APP_ID": "half"}, "CCBILL_APP_SECRET"),
    ],
)
def test_it_says_what_is_wrong(keys, changes, why):
    for name, value in changes.items():
        setattr(keys, name, value)
    assert why in str(CCBill().why_not)
    assert not CCBill().enabled


def test_the_sandbox_needs_no_variables_but_a_currency_of_ccbill(sandbox, settings):
    assert CCBill().enabled
    assert not CCBill().livemode
    settings.BILLING_CURRENCY = "SEK"
    assert not CCBill().enabled


def test_its_limits_are_those_of_the_account(settings):
    settings.CCBILL_MIN, settings.CCBILL_MAX = 500, 2000
    assert CCBill().limits == (500, 2000)


def test_secrets_are_not_shown(keys):
    keys.CCBILL_APP_ID, keys.CCBILL_APP_SECRET = "app", "app-canary"
    shown = repr(access())
    for secret in (keys.CCBILL_SALT, keys.CCBILL_WEBHOOK_SECRET, "pw-canary", "app-canary"):
        assert secret not in shown


def test_a_call_is_believed_after_an_hour():
    assert CCBill().believed_after == timedelta(hours=1)
