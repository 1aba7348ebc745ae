"""Somebody is muted, then blocked, then let in again, as browsers do it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.newsfeed import people
from tests.newsfeed.feeds import comment, follow, publish, work


@pytest.mark.parametrize("script", BOTH)
def test_somebody_is_muted_blocked_and_let_in_again(page, alice, bob, sign_in, script):
    follow(alice, bob)
    publish(bob, "A word too much")
    work()
    sign_in(alice)
    page.goto(f"/@{bob.handle}/")
    page.get_by_role("button", name=f"Mute {bob.name}").click()
    expect(page.get_by_role("status").first).to_contain_text("is muted")
    page.goto("/feed/")
    expect(page.get_by_text("A word too much")).to_have_count(0)
    page.goto(f"/@{bob.handle}/")
    expect(page.get_by_text("A word too much")).to_be_visible()
    page.get_by_role("link", name=f"Block… {bob.name}").click()
    page.get_by_role("button", name=f"Block {bob.name}").click()
    expect(page.get_by_text(f"You blocked {bob.name}", exact=True)).to_be_visible()
    expect(page.get_by_text("A word too much")).to_have_count(0)
    page.get_by_role("link", name="All whom you blocked").click()
    page.get_by_role("button", name=f"Unblock {bob.name}").click()
    expect(page.get_by_text("You blocked nobody")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_about_people_are_accessible(page, cast, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    for _name, path in pages_about_people(*cast, sign_in):
        page.goto(path)
        axe(page)


def test_no_page_about_people_scrolls_sideways(page, cast, sign_in):
    page.set_viewport_size({"width": 320, "height": 640})
    for name, path in pages_about_people(*cast, sign_in):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name


@pytest.fixture
def cast(alice, bob, mallory):
    return alice, bob, mallory


def pages_about_people(alice, bob, mallory, sign_in):
    """(name, path) of each, at the moment that it is to be looked at."""
    post = publish(bob)
    follow(alice, bob)
    follow(mallory, alice)
    comment(mallory, post)
    sign_in(alice)
    yield "nobody", "/people/muted/"
    yield "own profile", f"/@{alice.handle}/"
    yield "profile", f"/@{bob.handle}/"
    yield "before blocking", f"/@{bob.handle}/block/"
    yield "following", "/people/following/"
    people.mute(alice, mallory)
    yield "a muted comment", f"/posts/{post.post_id}/"
    people.block(alice, bob)
    yield "blocked person", f"/@{bob.handle}/"
    for kind in ("followers", "blocked", "muted"):
        yield kind, f"/people/{kind}/"
