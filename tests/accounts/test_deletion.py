"""The end of an account: 30 days to take it back, then nothing of it is left."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from accounts.services import create_account, deletion, profile
from core import clock, personal_data
from core.actor import Actor
from jobs.worker import run_due
from tests.accounts.lives import live, private_storage  # noqa: F401
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD, make_user
from users import deletion as dates
from users import services as users

pytestmark = pytest.mark.usefixtures("private_storage")
DAYS = timedelta(days=30)
OWNED = ("users", "sessions", "alerts", "alert_prefs", "app")


@pytest.fixture
def time():
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def ask(client, user):
    return client.post("/settings/delete/", {"email": user.email})


def reload(user):
    return users.find_user(user.user_sub)


def lives_on(user):
    found = reload(user)
    return found is not None and found.delete_after is None and found.is_active


def test_it_sets_the_day_and_tells_the_person(client_for, alice, time):
    assert ask(client_for(alice), alice).status_code == 302
    assert reload(alice).delete_after == clock.now() + DAYS
    assert deliver() == 1
    assert "will be deleted" in mail.outbox[-1].subject
    assert "http://testserver/settings/delete/" in mail.outbox[-1].body
    assert "account.deletion.asked" in dump_tables("alerts")


def test_every_other_session_ends_and_this_one_stays(client_for, alice):
    here, there = client_for(alice), client_for(alice)
    ask(here, alice)
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_signed_in_pages_offer_to_keep_it(client_for, alice):
    client = client_for(alice)
    assert b"Keep my account" not in client.get("/account/").content
    ask(client, alice)
    for path in ("/account/", "/settings/sessions/", "/settings/delete/"):
        assert b"Keep my account" in client.get(path).content


def test_it_can_be_taken_back_until_the_day_after_signing_in_again(client_for, alice, time):
    ask(client_for(alice), alice)
    time.shift(DAYS - timedelta(minutes=1))
    client = client_for(alice)
    assert client.post("/settings/delete/keep/").status_code == 302
    assert lives_on(alice)
    before = dump_tables("users")
    time.shift(timedelta(days=2))
    run_due()
    assert lives_on(alice)
    assert dump_tables("users") == before
    assert any("Your account stays" in message.subject for message in mail.outbox)


def test_a_second_date_makes_the_first_job_void(client_for, alice, time):
    client = client_for(alice)
    ask(client, alice)
    client.post("/settings/delete/keep/")
    time.shift(timedelta(days=10))
    ask(client_for(alice), alice)
    time.shift(DAYS - timedelta(days=10))
    run_due()
    assert reload(alice) is not None
    time.shift(timedelta(days=10))
    run_due()
    assert reload(alice) is None


def test_on_the_day_nothing_of_the_person_is_left(client_for, alice, private_storage, time):  # noqa: F811
    client = live(alice, client_for)
    ask(client, alice)
    time.shift(DAYS)
    run_due()
    left = dump_tables()
    for trace in (alice.user_sub, alice.email, alice.handle, "192.0.2.7"):
        assert trace not in left
    assert [file for file in private_storage.rglob("*") if file.is_file()] == []


def test_nobody_else_loses_a_row(client_for, bob, private_storage, time):  # noqa: F811
    live(bob, client_for)
    run_due()
    before = dump_tables(*OWNED)
    files = sorted(private_storage.rglob("*.*"))
    alice = make_user("alice")
    ask(live(alice, client_for), alice)
    run_due()
    erase_now(alice)
    assert dump_tables(*OWNED) == before
    assert sorted(private_storage.rglob("*.*")) == files


def erase_now(user):
    """What its job does on the day."""
    date = clock.text(reload(user).delete_after)
    assert deletion.erase_account(user_sub=user.user_sub, delete_after=date) == []


def test_the_names_are_free_again(client_for, alice, time):
    ask(client_for(alice), alice)
    erase_now(alice)
    assert make_user("alice").user_sub != alice.user_sub


def change_handle(user, handle):
    version = users.get_profile(user.user_sub).version
    actor = Actor(user_sub=user.user_sub)
    profile.update_profile(user_sub=user.user_sub, version=version, actor=actor, handle=handle)


def test_a_former_handle_goes_too_unless_somebody_else_has_it(client_for, alice, time):
    change_handle(alice, "alice_new")
    time.shift(timedelta(days=20))
    other = make_account("other@example.com", "alice_h")
    ask(client_for(alice), reload(alice))
    erase_now(alice)
    assert users.find_by_login("alice_h") == other
    assert users.find_by_login("alice_new") is None


def make_account(email, handle):
    return create_account(email=email, handle=handle, password=PASSWORD)


@pytest.mark.parametrize("app", ["accounts", "sessions", "alerts", "jobs", "users"])
def test_it_goes_on_where_it_broke_off(client_for, alice, monkeypatch, time, app):
    ask(live(alice, client_for), alice)
    time.shift(DAYS)
    with monkeypatch.context() as broken:
        broken.setattr(f"{app}.personal_data.erase", break_off)
        run_due()
        assert reload(alice) is not None
        assert not reload(alice).is_active
    time.shift(timedelta(hours=1))
    run_due()
    assert alice.user_sub not in dump_tables()


def break_off(user_sub):
    raise ConnectionError


def test_erasing_twice_does_no_harm(client_for, alice, bob, time):
    live(bob, client_for)
    live(alice, client_for)
    personal_data.erase(alice.user_sub)
    before = dump_tables()
    personal_data.erase(alice.user_sub)
    assert dump_tables() == before


def test_it_cannot_be_taken_back_once_it_began(client_for, alice, time):
    client = client_for(alice)
    ask(client, alice)
    dates.close(alice.user_sub, delete_after=reload(alice).delete_after)
    client.post("/settings/delete/keep/")
    with pytest.raises(deletion.NoDeletion):
        deletion.cancel_deletion(user=alice, actor=Actor(user_sub=alice.user_sub))
    assert not reload(alice).is_active


def test_a_hold_puts_it_off_by_a_day(client_for, alice, monkeypatch, time):
    ask(client_for(alice), alice)
    time.shift(DAYS)
    with monkeypatch.context() as held:
        held.setattr("users.personal_data.holds", lambda user_sub: ["A payment is open."])
        run_due()
        assert reload(alice).is_active
        assert b"A payment is open." in client_for(alice).get("/settings/delete/").content
    time.shift(timedelta(days=1))
    run_due()
    assert reload(alice) is None


@pytest.mark.parametrize("typed", ["", "bob@example.com", "alice@", "x" * 500])
def test_another_address_changes_nothing_and_sends_nothing(client_for, alice, typed):
    client = client_for(alice)
    before = dump_tables("users", "app", "alerts")
    answer = client.post("/settings/delete/", {"email": typed})
    assert answer.status_code == 200
    assert b'id="id_email_error"' in answer.content
    assert dump_tables("users", "app", "alerts") == before


def test_the_address_counts_however_it_is_written(client_for, alice):
    client_for(alice).post("/settings/delete/", {"email": " Alice@Example.COM "})
    assert reload(alice).delete_after


def test_asking_twice_keeps_the_first_day(client_for, alice, time):
    client = client_for(alice)
    ask(client, alice)
    day = reload(alice).delete_after
    time.shift(timedelta(minutes=2))
    assert (
        b"already" in client.post("/settings/delete/", {"email": alice.email}, follow=True).content
    )
    assert reload(alice).delete_after == day


def test_asking_needs_a_fresh_confirmation_and_keeps_what_was_typed(client_for, alice, time):
    client = client_for(alice)
    time.shift(timedelta(minutes=6))
    answer = ask(client, alice)
    assert answer.url.startswith("/confirm/")
    assert lives_on(alice)
    page = client.post(answer.url, {"password": PASSWORD, "next": "/settings/delete/"}, follow=True)
    assert lives_on(alice)
    assert re.search(rb'name="email" value="alice@example.com"', page.content)


def test_keeping_what_is_not_deleted_says_so(client_for, alice):
    answer = client_for(alice).post("/settings/delete/keep/", follow=True)
    assert b"not about to be deleted" in answer.content
    assert deliver() == 0


def test_the_api_does_the_same(client_for, alice, time):
    client = client_for(alice)
    path = "/api/v1/account/deletion/"
    assert client.get(path).json() == {"delete_after": None}
    wrong = client.post(path, {"email": "bob@example.com"}, "application/json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["email"])
    asked = client.post(path, {"email": alice.email}, "application/json")
    assert asked.status_code == 202
    assert clock.parse(asked.json()["delete_after"]) == clock.now() + DAYS
    again = client.post(path, {"email": alice.email}, "application/json")
    assert again.json()["code"] == "deletion_asked"
    assert client.delete(path).status_code == 204
    assert client.delete(path).json()["code"] == "no_deletion"
    assert lives_on(alice)


def test_the_api_needs_a_fresh_confirmation(client_for, alice, time):
    client = client_for(alice)
    time.shift(timedelta(minutes=6))
    answer = client.post("/api/v1/account/deletion/", {"email": alice.email}, "application/json")
    assert answer.json()["code"] == "reauthentication_required"
    assert lives_on(alice)
