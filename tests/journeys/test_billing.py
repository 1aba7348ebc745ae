"""Money from a card into the wallet, through the sandbox's own payment pages."""

import re

import pytest
from playwright.sync_api import expect

from billing import services
from tests.billing.lives import buy, top_up
from tests.journeys.browser import LOOKS
from tests.newsfeed.feeds import CANARY, publish_paid

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
    expect(page.get_by_text("Nothing is saved")).to_be_visible()
    page.get_by_role("button", name="Add with Stripe").click()
    expect(page).to_have_url(re.compile("/c/pay/"))
    pay_with(page, "Pays")
    expect(page.get_by_text("Visa ending in 4242 is saved.")).to_be_visible()
    expect(page.get_by_text("Default", exact=True)).to_be_visible()
    page.get_by_role("link", name="Remove… Visa ending in 4242").click()
    page.get_by_role("button", name="Remove Visa ending in 4242").click()
    expect(page.get_by_text("Nothing is saved")).to_be_visible()
    assert services.list_methods(alice.user_sub) == []


def save_card(page, card):
    page.goto("/wallet/payment-methods/")
    page.get_by_role("button", name="Add with Stripe").click()
    pay_with(page, card)
    if page.get_by_role("button", name="Complete authentication").count():
        page.get_by_role("button", name="Complete authentication").click()
    expect(page.get_by_text(re.compile("is saved"))).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_a_saved_card_is_charged_and_has_its_receipt(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    save_card(page, "Pays")
    page.goto("/wallet/")
    expect(page.get_by_label("Visa ending in 4242")).to_be_checked()
    page.get_by_label("$25.00").check()
    page.get_by_role("button", name="Add funds").click()
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    expect(page.get_by_text("Visa ending in 4242 · Stripe")).to_be_visible()
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("row").filter(has_text="Total")).to_contain_text("$25.00")
    assert services.get_wallet(alice.user_sub).available == 2500


def test_a_bank_that_wants_to_ask_is_answered_on_the_providers_page(page, alice, sign_in, sandbox):
    sign_in(alice)
    save_card(page, "Needs authentication, then pays")
    page.goto("/wallet/top-up/")
    page.get_by_label("$25.00").check()
    page.get_by_role("button", name="Add funds").click()
    expect(page).to_have_url(re.compile("/c/pay/"))
    page.goto("/wallet/payments/")
    page.get_by_role("link", name="Top-up with a saved method").click()
    expect(page.get_by_text("You have to confirm this payment")).to_be_visible()
    page.get_by_role("button", name="Confirm at Stripe").click()
    pay_with(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    assert services.get_wallet(alice.user_sub).available == 2500


def test_a_card_that_declines_says_why_and_another_way_pays(page, alice, sign_in, sandbox):
    sign_in(alice)
    save_card(page, "Can be saved, but declines")
    page.goto("/wallet/top-up/")
    page.get_by_label("$25.00").check()
    page.get_by_role("button", name="Add funds").click()
    expect(page.get_by_text("Your bank declined the card.")).to_be_visible()
    page.get_by_label("On the page of Stripe").check()
    page.get_by_role("button", name="Add funds").click()
    pay_with(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    assert services.get_wallet(alice.user_sub).available == 2500


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_statements_and_receipts_are_accessible(page, alice, bob, sign_in, axe, theme, width):
    payment = top_up(alice.user_sub, 2500)
    bought = buy(alice.user_sub, bob.user_sub, 499)
    sign_in(alice)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    for path in (
        "statements/",
        f"statements/{bought.created_at:%Y-%m}/",
        f"payments/{payment.payment_intent_id}/receipt/",
        f"purchases/{bought.reference}/receipt/",
    ):
        page.goto(f"/wallet/{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_paper_shows_the_receipt_and_nothing_else(page, alice, sign_in):
    payment = top_up(alice.user_sub, 2500)
    sign_in(alice)
    page.goto(f"/wallet/payments/{payment.payment_intent_id}/receipt/")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".paper")).to_be_visible()
    expect(page.locator(".paper-title")).to_have_text("Receipt")
    for gone in (".side", ".topbar", ".page-head", ".btn >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_a_post_needs_is_charged_and_its_purchase_is_left_to_the_person(
    page, alice, bob, sign_in, sandbox
):
    post = publish_paid(bob)
    sign_in(alice)
    save_card(page, "Pays")
    page.goto(f"/posts/{post.post_id}/")
    page.get_by_role("link", name="Add $5.00 to unlock").click()
    page.get_by_role("button", name="Add funds").click()
    expect(page).to_have_url(re.compile(f"/posts/{post.post_id}/$"))
    expect(page.get_by_text("$5.00 is in your wallet.")).to_be_visible()
    assert services.get_wallet(alice.user_sub).available == 500  # nothing was bought blindly
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text(CANARY)).to_be_visible()
    assert services.get_wallet(alice.user_sub).available == 0
