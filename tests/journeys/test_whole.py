"""The whole product in one sitting: from a visitor to somebody who sells and buys."""

import json
import re
from urllib.request import Request, urlopen

import pyotp
import pytest
from playwright.sync_api import expect

from core import clock
from tests.accounts.mailbox import deliver, last_code
from tests.journeys.test_accounts import fill_in_sign_in, sign_up
from tests.journeys.test_billing import go_on_to_payment, pay_with
from tests.journeys.test_mfa import sign_out
from tests.journeys.test_newsfeed import write_paid_post
from tests.newsfeed.feeds import CANARY

pytestmark = pytest.mark.engine


def become_a_person(page):
    sign_up(page)
    page.get_by_label("Code from the email").fill(last_code())
    page.get_by_role("button", name="Verify and sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))


def turn_on_an_authenticator_app(page):
    """The phone, one code of which is used up."""
    page.get_by_role("link", name="Set up two-step sign-in").click()
    page.get_by_role("link", name="Add Authenticator app").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("I can't scan it").click()
    phone = pyotp.TOTP(page.locator("#setup-key").inner_text().replace(" ", ""))
    page.get_by_label("6-digit code").fill(phone.at(clock.now()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.get_by_label("I saved them").check()
    page.get_by_role("button", name="Go on").click()
    return phone


def sign_in_with(page, phone):
    fill_in_sign_in(page)
    page.get_by_label("6-digit code").fill(phone.at(clock.now(), counter_offset=1))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/$"))


def make_an_api_key(page):
    page.get_by_role("link", name="API keys", exact=True).click()
    page.get_by_role("link", name="New key").click()
    page.get_by_label("Name").fill("my script")
    page.locator('input[value="feed:write"]').check()
    page.get_by_role("button", name="Create key").click()
    return page.locator("#secret").inner_text()


def post_through_the_api(base_url, secret, body):
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    sent = json.dumps({"body": body, "visibility": "public"}).encode()
    asked = Request(f"{base_url}/api/v1/posts/", sent, headers)  # noqa: S310
    with urlopen(asked, timeout=10) as answer:  # noqa: S310
        return answer.status


def top_up(page):
    go_on_to_payment(page)
    pay_with(page, "Pays")
    expect(page.get_by_text("$25.00 is in your wallet.")).to_be_visible()


def unlock_and_comment(page):
    page.goto("/explore/")
    expect(page.get_by_text("Free words.")).to_be_visible()
    assert CANARY not in page.content()
    page.get_by_role("link", name="Unlock for $5.00").click()
    assert CANARY not in page.content()
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text(CANARY)).to_be_visible()
    page.get_by_label("Your comment").fill("Worth every cent.")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("Worth every cent.")).to_be_visible()


def movements(page):
    """What the ledger says, newest first."""
    page.goto("/wallet/ledger/")
    return page.get_by_role("row").filter(has_text="$").all_inner_texts()


def test_a_visitor_becomes_somebody_who_is_safe_and_buys(
    page, context, alice, sign_in, base_url, sandbox
):
    sign_in(alice)
    write_paid_post(page)
    context.clear_cookies()
    become_a_person(page)
    phone = turn_on_an_authenticator_app(page)
    sign_out(page)
    sign_in_with(page, phone)
    secret = make_an_api_key(page)
    assert post_through_the_api(base_url, secret, "Sent by a program.") == 201
    top_up(page)
    unlock_and_comment(page)
    spent, added = movements(page)
    assert {"\N{MINUS SIGN}$5.00", "$20.00"} <= set(spent.split())
    assert "+$25.00" in added
    page.goto("/alerts/")
    for title in ("Two-step sign-in was turned on", "An API key was created", "Money was added"):
        expect(page.get_by_text(title).first).to_be_visible()
    assert deliver() > 0
    context.clear_cookies()
    sign_in(alice)
    page.goto("/notifications/")
    for words in ("carol commented on your post", "carol unlocked your post"):
        expect(page.get_by_role("link", name=re.compile(words))).to_be_visible()
    (earned,) = movements(page)
    assert "+$4.50" in earned
    page.goto("/explore/")
    expect(page.get_by_text("Sent by a program.")).to_be_visible()
