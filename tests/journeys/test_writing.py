"""A post is written in Markdown and read behind its warning, as browsers do it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.newsfeed.feeds import PAID, publish, work

LONG = "Donaudampfschifffahrtsgesellschaft" * 5
MARKED = f"""\
# How the light gets in

Some **bold**, some *italic*, ~~nothing~~, `{LONG}` and [a link](https://example.com/{LONG}).
A line break stays.

## What it takes

- a box
    1. with a hole
    2. and a lid
- paper

> Somebody said this, once.
>
> > And somebody answered.

```
def light(box):
    return "{LONG}"
```

---

The end."""
PAID_BODY = f"{MARKED}\n\n<!-- more -->\n\n{MARKED}"


def write(page):
    page.goto("/posts/new/")
    page.get_by_text("How to format text").click()
    page.get_by_label("Text").fill(PAID_BODY)
    page.get_by_label("Content warning").fill("Bright light")
    page.get_by_label("Whoever unlocks it").check()
    page.get_by_label("Price of a paid post").fill("4.99")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Locked from here, for $4.99")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_a_warned_post_is_previewed_published_and_opened(page, alice, bob, sign_in, script):
    sign_in(alice)
    write(page)
    expect(page.get_by_role("heading", name="What it takes", level=4)).to_have_count(2)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status").first).to_contain_text("published")
    work()
    sign_in(bob)
    page.goto("/explore/")
    text = page.get_by_text("A line break stays.")
    expect(page.get_by_text("Bright light")).to_be_visible()
    expect(text).to_be_hidden()
    page.locator("summary", has_text="Bright light").focus()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_be_hidden()


def test_a_free_part_that_is_too_long_is_told_while_typing(page, alice, sign_in):
    sign_in(alice)
    page.goto("/posts/new/")
    page.get_by_label("Whoever unlocks it").check()
    page.get_by_label("Text").fill("é" * 1000 + "\n<!-- more -->\nLocked")
    told = page.get_by_text("The free part is too long")
    expect(told).to_be_hidden()
    page.get_by_label("Text").fill("é" * 1001 + "\n<!-- more -->\nLocked")
    expect(told).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_writing_and_marked_posts_are_accessible(page, alice, bob, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    publish(alice, PAID_BODY, PAID, warning=LONG[:150])
    open_one = publish(alice, MARKED, warning="Light")
    work()
    sign_in(bob)
    for path in ("/explore/", f"/posts/{open_one.post_id}/"):
        page.goto(path)
        axe(page)
        for summary in page.locator("summary").all():
            summary.click()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    write(page)
    page.get_by_text("How to format text").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
