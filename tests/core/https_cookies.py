"""Prints every cookie that an https site sets, as JSON: its settings need their own process."""

import json

import django

django.setup()

from django.test import Client  # noqa: E402

from tests.engines import moto  # noqa: E402
from tests.factories import PASSWORD, make_user  # noqa: E402
from tests.mfa.people import turn_on_totp  # noqa: E402


class Browser(Client):
    def generic(self, *args, **kwargs):
        return super().generic(*args, **kwargs | {"secure": True})


def visits(client):
    alice, bob = make_user("alice"), make_user("bob")
    turn_on_totp(bob)
    yield client.get("/sign-in/")
    yield client.post("/theme/", {"theme": "dark"})
    form = {"email": "carol@example.com", "handle": "carol", "password": PASSWORD}
    yield client.post("/sign-up/", form)
    yield client.post("/sign-in/", {"login": bob.email, "password": PASSWORD})
    yield client.post("/sign-in/", {"login": alice.email, "password": PASSWORD})
    form = {"do": "texts", "version": 1, "display_name": "Alice", "bio": "Here"}
    yield client.post("/settings/profile/", form)


def cookies():
    for answer in visits(Browser()):
        assert answer.status_code in (200, 302), (answer.request["PATH_INFO"], answer.status_code)
        for name, cookie in answer.cookies.items():
            yield name, {key: cookie[key] for key in ("secure", "httponly", "samesite", "path")}


with moto():
    print(json.dumps(dict(cookies())))
