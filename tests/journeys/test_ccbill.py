"""Money from a card into the wallet and back, through the sandbox's payment form of CCBill."""

import pytest
from playwright.sync_api import expect

from billing import services
from billing.sandbox.ccbill.reversals import REVERSAL
from tests.billing import flexforms, payer
from tests.billing.books import problems
from tests.billing.lives import buy, purse
from tests.journeys.browser import LOOKS
from tests.journeys.paying import (
    by_hand,
    charge_saved,
    hear,
    leave_and_confirm,
    look_around,
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


def add_funds(page, sandbox, choice="Pays", *, script="on", amount="$25.00", **how):
    """Where the payment is then."""
    to_the_provider(page, "CCBill", amount, **how)
    pay_as(page, choice)
    authenticate(page)
    see_it_come(page, sandbox, script, amount)
    return page.url


def authenticate(page):
    """Where the bank asks."""
    page.wait_for_load_state()
    asked = page.get_by_role("button", name="Complete authentication")
    if asked.count():
        asked.click()


@pytest.mark.parametrize("script", BOTH)
def test_a_person_tops_up_and_finds_the_money_in_the_ledger(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    to_the_provider(page, "CCBill")
    expect(page.get_by_text("$25.00", exact=True)).to_be_visible()
    pay_as(page, "Pays")
    see_it_come(page, sandbox, script)
    expect(page.get_by_role("heading", name="Top-up with CCBill")).to_be_visible()
    page.get_by_role("link", name="See it in the ledger").click()
    expect(page.get_by_role("row").filter(has_text="+$25.00")).to_contain_text("Top-up")
    assert purse(alice) == (2500, 0, 0)
    assert problems() == []


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_a_declined_card_pays_nothing_and_another_one_does(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    to_the_provider(page, "CCBill")
    page.expected.add(page.url)
    pay_as(page, "Has not enough money")
    expect(page.get_by_role("alert")).to_contain_text("Insufficient funds")
    hear(sandbox)
    assert purse(alice) == (0, 0, 0)
    pay_as(page, "Pays")
    see_it_come(page, sandbox, script)
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.parametrize("script", BOTH)
def test_a_payment_is_given_up_and_money_that_comes_all_the_same_is_kept(
    page, alice, sign_in, sandbox, script
):
    sign_in(alice)
    to_the_provider(page, "CCBill")
    form = page.url
    page.goto("/wallet/payments/")
    page.get_by_role("link", name="Top-up with CCBill").click()
    payment = page.url
    page.get_by_role("button", name="Cancel this payment").click()
    expect(page.get_by_text("Nothing was charged.")).to_be_visible()
    assert purse(alice) == (0, 0, 0)
    flexforms.pay(form)  # nothing at CCBill ends a link
    hear(sandbox)
    page.goto(payment)
    expect(page.get_by_text("The money was added to your balance.")).to_be_visible()
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_who_comes_back_before_the_webhook_waits_for_it(page, alice, sign_in, sandbox, axe, script):
    payer.control("webhooks", hold="true")
    sign_in(alice)
    to_the_provider(page, "CCBill")
    pay_as(page, "Pays")
    expect(page.get_by_role("heading", name="Confirming your payment")).to_be_visible()
    expect(page.get_by_text("CCBill has not told us of a payment yet.")).to_be_visible()
    assert purse(alice) == (0, 0, 0)
    payer.control("webhooks", hold="false")
    see_it_come(page, sandbox, script)
    assert purse(alice) == (2500, 0, 0)


@pytest.mark.parametrize("script", BOTH)
def test_the_balance_is_there_after_the_webhook_alone(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    to_the_provider(page, "CCBill")
    flexforms.pay(page.url)  # and never comes back
    hear(sandbox)
    expect(stat(page, "Available")).to_contain_text("$25.00")


@pytest.mark.parametrize("script", BOTH)
def test_a_card_is_saved_with_a_payment_charged_and_removed(page, alice, sign_in, sandbox, script):
    sign_in(alice)
    page.goto("/wallet/payment-methods/")
    expect(page.get_by_text("CCBill saves a way to pay only together with")).to_be_visible()
    add_funds(page, sandbox, script=script, save=True)
    charge_saved(page, "Visa ending in 4242")
    see_its_receipt(page, "Visa ending in 4242 · CCBill")
    hear(sandbox)
    assert purse(alice) == (5000, 0, 0)  # told twice, by the answer and by a webhook
    remove_saved(page, "Visa ending in 4242")
    assert services.list_methods(alice.user_sub) == []


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_a_charge_that_must_be_confirmed_is_confirmed_at_ccbill(
    page, alice, sign_in, sandbox, script
):
    sign_in(alice)
    add_funds(page, sandbox, "Needs 3D Secure, then pays", script=script, save=True)
    charge_saved(page, "Visa ending in 3184")
    leave_and_confirm(page, "CCBill")
    pay_as(page, "Needs 3D Secure, then pays")
    authenticate(page)
    see_it_come(page, sandbox, script)
    assert purse(alice) == (5000, 0, 0)
    assert problems() == []


@pytest.mark.long
def test_a_saved_card_that_declines_says_why_and_another_way_pays(page, alice, sign_in, sandbox):
    sign_in(alice)
    add_funds(page, sandbox, "Pays, but declines when it is charged again", save=True)
    charge_saved(page, "Visa ending in 0341")
    expect(page.get_by_text("Your bank declined the card.").first).to_be_visible()
    page.get_by_role("radio", name="On the page of CCBill").check()
    page.get_by_role("button", name="Add funds").click()
    pay_as(page, "Pays")
    see_it_come(page, sandbox, "on")
    assert purse(alice) == (5000, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_staff_refund_what_a_second_one_approves(page, alice, sign_in, enter, sandbox, script):
    sign_in(alice)
    payment = add_funds(page, sandbox, script=script, amount="$100.00")
    refund_by_two(page, alice, sign_in, enter, sandbox, payment)
    expect(page.get_by_text("CCBill sent it.")).to_be_visible()
    assert [one["amount"] for one in sandbox.state.all(REVERSAL)] == [10_000]
    assert problems() == []


@pytest.mark.long
@pytest.mark.parametrize("script", BOTH)
def test_a_chargeback_is_lost_at_once_and_what_was_spent_is_owed(
    page, alice, bob, sign_in, sandbox, script
):
    sign_in(alice)
    payment = add_funds(page, sandbox, script=script)
    buy(alice.user_sub, bob.user_sub, 500)
    by_hand(page, sandbox, "Charge back")
    page.goto(payment)
    expect(page.get_by_text("$25.00 went back for good to where it came from.")).to_be_visible()
    expect(stat(page, "Debt")).to_contain_text("$5.00")
    expect(page.get_by_text("Paid back first by your next top-up")).to_be_visible()
    add_funds(page, sandbox, script=script)
    expect(stat(page, "Available")).to_contain_text("$20.00")
    expect(stat(page, "Debt")).to_have_count(0)
    assert problems() == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_its_pages_are_accessible(page, alice, sign_in, sandbox, axe, theme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    to_the_provider(page, "CCBill", save=True)
    axe(page)
    page.expected.add(page.url)
    pay_as(page, "Is declined")
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    pay_as(page, "Needs 3D Secure, then pays")
    expect(page.get_by_role("button", name="Complete authentication")).to_be_visible()
    axe(page)
    payer.control("webhooks", hold="true")
    authenticate(page)
    expect(page.get_by_role("heading", name="Confirming your payment")).to_be_visible()
    axe(page)
    payer.control("webhooks", hold="false")
    see_it_come(page, sandbox, "on")
    payment = page.url
    by_hand(page, sandbox, "Charge back")
    axe(page)
    look_around(page, axe, width, payment)
