"""A person who lost every second factor, and staff who help somebody that cannot wait."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from tests.accounts.lost import finish_link, go_through, staff, stop_link, wait_code, with_factor
from tests.accounts.mailbox import deliver
from tests.factories import PASSWORD
from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.journeys.test_mfa import enter_password
from tests.mfa.people import again, enter_code, phone_code
from tests.mfa.people import enter_password as begin_sign_in

pytestmark = pytest.mark.engine


@pytest.fixture
def time():
    """Later than now, and it goes on: browsers wait."""
    with time_machine.travel(datetime(2031, 1, 1, 12, tzinfo=UTC), tick=True) as time:
        yield time


def begin(page, user):
    """From the password to the wait."""
    enter_password(page, user)
    page.get_by_role("link", name="I have lost every way to confirm").click()
    page.get_by_role("button", name="Mail me a code").click()
    deliver()
    page.get_by_label("Code from the email").fill(wait_code())
    page.get_by_role("button", name="Begin the wait").click()
    expect(page.get_by_text("The wait runs.")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_alice_loses_her_phone(page, alice, time, browser, base_url, script):
    with_factor(alice)
    begin(page, alice)
    elsewhere = browser.new_page(base_url=base_url)
    elsewhere.goto(stop_link())
    elsewhere.get_by_role("button", name="Stop this").click()
    expect(elsewhere.get_by_role("heading", name="It is stopped")).to_be_visible()
    elsewhere.close()
    time.shift(timedelta(hours=1))

    begin(page, alice)
    go_through(time, hours=72)
    page.goto(finish_link())
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email address or handle").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Remove two-step sign-in").click()
    expect(page.get_by_text("Two-step sign-in is removed")).to_be_visible()
    assert not again(alice).factors
    page.get_by_label("Email address or handle").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/settings/mfa/$"))
    expect(page.get_by_text("Set up two-step sign-in again")).to_be_visible()


def test_staff_help_somebody_who_cannot_wait(page, alice, time):
    with_factor(alice)
    carol, (dave, secret) = staff("carol")[0], staff("dave")
    call_command("request_mfa_reset", alice.email, "--reason", "Called back", "--by", carol.email)
    enter_password(page, dave)
    page.get_by_label("6-digit code").fill(phone_code(secret))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Approvals").click()
    time.shift(timedelta(minutes=10))
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("6-digit code").fill(phone_code(secret))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Reason").fill("Seen her passport")
    page.get_by_role("button", name="Approve and do it").click()
    expect(page.get_by_text("It is approved, and done.")).to_be_visible()
    assert not again(alice).factors


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_its_pages_are_in_order(page, alice, time, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    with_factor(alice)
    begin(page, alice)
    axe(page)
    link = stop_link()
    page.goto(link)
    axe(page)
    go_through(time, hours=72)
    page.goto(finish_link())
    axe(page)
    enter_password(page, alice)
    page.goto(finish_link())
    axe(page)
    page.goto("/sign-in/lost/")
    axe(page)
    assert Client().post(link).status_code == 302
    page.goto("/lost/stopped/")
    axe(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_of_staff_are_in_order(page, alice, time, axe, theme, width, context, base_url):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    with_factor(alice)
    carol, (dave, secret) = staff("carol")[0], staff("dave")
    client, _ = begin_sign_in(dave)
    enter_code(client, phone_code(secret))
    cookies = [
        {"name": name, "value": morsel.value, "url": base_url}
        for name, morsel in client.cookies.items()
    ]
    context.add_cookies(cookies)
    page.goto("/staff/approvals/")
    axe(page)
    call_command("request_mfa_reset", alice.email, "--reason", "Called back", "--by", carol.email)
    page.goto("/staff/approvals/")
    axe(page)
    page.get_by_role("link", name="Decide").click()
    axe(page)
    page.goto("/staff/mfa-reset/")
    axe(page)
