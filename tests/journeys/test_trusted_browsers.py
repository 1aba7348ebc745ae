"""Trusting a browser, being known there, and taking it back."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.factories import PASSWORD
from tests.mfa.people import phone_code, turn_on_totp

JS = [
    "on",
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]
SHOTS = os.environ.get("SHOTS", "")
pytestmark = pytest.mark.engine


def enter_password(page, user):
    page.goto("/sign-in/")
    page.get_by_label("Email address or handle").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page):
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()


def look(page, axe, name):
    """Both themes and widths: nothing scrolls sideways, axe finds nothing."""
    for theme in ("dark", "light"):
        for width in (390, 1280):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{theme}-{width}.png", full_page=True)
        axe(page)


@pytest.mark.parametrize("js", JS)
def test_a_person_trusts_a_browser_and_takes_it_back(page, alice, axe, js):
    secret, _ = turn_on_totp(alice)
    enter_password(page, alice)
    box = page.get_by_label("Trust this browser for 30 days")
    expect(box).not_to_be_checked()
    if js == "on":
        look(page, axe, "second-step")
    box.check()
    page.get_by_label("6-digit code").fill(phone_code(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))

    sign_out(page)
    enter_password(page, alice)
    expect(page).to_have_url(re.compile("/account/$"))

    page.goto("/settings/sessions/")
    trusted = page.locator("#trusted-browsers")
    expect(trusted.get_by_text("This browser")).to_be_visible()
    if js == "on":
        look(page, axe, "sessions")
    trusted.get_by_role("button", name=re.compile("^Remove (?!all)")).click()
    if js == "on":
        expect(trusted.get_by_text("Removed")).to_be_visible()
        axe(page)
        page.reload()
    else:
        expect(page.get_by_text("The next sign-in there asks")).to_be_visible()
    expect(trusted.get_by_text("None.")).to_be_visible()
    if js == "on":
        look(page, axe, "none")

    sign_out(page)
    enter_password(page, alice)
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()


def test_all_are_removed_at_once(page, alice, sign_in, axe):
    from tests.mfa.trust import trust

    sign_in(alice)
    turn_on_totp(alice)
    trust(alice)
    trust(alice)
    page.goto("/settings/sessions/")
    axe(page)
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_text("Every sign-in asks for the second step now.")).to_be_visible()
    expect(page.locator("#trusted-browsers").get_by_text("None.")).to_be_visible()
