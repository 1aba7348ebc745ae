"""What app.js adds, and that it never stands in the way."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("gallery")
MANAGE, ENTRANCE = "/gallery/manage/?quiet", "/gallery/entrance/"


def test_times_turn_into_the_zone_of_the_reader(page):
    page.goto(MANAGE)
    time = page.locator("time").first
    expect(time).to_have_text("23 Nov 2026, 04:00")
    expect(time).to_have_attribute("title", "23 Nov 2026, 04:00 UTC")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_times_are_utc_and_no_button_is_dead(page):
    page.goto(MANAGE)
    expect(page.locator("time").first).to_have_text("23 Nov 2026, 04:00 UTC")
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    page.goto(ENTRANCE)
    expect(page.get_by_role("button", name="Show password")).to_have_count(0)


def test_a_value_can_be_copied(page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(MANAGE)
    page.get_by_role("button", name="Copy the new key").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#new-key").text_content()


def test_a_password_can_be_shown_and_is_hidden_again_when_sent(page):
    page.goto(ENTRANCE)
    password = page.get_by_label("Password", exact=True)
    password.fill("correct horse")
    button = page.get_by_role("button", name="Show password")
    button.click()
    expect(password).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.route("**/gallery/entrance/", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Save").click()
    expect(password).to_have_attribute("type", "password")


def test_errors_are_read_out_with_their_field_and_the_summary_leads_there(page):
    page.goto(ENTRANCE)
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    name = page.get_by_label("Name")
    expect(name).to_have_accessible_description(
        "For you to recognise it later. This field is required."
    )
    expect(name).to_have_attribute("aria-invalid", "true")
    for link in summary.get_by_role("link").all():
        target = page.locator(link.get_attribute("href"))
        expect(target).to_have_count(1)
    summary.get_by_role("link", name="Name").click()
    expect(name).to_be_focused()


def test_a_form_is_sent_once_however_often_enter_is_hit(page):
    held = []
    page.goto(ENTRANCE)
    page.route("**/gallery/entrance/", lambda route: held.append(route))
    page.get_by_label("Name").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
        page.wait_for_timeout(50)
    assert len(held) == 1
    held[0].continue_()
    page.get_by_text("4 things need fixing").wait_for()


def test_a_form_can_be_sent_again_after_an_error(page):
    page.goto(ENTRANCE)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("4 things need fixing").wait_for()
    page.get_by_label("Code").fill("x")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("3 things need fixing").wait_for()


def test_a_form_can_be_sent_again_after_going_back(page):
    page.goto(ENTRANCE)
    page.route("**/gallery/entrance/", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Save").click()
    page.unroute("**/gallery/entrance/")
    page.get_by_role("link", name="Home").click()
    page.go_back()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("4 things need fixing").wait_for()


def test_a_form_whose_answer_never_came_wakes_up_again(page):
    page.clock.install()
    page.goto(ENTRANCE)
    page.route("**/gallery/entrance/", lambda route: route.fulfill(status=204))
    button = page.get_by_role("button", name="Save")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    page.clock.fast_forward(10_000)
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_an_action_in_place_says_what_happened(page):
    page.goto(MANAGE)
    page.get_by_role("button", name="Save in place").click()
    expect(page.locator("#answer")).to_have_text("Saved")
    expect(page.get_by_role("status")).to_have_text("It is saved")


def test_an_action_in_place_that_fails_says_so(page, base_url):
    page.expected.add(f"{base_url}/gallery/gone/")
    page.goto(MANAGE)
    page.get_by_role("button", name="Fail in place").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("did not work"))


def test_a_toast_goes_away_by_itself(page):
    page.clock.install()
    page.goto(MANAGE)
    page.get_by_role("button", name="Save in place").click()
    expect(page.get_by_role("status")).to_have_text("It is saved")
    page.clock.fast_forward(6_000)
    expect(page.get_by_role("status")).to_have_text("")
