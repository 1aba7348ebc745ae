"""From a number at the bell to nothing new, as a browser does it."""

import pytest
from playwright.sync_api import expect

from alerts import demo
from tests.alerts.people import newest, tell
from tests.journeys.browser import looks

BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]


@pytest.mark.parametrize("script", BOTH)
def test_what_is_new_is_read_one_by_one_and_all_at_once(page, alice, sign_in, script):
    demo.load({"alice": alice.user_sub})
    tell(alice)
    sign_in(alice)
    page.goto("/account/")
    page.get_by_role("link", name="Alerts 3 new").first.click()
    page.get_by_role("button", name="Mark as read Too many failed sign-ins").click()
    expect(page.get_by_role("link", name="Alerts 2 new")).to_be_visible()
    page.get_by_role("link", name="View New sign-in").click()
    expect(page.get_by_role("heading", name="Was this not you?")).to_be_visible()
    expect(page.get_by_role("link", name="Alerts 1 new")).to_be_visible()
    page.get_by_role("link", name="Alerts 1 new").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Every alert is marked as read.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)


def test_a_choice_is_kept(page, alice, sign_in):
    sign_in(alice)
    page.goto("/alerts/")
    page.get_by_role("link", name="Choose alerts").click()
    expect(page.get_by_label("Security: Email")).to_be_disabled()
    page.get_by_label("Account: Email").uncheck()
    page.get_by_role("button", name="Save choices").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    expect(page.get_by_label("Account: Email")).not_to_be_checked()


def test_the_bell_of_a_phone_leads_to_the_alerts(page, alice, sign_in):
    tell(alice)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(alice)
    page.goto("/account/")
    page.get_by_role("link", name="Alerts, 1 new").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), looks(1280, 320))
def test_every_page_with_something_on_it_is_accessible(page, alice, sign_in, axe, theme, width):
    demo.load({"alice": alice.user_sub})
    tell(alice, device="a" * 300, ip="2001:db8:85a3:1111:2222:8a2e:370:7334")
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    for path in ("/alerts/", f"/alerts/{newest(alice).alert_id}/", "/settings/alerts/"):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
