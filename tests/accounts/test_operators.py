"""disable_user, enable_user, end_sessions, show_user."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.services import profile
from core import avatars, clock
from dynamo.table import transact
from tests.accounts.lives import live, private_storage  # noqa: F401
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from users import deletion
from users import services as users

NOBODY = "0" * 26  # an id that no account has
COMMANDS = ("disable_user", "enable_user", "end_sessions", "show_user")


def run(command, account):
    out = StringIO()
    call_command(command, account, stdout=out)
    return out.getvalue()


def signs_in(user):
    answer = Client().post("/sign-in/", {"login": user.email, "password": PASSWORD})
    return answer.status_code == 302


@pytest.mark.parametrize("name", ["alice@example.com", "@alice_h", "alice_h", ""])
def test_it_disables_at_once_by_any_name(client_for, alice, bob, name):
    clients = [client_for(alice), client_for(alice)]
    assert "Disabled @alice_h" in run("disable_user", name or alice.user_sub)
    assert [each.get("/account/").status_code for each in clients] == [302, 302]
    assert not signs_in(alice)
    assert signs_in(bob)


def test_a_disabled_person_is_told(alice):
    run("disable_user", alice.email)
    assert deliver() == 1
    assert mail.outbox[0].to == [alice.email]
    assert "disabled" in mail.outbox[0].subject
    assert "account.disabled" in dump_tables("alerts")


def test_enabling_lets_in_again_but_revives_no_session(client_for, alice):
    client = client_for(alice)
    run("disable_user", alice.email)
    assert "Enabled @alice_h" in run("enable_user", alice.email)
    assert client.get("/account/").status_code == 302
    assert signs_in(alice)


def test_ending_sessions_signs_out_everywhere_and_keeps_the_account(client_for, alice, bob):
    clients = [client_for(alice), client_for(alice)]
    other = client_for(bob)
    assert "Ended 2 session(s) of @alice_h" in run("end_sessions", alice.email)
    assert [each.get("/account/").status_code for each in clients] == [302, 302]
    assert other.get("/account/").status_code == 200
    assert signs_in(alice)
    assert "session.all_ended" in dump_tables("alerts")


def test_it_shows_an_account_without_its_secrets(client_for, alice):
    client = client_for(alice, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    shown = run("show_user", alice.email)
    for fact in (alice.user_sub, alice.email, "@alice_h", "active", "Firefox"):
        assert fact in shown
    key = client.cookies["sessionid"].value
    for secret in (alice.password, key, "argon2", *_hashes()):
        assert secret not in shown


def _hashes():
    from dynamo.schema import schema_named
    from dynamo.table import Table

    return [row["session_hash"] for row in Table(schema_named("sessions")).scan()]


def test_showing_changes_nothing(alice):
    before = dump_tables()
    run("show_user", alice.email)
    assert dump_tables() == before


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["nobody@example.com", "nobody", "a b", "", "USER#x", NOBODY])
def test_it_refuses_an_unknown_account_and_changes_nothing(alice, command, name):
    before = dump_tables()
    with pytest.raises(CommandError, match="no such account"):
        run(command, name)
    assert dump_tables() == before
    assert deliver() == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_it_needs_an_account(command):
    with pytest.raises(CommandError, match="account"):
        call_command(command)


def test_it_says_when_there_is_nothing_to_do(alice):
    before = dump_tables()
    with pytest.raises(CommandError, match="in that state already"):
        run("enable_user", alice.email)
    assert dump_tables() == before
    run("disable_user", alice.email)
    before = dump_tables()
    with pytest.raises(CommandError, match="in that state already"):
        run("disable_user", alice.email)
    assert dump_tables() == before
    assert not users.find_user(alice.user_sub).is_active


def test_an_account_that_is_being_erased_is_not_enabled_again(alice):
    transact([deletion.set_delete_after_write(alice.user_sub, clock.now())])
    delete_after = users.get_user(alice.user_sub).delete_after
    deletion.close(alice.user_sub, delete_after=delete_after)
    before = dump_tables("users", "alerts", "app")
    with pytest.raises(CommandError, match="being erased"):
        run("enable_user", alice.user_sub)
    assert dump_tables("users", "alerts", "app") == before
    assert not signs_in(alice)


def test_a_disabled_person_keeps_their_picture_and_gets_it_back(client_for, alice, private_storage):  # noqa: F811
    live(alice, client_for)
    name = users.get_profile(alice.user_sub).avatar
    run("disable_user", alice.email)
    assert users.find_profile(alice.user_sub) is None
    profile.delete_unshown_avatar(user_sub=alice.user_sub, name=name)
    run("enable_user", alice.email)
    assert users.get_profile(alice.user_sub).avatar == name
    assert avatars.read(name)
