"""Two-step sign-in as a person does it, with pyotp as the phone."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from core import clock
from core.sms import LocalInbox, SmsOptedOut
from tests.factories import PASSWORD
from tests.journeys.test_step_up import BOTH
from tests.mfa.people import (
    PHONE,
    deliver,
    last_mail_code,
    last_text_code,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)

pytestmark = pytest.mark.engine


@pytest.fixture
def sms_inbox(settings, tmp_path):
    settings.SMS_BACKEND, settings.LOCAL_DIR = "core.sms.LocalInbox", tmp_path


def enter_password(page, user):
    page.goto("/sign-in/")
    page.get_by_label("Email address or handle").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()


def sign_out(page):
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()


def test_a_person_turns_it_on_and_signs_in_with_every_method(page, alice, sign_in, axe):
    sign_in(alice)
    page.goto("/settings/security/")
    page.get_by_role("link", name="Set up two-step sign-in").click()
    expect(page).to_have_url(re.compile("/settings/mfa/$"))
    axe(page)
    page.get_by_role("link", name="Add Authenticator app").click()
    page.get_by_label("Name").fill("My phone")
    axe(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("I can't scan it").click()
    phone = pyotp.TOTP(page.locator("#setup-key").inner_text().replace(" ", ""))
    axe(page)
    page.get_by_label("6-digit code").fill(phone.at(clock.now()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Two-step sign-in is on")).to_be_visible()
    codes = page.locator("#recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    axe(page)
    with page.expect_download() as file:
        page.get_by_role("button", name="Download the recovery codes").click()
    assert set(codes) < set(file.value.path().read_text().split("\n"))
    page.get_by_role("button", name="Go on").click()  # the browser asks for the tick
    expect(page.get_by_role("heading", name="Two-step sign-in is on")).to_be_visible()
    page.get_by_label("I saved them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()
    axe(page)

    turn_on_email(alice)
    sign_out(page)
    enter_password(page, alice)
    axe(page)
    page.get_by_label("6-digit code").fill(phone.at(clock.now(), counter_offset=1))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))

    sign_out(page)
    enter_password(page, alice)
    page.get_by_role("link", name="Recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))

    sign_out(page)
    enter_password(page, alice)
    page.get_by_role("link", name="Email to").click()
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("We sent a code to")).to_be_visible()
    axe(page)
    deliver()
    page.get_by_label("6-digit code").fill(last_mail_code())
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))
    page.goto("/settings/mfa/")
    page.get_by_role("link", name="Remove… My phone").click()
    page.get_by_role("link", name="Recovery code").click()  # the mailbox is the weaker factor
    page.get_by_label("Recovery code").fill(codes[1])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("It is removed.")).to_be_visible()


def test_a_phone_is_set_up_by_consent_and_its_owner_reads_that_it_takes_no_messages(
    page, alice, sign_in, axe, sms_inbox, monkeypatch
):
    sign_in(alice)
    page.goto("/settings/mfa/sms/add/")
    axe(page)
    page.get_by_label("Mobile number").fill(PHONE)
    page.get_by_role("button", name="Send a code").click()
    expect(page.get_by_text("Agree to get text messages from us")).to_be_visible()
    axe(page)
    page.get_by_label("I agree to get text messages").check()
    page.get_by_role("button", name="Send a code").click()
    deliver()
    page.get_by_label("6-digit code").fill(last_text_code())
    page.get_by_role("button", name="Turn on").click()
    page.get_by_label("I saved them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/settings/mfa/$"))

    def refuse(self, **message):
        raise SmsOptedOut

    monkeypatch.setattr(LocalInbox, "send", refuse)
    sign_out(page)
    enter_password(page, alice)
    page.get_by_role("button", name="Send me a code").click()
    deliver()
    page.reload()
    expect(page.get_by_text("This phone no longer takes our messages")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Recovery code").click()
    expect(page.get_by_label("Recovery code")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_the_codes_are_taken_away_too(page, alice, sign_in):
    sign_in(alice)
    turn_on_totp(alice)
    page.goto("/settings/mfa/recovery-codes/")
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.wait_for_load_state()
    codes = page.locator("#recovery-codes li").all_inner_texts()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download the recovery codes").click()
    assert set(codes) < set(file.value.path().read_text().split("\n"))
    page.get_by_label("I saved them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()


def test_paper_shows_the_site_and_the_codes_alone(page, alice, sign_in):
    sign_in(alice)
    turn_on_totp(alice)
    page.goto("/settings/mfa/recovery-codes/")
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.wait_for_load_state()
    codes = page.locator("#recovery-codes li").all_inner_texts()
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text().split("\n")
    assert [line for line in shown if line.strip()] == ["Latchkey", *codes]


@pytest.mark.usefixtures("sms_inbox")
@pytest.mark.parametrize("script", BOTH)
def test_a_person_renames_chooses_and_tries_another_way(page, alice, sign_in, axe, script):
    sign_in(alice)
    turn_on_totp(alice, name="App")
    turn_on_sms(alice, name="Phone")
    turn_on_sms(alice, phone=PHONE[:-1] + "1", name="Second")
    page.goto("/settings/mfa/")
    page.get_by_role("link", name="Rename Second").click()
    page.get_by_label("Name").fill("Work phone")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Ask for this first Phone").click()
    expect(page.get_by_text("asks for this one first")).to_be_visible()
    sign_out(page)
    enter_password(page, alice)
    expect(page.get_by_text("We send a code to •••• 6789")).to_be_visible()
    page.get_by_role("link", name="Text message to •••• 6781 — Work phone").click()
    if script == "on":
        axe(page)
    page.get_by_role("button", name="Send me a code").click()
    deliver()
    page.get_by_label("6-digit code").fill(last_text_code())
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))
