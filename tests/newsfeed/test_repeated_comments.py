"""A comment that is sent twice is there once."""

import re

import pytest

from newsfeed import services as newsfeed
from newsfeed.errors import CommentNotFound, IdempotencyKeyReused
from tests.newsfeed import feeds

API = "/api/v1/posts"


def say(user, post, text="Well said.", key="one", **more):
    return newsfeed.add_comment(
        author_sub=user.user_sub,
        post_id=post.post_id,
        text=text,
        actor=feeds.by(user),
        idempotency_key=key,
        **more,
    )


def texts(post, viewer):
    return [each.text for each in feeds.comments(viewer, post).items]


def test_a_repeat_gives_the_comment_that_is_there(alice, bob):
    post = feeds.publish(alice)
    first, second = say(bob, post), say(bob, post)
    assert first == second
    assert texts(post, alice) == ["Well said."]
    assert len(feeds.notifications(alice)) == 1
    assert feeds.read(None, post).comment_count == 1


def test_so_does_a_repeated_reply(alice, bob):
    post = feeds.publish(alice)
    said = feeds.comment(alice, post)
    first, second = (say(bob, post, reply_to=said.comment_id) for _ in range(2))
    assert first == second
    assert feeds.read(None, post).comment_count == 2


@pytest.mark.parametrize("what", ["text", "post", "reply"])
def test_a_key_of_something_else_is_refused(alice, bob, what):
    post, other = feeds.publish(alice), feeds.publish(alice)
    said = feeds.comment(alice, post)
    say(bob, post)
    before = feeds.rows()
    with pytest.raises(IdempotencyKeyReused):
        say(
            bob,
            other if what == "post" else post,
            "Something else" if what == "text" else "Well said.",
            reply_to=said.comment_id if what == "reply" else "",
        )
    assert feeds.rows() == before


def test_a_key_is_its_authors_own_and_stands_for_a_day(alice, bob, mallory, time_machine):
    time_machine.move_to("2026-11-29T12:00:00Z", tick=False)
    post = feeds.publish(alice, idempotency_key="one")
    made = {say(each, post).comment_id for each in (alice, bob, mallory)}
    time_machine.move_to("2026-11-30T12:00:01Z", tick=False)
    made.add(say(bob, post).comment_id)
    assert len(made) == len(texts(post, alice)) == 4


def test_without_a_key_each_is_another_one(alice, bob):
    post = feeds.publish(alice)
    assert say(bob, post, key="").comment_id != say(bob, post, key="").comment_id


def test_what_was_deleted_does_not_come_back(alice, bob):
    post = feeds.publish(alice)
    said = say(bob, post)
    newsfeed.delete_comment(
        user_sub=bob.user_sub,
        post_id=post.post_id,
        comment_id=said.comment_id,
        actor=feeds.by(bob),
    )
    with pytest.raises(CommentNotFound):
        say(bob, post)
    assert texts(post, alice) == []


def test_a_program_sends_the_key_as_a_header(client_for, alice, bob):
    post, client = feeds.publish(alice), client_for(bob)

    def send(text, key="one"):
        return client.post(
            f"{API}/{post.post_id}/comments/",
            {"text": text},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    first, second = send("Hello"), send("Hello")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["comment_id"] == second.json()["comment_id"]
    assert send("Other").json()["code"] == "idempotency_key_reused"
    bad = send("Hello", "k" * 65)
    assert (bad.status_code, list(bad.json()["errors"])) == (400, ["Idempotency-Key"])
    assert texts(post, alice) == ["Hello"]


@pytest.mark.parametrize("below", ["", "comments/{0}/"])
def test_a_form_that_is_sent_twice_says_it_once(client_for, alice, bob, below):
    post, client = feeds.publish(alice), client_for(bob)
    said = feeds.comment(alice, post, "First")
    where = f"/posts/{post.post_id}/{below.format(said.comment_id)}"
    page = client.get(where).content.decode()
    [token] = re.findall(r'name="token" value="(\w{26})"', page)
    to = where if below else f"{where}comments/"
    first, second = (client.post(to, {"text": "Hello", "token": token}) for _ in range(2))
    assert first.url == second.url
    client.post(to, {"text": "Who goes back says more", "token": token})
    assert feeds.read(None, post).comment_count == 3
