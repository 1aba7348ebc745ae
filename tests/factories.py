"""The cast: Alice owns, Bob follows, Mallory is a stranger."""

from functools import cache

import pytest
from django.test import Client

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes():
    """Argon2id all the same; tests/users/test_passwords.py holds the product to its real cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("users.hashers.Argon2id.time_cost", 1)
        patch.setattr("users.hashers.Argon2id.memory_cost", 8)
        yield


@cache
def password_hash():
    from users import services as users

    return users.hash_password(PASSWORD)


def make_user(name, *, is_staff=False):
    from accounts.services.create import write_account
    from users import services as users

    return write_account(
        users.new_account(
            email=f"{name}@example.com",
            handle=f"{name}_h",
            display_name=name.capitalize(),
            password_hash=password_hash(),
            is_staff=is_staff,
        )
    )


@pytest.fixture
def alice():
    return make_user("alice")


@pytest.fixture
def bob():
    return make_user("bob")


@pytest.fixture
def mallory():
    return make_user("mallory")


@pytest.fixture
def client_for():
    """Signs a person in through the page, as a browser would."""

    def sign_in(user, *, remember=False, **extra):
        client = Client(**extra)
        data = {"login": user.email, "password": PASSWORD}
        if remember:
            data["remember"] = "on"
        answer = client.post("/sign-in/", data)
        assert answer.status_code == 302, answer.content.decode()
        return client

    return sign_in
