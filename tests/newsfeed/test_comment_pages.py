"""The pages of comments and reactions, which work without a script."""

import re

import pytest

from tests.newsfeed import feeds
from tests.newsfeed.standing import block, lock_comments, mute
from tests.newsfeed.test_pages import html


@pytest.fixture
def post(alice):
    return feeds.publish(alice)


def page(post, comment=None, then=""):
    below = f"comments/{comment.comment_id}/" if comment else ""
    return f"/posts/{post.post_id}/{below}{then}"


def texts(answer):
    found = re.findall(r'<div class="comment-text" dir="auto">\s*<p>(.*?)</p>', html(answer))
    return [text.strip() for text in found]


def test_a_comment_is_answered_and_seen_where_it_stands(client_for, alice, bob, post):
    said = feeds.comment(bob, post, "First.")
    client = client_for(alice)
    shown = html(client.get(page(post)))
    assert f'href="{page(post, said)}#write"' in shown
    assert "Reply to Bob" in html(client.get(page(post, said))) or "Reply to" in shown
    answer = client.post(page(post, said), {"text": "**Thank** you."})
    assert answer.status_code == 302
    path, _, anchor = answer.url.partition("#")
    shown = html(client.get(path))
    assert f'id="{anchor}"' in shown
    assert "<strong>Thank</strong> you." in shown
    assert "2 comments" in shown


def test_many_comments_come_in_pages(client_for, bob, post):
    for n in range(55):
        feeds.comment(bob, post, f"Comment {n}")
    client, path, seen = client_for(bob), page(post), []
    for _ in range(3):
        answer = client.get(path)
        seen += texts(answer)
        older = re.search(r'href="([^"]+\?after=[^"]+)" rel="next"', html(answer))
        path = older.group(1) if older else ""
    assert seen == [f"Comment {n}" for n in reversed(range(55))]
    assert path == ""


def test_the_rest_of_the_replies_is_one_link_away(client_for, bob, post):
    said = feeds.comment(bob, post, "First.")
    for n in range(15):
        feeds.reply(bob, said, f"Reply {n}")
    client = client_for(bob)
    answer = client.get(page(post))
    assert texts(answer) == ["First.", "Reply 0", "Reply 1", "Reply 2"]
    more = re.search(r'href="([^"]+)"[^>]*>Show 12 more replies', html(answer)).group(1)
    rest = [f"Reply {n}" for n in range(3, 15)]
    assert texts(client.get(more)) == ["First.", *rest]
    appended = client.get(more, HTTP_HX_REQUEST="true")
    assert texts(appended) == rest
    assert "<html" not in html(appended)
    assert "HX-Request" in appended["Vary"]


def test_a_link_to_the_only_reply_offers_no_others(client_for, alice, bob, post):
    said = feeds.comment(bob, post)
    only = feeds.reply(alice, said)
    shown = html(client_for(bob).get(f"{page(post)}?comment={only.comment_id}"))
    assert "I agree." in shown
    assert "Show the only reply" not in shown


def test_a_link_to_a_comment_that_is_gone_leads_to_the_newest(client_for, alice, bob, post):
    said = feeds.comment(bob, post)
    feeds.delete_comment(bob, said)
    answer = client_for(alice).get(f"{page(post)}?comment={said.comment_id}", follow=True)
    assert answer.redirect_chain == [(page(post), 302)]
    assert "That comment is gone" in html(answer)


def test_what_is_left_of_a_comment_says_whose_doing_it_was(client_for, alice, bob, post):
    for who in (alice, bob):
        said = feeds.comment(bob, post, "Never mind")
        feeds.reply(alice, said)
        feeds.delete_comment(who, said)
    shown = html(client_for(bob).get(page(post)))
    assert "deleted by its author." in shown
    assert "deleted by the author of the post." in shown
    assert "Never mind" not in shown


def test_a_comment_is_deleted_after_a_question_by_whose_it_is(
    client_for, alice, bob, mallory, post
):
    said = feeds.comment(bob, post, "Never mind")
    path = f"{page(post)}comments/{said.comment_id}/delete/"
    for who in (alice, bob):
        asked = client_for(who).get(path)
        assert asked.status_code == 200
        assert "Never mind" in html(asked)
    for method in ("get", "post"):
        assert getattr(client_for(mallory), method)(path).status_code == 404
    assert "Never mind" in html(client_for(bob).get(page(post)))
    client_for(bob).post(path)
    assert client_for(bob).get(path).status_code == 404
    assert "Never mind" not in html(client_for(bob).get(page(post)))


def test_a_comment_is_edited_by_its_author_only(client_for, alice, bob, post):
    said = feeds.comment(bob, post, "Tipo")
    client = client_for(bob)
    assert "Tipo</textarea>" in html(client.get(page(post, said, "edit/")))
    assert "edited" not in html(client.get(page(post)))
    assert client.post(page(post, said, "edit/"), {"text": "Typo"}).status_code == 302
    shown = html(client.get(page(post)))
    assert "Typo" in shown
    assert " edited " in shown
    other = client_for(alice)
    for answer in (
        other.get(page(post, said, "edit/")),
        other.post(page(post, said, "edit/"), {"text": "Mine"}),
        other.post(page(post, said, "edit/"), {"text": ""}),
    ):
        assert answer.status_code == 404
    assert feeds.comments(bob, post).items[0].text == "Typo"


def test_what_was_typed_stays_in_the_form(client_for, bob, post):
    said = feeds.comment(bob, post)
    client, before = client_for(bob), feeds.rows()
    typed = "x" * 1001
    for path in (
        page(post, then="comments/"),
        page(post, said),
        page(post, said, "edit/"),
    ):
        shown = html(client.post(path, {"text": typed}))
        assert "at most 1000 characters" in shown
        assert typed in shown
    assert feeds.rows() == before


def test_locked_comments_have_no_form_and_say_why(client_for, bob, post):
    said = feeds.comment(bob, post)
    lock_comments(post)
    client = client_for(bob)
    for path in (page(post), page(post, said)):
        shown = html(client.get(path))
        assert "comments on this post are closed" in shown
        assert "<textarea" not in shown
        assert "#write" not in shown
    assert client.get(page(post, said, "edit/")).status_code == 404
    answer = client.post(page(post, then="comments/"), {"text": "Hello?"})
    assert "closed" in html(answer)
    assert "Hello?</textarea>" in html(answer)
    assert len(feeds.comments(bob, post).items) == 1


def test_whom_one_blocked_is_not_on_the_page_and_whom_one_muted_is_folded(
    client_for, bob, mallory, post
):
    feeds.comment(mallory, post, "By Mallory")
    mute(bob, mallory)
    client = client_for(bob)
    assert re.search(r"<details[^>]*><summary>[^<]*muted.*By Mallory", html(client.get(page(post))))
    block(mallory, bob)
    shown = html(client.get(page(post)))
    assert "By Mallory" not in shown
    assert "mallory_h" not in shown
    assert "No comments yet" in shown


def test_reactions_are_buttons_that_say_what_is_chosen(client_for, alice, bob, post):
    client, path = client_for(bob), page(post, then="reaction/")
    answer = client.post(path, {"kind": "love"})
    assert (answer.status_code, answer.url) == (302, page(post))
    shown = html(client.get(page(post)))
    chosen = re.findall(r'value="(\w*)" id="react-(\w+)" aria-pressed="true"', shown)
    assert chosen == [("", "love")]
    answer = client.post(path, {"kind": ""}, HTTP_HX_REQUEST="true")
    assert "<html" not in html(answer)
    assert 'aria-pressed="true"' not in html(answer)
    assert feeds.read(bob, post).reactions == {}


def test_a_bad_reaction_is_told_and_not_written(client_for, bob, post):
    client = client_for(bob)
    client.post(page(post, then="reaction/"), {"kind": "hate"})
    assert "Choose one of the reactions" in html(client.get(page(post)))
    assert feeds.read(bob, post).reactions == {}


def test_a_locked_post_shows_neither_reactions_nor_comments(client_for, alice, bob):
    post = feeds.publish_paid(alice)
    said = feeds.comment(alice, post, feeds.CANARY)
    client = client_for(bob)
    shown = html(client.get(page(post)))
    assert "react-like" not in shown
    assert "<textarea" not in shown
    assert client.get(page(post, said)).status_code == 403
    assert client.post(page(post, then="reaction/"), {"kind": "like"}).status_code == 302
    assert feeds.read(alice, post).reactions == {}
    assert feeds.CANARY not in shown


def test_lists_have_no_reactions(client_for, alice, post):
    assert "react-like" not in html(client_for(alice).get("/@alice_h/"))
