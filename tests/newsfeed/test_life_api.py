"""The API of editing, deleting, drafts and scheduling."""

from datetime import timedelta

import pytest

from core import clock, ids
from tests.newsfeed import feeds
from tests.newsfeed.feeds import CANARY, PAID
from tests.newsfeed.test_api import API, results, send


@pytest.fixture
def author(client_for, alice):
    return client_for(alice)


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_a_post_is_edited_on_its_version(author, client_for, alice, bob):
    post = feeds.publish(alice)
    sent = {"version": 1, "body": "Anew", "visibility": "paid", "unlock_price": 700}
    answer = send(author, "put", f"/posts/{post.post_id}/", sent)
    assert answer.status_code == 200, answer.content
    made = answer.json()
    assert (made["text"], made["version"], made["unlock_price"]) == ("Anew", 2, 700)
    assert made["edited_at"]
    again = send(author, "put", f"/posts/{post.post_id}/", {**sent, "body": "Other"})
    assert refusal(again) == (409, "post_changed")
    stranger = send(client_for(bob), "put", f"/posts/{post.post_id}/", {**sent, "version": 2})
    assert refusal(stranger) == (404, "post_not_found")
    assert feeds.read(alice, post).text == "Anew"


def test_the_history_is_for_who_reads_to_the_end(author, client_for, alice, bob):
    post = feeds.publish(alice, CANARY, PAID)
    feeds.edit(alice, post, "Other words")
    (version,) = results(author, f"/posts/{post.post_id}/history/")
    assert (version["text"], version["unlock_price"], version["version"]) == (CANARY, 500, 1)
    answer = client_for(bob).get(f"{API}/posts/{post.post_id}/history/")
    assert refusal(answer) == (403, "post_locked")
    feeds.edit(alice, post, "Free words", feeds.PUBLIC)
    seen = results(client_for(bob), f"/posts/{post.post_id}/history/")
    assert [each["text"] for each in seen] == [None, None]
    assert CANARY not in str(seen)


def test_a_deleted_post_is_listed_and_comes_back(author, alice):
    post = feeds.publish(alice, "**Second** thoughts")
    assert send(author, "delete", f"/posts/{post.post_id}/").status_code == 204
    (listed,) = results(author, "/deleted/")
    assert (listed["post_id"], listed["text"]) == (post.post_id, "Second thoughts")
    assert send(author, "post", f"/deleted/{post.post_id}/restore/").status_code == 204
    assert results(author, "/deleted/") == []
    assert refusal(send(author, "delete", f"/deleted/{post.post_id}/")) == (404, "post_not_found")


def test_what_is_sold_is_not_removed(author, alice, bob):
    post = feeds.publish_paid(alice)
    feeds.sell(post, bob)
    feeds.delete(alice, post)
    assert refusal(send(author, "delete", f"/deleted/{post.post_id}/")) == (409, "post_is_sold")
    assert CANARY in feeds.read(bob, post).text


def test_the_pinned_post_is_asked_for_by_handle(author, client_for, alice, bob):
    post = feeds.publish(alice)
    assert send(author, "put", f"/posts/{post.post_id}/pin/").status_code == 204
    (pinned,) = results(client_for(bob), "/pinned/?author=alice_h")
    assert pinned["post_id"] == post.post_id
    assert send(author, "delete", f"/posts/{post.post_id}/pin/").status_code == 204
    assert results(author, "/pinned/") == []


def test_comments_are_locked_and_allowed(author, alice):
    post = feeds.publish(alice)
    for method, locked in (("put", True), ("delete", False)):
        answer = send(author, method, f"/posts/{post.post_id}/comment-lock/")
        assert answer.status_code == 204
        assert author.get(f"{API}/posts/{post.post_id}/").json()["comments_locked"] is locked


def test_a_draft_from_its_first_word_to_its_post(author, alice):
    answer = send(author, "post", "/drafts/", {"body": "One"})
    assert answer.status_code == 201
    draft = answer.json()
    path = f"/drafts/{draft['draft_id']}/"
    changed = {"version": 1, "body": "Two", "visibility": "public"}
    assert send(author, "put", path, changed).json()["version"] == 2
    assert refusal(send(author, "put", path, {**changed, "body": "3"})) == (409, "draft_changed")
    (listed,) = results(author, "/drafts/")
    assert (listed["body"], listed["due"], listed["problem"]) == ("Two", None, "")
    made = send(author, "post", f"{path}publish/")
    assert (made.status_code, made.json()["text"]) == (201, "Two")
    assert refusal(author.get(f"{API}{path}")) == (404, "draft_not_found")


def test_a_new_draft_may_have_an_id_of_its_own(author):
    path = f"/drafts/{ids.new_id()}/"
    for _ in range(2):
        assert send(author, "put", path, {"version": 0, "body": "One"}).json()["version"] == 1
    assert refusal(send(author, "put", "/drafts/x/", {"version": 0, "body": "One"}))[0] == 404
    assert send(author, "delete", path).status_code == 204
    assert results(author, "/drafts/") == []


def test_a_draft_is_scheduled_moved_and_taken_back(author, alice):
    draft = feeds.save_draft(alice)
    path = f"/scheduled/{draft.draft_id}/"
    for hours in (1, 2):
        due = (clock.now() + timedelta(hours=hours)).replace(microsecond=0)
        answer = send(author, "put", path, {"due": due.isoformat()})
        assert answer.status_code == 200, answer.content
        assert clock.parse(results(author, "/scheduled/")[0]["due"]) == due
    saved = send(author, "put", f"/drafts/{draft.draft_id}/", {"version": 3, "body": "x"})
    assert refusal(saved) == (409, "draft_scheduled")
    assert send(author, "delete", path).status_code == 204
    assert results(author, "/scheduled/") == []
    assert len(results(author, "/drafts/")) == 1


@pytest.mark.parametrize("due", ["", "soon", "2001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_cannot_be_is_refused_by_its_field(author, alice, due):
    draft = feeds.save_draft(alice)
    answer = send(author, "put", f"/scheduled/{draft.draft_id}/", {"due": due})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["due"])
    assert feeds.scheduled(alice) == []
