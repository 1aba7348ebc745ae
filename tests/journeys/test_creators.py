"""From an author's desk to a reader's purse, and what somebody who is blocked sees of it all."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing import services as billing
from core import clock
from newsfeed import demo_pictures
from tests.journeys.test_billing import go_on_to_payment, pay_with
from tests.newsfeed.feeds import BODY, CANARY, follow, publish, work
from tests.newsfeed.people import block

pytestmark = pytest.mark.engine
ALT = "The lamp above the rails"
PICTURES = [
    {"name": f"{name}.png", "mimeType": "image/png", "buffer": demo_pictures.picture(name)}
    for name in ("fog", "lamp")
]


@pytest.fixture(autouse=True)
def _files(media_folder):
    """Uploads of these tests stay in their own folder."""


def write(page, text):
    page.goto("/posts/new/")
    page.get_by_label("Text").fill(text)


def write_paid(page):
    """A paid post with two pictures, of which the first is described."""
    write(page, BODY)
    page.get_by_label("Choose pictures or files").set_input_files(PICTURES)
    expect(page.get_by_label("What lamp.webp shows")).to_be_visible()
    work()
    page.get_by_label("What fog.webp shows").fill(ALT)
    page.get_by_label("Whoever unlocks it").check()
    page.get_by_label("Price of a paid post").fill("5")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("published")
    work()


def test_a_post_with_pictures_is_sold_from_an_empty_purse(
    page, context, alice, bob, sign_in, sandbox, axe
):
    follow(bob, alice)
    sign_in(alice)
    write_paid(page)
    axe(page)
    context.clear_cookies()
    sign_in(bob)
    page.goto("/feed/")
    expect(page.get_by_text("Free words.")).to_be_visible()
    page.get_by_role("link", name="Unlock for $5.00").click()
    assert CANARY not in page.content()
    assert ALT not in page.content()
    axe(page)
    page.get_by_role("link", name="Add $5.00 to unlock").click()
    go_on_to_payment(page, page.url)
    pay_with(page, "Pays")
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text(CANARY)).to_be_visible()
    expect(page.get_by_alt_text(ALT)).to_be_visible()
    axe(page)
    assert billing.get_wallet(bob.user_sub).available == 2000
    page.get_by_label("Your comment").fill("Worth every cent.")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("Worth every cent.")).to_be_visible()
    context.clear_cookies()
    sign_in(alice)
    page.goto("/notifications/")
    for words in ("Bob commented on your post", "Bob unlocked your post", "Bob follows you"):
        expect(page.get_by_role("link", name=re.compile(words))).to_be_visible()
    page.goto("/feed/earnings/")
    expect(page.get_by_role("row").filter(has_text="Free words.")).to_contain_text("$4.50")
    axe(page)


def test_a_post_is_written_now_and_published_later(page, alice, sign_in, axe):
    sign_in(alice)
    write(page, "For the day after tomorrow.")
    due = clock.now() + timedelta(days=2)
    page.get_by_text("Publish later").click()
    page.get_by_label("Publish at").fill(f"{due:%Y-%m-%dT%H:00}")
    page.get_by_role("button", name="Schedule").click()
    expect(page).to_have_url(re.compile("/feed/scheduled/$"))
    expect(page.get_by_role("heading", name="For the day after tomorrow.")).to_be_visible()
    axe(page)
    page.goto("/@alice_h/")
    expect(page.get_by_text("For the day after tomorrow.")).to_have_count(0)
    page.goto("/feed/scheduled/")
    page.get_by_role("button", name="Publish now").click()
    page.goto("/@alice_h/")
    expect(page.get_by_text("For the day after tomorrow.")).to_be_visible()


def test_who_is_blocked_finds_nothing_anywhere(page, base_url, alice, mallory, sign_in):
    post = publish(alice, "For everybody but one.")
    work()
    block(alice, mallory)
    sign_in(mallory)
    for address in ("/explore/", "/feed/", "/notifications/"):
        page.goto(address)
        expect(page.get_by_text("For everybody but one.")).to_have_count(0)
        expect(page.get_by_text("Alice", exact=True)).to_have_count(0)
    for address in ("/@alice_h/", f"/posts/{post.post_id}/"):
        page.expected.add(f"{base_url}{address}")
        assert page.goto(address).status == 404
