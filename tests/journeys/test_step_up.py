"""A form that meets an expired session or a step-up loses nothing; the password changes."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core import clock
from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.factories import PASSWORD

NEW = "seven grey herons over the lake"
pytestmark = pytest.mark.engine
BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]


def sessions():
    table = Table(schema_named("sessions"))
    return table, [row["session_hash"] for row in table.scan()]


def end_every_session():
    table, hashes = sessions()
    table.batch_write(deletes=[{"session_hash": found} for found in hashes])


def make_every_session_stale():
    table, hashes = sessions()
    long_ago = clock.text(clock.now() - timedelta(minutes=6))
    for found in hashes:
        table.update({"session_hash": found}, Update().set("authenticated_at", long_ago))


@pytest.mark.parametrize("script", BOTH)
def test_a_form_sent_after_the_session_ended_is_not_lost(page, alice, sign_in, axe, script):
    sign_in(alice)
    page.goto("/settings/profile/")
    page.get_by_label("Display name").fill("Alice the Long")
    end_every_session()
    page.expected.add(page.url)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("not signed in any more")
    if script == "on":
        axe(page)
    page.get_by_label("Email address or handle").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Go on where you were")).to_be_visible()
    expect(page.get_by_text("Alice the Long")).to_be_visible()
    if script == "on":
        axe(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_label("Display name")).to_have_value("Alice the Long")


@pytest.mark.parametrize("script", BOTH)
def test_a_person_changes_their_password(page, alice, sign_in, client_for, script):
    other = client_for(alice)
    sign_in(alice)
    page.goto("/settings/password/")
    page.get_by_label("Current password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW)
    expect(page.get_by_label("Sign out everywhere else")).to_be_checked()
    page.get_by_role("button", name="Change password").click()
    expect(page).to_have_url(re.compile("/settings/security/$"))
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize("script", BOTH)
def test_confirming_leads_on_to_the_page_that_asked(page, alice, sign_in, script):
    sign_in(alice)
    make_every_session_stale()
    page.goto("/confirm/?next=/settings/history/")
    page.get_by_label("Password", exact=True).fill("not it at all")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("That is not your password.").first).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Sign-in history")).to_be_visible()
