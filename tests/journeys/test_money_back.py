"""Money that comes while nobody looks, goes back by staff, and is fought over with a bank."""

import re

import pytest
from playwright.sync_api import expect

from tests.billing import checkout
from tests.billing.books import problems
from tests.billing.lives import buy
from tests.journeys.browser import LOOKS
from tests.journeys.paying import by_hand, hear, lose_one_and_win_one, refund_by_two, stat
from tests.journeys.test_billing import BOTH, pay_with

pytestmark = pytest.mark.engine


def go_on(page, amount="$25.00"):
    page.goto("/wallet/top-up/")
    page.get_by_label(amount, exact=True).check()
    page.get_by_role("button", name="Go on to payment").click()
    expect(page).to_have_url(re.compile("/c/pay/"))


def add_funds(page, amount="$25.00"):
    """Where the payment is then."""
    go_on(page, amount)
    pay_with(page, "Pays")
    expect(page.get_by_text(f"{amount} is in your wallet.")).to_be_visible()
    return page.url


@pytest.mark.parametrize("script", BOTH)
def test_the_balance_is_there_after_the_webhook_alone(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    go_on(page)
    checkout.pay(page.url)  # and never comes back
    hear(sandbox)
    expect(stat(page, "Available")).to_contain_text("$25.00")
    assert problems() == []


@pytest.mark.parametrize("script", BOTH)
def test_staff_refund_what_a_second_one_approves(page, alice, sign_in, enter, sandbox, script):
    sign_in(alice)
    payment = add_funds(page, "$100.00")
    refund_by_two(page, alice, sign_in, enter, sandbox, payment)
    assert [one["amount"] for one in sandbox.state.all("refund")] == [10_000]
    assert problems() == []


@pytest.mark.parametrize("script", BOTH)
def test_one_dispute_is_lost_and_one_is_won(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    lose_one_and_win_one(page, alice, sandbox, add_funds)
    assert problems() == []


def test_money_that_was_spent_before_is_owed_and_paid_back_first(
    page, alice, bob, sign_in, sandbox
):
    sign_in(alice)
    add_funds(page)
    buy(alice.user_sub, bob.user_sub, 500)
    by_hand(page, sandbox, "Charge back", "Lose")
    expect(stat(page, "Debt")).to_contain_text("$5.00")
    expect(page.get_by_text("Paid back first by your next top-up")).to_be_visible()
    add_funds(page)
    expect(stat(page, "Available")).to_contain_text("$20.00")
    expect(stat(page, "Debt")).to_have_count(0)
    assert problems() == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_its_pages_are_accessible(page, alice, bob, sign_in, sandbox, axe, theme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    payment = add_funds(page)
    buy(alice.user_sub, bob.user_sub, 500)
    paths = ["/wallet/", "/wallet/payments/", payment, "/wallet/ledger/"]
    for act in ("Charge back", "Lose"):
        by_hand(page, sandbox, act)
        for path in paths:
            page.goto(path)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
