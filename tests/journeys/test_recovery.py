"""A forgotten password and a new address, as a browser does it."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from tests.accounts.mailbox import deliver, last_code
from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH

NEW_PASSWORD = "purple monkey dishwasher 9"


def link(to):
    message = next(each for each in reversed(mail.outbox) if each.to == [to])
    return re.search(r"http://testserver(/\S+)", message.body).group(1)


def ask_reset(page, email):
    page.goto("/sign-in/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert deliver() == 1


def ask_change(page, email):
    page.goto("/settings/email/")
    page.get_by_label("New email address").fill(email)
    page.get_by_role("button", name="Send a code").click()
    expect(page.get_by_role("heading", name="One step left")).to_be_visible()
    assert deliver() == 2


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_person_who_forgot_the_password_sets_a_new_one(page, alice, client_for, script):
    thief = client_for(alice)
    ask_reset(page, alice.email)
    page.goto(link(alice.email))
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    assert thief.get("/account/").status_code == 302
    page.get_by_label("Email address or handle").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_person_moves_to_a_new_address(page, alice, sign_in, script):
    sign_in(alice)
    ask_change(page, "alice@new.example")
    message = next(each for each in mail.outbox if each.to == ["alice@new.example"])
    mail.outbox.append(message)
    page.get_by_label("Code from the email").fill(last_code())
    page.get_by_role("button", name="Change the address").click()
    expect(page).to_have_url(re.compile("/account/$"))
    expect(page.get_by_text("alice@new.example").first).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_of_a_reset_are_accessible(page, alice, axe, base_url, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/reset-password/")
    axe(page)
    ask_reset(page, alice.email)
    axe(page)
    page.goto(link(alice.email))
    axe(page)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_label("New password", exact=True)).to_have_attribute("aria-invalid", "true")
    axe(page)
    page.expected.add(f"{base_url}/reset-password/made-up/")
    page.goto("/reset-password/made-up/")
    axe(page)


@pytest.mark.parametrize(("theme", "width"), [*LOOKS, ("light", 320)])
def test_the_pages_of_an_address_change_are_accessible(page, alice, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(alice)
    ask_change(page, "a-rather-long-address-of-alice@some-long-domain-name.example")
    for path in (page.url, link("a-rather-long-address-of-alice@some-long-domain-name.example")):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
