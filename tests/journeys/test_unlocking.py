"""Too little money, more of it, back to the post, unlocked: and its author hears of it."""

import re

import pytest
from playwright.sync_api import expect

from billing import services as billing
from tests.billing.lives import top_up
from tests.factories import make_user
from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.journeys.test_billing import pay_with
from tests.newsfeed.feeds import CANARY, comment, follow, publish, publish_paid, unlock

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("script", BOTH)
def test_too_little_money_leads_through_a_top_up_and_back(
    page, context, alice, bob, sign_in, sandbox, script
):
    post = publish_paid(alice)
    sign_in(bob)
    page.goto(f"/posts/{post.post_id}/")
    page.get_by_role("link", name="Add $5.00 to unlock").click()
    page.get_by_role("button", name="Go on to payment").click()
    pay_with(page, "Pays")
    expect(page.get_by_text("is in your wallet.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/posts/{post.post_id}/$"))
    assert CANARY not in page.content()
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text("Unlocked for $5.00.")).to_be_visible()
    expect(page.get_by_text(CANARY)).to_be_visible()
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_text("Balance of the wallet")).to_be_visible()
    context.clear_cookies()
    sign_in(alice)
    page.goto("/notifications/")
    expect(page.get_by_role("link", name=re.compile("Bob unlocked your post"))).to_contain_text(
        "you earned $4.50"
    )
    page.goto("/wallet/")
    page.get_by_role("link", name="From your sales").click()
    expect(page.get_by_role("row", name=re.compile("Free words"))).to_contain_text("$4.50")


def test_what_was_edited_while_it_was_looked_at_is_not_paid(page, alice, bob, sign_in, edited):
    top_up(bob.user_sub, 900)
    post = publish_paid(alice)
    sign_in(bob)
    page.goto(f"/posts/{post.post_id}/")
    edited(post)
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text("nothing was charged")).to_be_visible()
    assert billing.get_wallet(bob.user_sub).available == 900
    page.get_by_role("button", name="Unlock for $5.00").click()
    expect(page.get_by_text(CANARY)).to_be_visible()


@pytest.fixture
def edited():
    from dynamo.expressions import Update
    from newsfeed.repository import PostRepository, keys

    def edit(post):
        PostRepository().table.update(keys.card(post.post_id), Update().increment("version", 1))

    return edit


PAGES = (
    "/notifications/",
    "/alerts/?category=security",
    "/settings/notifications/",
    "/feed/earnings/",
)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_its_pages_are_accessible(page, alice, bob, mallory, sign_in, axe, theme, width):
    post, sold = publish(alice, "On the other hand"), publish_paid(alice)
    for person in (bob, mallory, make_user("carol"), make_user("dave")):
        comment(person, post)
        follow(person, alice)
    top_up(bob.user_sub, 900)
    unlock(bob, sold)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(alice)
    for path in PAGES:
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    sign_in(bob)
    page.goto(f"/posts/{sold.post_id}/")
    axe(page)
