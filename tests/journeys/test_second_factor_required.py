"""A staff person without a second factor turns one on before anything else."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from core import clock
from tests.factories import PASSWORD, make_user
from tests.journeys.browser import LOOKS

pytestmark = pytest.mark.engine
SCRIPTS = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]
WANTED = re.compile(r"/settings/alerts/$")


def sign_in_by_form(page, user):
    page.get_by_label("Email address or handle").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def enrol(page):
    page.get_by_role("link", name="Add Authenticator app").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("I can't scan it").click()
    phone = pyotp.TOTP(page.locator("#setup-key").inner_text().replace(" ", ""))
    page.get_by_label("6-digit code").fill(phone.at(clock.now()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Two-step sign-in is on")).to_be_visible()


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_staff_enrol_first_and_are_brought_back(page, scripts):
    olga = make_user("olga", is_staff=True)
    page.goto("/settings/alerts/")
    sign_in_by_form(page, olga)
    expect(page.get_by_text("Turn it on to go on")).to_be_visible()
    page.goto("/settings/profile/")
    expect(page).to_have_url(re.compile(r"/settings/mfa/\?next="))
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    page.goto("/settings/alerts/")
    enrol(page)
    page.get_by_label("I saved them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(WANTED)
    page.goto("/settings/profile/")
    expect(page.get_by_role("heading", name="Profile").first).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_its_pages_are_accessible_in_every_look(page, sign_in, axe, settings, alice, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(make_user("olga", is_staff=True))
    page.goto("/settings/profile/")
    expect(page.get_by_text("Turn it on to go on")).to_be_visible()
    axe(page)
    page.context.clear_cookies()
    settings.MFA_REQUIRED = "all"
    sign_in(alice)
    page.goto("/account/")
    expect(page.get_by_text("Turn on two-step sign-in by")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Set it up").click()
    expect(page).to_have_url(re.compile(r"/settings/mfa/$"))
    axe(page)


def test_a_page_that_is_open_when_the_day_comes_stays_until_one_goes_on(
    page, sign_in, settings, alice
):
    settings.MFA_REQUIRED = "all"
    sign_in(alice)
    page.goto("/settings/profile/")
    page.get_by_label("Bio").fill("Typed before")
    settings.MFA_GRACE_DAYS = 0
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Turn it on to go on")).to_be_visible()
    enrol(page)
    page.get_by_label("I saved them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Typed before")).to_be_visible()
