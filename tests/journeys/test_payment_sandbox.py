"""A developer plays the payer's bank and the provider's staff, on the sandbox's dashboard."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import LOOKS
from tests.journeys.test_billing import go_on_to_payment, pay_with

pytestmark = pytest.mark.engine


@pytest.fixture
def dashboard(page, alice, sign_in, sandbox):
    """Reached from the wallet, after a payment."""
    sign_in(alice)
    go_on_to_payment(page)
    pay_with(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()
    page.get_by_role("link", name="Refund, dispute and more by hand").click()
    return page


def test_a_payment_is_refunded_in_part_by_hand(dashboard, sandbox):
    dashboard.get_by_label("Amount").fill("5.00")
    dashboard.get_by_role("button", name="Refund").click()
    expect(dashboard.get_by_text("Refund of $5.00, succeeded")).to_be_visible()
    assert [one["amount"] for one in sandbox.state.all("refund")] == [500]


def test_a_question_becomes_a_dispute_that_is_lost(dashboard):
    dashboard.get_by_role("button", name="Ask about it").click()
    dashboard.get_by_role("button", name="Make it a chargeback").click()
    dashboard.get_by_role("button", name="Lose").click()
    expect(dashboard.get_by_text("Dispute of $25.00, lost")).to_be_visible()


def test_our_site_takes_the_webhooks_of_it(dashboard):
    dashboard.get_by_role("button", name="Charge back").click()
    expect(dashboard.get_by_text("Dispute of $25.00, needs response")).to_be_visible()

    def shown_as_delivered():
        dashboard.reload()  # first: a page from before the delivery goes on saying "waiting"
        return dashboard.get_by_text("charge.dispute.created, delivered").is_visible()

    assert any(shown_as_delivered() for _ in range(100))


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_it_is_accessible(dashboard, axe, theme, width):
    dashboard.get_by_role("button", name="Charge back").click()
    dashboard.set_viewport_size({"width": width, "height": 844})
    dashboard.emulate_media(color_scheme=theme)
    axe(dashboard)
    assert dashboard.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_payers_page_is_accessible(page, alice, sign_in, sandbox, axe, theme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    go_on_to_payment(page)
    axe(page)
    page.expected.add(page.url)
    pay_with(page, "Is declined")
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    pay_with(page, "Needs authentication, then pays")
    expect(page.get_by_role("button", name="Complete authentication")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
