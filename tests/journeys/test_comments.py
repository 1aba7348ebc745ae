"""A post is talked about: answers, edits, what is left of a comment, reactions, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH
from tests.newsfeed import feeds
from tests.newsfeed.standing import lock_comments, mute

LONG = "Donaudampfschifffahrtsgesellschaft" * 12


@pytest.mark.parametrize("script", BOTH)
def test_a_comment_is_answered_edited_and_taken_away(page, alice, bob, sign_in, script):
    post = feeds.publish(alice)
    feeds.comment(bob, post, "First.")
    sign_in(alice)
    page.goto(f"/posts/{post.post_id}/")
    page.get_by_role("link", name="Reply to Bob").click()
    page.get_by_label("Your reply").fill("Thank yuo.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    page.get_by_role("link", name="Edit the comment by Alice").click()
    page.get_by_label("Your comment").fill("Thank you.")
    page.get_by_role("button", name="Save comment").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    expect(page.get_by_text("edited")).to_be_visible()
    page.get_by_role("link", name="Delete… the comment by Bob").click()
    expect(page.get_by_text("The replies stay")).to_be_visible()
    page.get_by_role("button", name="Delete comment").click()
    expect(page.get_by_text("This comment was deleted by the author of the post.")).to_be_visible()
    expect(page.get_by_text("First.")).to_have_count(0)
    expect(page.get_by_text("Thank you.")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_the_other_replies_come_when_they_are_asked_for(page, alice, bob, sign_in, script):
    said = feeds.comment(bob, feeds.publish(alice), "First.")
    for number in range(8):
        feeds.reply(alice, said, f"Reply {number}.")
    sign_in(bob)
    page.goto(f"/posts/{said.post_id}/")
    expect(page.get_by_text("Reply 3.")).to_have_count(0)
    page.get_by_role("link", name="Show 5 more replies").click()
    expect(page.get_by_text("Reply 7.")).to_be_visible()


@pytest.mark.parametrize("script", BOTH)
def test_a_reaction_is_changed_and_taken_back(page, alice, bob, sign_in, script):
    post = feeds.publish(alice)
    feeds.react(alice, post, "love")
    sign_in(bob)
    page.goto(f"/posts/{post.post_id}/")
    page.get_by_role("button", name="Love 1").click()
    expect(page.get_by_role("button", name="Love 2", pressed=True)).to_be_visible()
    page.get_by_role("button", name="Wow").click()
    expect(page.get_by_role("button", name="Wow 1", pressed=True)).to_be_visible()
    expect(page.get_by_role("button", name="Love 1", pressed=False)).to_be_visible()
    page.get_by_role("button", name="Wow 1").click()
    expect(page.get_by_role("button", name="Wow", exact=True, pressed=False)).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_how_it_looks(page, axe, alice, bob, mallory, sign_in, theme, width):
    post = talked_about(alice, bob, mallory)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(bob)
    said = feeds.comments(bob, post).items[-1]
    for path in (
        "",
        f"comments/{said.comment_id}/",
        f"comments/{said.comment_id}/edit/",
        f"comments/{said.comment_id}/delete/",
    ):
        page.goto(f"/posts/{post.post_id}/{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    lock_comments(post)
    page.goto(f"/posts/{post.post_id}/")
    axe(page)


def talked_about(alice, bob, mallory):
    """A post with a bit of everything below it."""
    post = feeds.publish(alice)
    said = feeds.comment(bob, post, f"Long: {LONG} https://example.com/{LONG}")
    for number in range(5):
        feeds.reply(alice if number % 2 else bob, said, f"Reply {number}")
    gone = feeds.comment(mallory, post, "Never mind")
    feeds.reply(alice, gone, "A pity.")
    feeds.delete_comment(mallory, gone)
    feeds.comment(mallory, post, "Folded away")
    mute(bob, mallory)
    feeds.edit_comment(bob, feeds.comment(bob, post, "Tipo"), "Typo, *repaired*")
    feeds.react(alice, post, "love")
    feeds.react(bob, post, "wow")
    return post
