"""The life of a post in a browser: kept while it is typed, published later, edited, deleted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core import clock
from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.newsfeed import feeds

LONG = "Donaudampfschifffahrtsgesellschaft" * 20


@pytest.mark.parametrize("script", BOTH)
def test_a_post_is_edited_deleted_and_brought_back(page, alice, sign_in, script):
    post = feeds.publish(alice, "First words")
    sign_in(alice)
    page.goto(f"/posts/{post.post_id}/")
    menu = page.get_by_text("More for your post")
    menu.locator("xpath=ancestor::summary").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Text").fill("Second words")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Second words")).to_be_visible()
    page.get_by_role("link", name=re.compile("edited")).click()
    expect(page.get_by_text("First words")).to_be_visible()
    page.goto(f"/posts/{post.post_id}/delete/")
    page.get_by_role("button", name="Delete post").click()
    page.goto("/feed/deleted/")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Second words")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_a_post_is_scheduled_and_published_now(page, alice, sign_in, script):
    sign_in(alice)
    page.goto("/posts/new/")
    page.get_by_label("Text").fill("Good morning")
    page.get_by_text("Publish later").click()
    page.get_by_label("Publish at").fill(f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("status").first).to_contain_text("scheduled")
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("status").first).to_contain_text("published")
    assert len(feeds.timeline(alice, alice)) == 1


def test_what_is_typed_is_kept_and_a_conflict_is_told(page, alice, sign_in):
    sign_in(alice)
    page.goto("/posts/new/")
    page.get_by_label("Text").fill("Once upon a time")
    saved = page.locator("[data-saved]")
    expect(saved).to_contain_text("Saved")
    (draft,) = feeds.drafts(alice)
    assert draft.text.body == "Once upon a time"
    feeds.save_draft(alice, draft.draft_id, version=1, body="From the other window")
    page.expected.add(re.sub(r"/posts/new/.*", f"/feed/drafts/{draft.draft_id}/save/", page.url))
    page.get_by_label("Text").fill("Once upon a time there")
    expect(saved).to_contain_text("another window")
    expect(page.get_by_label("Text")).to_have_value("Once upon a time there")
    assert feeds.drafts(alice)[0].text.body == "From the other window"


def test_who_is_signed_out_keeps_what_was_typed(page, context, alice, sign_in):
    sign_in(alice)
    page.goto("/posts/new/")
    context.clear_cookies()
    page.expected.add(
        f"{page.url.removesuffix('/posts/new/')}{page.locator('form[data-draft]').get_attribute('data-draft')}"
    )
    page.get_by_label("Text").fill("Once upon a time")
    expect(page.locator("[data-saved]")).to_contain_text("signed out")
    expect(page.get_by_label("Text")).to_have_value("Once upon a time")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Publish", exact=True)).not_to_have_attribute(
        "aria-busy", "true"
    )
    expect(page.get_by_label("Text")).to_have_value("Once upon a time")
    assert feeds.drafts(alice) == feeds.timeline(alice, alice) == []


def test_who_goes_back_goes_on_with_the_same_draft(page, alice, sign_in):
    sign_in(alice)
    page.goto("/posts/new/")
    page.get_by_label("Text").fill("Once upon a time")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    page.go_back()
    page.get_by_label("Text").fill("Once upon a time there")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    (draft,) = feeds.drafts(alice)
    assert draft.text.body == "Once upon a time there"


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_are_accessible(page, alice, bob, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    for path in full_pages(alice, bob, sign_in):
        page.goto(path)
        open_all(page)
        axe(page)


def test_no_page_scrolls_sideways(page, alice, bob, sign_in):
    page.set_viewport_size({"width": 320, "height": 640})
    for path in full_pages(alice, bob, sign_in):
        page.goto(path)
        open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def full_pages(alice, bob, sign_in):
    """With data, as Alice sees them."""
    post = feeds.publish(alice, LONG)
    feeds.edit(alice, post, "**Other** words", feeds.PAID, warning="Loud")
    feeds.edit(alice, post, "More words")
    gone, sold = feeds.publish(alice, LONG), feeds.publish_paid(alice)
    feeds.sell(sold, bob)
    for each in (gone, sold):
        feeds.delete(alice, each)
    draft, later = feeds.save_draft(alice, body=LONG), feeds.save_draft(alice, body=LONG)
    feeds.schedule(alice, later, clock.now() + timedelta(days=3))
    sign_in(alice)
    lists = ["/feed/drafts/", "/feed/scheduled/", "/feed/deleted/", "/@alice_h/"]
    own = [f"/posts/{post.post_id}/{name}" for name in ("", "edit/", "history/")]
    one = [f"/posts/new/?draft={draft.draft_id}", f"/feed/scheduled/{later.draft_id}/"]
    return [*lists, *own, *one, f"/posts/{gone.post_id}/purge/"]
