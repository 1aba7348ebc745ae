"""What is new, whom to follow, what one bought, as browsers show it."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.newsfeed.feeds import follow, publish, work


@pytest.mark.parametrize("script", BOTH)
def test_a_newcomer_follows_somebody_and_is_back_in_the_feed(page, alice, bob, sign_in, script):
    publish(alice, "Morning light")
    work()
    sign_in(bob)
    page.goto("/feed/")
    page.get_by_role("button", name="Follow Alice").click()
    expect(page.get_by_role("status").first).to_contain_text("You follow Alice now")
    expect(page.get_by_role("heading", level=1, name="Feed")).to_be_visible()
    expect(page.get_by_text("Morning light")).to_be_visible()
    expect(page.get_by_text("People to follow")).to_have_count(0)


def test_the_feed_says_what_is_new_and_leads_to_it(page, alice, bob, sign_in):
    follow(bob, alice)
    publish(alice, "The first one")
    work()
    sign_in(bob)
    page.clock.install()
    page.goto("/feed/")
    for number in range(2):
        publish(alice, f"New one {number}")
    work()
    page.clock.fast_forward(31_000)
    pill = page.get_by_role("link", name="2 new posts")
    expect(pill).to_be_visible()
    expect(page.locator("#arrivals")).to_have_attribute("aria-live", "polite")
    pill.click()
    expect(page.get_by_text("New one 1")).to_be_visible()
    expect(pill).to_have_count(0)


def test_who_is_signed_out_is_asked_no_more(page, context, bob, sign_in):
    sign_in(bob)
    page.clock.install()
    page.goto("/feed/")
    context.clear_cookies()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(4):
        page.clock.fast_forward(601_000)
        page.wait_for_timeout(100)
    assert [urlsplit(url).path for url in asked].count("/feed/new/") == 1


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_suggestions_and_the_pill_are_accessible(
    page, alice, bob, mallory, sign_in, axe, theme, width
):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    publish(alice)
    publish(mallory)
    work()
    sign_in(bob)
    page.clock.install()
    page.goto("/feed/")
    axe(page)
    follow(bob, alice)
    page.clock.fast_forward(31_000)
    expect(page.get_by_role("link", name="1 new post")).to_be_visible()
    axe(page)
