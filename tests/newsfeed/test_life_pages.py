"""The pages of editing, deleting, drafts and scheduling; all of them work without a script."""

import re

import pytest

from core import ids
from tests.newsfeed import feeds
from tests.newsfeed.feeds import CANARY, PRIVATE
from tests.newsfeed.test_pages import errors_of, html

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
LISTS = ("/feed/drafts/", "/feed/scheduled/", "/feed/deleted/")


@pytest.fixture
def author(client_for, alice):
    return client_for(alice)


@pytest.fixture
def stranger(client_for, mallory):
    return client_for(mallory)


def followed(client, path, data=None):
    return html(client.post(path, data or {}, follow=True))


def typed(draft=None, **changed):
    token = draft.draft_id if draft else ids.new_id()
    version = draft.version if draft else 0
    return {"token": token, "draft_version": version, "body": "Later", "visibility": "public"} | (
        changed
    )


def edited(post, **changed):
    return {"version": post.card.version, "body": "Anew", "visibility": "public"} | changed


@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_words_for_being_empty(author, path):
    assert "empty-title" in html(author.get(path))


def test_the_edit_page_holds_what_is_stored(author, alice):
    post = feeds.publish(alice, feeds.BODY, feeds.PAID, warning="Careful")
    page = html(author.get(f"/posts/{post.post_id}/edit/"))
    for text in (CANARY, "&lt;!-- more --&gt;", 'value="Careful"', 'value="5.00"'):
        assert text in page


def test_an_edit_is_saved_and_marked_on_page_and_lists(author, client_for, alice, bob):
    post = feeds.publish(alice)
    page = followed(author, f"/posts/{post.post_id}/edit/", edited(post))
    assert "Your changes are saved." in page
    for path in (f"/posts/{post.post_id}/", "/@alice_h/"):
        page = html(client_for(bob).get(path))
        assert "Anew" in page
        assert f'href="/posts/{post.post_id}/history/">edited' in page


def test_an_edit_on_an_older_version_keeps_what_was_typed_and_shows_both(author, alice):
    post = feeds.publish(alice)
    feeds.edit(alice, post, "From the other window")
    sent = edited(post, body="What I typed")
    page = html(author.post(f"/posts/{post.post_id}/edit/", sent))
    for text in ("changed meanwhile", "What I typed", "From the other window"):
        assert text in page
    assert feeds.read(alice, post).text == "From the other window"
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    author.post(f"/posts/{post.post_id}/edit/", {**sent, "version": version})
    assert feeds.read(alice, post).text == "What I typed"


def test_an_edit_can_be_looked_at_first(author, alice):
    post = feeds.publish(alice)
    page = html(author.post(f"/posts/{post.post_id}/edit/", edited(post, do="preview")))
    assert 'id="preview"' in page
    assert feeds.read(alice, post).text == "Hello"


def test_a_bad_edit_names_its_field_and_changes_nothing(author, alice):
    post = feeds.publish(alice)
    answer = author.post(f"/posts/{post.post_id}/edit/", edited(post, body=" "))
    assert errors_of(answer, "body")
    assert feeds.read(alice, post).text == "Hello"


@pytest.mark.parametrize("page", ["edit", "purge"])
def test_pages_of_somebody_elses_post_are_404(stranger, alice, page):
    post = feeds.publish(alice)
    if page == "purge":
        feeds.delete(alice, post)
    assert stranger.get(f"/posts/{post.post_id}/{page}/").status_code == 404
    assert stranger.post(f"/posts/{post.post_id}/{page}/", {}).status_code == 404


def test_the_history_shows_what_was_readable_and_says_what_was_not(author, stranger, alice):
    post = feeds.publish(alice, CANARY, PRIVATE)
    feeds.edit(alice, post, "**Bold** words", feeds.PUBLIC, warning="Loud")
    feeds.edit(alice, post, "Final words")
    page = html(stranger.get(f"/posts/{post.post_id}/history/"))
    for text in ("<strong>Bold</strong>", "Loud", "You could not read this version."):
        assert text in page
    assert CANARY not in page
    assert CANARY in html(author.get(f"/posts/{post.post_id}/history/"))


def test_a_post_without_a_past_says_so(author, alice):
    post = feeds.publish(alice)
    assert "Never edited" in html(author.get(f"/posts/{post.post_id}/history/"))


def test_a_deleted_post_is_restored_from_its_page(author, alice):
    post = feeds.publish(alice, "Second *thoughts*")
    followed(author, f"/posts/{post.post_id}/delete/")
    page = html(author.get("/feed/deleted/"))
    assert "Second thoughts" in page
    assert "30 days left" in page
    assert "Your post is back." in followed(author, f"/posts/{post.post_id}/restore/")
    assert feeds.read(alice, post).text == "Second *thoughts*"


def test_removing_for_good_asks_once_more(author, alice):
    post = feeds.publish(alice, "Regrettable")
    feeds.delete(alice, post)
    assert "Regrettable" in html(author.get(f"/posts/{post.post_id}/purge/"))
    assert feeds.deleted_ids(alice) == [post.post_id]
    assert "removed for good" in followed(author, f"/posts/{post.post_id}/purge/")
    assert feeds.deleted_ids(alice) == []


def test_what_people_bought_is_not_offered_for_removal(author, alice, bob):
    post = feeds.publish_paid(alice)
    feeds.sell(post, bob)
    feeds.delete(alice, post)
    page = html(author.get("/feed/deleted/"))
    assert "People unlocked this post" in page
    assert "/purge/" not in page
    assert "cannot be removed" in followed(author, f"/posts/{post.post_id}/purge/")
    assert feeds.deleted_ids(alice) == [post.post_id]


def test_the_page_of_a_pinned_post_offers_to_unpin_it(author, client_for, alice, bob):
    post, other = feeds.publish(alice), feeds.publish(alice)
    page = followed(author, f"/posts/{post.post_id}/pin/")
    assert f'action="/posts/{post.post_id}/unpin/"' in page
    assert "/unpin/" not in html(author.get(f"/posts/{other.post_id}/"))
    assert "pin/" not in html(client_for(bob).get(f"/posts/{post.post_id}/"))


def test_the_pinned_post_is_first_on_the_profile_and_there_once(author, client_for, alice, bob):
    first, second = feeds.publish(alice, "First one"), feeds.publish(alice, "Second one")
    followed(author, f"/posts/{first.post_id}/pin/")
    page = html(client_for(bob).get("/@alice_h/"))
    assert page.index("First one") < page.index("Second one")
    assert page.count("First one") == 1
    assert "Pinned" in page
    followed(author, f"/posts/{first.post_id}/unpin/")
    assert "Pinned" not in html(client_for(bob).get("/@alice_h/"))
    assert second.post_id


def test_comments_are_locked_and_allowed_by_a_button(author, alice):
    post = feeds.publish(alice)
    assert "Allow comments" in followed(author, f"/posts/{post.post_id}/comments/lock/")
    assert feeds.read(alice, post).card.comments_locked
    assert "Lock comments" in followed(author, f"/posts/{post.post_id}/comments/unlock/")
    assert not feeds.read(alice, post).card.comments_locked


def test_a_menu_is_for_ones_own_posts(stranger, alice):
    post = feeds.publish(alice)
    page = html(stranger.get(f"/posts/{post.post_id}/"))
    assert "/edit/" not in page
    assert "/pin/" not in page
