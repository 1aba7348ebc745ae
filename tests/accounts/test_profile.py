"""The profile page and its API: names and bio."""

import re

import pytest
import time_machine

from accounts.services import profile as profiles
from core import clock
from core.actor import Actor
from core.errors import ApplicationError
from dynamo.metering import budget
from tests import shell
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from users import services as users
from users.errors import ProfileChanged

PAGE, API = "/settings/profile/", "/api/v1/profile/"
ROWS = ("users", "alerts", "app")


def change(user, **typed):
    version = typed.pop("version", None) or users.get_profile(user.pk).version
    actor = Actor(user_sub=user.pk)
    return profiles.update_profile(user_sub=user.pk, version=version, actor=actor, **typed)


def patch(client, **body):
    body.setdefault("version", client.get(API).json()["version"])
    return client.patch(API, body, content_type="application/json")


def error_of(answer, field):
    return re.search(rf'id="id_{field}_error".*?</ul>', answer.content.decode(), re.S).group()


def test_the_page_saves_name_and_bio_on_both_rows(client_for, alice):
    client = client_for(alice)
    form = {"do": "texts", "version": 1, "display_name": " Alice  A. ", "bio": "One\r\ntwo"}
    assert client.post(PAGE, form).url == PAGE
    profile = users.get_profile(alice.pk)
    assert (profile.display_name, profile.bio, profile.version) == ("Alice A.", "One\ntwo", 2)
    assert users.get_user(alice.pk).display_name == "Alice A."
    assert b"Alice A." in client.get("/account/").content


def test_markup_is_shown_as_text(client_for, alice):
    change(alice, display_name="<b>Al</b>", bio="<script>alert(1)</script>")
    html = client_for(alice).get(PAGE).content.decode()
    assert "<script>alert" not in html
    assert "<b>Al" not in html


def test_an_empty_name_shows_the_handle(client_for, alice):
    change(alice, display_name="")
    assert users.get_user(alice.pk).name == users.get_profile(alice.pk).name == "alice_h"


@pytest.mark.parametrize(
    ("do", "field", "typed", "words"),
    [
        ("texts", "display_name", "a" * 81, "at most 80"),
        ("texts", "display_name", "Ali\u202ecila", "direction"),
        ("texts", "display_name", "\u3164", "can be seen"),
        ("texts", "bio", "a" * 301, "at most 300"),
        ("handle", "handle", "a b", "Use letters"),
        ("handle", "handle", "admin", "reserved"),
        ("handle", "handle", "\u0430lice", "Use letters"),
        ("handle", "handle", "bob_h", "taken"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(
    client_for, alice, bob, do, field, typed, words
):
    client = client_for(alice)
    before = dump_tables(*ROWS)
    answer = client.post(PAGE, {"do": do, "version": 1, field: typed})
    assert words in error_of(answer, field)
    answer = patch(client, **{field: typed})
    assert words in answer.json()["errors"][field][0]
    assert dump_tables(*ROWS) == before
    assert deliver() == 0


def test_every_bad_field_is_named_and_good_ones_are_not_saved(client_for, alice):
    answer = patch(client_for(alice), display_name="\u202e", bio="a" * 301, handle="ok_handle")
    assert sorted(answer.json()["errors"]) == ["bio", "display_name"]
    assert users.get_profile(alice.pk).handle == "alice_h"


def test_saving_what_is_there_writes_nothing(client_for, alice):
    client = client_for(alice)
    with budget(calls=3, rru=3, wru=0):
        same = {"do": "texts", "version": 1, "display_name": "Alice", "bio": ""}
        assert client.post(PAGE, same).status_code == 302


def test_the_page_costs_one_read_more_than_any_other(client_for, alice):
    client = client_for(alice)
    client.get(PAGE)
    with budget(calls=3 + shell.CALLS, hops=3 + shell.HOPS, rru=3 + shell.RRU, wru=0):
        assert client.get(PAGE).status_code == 200


def test_a_change_based_on_an_old_version_is_refused(client_for, alice):
    client = client_for(alice)
    change(alice, bio="from another tab")
    before = dump_tables(*ROWS)
    answer = patch(client, version=1, bio="lost update")
    assert answer.status_code == 409
    assert answer.json()["code"] == "profile_changed"
    assert dump_tables(*ROWS) == before


def test_the_page_keeps_what_was_typed_and_shows_what_is_saved(client_for, alice):
    client = client_for(alice)
    change(alice, bio="from another tab")
    form = {"do": "texts", "version": 1, "display_name": "Alice", "bio": "typed"}
    answer = client.post(PAGE, form)
    html = answer.content.decode()
    assert "changed elsewhere" in html
    assert "from another tab" in html
    assert re.search(r"<textarea[^>]*>\s*typed</textarea>", html)
    assert users.get_profile(alice.pk).bio == "from another tab"
    version = re.search(r'name="version" value="(\d+)"', html).group(1)
    client.post(PAGE, {**form, "version": version})
    assert users.get_profile(alice.pk).bio == "typed"


def test_a_change_between_read_and_write_is_refused_too(alice, monkeypatch):
    stale = users.get_profile(alice.pk)
    change(alice, bio="first")
    monkeypatch.setattr(users, "get_profile", lambda user_sub: stale)
    for typed in ({"bio": "second"}, {"handle": "alice_2"}):
        with pytest.raises(ProfileChanged):
            change(alice, version=1, **typed)
    monkeypatch.undo()
    assert users.get_profile(alice.pk).bio == "first"
    assert not users.handle_is_taken("alice_2")


def test_the_api_shows_and_changes_the_profile(client_for, alice):
    client = client_for(alice)
    answer = patch(client, display_name="Al", bio="Hi", handle="al_new")
    assert answer.status_code == 200
    shown = client.get(API).json()
    assert shown == answer.json()
    assert (shown["display_name"], shown["bio"], shown["handle"]) == ("Al", "Hi", "al_new")
    assert (shown["avatar_url"], shown["version"]) == (None, 2)
    assert "email" not in shown


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"bio": "x"}, "version"),
        ({"version": 0, "bio": "x"}, "version"),
        ({"version": "1", "bio": "x"}, "version"),
        ({"version": 1, "bio": 5}, "bio"),
        ({"version": 1, "bio": None}, "bio"),
        ({"version": 1, "email": "mallory@example.com"}, "email"),
        ({"version": 1, "is_staff": True}, "is_staff"),
    ],
)
def test_the_api_names_what_is_wrong_in_a_body(client_for, alice, body, field):
    answer = client_for(alice).patch(API, body, content_type="application/json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert users.get_profile(alice.pk).version == 1


def test_a_profile_from_before_versions_can_be_changed(alice):
    from dynamo.expressions import Update
    from users.profile_repository import ProfileRepository
    from users.repository import account_key, profile_key

    table = ProfileRepository().table
    table.update(profile_key(alice.pk), Update().remove("version"))
    table.update(account_key(alice.pk), Update().remove("avatar"))
    assert users.get_user(alice.pk).avatar == ""
    assert change(alice, bio="new").version == 2


def test_many_profiles_are_read_at_once(alice, bob):
    with budget(calls=1, hops=1):
        found = users.get_profiles([alice.pk, bob.pk, alice.pk, "nonsense"])
    assert {name: profile.handle for name, profile in found.items()} == {
        alice.pk: "alice_h",
        bob.pk: "bob_h",
    }


def test_nobody_else_is_changed(client_for, alice, mallory):
    before = users.get_profile(alice.pk)
    patch(client_for(mallory), display_name="Alice", bio="I am Alice")
    assert users.get_profile(alice.pk) == before


@pytest.mark.parametrize("path", [PAGE, API])
def test_nobody_sees_it_signed_out(client, path):
    assert client.get(path).status_code in (302, 401)


def test_changes_are_limited(alice, monkeypatch):
    monkeypatch.setattr(profiles, "CHANGES", profiles.Limit(name="profile", times=2, seconds=60))
    with time_machine.travel(clock.now(), tick=False):
        change(alice, bio="1")
        change(alice, bio="2")
        with pytest.raises(ApplicationError) as refused:
            change(alice, bio="3")
    assert refused.value.code == "rate_limited"
