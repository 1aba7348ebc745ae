"""A person makes a key, a program uses it, the person takes it back."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.factories import PASSWORD
from tests.journeys.test_step_up import make_every_session_stale

BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]


def call(base_url, secret):
    """What curl would do: the status and the JSON of the profile."""
    asked = Request(f"{base_url}/api/v1/profile/", headers={"Authorization": f"Bearer {secret}"})  # noqa: S310
    try:
        with urlopen(asked, timeout=10) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def confirm(page):
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_person_makes_a_key_that_a_program_uses_until_it_is_revoked(
    page, alice, sign_in, base_url, axe, script
):
    sign_in(alice)
    make_every_session_stale()
    page.goto("/settings/api-keys/")
    page.get_by_role("link", name="New key").click()
    confirm(page)
    expect(page.get_by_role("heading", name="New API key")).to_be_visible()
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_role("alert")).to_contain_text("2 things need fixing")
    page.get_by_label("Name").fill("ci deploy")
    page.get_by_label("See your account and profile").check()
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("the only time that it is shown")).to_be_visible()
    secret = page.locator("#secret").inner_text()
    if script == "on":
        axe(page)
        expect(page.get_by_role("button", name="Copy the API key")).to_be_visible()
    assert call(base_url, secret)[1]["handle"] == "alice_h"

    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text("ci deploy").first).to_be_visible()
    assert secret not in page.content()
    page.get_by_role("link", name="Revoke… ci deploy").click()
    if script == "on":
        axe(page)
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("is revoked")).to_be_visible()
    status, problem = call(base_url, secret)
    assert (status, problem["code"]) == (401, "key_revoked")
    if script == "on":
        axe(page)
