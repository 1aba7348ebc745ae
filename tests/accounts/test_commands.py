from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from mfa import demo
from tests.dumps import dump_tables
from tests.factories import PASSWORD, make_user
from users import services as users


def create_admin(monkeypatch, *, email="root@example.com", handle="rita_root", password=PASSWORD):
    monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
    out = StringIO()
    call_command("create_admin", email=email, handle=handle, password_stdin=True, stdout=out)
    return out.getvalue()


def test_it_creates_a_staff_account(monkeypatch):
    assert "root@example.com" in create_admin(monkeypatch)
    user = users.find_by_login("root@example.com")
    assert user.is_staff
    assert users.check_user_password(user, PASSWORD)


def test_it_says_that_the_first_sign_in_leads_to_enrolment(monkeypatch, settings):
    assert "first sign-in leads to two-step sign-in" in create_admin(monkeypatch)
    settings.MFA_REQUIRED = "off"
    told = create_admin(monkeypatch, email="two@example.com", handle="tim_two")
    assert "two-step" not in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "nonsense"}, "email: Enter an email address"),
        ({"handle": "a b"}, "handle: Use letters"),
        ({"handle": "admin"}, "handle: This handle is reserved"),
        ({"password": "short"}, "password: Use at least 10"),
        ({"email": "alice@example.com"}, "already an account"),
        ({"handle": "alice_h"}, "handle is taken"),
    ],
)
def test_it_names_what_is_wrong_and_creates_nothing(monkeypatch, alice, change, words):
    before = dump_tables()
    with pytest.raises(CommandError, match=words):
        create_admin(monkeypatch, **change)
    assert dump_tables() == before


def test_it_says_which_option_is_missing_without_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="--email"):
        call_command("create_admin")


def test_demo_accounts_exist_in_local_mode_only(settings):
    settings.STORAGE = "aws"
    with pytest.raises(CommandError, match="STORAGE=local"):
        call_command("load_demo")
    assert users.find_by_login("alice@example.com") is None


def test_the_demo_staff_person_gets_in_by_the_code_that_a_command_prints(settings, undrawn):
    settings.STORAGE = "aws"
    with pytest.raises(CommandError, match="STORAGE=local"):
        call_command("demo_code")
    settings.STORAGE = "local"
    said, code = StringIO(), StringIO()
    call_command("load_demo", stdout=said)
    call_command("demo_code", stdout=code)
    assert "ops@example.com is staff and is asked for a code too" in said.getvalue()
    client = Client()
    client.post("/sign-in/", {"login": "ops@example.com", "password": "demo-latchkey-opens-doors"})
    sent = {"method": "totp", "code": code.getvalue().strip()}
    assert client.post("/sign-in/second-step/", sent).url == "/account/"
    assert client.get("/account/").status_code == 200


def test_the_demo_secret_is_nobodys_elsewhere(settings):
    settings.STORAGE = "aws"
    olga = make_user("olga", is_staff=True)
    before = dump_tables()
    demo.load({demo.HANDLE: olga.user_sub})
    assert dump_tables() == before


def test_demo_accounts_are_made_once(settings, undrawn):
    settings.STORAGE = "local"
    call_command("load_demo", stdout=StringIO())
    before = dump_tables()
    call_command("load_demo", stdout=StringIO())
    assert dump_tables() == before
