"""From a visitor to a person and back, as a browser does it."""

import re

import pytest
from playwright.sync_api import expect

from tests.accounts.mailbox import deliver, last_code, last_link
from tests.factories import PASSWORD
from tests.journeys.browser import LOOKS

BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]
SIGNED_IN = (  # every page of the account
    "/account/",
    "/settings/profile/",
    "/settings/security/",
    "/settings/sessions/",
    "/settings/data/",
    "/settings/delete/",
    "/settings/password/",
    "/settings/history/",
    "/confirm/",
    "/settings/email/",
    "/settings/mfa/",
    "/settings/mfa/totp/add/",
    "/settings/mfa/email/add/",
    "/alerts/",
    "/settings/alerts/",
    "/settings/api-keys/",
    "/settings/api-keys/new/",
    "/wallet/",
    "/wallet/top-up/",
    "/wallet/payments/",
    "/wallet/payment-methods/",
    "/wallet/ledger/",
    "/feed/",
    "/feed/hidden/",
    "/feed/unlocked/",
    "/explore/",
    "/notifications/",
    "/posts/new/",
    "/@alice_h/",
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_up(page):
    page.goto("/sign-up/")
    page.get_by_label("Email address").fill("carol@example.com")
    page.get_by_label("Handle").fill("carol")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Verify your email address")).to_be_visible()
    assert deliver() == 1


def fill_in_sign_in(page, password=PASSWORD):
    page.goto("/sign-in/")
    page.get_by_label("Email address or handle").fill("carol@example.com")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_visitor_signs_up_verifies_signs_out_and_in(page, script):
    sign_up(page)
    page.get_by_label("Code from the email").fill(last_code())
    page.get_by_role("button", name="Verify and sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))
    expect(page.get_by_role("status").first).to_contain_text("verified")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    fill_in_sign_in(page)
    expect(page.get_by_text("carol@example.com").first).to_be_visible()


@pytest.mark.engine
def test_the_link_of_the_mail_works_on_another_device(page, browser, base_url):
    sign_up(page)
    phone = browser.new_context(base_url=base_url)
    other = phone.new_page()
    other.goto(last_link())
    other.get_by_label("Password that you chose").fill(PASSWORD)
    other.get_by_role("button", name="Verify and sign in").click()
    expect(other).to_have_url(re.compile("/account/$"))
    phone.close()


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_person_ends_the_session_of_another_browser(page, alice, sign_in, client_for, script):
    other = client_for(
        alice, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0"
    )
    assert other.get("/account/").status_code == 200
    sign_in(alice)
    page.goto("/settings/sessions/")
    expect(page.get_by_text("This device")).to_have_count(1)
    page.get_by_role("button", name="Sign out Firefox on Windows").click()
    expect(page.get_by_role("button", name="Sign out Firefox on Windows")).to_have_count(0)
    assert other.get("/account/").status_code == 302
    page.goto("/account/")
    expect(page.get_by_text("alice@example.com").first).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_the_name(page, alice, axe):
    fill_in_sign_in(page, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    expect(page.get_by_label("Email address or handle")).to_have_value("carol@example.com")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    axe(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_account_pages_are_accessible(page, alice, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/sign-in/", "/sign-up/"):
        page.goto(path)
        axe(page)
    sign_up(page)
    axe(page)
    sign_in(alice)
    for path in SIGNED_IN:
        page.goto(path)
        axe(page)


def test_no_account_page_scrolls_sideways_on_a_small_phone(page, alice, sign_in):
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(alice)
    for path in ("/sign-in/", "/sign-up/", *SIGNED_IN):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path


@pytest.mark.parametrize("script", BOTH)
def test_the_security_page_leads_to_the_sessions_and_back(page, alice, sign_in, script):
    sign_in(alice)
    page.goto("/account/")
    page.locator("#main").get_by_role("link", name="Security").click()
    expect(page.get_by_role("heading", name="Security", exact=True)).to_be_visible()
    expect(page.get_by_text("In 1 browser: this one")).to_be_visible()
    page.get_by_role("link", name="Manage sessions").click()
    expect(page.get_by_text("This device")).to_be_visible()
    page.get_by_role("link", name="Security").click()
    expect(page).to_have_url(re.compile("/settings/security/$"))
