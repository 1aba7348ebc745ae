"""Writing a post: Markdown, the warning before it, its words counted, what it would look like."""

import pytest

from newsfeed.items import CardMedia, MediaKind
from newsfeed.repository import PostRepository
from tests.newsfeed.feeds import (
    BODY,
    CANARY,
    PAID,
    comment,
    explored,
    follow,
    publish,
    publish_paid,
    read,
    rows,
    save_draft,
    timeline,
    work,
)
from tests.newsfeed.test_api import new_post as send_post
from tests.newsfeed.test_api import results
from tests.newsfeed.test_pages import errors_of, html, new_post

MARKED = "# Title\n\nSome **bold** words, a [link](https://x.org) and ![a dog](https://x.org/d.png)"
SHOWN = "<h3>Title</h3> <p>Some <strong>bold</strong> words"
WARNED = '<details class="warned"> <summary class="warned-head">'


def test_pages_show_markdown(client_for, alice, bob):
    post = publish(alice, MARKED)
    work()
    client = client_for(bob)
    for path in ("/explore/", "/@alice_h/", f"/posts/{post.post_id}/"):
        page = html(client.get(path))
        assert SHOWN in page
        assert "<img" not in page.partition("post-foot")[0].partition('class="prose"')[2]


def test_deleting_quotes_the_words_without_marks(client_for, alice):
    post = publish(alice, MARKED)
    page = html(client_for(alice).get(f"/posts/{post.post_id}/delete/"))
    assert "<p>Title</p> <p>Some bold words, a link and a dog</p>" in page


def test_a_draft_is_named_by_its_words_alone(client_for, alice):
    save_draft(alice, body="# The *sea*\n\n<!-- more -->\n\nis locked")
    page = html(client_for(alice).get("/feed/drafts/"))
    assert "The sea" in page
    assert "more --" not in page


def test_comments_show_markdown_without_headings(client_for, alice, bob):
    post = publish(alice)
    comment(bob, post, "# So *true*\n<b>")
    page = html(client_for(alice).get(f"/posts/{post.post_id}/"))
    assert "<p>So <em>true</em></p> <p>&lt;b&gt;</p>" in page


def test_a_warning_is_shown_before_the_post_wherever_it_is(client_for, alice, bob):
    answer = new_post(client_for(alice), body="Eight legs", warning="  Spiders ")
    work()
    client = client_for(bob)
    assert read(bob, publish(alice)).card.warning == ""
    for path in ("/explore/", "/@alice_h/", answer.url):
        warned, _, rest = html(client.get(path)).partition(WARNED)[2].partition("</summary>")
        assert ">Spiders</span>" in warned
        assert "Eight legs" in rest.partition("</details>")[0]


def test_a_warning_opens_nothing_where_all_is_locked(client_for, alice, bob):
    post = publish(alice, CANARY, PAID, warning="Spiders")
    page = html(client_for(bob).get(f"/posts/{post.post_id}/"))
    assert ">Spiders</span>" in page
    assert 'class="warned"' not in page


def test_without_a_warning_nothing_has_to_be_opened(client_for, alice):
    post = publish(alice)
    assert 'class="warned"' not in html(client_for(alice).get(f"/posts/{post.post_id}/"))


@pytest.mark.parametrize(
    ("warning", "words"), [("x" * 201, "at most 200"), ("a\u202eb", "invisible")]
)
def test_a_bad_warning_names_its_field_and_writes_nothing(client_for, alice, warning, words):
    client = client_for(alice)
    before = rows()
    for do in ("publish", "preview"):
        assert words in errors_of(new_post(client, warning=warning, do=do), "warning")
    assert rows() == before


def test_the_preview_is_what_would_be_published(client_for, alice):
    client = client_for(alice)
    before = rows()
    typed = {"visibility": "paid", "unlock_price": "4.99", "warning": "Secrets", "do": "preview"}
    body = "**Two** words\n\n<!-- more -->\n\n## Three *more* words"
    preview = html(new_post(client, body=body, **typed)).partition('id="preview"')[2]
    free, _, locked = preview.partition("Locked from here, for $4.99")
    assert "<p><strong>Two</strong> words</p>" in free
    assert ">Secrets</span>" in free
    assert "<h3>Three <em>more</em> words</h3>" in locked
    assert "2 free words · 3 locked words" in locked
    assert rows() == before


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"visibility": "paid", "unlock_price": "0.50"}, "unlock_price", "from $1.00 to $500.00"),
        ({"visibility": "paid", "body": "```\n<!-- more -->\n```"}, "unlock_price", "Type what"),
        (
            {"visibility": "paid", "unlock_price": "5", "body": "```\n<!-- more -->\n```\na"},
            "body",
            "out of the code block",
        ),
    ],
)
def test_the_preview_refuses_what_publishing_does(client_for, alice, typed, field, words):
    for do in ("preview", "publish"):
        answer = new_post(client_for(alice), do=do, **typed)
        assert words in errors_of(answer, field)
        assert 'id="preview"' not in html(answer)
    assert timeline(alice, alice) == []


def test_a_locked_post_says_how_much_there_is_to_buy(client_for, alice, bob):
    post = publish_paid(alice, f"Free.\n\n<!-- more -->\n\n{'word ' * 1839}{CANARY}")
    work()
    client = client_for(bob)
    for path in ("/explore/", f"/posts/{post.post_id}/"):
        page = html(client.get(path))
        assert "1,840 words" in page
        assert CANARY not in page
    assert "1 free word · 1,840 locked words" in html(client_for(alice).get("/@alice_h/"))


def test_pictures_and_files_are_counted_with_the_words(client_for, alice, bob, monkeypatch):
    from newsfeed.repository import posts

    post = publish_paid(alice)
    pictures = [CardMedia(media_id=str(n), kind=MediaKind.PICTURE) for n in range(3)]
    held = (*pictures, CardMedia(media_id="9", kind=MediaKind.FILE))
    monkeypatch.setattr(posts, "_card_media", lambda item: held)
    card = PostRepository().find_card(post.post_id)
    assert (card.pictures, card.files) == (3, 1)
    assert "4 words, 3 pictures, 1 file" in html(client_for(bob).get(f"/posts/{post.post_id}/"))


def test_the_api_gives_the_text_its_html_and_its_words(client_for, alice, bob):
    made = send_post(client_for(alice), MARKED, warning="Dogs").json()
    work()
    follow(bob, alice)
    (listed,) = results(client_for(bob), "/explore/")
    for seen in (made, listed):
        assert seen["text"] == MARKED
        assert seen["html"].startswith("<h3>Title</h3>\n<p>Some <strong>bold</strong>")
        assert (seen["warning"], seen["words"], seen["locked_words"]) == ("Dogs", 9, 0)


def test_the_api_tells_of_a_locked_post_how_much_there_is(client_for, alice, bob):
    post = publish(alice, BODY, PAID)
    seen = client_for(bob).get(f"/api/v1/posts/{post.post_id}/").json()
    assert (seen["html"], seen["words"], seen["locked_words"]) == ("<p>Free words.</p>\n", 2, 4)
    assert CANARY not in str(seen)


def test_the_api_names_a_bad_warning(client_for, alice):
    answer = send_post(client_for(alice), warning="x" * 201)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["warning"])
    assert explored() == []
