"""The right password, and what it leaves before and after the second step."""

import pytest
from django.test import Client

from accounts import services
from tests.factories import PASSWORD
from tests.mfa.people import enter_code, enter_password, turn_on_totp

pytestmark = pytest.mark.usefixtures("time")


def test_who_stops_at_the_second_step_in_an_unknown_browser_leaves_a_trace(alice):
    turn_on_totp(alice)
    enter_password(alice)
    (newest, *_), _ = services.list_sign_ins(user_sub=alice.user_sub)
    assert newest.outcome == "code_asked"
    assert not newest.known_browser


def test_a_right_password_alone_gives_no_tries_back(alice):
    """Nor does it sign in: the count is cleared by the whole sign-in."""
    turn_on_totp(alice)
    form = {"login": alice.email, "password": PASSWORD}
    for _ in range(5):
        assert Client().post("/sign-in/", form).url == "/sign-in/second-step/"
    assert Client().post("/sign-in/", form).status_code == 429


def test_the_second_step_clears_the_count_of_the_password(alice):
    _secret, codes = turn_on_totp(alice)
    form = {"login": alice.email, "password": PASSWORD}
    for code in codes[:7]:
        client = Client()
        assert client.post("/sign-in/", form).status_code == 302
        assert enter_code(client, code, "recovery").url == "/account/"
