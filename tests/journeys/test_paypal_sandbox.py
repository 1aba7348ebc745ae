"""A payer at PayPal's pages, as the sandbox plays them, and a developer on its dashboard."""

import re

import pytest
from playwright.sync_api import expect

from billing.sandbox import access
from tests.billing import payer
from tests.journeys.browser import LOOKS

pytestmark = pytest.mark.engine


@pytest.fixture
def api(sandbox):
    return payer.Api()


@pytest.fixture
def ways(base_url):
    return {"return_url": f"{base_url}/", "cancel_url": f"{base_url}/"}


@pytest.fixture
def order(api, ways):
    source = {"paypal": {"experience_context": {**ways, "brand_name": "Latchkey"}}}
    return api.order(source=source, description="Balance")[1]


def look(page, theme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)


def test_a_payer_chooses_an_account_and_comes_back(page, api, order):
    page.goto(payer.page_of(order))
    page.get_by_label("Pays by eCheck that bounces").check()
    page.get_by_role("button", name="Agree to pay $15.00").click()
    expect(page).to_have_url(re.compile(f"token={order['id']}&PayerID="))
    assert api.capture(order["id"])[1]["payer"]["email_address"] == "bounces@buyer.example"


def test_a_payer_saves_an_account_and_comes_back(page, api, ways):
    setup = api.setup(experience_context=ways)[1]
    page.goto(payer.page_of(setup))
    page.get_by_role("button", name="Save this account").click()
    expect(page).to_have_url(re.compile(f"approval_token_id={setup['id']}"))
    assert api.tokenize(setup)[0] == 201


def test_a_developer_lets_a_question_become_a_loss(page, api):
    api.paid("asks")
    page.goto(access.dashboard_url())
    page.get_by_role("button", name="Make it a chargeback").click()
    page.get_by_role("button", name="Lose").click()
    expect(page.get_by_text("Dispute of $15.00, resolved buyer favour")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_payers_pages_are_accessible(page, api, order, axe, theme, width):
    look(page, theme, width)
    for thing in (order, api.setup()[1]):
        page.goto(payer.page_of(thing))
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    payer.agree(payer.page_of(order))
    api.capture(order["id"])
    page.goto(payer.page_of(order))
    expect(page.get_by_text("This is completed.")).to_be_visible()
    axe(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_dashboard_of_paypal_is_accessible(page, api, axe, theme, width):
    look(page, theme, width)
    api.refund(api.paid("slow-refund"), "4.00")
    api.paid("charges-back", invoice_id="2")
    api.saved()
    page.goto(access.dashboard_url())
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
