"""Whoever finds a key ends it, without an account and without JavaScript."""

import pytest
from playwright.sync_api import expect

from apikeys.items import EndReason
from tests.apikeys.keys import issue
from tests.apikeys.test_leaks import key_of
from tests.journeys.test_apikeys import BOTH, call


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_stranger_reports_a_key_and_it_is_refused(page, alice, base_url, axe, script):
    issued = issue(alice)
    assert call(base_url, issued.secret)[0] == 200
    page.goto("/security/report-key/")
    page.get_by_label("What you found").fill("TOKEN=half-of-it")
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_text("There is no whole key of this site in it.")).to_be_visible()
    if script == "on":
        axe(page)
    page.get_by_label("What you found").fill(f"export TOKEN={issued.secret}")
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    if script == "on":
        axe(page)
    status, problem = call(base_url, issued.secret)
    assert (status, problem["code"]) == (401, "key_leaked")
    assert key_of(issued).end_reason is EndReason.LEAKED
