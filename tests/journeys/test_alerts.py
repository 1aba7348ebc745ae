"""From a number at the bell to nothing new, as a browser does it."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from alerts import demo
from tests.accounts.mailbox import deliver
from tests.alerts.people import newest, tell
from tests.factories import PASSWORD
from tests.journeys.browser import CONTEXT, looks

STOLEN, NEW_PASSWORD = "stolen horse, other staple", "purple monkey dishwasher 9"

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
    page.get_by_role("link", name="Notifications 3 new").first.click()
    page.get_by_role("link", name="All alerts").click()
    page.get_by_role("button", name="Mark as read Too many failed sign-ins").click()
    expect(page.get_by_role("link", name="Notifications 2 new").first).to_be_visible()
    page.get_by_role("link", name="View New sign-in").click()
    expect(page.get_by_role("heading", name="Was this you?")).to_be_visible()
    expect(page.get_by_role("link", name="Notifications 1 new").first).to_be_visible()
    page.get_by_role("link", name="Notifications 1 new").first.click()
    page.get_by_role("link", name="All alerts").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Every alert is marked as read.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)


@pytest.fixture
def other(browser, client_for, alice, base_url):
    """Alice's account in a second browser."""
    context = browser.new_context(**CONTEXT, base_url=base_url)
    for name, morsel in client_for(alice).cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": base_url}])
    yield context.new_page()
    context.close()


def change_password(page, new):
    page.goto("/settings/password/")
    page.get_by_label("Current password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("Sign out everywhere else").uncheck()
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_this_was_not_me_throws_the_other_browser_out(page, other, alice, sign_in, script):
    has_script = not isinstance(script, str) or script == "on"
    sign_in(alice)
    if has_script:
        page.clock.install()
    page.goto("/account/")
    told = page.get_by_role("link", name="Notifications 1 new").first  # of the other browser
    expect(told).to_be_visible()
    change_password(other, STOLEN)
    page.clock.fast_forward(61_000) if has_script else page.reload()
    expect(page.get_by_role("link", name="Notifications 2 new").first).to_be_visible()
    deliver()
    assert "/not-me/link/" in mail.outbox[-1].body
    page.get_by_role("link", name="Notifications 2 new").first.click()
    page.get_by_role("link", name="Security 2 new").click()
    page.get_by_role("link", name="View Your password was changed").click()
    page.get_by_role("link", name="This was not me").click()
    page.get_by_role("button", name="It was not me: sign everybody out").click()
    expect(page.get_by_role("heading", name="Everybody is signed out")).to_be_visible()
    other.goto("/account/")
    expect(other).to_have_url(re.compile("/sign-in/"))
    sign_in_by_form(other, STOLEN)
    expect(other.get_by_text("do not go together")).to_be_visible()
    set_new_password(page)
    sign_in_by_form(page, NEW_PASSWORD)
    expect(page).to_have_url(re.compile("/account/$"))


def set_new_password(page):
    mail.outbox.clear()
    deliver()
    texts = " ".join(message.body for message in mail.outbox)
    page.goto(re.search(r"http://testserver(/reset-password/[\w-]{30,}/)", texts).group(1))
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()


def sign_in_by_form(page, password):
    page.goto("/sign-in/?next=/account/")
    page.get_by_label("Email address or handle").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("script", BOTH)
def test_some_are_looked_for_and_one_is_removed(page, alice, sign_in, script):
    demo.load({"alice": alice.user_sub})
    sign_in(alice)
    page.goto("/alerts/")
    page.get_by_label("Search").fill("iphone")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("link", name="View New sign-in")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^View "))).to_have_count(1)
    page.get_by_role("link", name="View New sign-in").click()
    page.get_by_role("button", name="This was me").click()
    expect(page.get_by_role("heading", name="You said that this was you")).to_be_visible()
    page.get_by_role("button", name="Mark as unread").click()
    expect(page.get_by_role("link", name="Notifications 2 new").first).to_be_visible()
    page.goto("/alerts/")
    page.get_by_role("link", name="View Your data is ready").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="View Your data is ready")).to_have_count(0)


def test_a_choice_is_kept(page, alice, sign_in):
    sign_in(alice)
    page.goto("/alerts/")
    page.get_by_role("link", name="Choose alerts").click()
    expect(page.get_by_label("Security: Email")).to_be_disabled()
    page.get_by_label("Account: Email").select_option("off")
    page.get_by_role("button", name="Save choices").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    expect(page.get_by_label("Account: Email")).to_have_value("off")


def test_the_bell_of_a_phone_leads_to_the_alerts(page, alice, sign_in):
    tell(alice)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(alice)
    page.goto("/account/")
    page.get_by_role("link", name="Notifications, 1 new").click()
    page.get_by_role("link", name="Security 1 new").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), looks(1280, 320))
def test_every_page_with_something_on_it_is_accessible(page, alice, sign_in, axe, theme, width):
    demo.load({"alice": alice.user_sub})
    tell(alice, device="a" * 300, ip="2001:db8:85a3:1111:2222:8a2e:370:7334")
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    one = newest(alice).alert_id
    paths = ("/alerts/", f"/alerts/{one}/", f"/not-me/{one}/", "/not-me/done/", "/alerts/?q=none")
    for path in (*paths, "/settings/alerts/"):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
