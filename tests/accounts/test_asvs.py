"""Rows of OWASP ASVS 5.0 that no other test proves; docs/asvs.md lists them all."""

import re
from datetime import timedelta

import pytest
import time_machine

from accounts import services as accounts
from core import clock
from users import services as users

LONG = "plum carpet seventeen boats " * 9 + "1234"


def test_every_character_of_a_long_password_counts():
    """6.2.8, 6.2.9: bcrypt would stop at 72 bytes."""
    assert len(LONG) == 256
    user = accounts.create_account(email="dora@example.com", handle="dora", password=LONG)
    assert users.check_user_password(user, LONG)
    for other in (LONG[:-1], LONG[:-1] + "5", LONG[:72], LONG + "4", LONG.upper(), f" {LONG}"):
        assert not users.check_user_password(user, other)


def test_a_password_of_many_years_still_signs_in(alice, client_for):
    """6.2.10."""
    with time_machine.travel(clock.now() + timedelta(days=3650), tick=False):
        assert client_for(alice).get("/account/").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/"])
def test_password_fields_let_managers_and_paste_work(client, path):
    """6.2.7: a named purpose, and nothing that stops pasting (scripts inline are forbidden)."""
    html = client.get(path).content.decode()
    assert 'type="password"' in html
    assert "current-password" in html or "new-password" in html
    assert "onpaste" not in html


def test_nothing_is_asked_that_others_might_know(client):
    """6.4.2: no hint, no question about mothers and pets."""
    for path, asked in {
        "/sign-up/": {"email", "handle", "password"},
        "/reset-password/": {"email"},
        "/sign-in/": {"login", "password", "remember"},
    }.items():
        html = client.get(path).content.decode()
        visible = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*>', html)
        names = {name for tag in visible for name in re.findall(r'\bname="(\w+)"', tag)}
        assert names - {"theme"} == asked
