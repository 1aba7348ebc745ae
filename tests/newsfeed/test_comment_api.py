"""Comments, replies and reactions by the API: the same services as the pages."""

import pytest

from tests.newsfeed import feeds
from tests.newsfeed.standing import block, lock_comments


@pytest.fixture
def post(alice):
    return feeds.publish(alice)


def at(post, *rest):
    return "/".join(["/api/v1/posts", post.post_id, *rest, ""])


def of(comment, *rest):
    return at(comment, "comments", comment.comment_id, *rest)


def sent(client, method, path, **body):
    return getattr(client, method)(path, body, content_type="application/json")


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_a_reply_names_what_it_answers(client_for, alice, bob, post):
    said = feeds.comment(bob, post, "First.")
    client = client_for(alice)
    answer = sent(client, "post", at(post, "comments"), text="*Yes*", reply_to=said.comment_id)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["parent_id"], made["text"], made["own"]) == (said.comment_id, "*Yes*", True)
    assert "<em>Yes</em>" in made["html"]
    (item,) = client.get(at(post, "comments")).json()["results"]
    assert (item["reply_count"], item["parent_id"], item["edited_at"]) == (1, "", None)
    thread = client.get(of(said, "replies")).json()
    assert thread["comment"]["comment_id"] == said.comment_id
    assert [each["comment_id"] for each in thread["results"]] == [made["comment_id"]]
    assert thread["next"] == ""
    alone = client.get(at(post, "comments", made["comment_id"])).json()
    assert alone["text"] == "*Yes*"


def test_a_comment_is_edited_by_its_author_only(client_for, alice, bob, post):
    said = feeds.comment(bob, post, "Tipo")
    edited = sent(client_for(bob), "patch", of(said), text="Typo").json()
    assert (edited["text"], edited["edited_at"] > edited["created_at"]) == ("Typo", True)
    answer = sent(client_for(alice), "patch", of(said), text="Mine")
    assert refusal(answer) == (404, "comment_not_found")
    assert feeds.comments(bob, post).items[0].text == "Typo"


def test_what_is_left_of_a_comment_has_neither_text_nor_author(client_for, alice, bob, post):
    said = feeds.comment(bob, post, "Never mind")
    feeds.reply(alice, said)
    client = client_for(bob)
    assert client.delete(of(said)).status_code == 204
    (item,) = client.get(at(post, "comments")).json()["results"]
    assert (item["author"], item["text"], item["html"]) == (None, "", "")
    assert (item["deleted_by"], item["reply_count"]) == ("author", 1)
    assert refusal(client.get(of(said))) == (404, "comment_not_found")


def test_locked_comments_refuse_with_a_code_of_their_own(client_for, alice, bob, post):
    said = feeds.comment(bob, post)
    lock_comments(post)
    client = client_for(bob)
    for answer in (
        sent(client, "post", at(post, "comments"), text="Hello?"),
        sent(client, "post", at(post, "comments"), text="Hello?", reply_to=said.comment_id),
        sent(client, "patch", of(said), text="Changed"),
    ):
        assert refusal(answer) == (403, "comments_locked")
    assert feeds.read(bob, post).comment_count == 1


@pytest.mark.parametrize("reply_to", ["x", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_a_reply_to_nothing_is_not_found(client_for, bob, post, reply_to):
    answer = sent(client_for(bob), "post", at(post, "comments"), text="?", reply_to=reply_to)
    assert refusal(answer) == (404, "comment_not_found")
    assert feeds.read(bob, post).comment_count == 0


def test_a_post_says_its_reactions_and_ones_own(client_for, alice, bob, post):
    feeds.react(alice, post, "love")
    client = client_for(bob)
    for _ in range(2):
        assert sent(client, "put", at(post, "reaction"), kind="wow").status_code == 204
    shown = client.get(at(post)).json()
    assert (shown["reactions"], shown["reaction"]) == ({"love": 1, "wow": 1}, "wow")
    for _ in range(2):
        assert client.delete(at(post, "reaction")).status_code == 204
    shown = client.get(at(post)).json()
    assert (shown["reactions"], shown["reaction"]) == ({"love": 1}, None)


def test_a_bad_reaction_is_named(client_for, bob, post):
    answer = sent(client_for(bob), "put", at(post, "reaction"), kind="hate")
    assert answer.status_code == 400
    assert "kind" in answer.json()["errors"]
    assert feeds.read(bob, post).reactions == {}


def test_a_block_answers_as_if_there_were_nothing(client_for, alice, bob, post):
    said = feeds.comment(alice, post)
    block(alice, bob)
    client = client_for(bob)
    for answer in (
        client.get(at(post, "comments")),
        client.get(of(said)),
        client.get(of(said, "replies")),
        sent(client, "post", at(post, "comments"), text="?"),
        sent(client, "patch", of(said), text="?"),
        sent(client, "put", at(post, "reaction"), kind="like"),
    ):
        assert refusal(answer) == (404, "post_not_found")


def test_whoever_sees_the_teaser_only_gets_neither(client_for, alice, bob):
    post = feeds.publish_paid(alice)
    said = feeds.comment(alice, post, feeds.CANARY)
    client = client_for(bob)
    for answer in (
        client.get(of(said)),
        client.get(of(said, "replies")),
        sent(client, "put", at(post, "reaction"), kind="like"),
    ):
        assert refusal(answer) == (403, "post_locked")
        assert feeds.CANARY not in answer.content.decode()
