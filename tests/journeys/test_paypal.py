"""Money from a PayPal account into the wallet and back, through the sandbox's pages of PayPal."""

import re

import pytest
from playwright.sync_api import expect

from billing import services
from billing.sandbox.paypal.objects import ORDER, REFUND
from tests.billing import payer
from tests.billing.books import problems
from tests.billing.lives import purse
from tests.journeys.browser import LOOKS
from tests.journeys.paying import (
    by_hand,
    charge_saved,
    hear,
    leave_and_confirm,
    look_around,
    lose_one_and_win_one,
    pay_as,
    refund_by_two,
    remove_saved,
    see_it_come,
    see_its_receipt,
    stat,
    to_the_provider,
)
from tests.journeys.test_billing import BOTH

pytestmark = pytest.mark.engine


def add_funds(page, choice="Pays", **how):
    """Where the payment is then."""
    to_the_provider(page, "PayPal", **how)
    pay_as(page, choice)
    expect(page.get_by_text(re.compile("is in your wallet."))).to_be_visible()
    return page.url


def save_account(page, choice="Pays"):
    page.goto("/wallet/payment-methods/")
    page.get_by_role("button", name="Add with PayPal").click()
    pay_as(page, choice)
    expect(page.get_by_text("PayPal account is saved.")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_a_person_tops_up_and_finds_the_money_in_the_ledger(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    to_the_provider(page, "PayPal")
    expect(page.get_by_text("$25.00", exact=True)).to_be_visible()
    pay_as(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    expect(page.get_by_role("heading", name="Top-up with PayPal")).to_be_visible()
    page.get_by_role("link", name="See it in the ledger").click()
    expect(page.get_by_role("row").filter(has_text="+$25.00")).to_contain_text("Top-up")
    hear(sandbox)
    assert purse(alice) == (2500, 0, 0)  # though it was told twice: by the return and by webhooks
    assert problems() == []


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_a_declined_account_pays_nothing_and_another_one_does(
    page, alice, sign_in, sandbox, script
):
    sign_in(alice)
    to_the_provider(page, "PayPal")
    pay_as(page, "Its bank declines")
    expect(page.get_by_text("PayPal could not take the money").first).to_be_visible()
    assert purse(alice) == (0, 0, 0)
    page.get_by_role("button", name="Pay with PayPal").click()
    pay_as(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    assert [order["status"] for order in sandbox.state.all(ORDER)] == ["COMPLETED"]
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.parametrize("script", BOTH)
def test_a_payment_is_given_up(page, alice, sign_in, sandbox, axe, script):
    sign_in(alice)
    to_the_provider(page, "PayPal")
    page.get_by_role("link", name="Go back without paying").click()
    expect(page.get_by_role("heading", name="You have not paid")).to_be_visible()
    page.get_by_role("button", name="Cancel this payment").click()
    expect(page.get_by_text("Nothing was charged.")).to_be_visible()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert purse(alice) == (0, 0, 0)


@pytest.mark.long
def test_coming_back_is_enough_while_no_webhook_arrives(page, alice, sign_in, sandbox):
    payer.control("webhooks", hold="true")
    sign_in(alice)
    add_funds(page)
    assert purse(alice) == (2500, 0, 0)
    payer.control("webhooks", hold="false")
    hear(sandbox)
    assert purse(alice) == (2500, 0, 0)
    assert problems() == []


@pytest.mark.parametrize("script", BOTH)
def test_the_balance_is_there_after_the_webhooks_alone(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    to_the_provider(page, "PayPal")
    payer.agree(page.url)  # and never comes back
    hear(sandbox)
    expect(stat(page, "Available")).to_contain_text("$25.00")


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_an_echeck_is_pending_until_its_bank_pays(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    to_the_provider(page, "PayPal")
    pay_as(page, "Pays by eCheck: pending, then paid")
    expect(page.get_by_text("Still to come.")).to_be_visible()
    expect(page.get_by_text("PayPal is confirming your payment.")).to_be_visible()
    back = page.url
    by_hand(page, sandbox, "Let it succeed")
    page.goto(back)
    see_it_come(page, sandbox, script)
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.parametrize("script", BOTH)
def test_an_account_is_saved_without_paying_charged_and_removed(
    page, alice, sign_in, sandbox, script
):
    sign_in(alice)
    save_account(page)
    assert purse(alice) == (0, 0, 0)
    charge_saved(page, "PayPal account")
    see_its_receipt(page, "PayPal account · PayPal")
    remove_saved(page, "PayPal account")
    assert services.list_methods(alice.user_sub) == []
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_an_account_is_saved_with_a_payment_and_charged(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    add_funds(page, save=True)
    page.goto("/wallet/payment-methods/")
    expect(page.get_by_text("Default", exact=True)).to_be_visible()
    charge_saved(page, "PayPal account")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    hear(sandbox)
    assert len(services.list_methods(alice.user_sub)) == 1  # its webhook names the same one
    assert purse(alice) == (5000, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_a_charge_that_must_be_confirmed_is_confirmed_at_paypal(
    page, alice, sign_in, sandbox, script
):
    sign_in(alice)
    save_account(page, "Pays here; when it is charged later it must confirm")
    charge_saved(page, "PayPal account")
    leave_and_confirm(page, "PayPal")
    pay_as(page, "Its bank declines")
    expect(page.get_by_text("PayPal could not take the money").first).to_be_visible()
    assert purse(alice) == (0, 0, 0)
    page.get_by_role("button", name="Confirm at PayPal").click()
    pay_as(page, "Pays here; when it is charged later it must confirm")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    hear(sandbox)
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.long
def test_a_saved_account_that_declines_says_why_and_another_way_pays(page, alice, sign_in, sandbox):
    sign_in(alice)
    save_account(page, "Its bank declines")
    charge_saved(page, "PayPal account")
    expect(page.get_by_text("PayPal could not take the money").first).to_be_visible()
    page.get_by_role("radio", name="On the page of PayPal").check()
    page.get_by_role("button", name="Add funds").click()
    pay_as(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_staff_refund_what_a_second_one_approves(page, alice, sign_in, enter, sandbox, script):
    sign_in(alice)
    payment = add_funds(page, amount="$100.00")
    refund_by_two(page, alice, sign_in, enter, sandbox, payment)
    expect(page.get_by_text("PayPal sent it.")).to_be_visible()
    assert [one["amount"] for one in sandbox.state.all(REFUND)] == [10_000]
    assert problems() == []


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_one_dispute_is_lost_and_one_is_won(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    lose_one_and_win_one(page, alice, sandbox, add_funds)
    assert problems() == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_its_pages_are_accessible(page, alice, sign_in, sandbox, axe, theme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    payment = add_funds(page, save=True)
    by_hand(page, sandbox, "Charge back", "Lose")
    look_around(page, axe, width, payment)
