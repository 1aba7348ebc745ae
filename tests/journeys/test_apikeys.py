"""A person makes a key, a program uses it, the person changes, rotates and takes it back."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from apikeys import services
from apikeys.services.counting import counts
from core.scopes import Scope
from tests.apikeys.keys import issue
from tests.apikeys.owners import do, edit, rotate
from tests.apikeys.seen import LIST, NEW, SEVERAL, page_of, used
from tests.factories import PASSWORD
from tests.journeys.browser import looks
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


def refusal(base_url, secret):
    status, problem = call(base_url, secret)
    return status, problem["code"]


def confirm(page):
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def shown_secret(page):
    """The text of the key, on the one page that shows it; then on to the key."""
    expect(page.get_by_text("the only time that it is shown")).to_be_visible()
    secret = page.locator("#secret").inner_text()
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_role("heading", name="The key", exact=True)).to_be_visible()
    assert secret not in page.content()
    return secret


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_person_makes_a_key_that_a_program_uses_until_it_is_revoked(
    page, alice, sign_in, base_url, axe, script
):
    sign_in(alice)
    make_every_session_stale()
    page.goto(LIST)
    page.get_by_role("link", name="New key").click()
    confirm(page)
    expect(page.get_by_role("heading", name="New API key")).to_be_visible()
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_role("alert")).to_contain_text("2 things need fixing")
    page.get_by_label("Name").fill("ci deploy")
    page.get_by_label("See your account and profile").check()
    page.get_by_label("Where it works from").fill("198.51.100.7/24")
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("198.51.100.0/24")).to_be_visible()
    page.get_by_label("Where it works from").fill("127.0.0.0/8\n::1")
    page.get_by_role("button", name="Create key").click()
    if script == "on":
        axe(page)
        expect(page.get_by_role("button", name="Copy the API key")).to_be_visible()
    secret = shown_secret(page)
    assert call(base_url, secret)[1]["handle"] == "alice_h"

    counts.write()
    page.reload()
    expect(page.get_by_text("from 127.0.0.1")).to_be_visible()
    page.get_by_text("Day by day", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    if script == "on":
        axe(page)
    page.get_by_role("link", name="Revoke…").click()
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("You can still undo this")).to_be_visible()
    assert refusal(base_url, secret) == (401, "key_revoked")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The key is back, as it was.")).to_be_visible()
    assert call(base_url, secret)[0] == 200


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_key_is_narrowed_rotated_and_switched_off_and_on(page, alice, sign_in, base_url, script):
    old = issue(alice)
    sign_in(alice)
    page.goto(LIST)
    page.get_by_role("link", name="ci deploy", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Description").fill("Runs in the cellar")
    page.get_by_label("Change billing settings").uncheck()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Your changes are saved")).to_be_visible()
    expect(page.get_by_text("billing:write")).to_have_count(0)

    page.get_by_role("link", name="Rotate…").click()
    page.get_by_label("How long the old secret works").select_option("1 day")
    page.get_by_role("button", name="Make a new secret").click()
    new = shown_secret(page)
    assert (call(base_url, old.secret)[0], call(base_url, new)[0]) == (200, 200)
    page.reload()
    expect(page.get_by_text("Still in use")).to_be_visible()
    page.get_by_role("link", name="End it now…").click()
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("Only one secret of this key works now.")).to_be_visible()
    assert refusal(base_url, old.secret) == (401, "key_invalid")

    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("This key is disabled")).to_be_visible()
    assert refusal(base_url, new) == (401, "key_disabled")
    page.get_by_role("button", name="Enable").click()
    expect(page.get_by_text("The key is enabled.")).to_be_visible()
    assert call(base_url, new)[0] == 200


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_several_keys_are_revoked_together(page, alice, sign_in, script):
    for name in ("one", "two", "three"):
        issue(alice, Scope.FEED_READ, name=name)
    issue(alice, Scope.FEED_WRITE, name="four")
    sign_in(alice)
    page.goto(LIST)
    page.get_by_label("Select one").check()
    page.get_by_label("Select two").check()
    page.get_by_role("button", name="Revoke selected…").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_role("button", name="Revoke ticked keys").click()
    expect(page.get_by_text("2 keys are revoked.")).to_be_visible()
    page.get_by_role("button", name="Undo two").click()
    expect(page.get_by_text("The key is back, as it was.")).to_be_visible()
    page.goto(LIST)

    page.get_by_role("link", name="Select by use, age or scope…").click()
    page.get_by_label("With the scope").select_option("feed:read")
    page.get_by_role("button", name="Select keys").click()
    expect(page.get_by_label("Revoke three")).to_be_checked()
    page.get_by_label("Revoke two").uncheck()
    expect(page.get_by_label("Revoke four")).to_have_count(0)
    page.get_by_role("button", name="Revoke ticked keys").click()
    expect(page.get_by_text("1 key is revoked.")).to_be_visible()
    page.get_by_role("link", name="Current", exact=True).click()
    expect(page.get_by_role("link", name="four", exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(2)


@pytest.mark.parametrize(("theme", "width"), looks(1280, 320))
def test_every_page_is_accessible(page, alice, sign_in, axe, theme, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    page.goto(LIST)
    axe(page)
    wide = issue(alice, name="W" * 80).key
    networks = [f"2001:db8:85a3:8d3:1319:8a2e:370:{n}" for n in range(20)]
    wide = edit(wide, allowed_networks=networks, description="x" * 200, calls_per_minute=5)
    used(wide, ok=1_000_000, refused=70, rate_limited=3, client_error=2, server_error=1)
    turning = rotate(issue(alice, days=None).key).key
    ended = do(services.revoke_key, issue(alice).key)
    for path in (
        *(LIST, f"{LIST}?status=living", NEW, SEVERAL, f"{SEVERAL}?choose=1&unused_days=365"),
        *(page_of(wide, step) for step in ("", "edit/", "rotate/", "revoke/")),
        *(page_of(turning), page_of(turning, "end-old-secret/"), page_of(ended)),
    ):
        page.goto(path)
        for fold in page.locator("summary").all():
            fold.click()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
