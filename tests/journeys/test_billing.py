"""Money from a card into the wallet, through the sandbox's own payment pages."""

import re

import pytest
from playwright.sync_api import expect

from billing import services

pytestmark = pytest.mark.engine
BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]


def go_on_to_payment(page, path="/wallet/top-up/"):
    page.goto(path)
    page.get_by_label("$25.00").check()
    page.get_by_role("button", name="Go on to payment").click()
    expect(page).to_have_url(re.compile("/c/pay/"))


def pay_with(page, card):
    page.get_by_label(card).first.check()
    page.get_by_role("button", name=re.compile("^(Pay|Save)")).click()


@pytest.mark.parametrize("script", BOTH)
def test_a_person_tops_up_and_finds_the_money_in_the_ledger(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    page.goto("/wallet/")
    expect(page.get_by_text("Sandbox: no real money")).to_be_visible()
    expect(page.get_by_text("No money has moved yet")).to_be_visible()
    go_on_to_payment(page)
    pay_with(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    expect(page.get_by_text("In your wallet", exact=True)).to_be_visible()
    page.get_by_role("link", name="See it in the ledger").click()
    expect(page.get_by_role("row").filter(has_text="+$25.00")).to_contain_text("Top-up")
    assert services.get_wallet(alice.user_sub).available == 2500


def test_a_top_up_leads_back_to_where_it_was_asked_for(page, alice, sign_in, sandbox):
    sign_in(alice)
    go_on_to_payment(page, "/wallet/top-up/?next=/settings/profile/")
    pay_with(page, "Pays")
    expect(page).to_have_url(re.compile("/settings/profile/$"))
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()


def test_a_declined_card_charges_nothing_and_another_one_pays(page, alice, sign_in, sandbox):
    sign_in(alice)
    go_on_to_payment(page)
    page.expected.add(page.url)
    pay_with(page, "Has not enough money")
    expect(page.get_by_role("alert")).to_be_visible()
    assert services.get_wallet(alice.user_sub).available == 0
    pay_with(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    assert services.get_wallet(alice.user_sub).available == 2500


def test_a_payment_that_was_left_can_be_given_up(page, alice, sign_in, sandbox, axe):
    sign_in(alice)
    go_on_to_payment(page)
    page.goto("/wallet/payments/")
    page.get_by_role("link", name="Top-up with Stripe").click()
    expect(page.get_by_text("Not paid yet")).to_be_visible()
    page.get_by_role("link", name="Check again").click()
    expect(page.get_by_role("heading", name="Confirming your payment")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Cancel this payment").click()
    expect(page.get_by_text("Nothing was charged.")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_a_card_is_saved_and_removed(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    page.goto("/wallet/payment-methods/")
    expect(page.get_by_text("No card is saved")).to_be_visible()
    page.get_by_role("button", name="Add with Stripe").click()
    expect(page).to_have_url(re.compile("/c/pay/"))
    pay_with(page, "Pays")
    expect(page.get_by_text("Visa ending in 4242 is saved.")).to_be_visible()
    expect(page.get_by_text("Default", exact=True)).to_be_visible()
    page.get_by_role("link", name="Remove… Visa ending in 4242").click()
    page.get_by_role("button", name="Remove Visa ending in 4242").click()
    expect(page.get_by_text("No card is saved")).to_be_visible()
    assert services.list_methods(alice.user_sub) == []
