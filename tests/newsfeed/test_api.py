"""The API of the feed, and what no answer of any door may ever hold."""

import pytest

from billing import services as billing
from tests.billing.lives import top_up
from tests.dumps import dump_tables
from tests.newsfeed.feeds import (
    CANARY,
    FOLLOWERS,
    PRICE,
    PRIVATE,
    comment,
    comments,
    explored,
    follow,
    hide,
    home_ids,
    notifications,
    publish,
    publish_paid,
    rows,
    timeline,
    work,
)

API = "/api/v1"
SHOWN = {"price": PRICE, "version": 1}
NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
LISTS = (
    *("feed", "explore", "posts", "follows", "followers", "hidden", "unlocked"),
    "notifications",
)
PERSON = {"user_sub", "handle", "name", "avatar_url"}


def send(client, method, path, body=None, **headers):
    call = getattr(client, method)
    return call(f"{API}{path}", body, content_type="application/json", headers=headers)


def new_post(client, body="Hello", visibility="public", *, headers=None, **more):
    sent = {"body": body, "visibility": visibility, **more}
    return send(client, "post", "/posts/", sent, **(headers or {}))


def results(client, path):
    answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def ids_of(client, path):
    return [post["post_id"] for post in results(client, path)]


@pytest.mark.parametrize("name", LISTS)
def test_nobody_reads_signed_out(client, name):
    assert client.get(f"{API}/{name}/").status_code == 401


@pytest.mark.parametrize("name", LISTS)
def test_every_list_begins_empty_and_refuses_a_forged_cursor(client_for, alice, name):
    client = client_for(alice)
    assert client.get(f"{API}/{name}/").json() == {"results": [], "next": ""}
    answer = client.get(f"{API}/{name}/?after=forged")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_a_post_is_published_and_read(client_for, alice, bob):
    answer = new_post(client_for(alice), "Hello\n\nworld")
    assert answer.status_code == 201
    made = answer.json()
    seen = client_for(bob).get(f"{API}/posts/{made['post_id']}/").json()
    assert (seen["text"], seen["access"], seen["locked"]) == ("Hello\n\nworld", "full", False)
    assert (made["own"], seen["own"]) == (True, False)
    assert (seen["unlock_price"], seen["currency"], seen["comment_count"]) == (0, "", 0)
    assert set(seen["author"]) == PERSON


def test_a_repeat_with_the_same_key_gives_the_same_post(client_for, alice):
    client = client_for(alice)
    key = {"headers": {"Idempotency-Key": "one"}}
    first, second = new_post(client, **key), new_post(client, **key)
    assert first.json()["post_id"] == second.json()["post_id"]
    assert len(timeline(alice, alice)) == 1
    other = new_post(client, "Other", **key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_key_of_other_characters_publishes_nothing(client_for, alice):
    answer = new_post(client_for(alice), headers={"Idempotency-Key": "k" * 65})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])
    assert timeline(alice, alice) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"visibility": "public"}, "body"),
        ({"body": "x"}, "visibility"),
        ({"body": "", "visibility": "public"}, "body"),
        ({"body": 5, "visibility": "public"}, "body"),
        ({"body": "a" * 20_001, "visibility": "public"}, "body"),
        ({"body": "x", "visibility": "friends"}, "visibility"),
        ({"body": "x", "visibility": "paid"}, "unlock_price"),
        ({"body": "x", "visibility": "paid", "unlock_price": 99}, "unlock_price"),
        ({"body": "x", "visibility": "paid", "unlock_price": "500"}, "unlock_price"),
        ({"body": "x", "visibility": "public", "unlock_price": 500}, "unlock_price"),
        ({"body": "x", "visibility": "public", "user_id": NOBODYS}, "user_id"),
        ({"body": "One\n<!-- more -->\n", "visibility": "paid", "unlock_price": 500}, "body"),
    ],
)
def test_a_bad_post_names_its_field_and_writes_nothing(client_for, alice, body, field):
    client = client_for(alice)
    before = rows()
    answer = send(client, "post", "/posts/", body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert rows() == before


def test_a_follower_and_a_stranger_see_what_is_theirs(client_for, alice, bob, mallory):
    follow(bob, alice)
    to_all, to_some = publish(alice), publish(alice, "Psst", FOLLOWERS)
    publish(alice, "Mine", PRIVATE)
    work()
    follower, stranger = client_for(bob), client_for(mallory)
    both = [to_some.post_id, to_all.post_id]
    assert ids_of(follower, "/feed/") == ids_of(follower, "/posts/?author=alice_h") == both
    assert ids_of(stranger, "/posts/?author=alice_h") == ids_of(stranger, "/explore/")
    assert ids_of(stranger, "/explore/") == [to_all.post_id]
    assert stranger.get(f"{API}/posts/{to_some.post_id}/").status_code == 404
    assert len(ids_of(client_for(alice), "/posts/")) == 3


def test_following_and_stopping_is_idempotent(client_for, alice, bob):
    client = client_for(bob)
    for _ in range(2):
        assert send(client, "put", "/follows/alice_h/").status_code == 204
    assert [person["handle"] for person in results(client, "/follows/")] == ["alice_h"]
    assert [person["handle"] for person in results(client_for(alice), "/followers/")] == ["bob_h"]
    assert len(notifications(alice)) == 1
    for _ in range(2):
        assert send(client, "delete", "/follows/alice_h/").status_code == 204
    assert results(client, "/follows/") == []
    assert send(client, "put", "/follows/nobody_here/").status_code == 404
    assert send(client, "put", "/follows/bob_h/").json()["code"] == "own_account"


def test_comments(client_for, alice, bob, mallory):
    post = publish(alice)
    client, path = client_for(bob), f"/posts/{post.post_id}/comments/"
    said = send(client, "post", path, {"text": "Well said"})
    assert (said.status_code, said.json()["deletable"]) == (201, True)
    assert results(client, path) == [said.json()]
    target = f"{path}{said.json()['comment_id']}/"
    assert send(client_for(mallory), "delete", target).status_code == 404
    assert results(client_for(alice), path)[0]["deletable"] is True
    assert send(client_for(alice), "delete", target).status_code == 204
    assert results(client, path) == []


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 5}, {"text": "a" * 1001}])
def test_a_bad_comment_names_its_field(client_for, alice, body):
    post = publish(alice)
    answer = send(client_for(alice), "post", f"/posts/{post.post_id}/comments/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["text"])
    assert comments(alice, post).items == []


def test_hiding(client_for, alice, bob):
    post = publish(alice)
    work()
    client = client_for(bob)
    for _ in range(2):
        assert send(client, "put", f"/hidden/{post.post_id}/").status_code == 204
    assert ids_of(client, "/hidden/") == [post.post_id]
    assert ids_of(client, "/explore/") == []
    assert send(client, "delete", f"/hidden/{post.post_id}/").status_code == 204
    assert ids_of(client, "/explore/") == [post.post_id]


def test_unlocking(client_for, alice, bob):
    post = publish_paid(alice)
    top_up(bob.user_sub, 900)
    client, path = client_for(bob), f"/posts/{post.post_id}/"
    seen = client.get(f"{API}{path}").json()
    assert (seen["access"], seen["locked"], seen["text"]) == ("teaser", True, "Free words.")
    assert (seen["unlock_price"], seen["currency"]) == (PRICE, "USD")
    paid = send(client, "post", f"{path}unlock/", SHOWN)
    assert paid.status_code == 201
    assert (paid.json()["price"], paid.json()["available"]) == (500, 400)
    assert CANARY in client.get(f"{API}{path}").json()["text"]
    again = send(client, "post", f"{path}unlock/", SHOWN)
    assert (again.status_code, again.json()["code"]) == (409, "already_unlocked")
    assert billing.get_wallet(bob.user_sub).available == 400


@pytest.mark.parametrize(
    ("money", "price", "status", "code"),
    [
        (0, 500, 409, "insufficient_funds"),
        (900, 1, 409, "price_changed"),
        (900, 0, 400, "invalid"),
        (900, "500", 400, "invalid"),
    ],
)
def test_a_refused_unlock_charges_nothing(client_for, alice, bob, money, price, status, code):
    post = publish_paid(alice)
    if money:
        top_up(bob.user_sub, money)
    client = client_for(bob)
    before = dump_tables("billing")
    answer = send(client, "post", f"/posts/{post.post_id}/unlock/", {**SHOWN, "price": price})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert dump_tables("billing") == before
    assert client.get(f"{API}/posts/{post.post_id}/").json()["locked"] is True


def test_a_price_that_changed_is_told_with_the_new_one(client_for, alice, bob):
    post = publish_paid(alice)
    path = f"/posts/{post.post_id}/unlock/"
    answer = send(client_for(bob), "post", path, {**SHOWN, "price": PRICE - 1}).json()
    assert (answer["code"], answer["price"], answer["currency"]) == ("price_changed", PRICE, "USD")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"version": 2}, 409, "offer_changed"),
        ({"version": 0}, 400, "invalid"),
        ({}, 400, "invalid"),
    ],
)
def test_a_post_that_was_not_seen_so_is_not_bought(client_for, alice, bob, sent, status, code):
    post = publish_paid(alice)
    top_up(bob.user_sub, PRICE)
    client = client_for(bob)
    assert client.get(f"{API}/posts/{post.post_id}/").json()["version"] == 1
    before = dump_tables("billing")
    answer = send(client, "post", f"/posts/{post.post_id}/unlock/", {"price": PRICE, **sent})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert dump_tables("billing") == before


def test_without_billing_it_says_so(client_for, alice, bob, monkeypatch, settings):
    post = publish_paid(alice)
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    paid = {"visibility": "paid", "unlock_price": 500}
    for answer in (
        new_post(client_for(alice), "x", **paid),
        send(
            client_for(bob),
            "post",
            f"/posts/{post.post_id}/unlock/",
            SHOWN,
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "billing_not_configured")
    assert client_for(bob).get(f"{API}/posts/{post.post_id}/").status_code == 200


def test_only_the_author_deletes(client_for, alice, bob):
    post = publish(alice)
    work()
    assert send(client_for(bob), "delete", f"/posts/{post.post_id}/").status_code == 404
    assert explored() == [post.post_id]
    assert send(client_for(alice), "delete", f"/posts/{post.post_id}/").status_code == 204
    assert explored() == []


def test_notifications_are_read_up_to_the_shown_one(client_for, alice, bob):
    post = publish(alice)
    follow(bob, alice)
    comment(bob, post)
    client = client_for(alice)
    newest, oldest = results(client, "/notifications/")
    assert (newest["kind"], oldest["kind"]) == ("commented", "followed")
    assert newest["post_id"] == post.post_id
    assert newest["actor"]["handle"] == "bob_h"
    answer = send(client, "post", "/notifications/read/", {"upto": oldest["notification_id"]})
    assert answer.status_code == 204
    assert [each["unread"] for each in results(client, "/notifications/")] == [True, False]


def test_several_people_are_one_line(client_for, alice, bob, mallory):
    post = publish(alice)
    comment(bob, post)
    comment(mallory, post)
    (line,) = results(client_for(alice), "/notifications/")
    assert [actor["handle"] for actor in line["actors"]] == ["mallory_h", "bob_h"]
    assert (line["actor"], line["others"], line["count"]) == (line["actors"][0], 0, 2)


def test_a_kind_is_turned_off_and_the_others_stay(client_for, alice, bob):
    follow(bob, alice)
    client, path = client_for(alice), "/notifications/preferences/"
    assert set(client.get(f"{API}{path}").json().values()) == {True}
    answer = send(client, "patch", path, {"followed": False})
    assert answer.json() == {
        "followed": False,
        "commented": True,
        "replied": True,
        "reacted": True,
        "unlocked": True,
    }
    assert results(client, "/notifications/") == []
    for wrong in ({"followed": "maybe"}, {"publish_failed": False}, {"mentioned": False}):
        answer = send(client, "patch", path, {"unlocked": False, **wrong})
        assert (answer.status_code, [*answer.json()["errors"]]) == (400, [*wrong])
    assert client.get(f"{API}{path}").json()["unlocked"] is True


@pytest.mark.parametrize("upto", [None, 5, "", "x", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_a_made_up_mark_is_refused(client_for, alice, bob, upto):
    follow(bob, alice)
    answer = send(client_for(alice), "post", "/notifications/read/", {"upto": upto})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["upto"])
    assert notifications(alice)[0].unread


def test_unknown_posts_and_private_ones_answer_alike(client_for, alice, bob):
    private = publish(alice, "Mine", PRIVATE)
    client = client_for(bob)
    calls = (
        ("get", "/posts/{}/", None),
        ("delete", "/posts/{}/", None),
        ("get", "/posts/{}/comments/", None),
        ("post", "/posts/{}/comments/", {"text": "Hm"}),
        ("post", "/posts/{}/unlock/", SHOWN),
        ("put", "/hidden/{}/", None),
    )
    before = rows()
    for method, path, body in calls:
        for post_id in (private.post_id, NOBODYS, "nonsense"):
            answer = send(client, method, path.format(post_id), body)
            assert (answer.status_code, answer.json()["code"]) == (404, "post_not_found"), path
    assert rows() == before


def test_what_is_locked_is_in_no_answer_to_those_who_did_not_pay(client_for, alice, bob, mallory):
    """Bob follows, Mallory is a stranger; a buyer's comment quotes the locked part."""
    follow(bob, alice)
    post = publish_paid(alice)
    top_up(mallory.user_sub, 900)
    send(
        client_for(mallory),
        "post",
        f"/posts/{post.post_id}/unlock/",
        SHOWN,
    )
    comment(mallory, post, f"I liked {CANARY}!")
    work()
    assert home_ids(bob) == [post.post_id]
    client = client_for(bob)
    assert_free_of_the_canary(client, post)
    hide(bob, post)
    assert_free_of_the_canary(client, post)
    assert CANARY in client_for(mallory).get(f"/posts/{post.post_id}/").content.decode()


def assert_free_of_the_canary(client, post):
    pages = [
        "/feed/",
        "/explore/",
        "/feed/unlocked/",
        "/@alice_h/",
        "/feed/hidden/",
        "/notifications/",
    ]
    pages += [f"/posts/{post.post_id}/{what}" for what in ("", "comments/", "delete/")]
    pages += [f"{API}/{name}/" for name in LISTS]
    pages += [f"{API}/posts/?author=alice_h", f"{API}/posts/{post.post_id}/"]
    pages += [f"{API}/posts/{post.post_id}/comments/"]
    for path in pages:
        assert CANARY not in client.get(path, follow=True).content.decode(), path
        htmx = client.get(path, headers={"HX-Request": "true"})
        assert CANARY not in htmx.content.decode(), path
    for path in ("unlock/", "comments/", "hide/", "unhide/"):
        data = {"text": "Hm", "price": 1}
        answer = client.post(f"/posts/{post.post_id}/{path}", data, follow=True)
        assert CANARY not in answer.content.decode(), path
