"""What API keys open: scopes.txt is the whole of it, and each of its routes works with a key alone.

No session, no cookie and no CSRF token stand behind the call, and none are made by it.
"""

import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from alerts.items import AlertKind
from alerts.services import webhooks
from apikeys.services import counting
from core import clock
from core.scopes import SCOPES
from dynamo.schema import schema_named
from tests import engines
from tests.accounts.pictures import picture
from tests.alerts.people import newest, tell
from tests.alerts.receivers import Receiver, send_alert, work
from tests.apikeys.keys import issue, program
from tests.authorization.routes import Route, registered
from tests.authorization.world import World
from tests.newsfeed.feeds import comment, follow
from tests.newsfeed.uploads import TEXT, upload

TABLE = Path(__file__).with_name("scopes.txt")
ANY = "-"
ASKS_NOBODY = {"core-api:csrf", "apikeys-api:leaks"}  # who they are
SESSIONS = schema_named("sessions").table_name
ENDS_SESSIONS = {"DELETE sessions-api:detail", "DELETE sessions-api:trusted_browser"}


def listed():
    """Route -> (scope, status)."""
    rows = [line.split() for line in TABLE.read_text().splitlines()]
    return {
        Route(row[0], row[1]): (row[2], int(row[3]))
        for row in rows
        if row and not row[0].startswith("#")
    }


def closed():
    opened = listed()
    api = [route for route in registered() if "-api:" in route.name]
    return [route for route in api if route not in opened and route.name not in ASKS_NOBODY]


class KeyWorld(World):
    """Everything that paths name exists and is such that a proper request succeeds."""

    def __init__(self, alice, bob, mallory, client_for):
        super().__init__(alice, bob, mallory, client_for)
        follow(alice, bob)
        tell(alice, AlertKind.EXPORT_READY)
        send_alert(alice)
        work()
        _webhook, sent = webhooks.list_deliveries(alice.user_sub, self.things["endpoint_id"])
        self.things |= {
            "handle": bob.handle,
            "comment_id": comment(alice, SimpleNamespace(**self.things)).comment_id,
            "alert_id": newest(alice).alert_id,
            "delivery_id": sent[0].delivery_id,
            "media_id": upload(alice, TEXT).media_id,
        }
        self.only = {scope: issue(alice, scope).secret for scope in SCOPES}
        self.without = {scope: issue(alice, *(SCOPES.keys() - {scope})).secret for scope in SCOPES}
        self.bodies = bodies_of(self.things)
        self.stored = deepcopy(engines.rows())

    def call(self, secret, route, cookies=None):
        """(answer, tables that changed beyond counters)."""
        client = program(secret, enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies = deepcopy(cookies or client.cookies)
        url = reverse(route.name, kwargs=self.arguments(route))
        body, kind = self.bodies.get(str(route), "{}"), "application/json"
        if isinstance(body, bytes):
            kind = MULTIPART_CONTENT
        answer = client.generic(route.method, url, body, kind)
        if answer.streaming:
            list(answer)
        now = engines.rows()
        self.touched_sessions = now[SESSIONS] != self.stored[SESSIONS]
        return answer, self.put_back()


def bodies_of(things):
    """What a proper request sends, by route; nothing where it needs nothing."""
    file = SimpleUploadedFile("me.png", picture(), "image/png")
    notes = SimpleUploadedFile("notes.txt", TEXT)
    return {
        "PATCH accounts-api:profile": '{"version": 1, "bio": "By a program."}',
        "PUT accounts-api:avatar": encode_multipart(BOUNDARY, {"avatar": file}),
        "POST alerts-api:read_all": json.dumps({"upto": things["alert_id"]}),
        "PATCH alerts-api:preferences": '{"version": 1, "choices": {"money": {"email": "off"}}}',
        "PATCH billing-api:settings": json.dumps({"default_payment_method": things["method_id"]}),
        "POST newsfeed-api:posts": '{"body": "By a program.", "visibility": "public"}',
        "PATCH newsfeed-api:comment": '{"text": "Edited by a program."}',
        "PUT newsfeed-api:post": '{"version": 1, "body": "By a program.", "visibility": "public"}',
        "POST newsfeed-api:drafts": '{"body": "By a program."}',
        "PUT newsfeed-api:draft": '{"version": 1, "body": "By a program."}',
        "PUT newsfeed-api:schedule": json.dumps({"due": str(clock.now() + timedelta(hours=1))}),
        "POST newsfeed-api:comments": '{"text": "By a program."}',
        "PUT newsfeed-api:reaction": '{"kind": "like"}',
        "POST newsfeed-api:media": encode_multipart(BOUNDARY, {"file": notes}),
        "PATCH newsfeed-api:media_item": '{"alt": "By a program."}',
        "POST newsfeed-api:notifications_read": json.dumps({"upto": things["post_id"]}),
    }


@pytest.fixture
def world(alice, bob, mallory, client_for, avatar_folder, monkeypatch):
    monkeypatch.setattr("core.outbound.post", Receiver().post)
    for name in ("WRITE_AT", "WRITE_EVERY"):  # refused calls are counted, too: not meanwhile
        monkeypatch.setattr(counting, name, 1_000_000)
    return KeyWorld(alice, bob, mallory, client_for)


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_the_one_scope_opens_each_route_without_a_session(world):
    wrong = []
    for route, (scope, expected) in listed().items():
        answer, _ = world.call(world.only.get(scope, world.things["secret"]), route)
        if answer.status_code != expected:
            wrong.append(f"{route}: {answer.status_code} {answer.content[:200]!r}")
        if answer.cookies or (world.touched_sessions and str(route) not in ENDS_SESSIONS):
            wrong.append(f"{route}: made or touched a session")
    assert not wrong, "\n".join(wrong)


def test_every_other_scope_together_opens_none_of_them(world):
    """Nor does it with the cookie of a browser in which the owner is signed in."""
    wrong = []
    for route, (scope, _) in listed().items():
        if scope == ANY:
            continue
        for cookies in (None, world.cookies["owner"]):
            answer, changed = world.call(world.without[scope], route, cookies)
            if refusal(answer) != (403, "scope_missing") or scope not in answer.json()["detail"]:
                wrong.append(f"{route}: {answer.status_code} {answer.content[:200]!r}")
            if changed or world.touched_sessions:
                wrong.append(f"{route}: refused, yet it changed {changed}")
    assert not wrong, "\n".join(wrong)


def test_no_key_opens_any_other_route(world, alice):
    everything, wrong = issue(alice).secret, []
    world.stored = deepcopy(engines.rows())
    for route in closed():
        for cookies in (None, world.cookies["owner"]):
            answer, changed = world.call(everything, route, cookies)
            if refusal(answer) != (403, "key_not_allowed"):
                wrong.append(f"{route}: {answer.status_code} {answer.content[:200]!r}")
            if changed or world.touched_sessions:
                wrong.append(f"{route}: refused, yet it changed {changed}")
    assert not wrong, "\n".join(wrong)


def test_the_document_says_the_same():
    document = Client().get("/api/schema/", HTTP_ACCEPT="application/json").json()
    told = {
        f"{method.upper()} {path}": entry["apiKey"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for entry in operation.get("security", [])
        if "apiKey" in entry
    }
    assert told == {
        f"{route.method} {template_of(route)}": [] if scope == ANY else [scope]
        for route, (scope, _) in listed().items()
        if not route.name.endswith("_slash")
    }


def template_of(route):
    marks = {name: f"_{name}_" for name in registered()[route]}
    path = reverse(route.name, kwargs=marks)
    for name, mark in marks.items():
        path = path.replace(mark, f"{{{name}}}")
    return path
