"""A provider that is off is nowhere: on no page, in no answer of the API, at no webhook's path."""

import pytest
from django.urls import reverse

from dynamo.schema import schema_named
from dynamo.table import Table
from tests.accounts.lost import signed_in, staff
from tests.authorization.routes import registered
from tests.authorization.world import things_of
from tests.mfa.conftest import time  # noqa: F401
from tests.sessions.stores import client_of, sign_in

NAMES = ("stripe", "paypal", "ccbill")
SETS = [(), *((name,) for name in NAMES)]
SECRET = "s" * 32 + "/"
BILLING = schema_named("billing")

pytestmark = pytest.mark.usefixtures("time", "media_folder")


def readable(things):
    """The path of everything that can be asked for, by its route."""
    places = registered()
    return {
        route.name: reverse(route.name, kwargs={name: things[name] for name in places[route]})
        for route in places
        if route.method == "GET"
    }


def words_in(answer):
    text = b"".join(answer) if answer.streaming else answer.content
    found = [name for name in NAMES if name in text.decode(errors="replace").lower()]
    return found + [name for name in NAMES if name in str(answer.headers).lower()]


def post(client, name, more=""):
    event = {"id": "evt_1", "type": "nothing", "kind": "other", "livemode": False}
    path = f"/billing/webhooks/{name}/{more}"
    return client.post(path, event, content_type="application/json")


def forget_history():
    for schema in (BILLING, schema_named("alerts")):
        table = Table(schema)
        table.batch_write(deletes=[{key: row[key] for key in schema.keys} for row in table.scan()])


@pytest.mark.parametrize(
    "names",
    [*SETS[:2], *(pytest.param(names, marks=pytest.mark.long) for names in SETS[2:])],
)
def test_no_page_and_no_answer_has_a_word_of_it(alice, bob, switch_on, names):
    client, desk = client_of(sign_in(alice)), signed_in(*staff("erin"))
    things = things_of(alice, bob, provider=names[0] if names else "stripe")
    switch_on(*names)
    if not names:
        forget_history()  # what was paid by one that is off now still says so
    shown, told = 0, {}
    for route, path in readable(things).items():
        answer = (desk if path.startswith("/staff/") else client).get(path)
        shown += answer.status_code == 200
        if wrong := set(words_in(answer)) - {*names}:
            told[route] = wrong
    assert told == {}
    assert shown > (100 if names else 80)


@pytest.mark.parametrize("names", SETS)
@pytest.mark.parametrize("more", ["", SECRET])
def test_its_webhooks_path_is_404(client, switch_on, names, more):
    switch_on(*names)
    statuses = {name: post(client, name, more).status_code for name in NAMES}
    assert statuses == {name: 200 if name in names else 404 for name in NAMES}
    assert {row["provider"] for row in Table(BILLING).scan()} == {*names}
    unknown = post(client, "nobody", more).content
    assert {post(client, name, more).content for name in NAMES if name not in names} == {unknown}


@pytest.mark.parametrize(
    "half",
    [
        {"STRIPE_SECRET_KEY": "sk_live_x"},
        {"PAYPAL_CLIENT_ID": "x", "PAYPAL_CLIENT_SECRET": "x"},
        {"CCBILL_ACCOUNT": "900000", "CCBILL_WEBHOOK_SECRET": "s" * 32},
    ],
)
def test_half_of_its_variables_switches_nothing_on(alice, settings, half):
    for name, value in half.items():
        setattr(settings, name, value)
    client = client_of(sign_in(alice))
    assert client.get("/api/v1/billing/settings/").json()["providers"] == []
    for path in ("/wallet/", "/wallet/top-up/", "/wallet/payment-methods/"):
        assert words_in(client.get(path)) == []
    for name in NAMES:
        assert post(client, name).status_code == post(client, name, SECRET).status_code == 404
    assert list(Table(BILLING).scan()) == []
