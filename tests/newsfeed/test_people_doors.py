"""Blocking and muting by page and API: both do the same, and both look the same to the other."""

import pytest

from accounts.services.profile import update_profile
from tests.newsfeed import feeds, people

CHANGES = [
    ("post", "/@{handle}/follow/"),
    ("post", "/@{handle}/unfollow/"),
    ("post", "/@{handle}/block/"),
    ("post", "/@{handle}/unblock/"),
    ("post", "/@{handle}/mute/"),
    ("post", "/@{handle}/unmute/"),
    ("put", "/api/v1/follows/{handle}/"),
    ("delete", "/api/v1/follows/{handle}/"),
    ("put", "/api/v1/blocks/{handle}/"),
    ("delete", "/api/v1/blocks/{handle}/"),
    ("put", "/api/v1/mutes/{handle}/"),
    ("delete", "/api/v1/mutes/{handle}/"),
]
READS = [
    ("get", "/@{handle}/"),
    ("get", "/@{handle}/block/"),
    ("get", "/api/v1/people/{handle}/"),
    ("get", "/api/v1/posts/?author={handle}"),
    ("get", "/api/v1/pinned/?author={handle}"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES + READS)
def test_who_is_blocked_gets_the_answer_of_a_handle_that_nobody_has(
    client_for, alice, bob, method, path
):
    people.block(alice, bob)
    client, before = client_for(bob), feeds.rows()
    blocked, unknown = (
        getattr(client, method)(path.format(handle=handle))
        for handle in (alice.handle, "nobody_has_it")
    )
    assert blocked.status_code == unknown.status_code == 404
    assert without_names(blocked) == without_names(unknown)
    assert feeds.rows() == before


def without_names(answer):
    """An answer without what differs between any two: the path, the number of the request."""
    if answer.headers["Content-Type"].startswith("text/html"):
        return sorted(answer.headers), answer.context["message"]
    problem = answer.json()
    return {name: problem[name] for name in problem if name not in ("instance", "request_id")}


def test_blocking_by_page_says_first_what_it_does(client_for, alice, bob):
    client = client_for(alice)
    feeds.follow(bob, alice)
    assert "They are not told" in text_of(client, f"/@{bob.handle}/block/")
    assert people.blocked(alice) == []
    page = client.post(f"/@{bob.handle}/block/", follow=True).content.decode()
    assert f"You blocked {bob.name}" in page
    assert "Unblock" in page
    assert people.blocked(alice) == [bob.user_sub]
    assert people.followers(alice) == []


def test_unblocking_leads_back_to_the_list(client_for, alice, bob):
    people.block(alice, bob)
    answer = client_for(alice).post(f"/@{bob.handle}/unblock/", {"next": "/people/blocked/"})
    assert answer.url == "/people/blocked/"
    assert people.blocked(alice) == []


def test_the_lists_name_whom_they_are_about(client_for, alice, bob):
    client = client_for(alice)
    feeds.follow(alice, bob)
    feeds.follow(bob, alice)
    people.mute(alice, bob)
    for kind in ("followers", "following", "muted"):
        assert f"@{bob.handle}" in text_of(client, f"/people/{kind}/")
    people.block(alice, bob)
    for kind in ("followers", "following"):
        assert f"@{bob.handle}" not in text_of(client, f"/people/{kind}/")
    assert f"@{bob.handle}" in text_of(client, "/people/blocked/")


def test_a_profile_counts_followers_and_names_them_to_nobody_else(client_for, alice, bob, mallory):
    feeds.follow(bob, alice)
    page = text_of(client_for(mallory), f"/@{alice.handle}/")
    assert "<strong>1</strong> follower" in page
    assert f"@{bob.handle}" not in page
    assert "/people/followers/" not in page
    assert "/people/followers/" in text_of(client_for(alice), f"/@{alice.handle}/")


def test_the_api_blocks_mutes_and_lists(client_for, alice, bob):
    client = client_for(alice)
    update_profile(user_sub=bob.user_sub, version=1, bio="Terns", actor=feeds.by(bob))
    assert client.get(f"/api/v1/people/{bob.handle}/").json()["bio"] == "Terns"
    for kind, words in (("mutes", "muted"), ("blocks", "blocked")):
        for _ in range(2):
            assert client.put(f"/api/v1/{kind}/{bob.handle}/").status_code == 204
        listed = client.get(f"/api/v1/{kind}/").json()["results"]
        assert [each["handle"] for each in listed] == [bob.handle]
        assert client.get(f"/api/v1/people/{bob.handle}/").json()[words] is True
    found = client.get(f"/api/v1/people/{bob.handle}/").json()
    assert (found["counts"], found["bio"]) == (None, "")
    for kind in ("mutes", "blocks"):
        assert client.delete(f"/api/v1/{kind}/{bob.handle}/").status_code == 204
        assert client.get(f"/api/v1/{kind}/").json()["results"] == []
    assert client.get(f"/api/v1/people/{bob.handle}/").json()["counts"]["followers"] == 0


def test_nobody_blocks_or_mutes_themselves(client_for, alice):
    client, before = client_for(alice), feeds.rows()
    for kind in ("blocks", "mutes"):
        answer = client.put(f"/api/v1/{kind}/{alice.handle}/")
        assert (answer.status_code, answer.json()["code"]) == (400, "own_account")
        page = client.post(f"/@{alice.handle}/{kind[:-1]}/", follow=True)
        assert "You cannot block or mute yourself." in page.content.decode()
    assert feeds.rows() == before


def test_comments_of_who_is_muted_are_folded_on_the_page(client_for, alice, bob, mallory):
    post = feeds.publish(mallory)
    feeds.comment(alice, post, "Folded words")
    people.mute(bob, alice)
    page = text_of(client_for(bob), f"/posts/{post.post_id}/")
    assert "A comment by somebody you muted" in page.partition("Folded words")[0]


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()
