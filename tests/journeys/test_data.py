"""Taking one's data along, and leaving: as a browser does it."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.accounts.lives import private_storage  # noqa: F401
from tests.accounts.mailbox import deliver
from tests.journeys.test_accounts import BOTH
from users import services as users

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("private_storage")]


@pytest.mark.parametrize("script", BOTH)
def test_a_person_takes_a_copy_of_their_data(page, alice, sign_in, script):
    sign_in(alice)
    page.goto("/settings/data/")
    page.get_by_role("button", name="Collect my data").click()
    expect(page.get_by_role("status").first).to_contain_text("collecting")
    expect(page.get_by_role("button", name="Collect my data")).to_be_disabled()
    deliver()
    page.goto("/settings/data/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert re.fullmatch(r"latchkey-alice_h-[\d-]+\.json", download.value.suggested_filename)
    with open(download.value.path()) as file:
        assert json.load(file)["data"]["users"]["account"][0]["email"] == alice.email


@pytest.mark.parametrize("script", BOTH)
def test_a_person_deletes_their_account_and_keeps_it_after_all(page, alice, sign_in, axe, script):
    sign_in(alice)
    page.goto("/settings/delete/")
    page.get_by_label("Your email address").fill("bob@example.com")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Type the email address of this account.").first).to_be_visible()
    page.get_by_label("Your email address").fill(alice.email)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This account will be deleted")).to_be_visible()
    page.goto("/account/")
    if script == "on":
        axe(page)
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_text("Your account stays")).to_be_visible()
    expect(page.get_by_role("button", name="Keep my account")).to_have_count(0)
    assert users.get_user(alice.user_sub).delete_after is None
