"""Browsers that people trust, with recovery codes as the second step: each works once."""

from django.test import Client

from core.actor import Actor
from dynamo.table import Table, transact
from sessions import trusted
from sessions.items import Kind
from sessions.keys import new_key
from sessions.repository import SCHEMA
from tests.factories import PASSWORD
from tests.mfa.people import again, enter_password, is_signed_in
from tests.sessions.stores import ADDRESS, FIREFOX

COOKIE, STEP = "trusted", "/sign-in/second-step/"


def confirm(client, code, *, trust=True, method="recovery"):
    tick = {"trust_browser": "on"} if trust else {}
    return client.post(STEP, {"method": method, "code": code, **tick})


def signed_in(user, code, *, trust=True, client=None):
    """The person's browser, signed in with both steps."""
    client, _ = enter_password(user, client or Client(headers={"User-Agent": FIREFOX}))
    answer = confirm(client, code, trust=trust)
    assert answer.status_code == 302, answer.content.decode()
    assert is_signed_in(client)
    return client


def trusted_browser(user, code, **options):
    """The same, signed out again: only what the browser keeps is left."""
    client = signed_in(user, code, **options)
    client.post("/sign-out/")
    return client


def skips(client, user, password=PASSWORD):
    """Whether the password alone signs this person in there, which it then does."""
    answer = client.post("/sign-in/", {"login": user.email, "password": password})
    return is_signed_in(client) and answer.url != STEP


def trust(user):
    """The key of a browser that the person trusts, without the sign-in."""
    key, actor = new_key(), Actor(user_sub=None, ip=ADDRESS, user_agent=FIREFOX)
    transact(trusted.trust_writes(again(user), key, actor=actor))
    return key


def trusts():
    return [row for row in Table(SCHEMA).scan() if row["kind"] == Kind.BROWSER]
