"""A post is sold: written, found, unlocked, talked about, as browsers do it."""

import re

import pytest
from playwright.sync_api import expect

from billing import services as billing
from tests.accounts.pictures import picture
from tests.billing.lives import top_up
from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.newsfeed.feeds import (
    BODY,
    CANARY,
    FOLLOWERS,
    comment,
    follow,
    hide,
    publish,
    publish_paid,
    work,
)
from tests.newsfeed.uploads import uploaded

LONG = "Donaudampfschifffahrtsgesellschaft" * 20


def write_paid_post(page):
    page.goto("/feed/")
    page.get_by_role("link", name="Write a post").click()
    page.get_by_label("Text").fill(BODY)
    page.get_by_label("Whoever unlocks it").check()
    page.get_by_label("Price of a paid post").fill("5")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("2 free words · 4 locked words")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status").first).to_contain_text("published")


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_post_is_sold_and_talked_about(page, context, alice, bob, sign_in, script):
    top_up(bob.user_sub, 900)
    sign_in(alice)
    write_paid_post(page)
    work()
    context.clear_cookies()
    sign_in(bob)
    page.goto("/feed/")
    page.get_by_role("link", name="Explore posts").click()
    page.locator("#posts").get_by_role("link", name="Alice", exact=True).click()
    page.get_by_role("button", name="Follow Alice").click()
    expect(page.get_by_role("status").first).to_contain_text("You follow Alice now")
    work()
    page.goto("/feed/")
    expect(page.get_by_text("Free words.")).to_be_visible()
    assert CANARY not in page.content()
    page.get_by_role("link", name="Unlock for $5.00").click()
    expect(page.get_by_text("Wallet balance: $9.00")).to_be_visible()
    assert CANARY not in page.content()
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text(CANARY)).to_be_visible()
    assert billing.get_wallet(bob.user_sub).available == 400
    page.get_by_label("Your comment").fill("Worth every cent.")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("Worth every cent.")).to_be_visible()
    context.clear_cookies()
    sign_in(alice)
    page.goto("/notifications/")
    for words in ("Bob commented on your post", "Bob unlocked your post", "Bob follows you"):
        expect(page.get_by_role("link", name=re.compile(words))).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("New", exact=True)).to_have_count(0)


@pytest.mark.parametrize("script", BOTH)
def test_pictures_are_uploaded_described_and_shown(
    page, context, alice, bob, sign_in, axe, script, media_folder
):
    look = axe if script == "on" else lambda page: None  # axe is a script
    sign_in(alice)
    page.goto("/posts/new/")
    page.get_by_label("Text").fill(BODY)
    page.get_by_label("Whoever unlocks it").check()
    page.get_by_label("Price of a paid post").fill("5")
    page.get_by_label("Choose pictures or files").set_input_files(
        [
            {"name": "tern.png", "mimeType": "image/png", "buffer": picture(size=(1200, 800))},
            {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"\0\1"},
        ]
    )
    if script == "off":
        page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("film.mp4: This kind of file is not taken.")).to_be_visible()
    expect(page.get_by_text("Being prepared")).to_be_visible()
    look(page)
    work()
    page.get_by_label("What tern.webp shows").fill("A tern above the pier")
    if script == "on":
        expect(page.locator(".attached-thumb")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status").first).to_contain_text("published")
    expect(page.get_by_role("img", name="A tern above the pier")).to_be_visible()
    look(page)
    context.clear_cookies()
    sign_in(bob)
    work()
    page.goto("/explore/")
    expect(page.get_by_role("img", name="Picture 1 of 1, locked")).to_be_visible()
    assert "A tern" not in page.content()
    look(page)


def test_a_picture_has_its_place_before_it_comes(page, alice, sign_in, media_folder):
    tern = uploaded(alice, picture(size=(1200, 800)), alt="A tern")
    publish(alice, media=(tern.media_id,))
    for _ in range(15):  # so far above it that it is not asked for yet
        publish(alice, "\n\n".join("Far above."))
    sign_in(alice)
    page.goto("/@alice_h/")
    shown = page.locator(".pictures img")
    assert shown.evaluate("image => [image.complete, image.naturalWidth]") == [False, 0]
    place = shown.bounding_box()
    assert place["height"] > 100
    assert place["width"] * 2 == pytest.approx(place["height"] * 3, rel=0.02)


@pytest.mark.parametrize("script", BOTH)
def test_hiding_can_be_taken_back_at_once(page, alice, bob, sign_in, script):
    publish(alice, "Hide me")
    work()
    sign_in(bob)
    page.goto("/explore/")
    page.get_by_role("button", name="Hide the post by Alice").click()
    expect(page.get_by_text("The post is hidden.").first).to_be_visible()
    expect(page.get_by_text("Hide me")).to_have_count(0)
    if page.get_by_role("button", name="Show again").count() == 0:
        page.get_by_role("link", name="Hidden").click()
    page.get_by_role("button", name=re.compile("Show again")).click()
    page.goto("/explore/")
    expect(page.get_by_text("Hide me")).to_be_visible()


def test_older_posts_are_appended(page, alice, sign_in):
    for number in range(21):
        publish(alice, f"Post number {number}.")
    sign_in(alice)
    page.goto("/@alice_h/")
    page.get_by_role("link", name="Show older posts").click()
    expect(page.get_by_text("Post number 0.")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(21)
    expect(page.get_by_text("Post number 0.").locator("xpath=ancestor::article")).to_be_focused()


def test_writing_counts_what_is_free_and_what_is_locked(page, alice, sign_in):
    sign_in(alice)
    page.goto("/posts/new/")
    page.get_by_label("Text").fill("One two three")
    expect(page.get_by_text("Words: 3", exact=True)).to_be_visible()
    page.get_by_label("Whoever unlocks it").check()
    expect(page.get_by_text("Free words: 0 · Locked words: 3")).to_be_visible()
    page.get_by_role("button", name="Lock what follows").click()
    page.get_by_label("Text").press_sequentially("four five")
    expect(page.get_by_text("Free words: 3 · Locked words: 2")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_of_the_feed_are_accessible(page, alice, bob, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    for path in full_pages(alice, bob, sign_in):
        page.goto(path)
        axe(page)


def test_no_page_of_the_feed_scrolls_sideways(page, alice, bob, sign_in):
    page.set_viewport_size({"width": 320, "height": 640})
    for path in full_pages(alice, bob, sign_in):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def full_pages(alice, bob, sign_in):
    """The pages that need data, as Bob sees them; the empty ones are in SIGNED_IN."""
    follow(bob, alice)
    follow(alice, bob)
    hidden, locked = publish(alice, "Hidden"), publish_paid(alice)
    talk, own = publish(alice, LONG, FOLLOWERS), publish(bob, LONG)
    work()
    hide(bob, hidden)
    for writer in (alice, bob):
        comment(writer, talk, LONG)
        comment(writer, own)
    sign_in(bob)
    posts = [f"/posts/{post.post_id}/" for post in (hidden, locked, talk)]
    lists = ["/feed/", "/explore/", "/feed/hidden/", "/notifications/", "/@alice_h/"]
    return [*lists, *posts, f"/posts/{own.post_id}/delete/"]
