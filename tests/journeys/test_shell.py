"""The frame of the product, with JavaScript and without it."""

import re

import pytest
from playwright.sync_api import expect

BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("script", BOTH)
def test_the_start_page_leads_to_both_doors(page, script):
    page.goto("/")
    page.get_by_role("link", name="Create an account").first.click()
    expect(page).to_have_url(re.compile("/sign-up/$"))
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="Sign in").first.click()
    expect(page).to_have_url(re.compile("/sign-in/$"))


@pytest.mark.parametrize("script", BOTH)
def test_a_theme_is_kept_from_page_to_page(page, script):
    page.goto("/sign-in/")
    html = page.locator("html")
    expect(html).not_to_have_attribute("data-theme", re.compile("."))
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))
    expect(html).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.goto("/")
    expect(html).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="As the device").click()
    expect(html).not_to_have_attribute("data-theme", re.compile("."))


@pytest.mark.parametrize("script", BOTH)
def test_an_unknown_address_offers_a_way_back(page, base_url, script):
    page.expected.add(f"{base_url}/nowhere/")
    answer = page.goto("/nowhere/")
    assert answer.status == 404
    expect(page.locator("code")).to_have_text(answer.headers["x-request-id"])
    page.get_by_role("link", name="Go to the start page").click()
    expect(page).to_have_url(f"{base_url}/")


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("script", BOTH)
def test_the_drawer_works_by_keyboard_alone(page, script):
    page.set_viewport_size(PHONE)
    page.goto("/gallery/manage/?quiet")
    side = page.locator("#side")
    expect(side).to_be_hidden()
    button = page.get_by_role("button", name="Open menu")
    button.focus()
    page.keyboard.press("Enter")
    expect(side).to_be_visible()
    expect(side.get_by_role("link", name="Sessions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("script", BOTH)
def test_the_drawer_has_a_button_that_closes_it(page, script):
    page.set_viewport_size(PHONE)
    page.goto("/gallery/manage/?quiet")
    page.get_by_role("button", name="Open menu").click()
    page.get_by_role("button", name="Close menu").click()
    expect(page.locator("#side")).to_be_hidden()


@pytest.mark.usefixtures("gallery")
def test_a_wide_window_always_shows_the_sidebar(page):
    page.goto("/gallery/manage/?quiet")
    expect(page.locator("#side")).to_be_visible()
    expect(page.get_by_role("button", name="Open menu")).to_be_hidden()


def test_the_skip_link_is_first_and_jumps_to_the_content(page):
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_somebody_signed_in_goes_straight_to_the_account(page, sign_in, alice):
    sign_in(alice)
    page.goto("/")
    expect(page).to_have_url(re.compile("/account/$"))
    user = page.locator(".user")
    expect(user).to_contain_text(alice.email)
    user.get_by_role("button", name="Sign out").click()
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/sign-in/"))
