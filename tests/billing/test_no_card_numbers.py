"""No card number reaches this site: nothing asks for one, and one that is sent is kept nowhere."""

import json
import re
import subprocess
from pathlib import Path

import html5lib
import pytest
from django import forms
from django.conf import settings
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from tests.accounts.lost import signed_in, staff
from tests.authorization.routes import registered
from tests.authorization.world import things_of
from tests.billing.checkout import deliver, events, pay, send, visit
from tests.billing.test_webhooks import start
from tests.billing.walks import TOP_UP
from tests.dumps import dump_tables

ROOT = Path(settings.BASE_DIR)
NUMBER = "4242" * 4
SENT = {
    "number": NUMBER,
    "card_number": NUMBER,
    "card[number]": NUMBER,
    "cvc": "987",
    "exp_month": "12",
}
ASKS = re.compile(
    r"card_?-?num|cardno|(^|_)(pan|number|cvc|cvv|csc|exp|expiry)($|_)|security_?code|^cc-", re.I
)
# All that forms of money have: none of it is a card's.
FIELDS = {
    *("csrfmiddlewaretoken", "theme", "key", "next"),
    *("amount", "other", "pay_with", "save_method", "provider"),
    *("name", "reason", "effect"),  # those of staff
}
PLACES = registered()
MONEY = [
    route
    for route in PLACES
    if route.name.startswith(("billing:", "billing-api:"))
    and not route.name.startswith("billing:webhook")
]


@pytest.fixture
def world(alice, bob, provider, client_for, media_folder):
    """For each door of money, who goes through it, and where it is for something of Alice's."""
    client, erin = client_for(alice), signed_in(*staff("erin"))
    things = things_of(alice, bob)

    def door(route):
        path = reverse(route.name, kwargs={name: things[name] for name in PLACES[route]})
        return (erin if path.startswith("/staff/") else client), path

    return door


def fields_in(html):
    page = html5lib.parse(html, namespaceHTMLElements=False)
    kinds = ("input", "select", "textarea")
    return [field for kind in kinds for field in page.iter(kind)]


def test_the_pages_of_money_ask_for_nothing_of_a_card(world):
    seen = set()
    for route in MONEY:
        if route.method != "GET" or not route.name.startswith("billing:"):
            continue
        client, path = world(route)
        answer = client.get(path)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found = fields_in(answer.content.decode())
            seen |= {field.get("name") for field in found if field.get("name")}
            assert not [f for f in found if f.get("autocomplete", "").startswith("cc-")], route
    assert {"pay_with", "effect"} <= seen
    assert seen <= FIELDS


def test_no_template_names_a_field_of_a_card():
    for path in (ROOT / "templates").rglob("*.html"):
        html = path.read_text()
        names = re.findall(r"""\bname=["']([^"']+)""", html)
        assert not [name for name in names if ASKS.search(name)], path
        assert 'autocomplete="cc-' not in html, path


def subclasses(cls):
    for each in cls.__subclasses__():
        yield each
        yield from subclasses(each)


def test_no_form_has_a_field_of_a_card():
    ours = [form for form in subclasses(forms.BaseForm) if not form.__module__.startswith("django")]
    assert "TopUpForm" in {form.__name__ for form in ours}
    for form in ours:
        named = getattr(form, "base_fields", {})
        assert not [name for name in named if ASKS.search(name)], form


def test_the_api_of_money_takes_nothing_of_a_card():
    document = SchemaGenerator().get_schema(request=None, public=True)
    taken = set()
    for path, operations in document["paths"].items():
        for operation in operations.values() if "/billing/" in path else ():
            text = str(operation.get("requestBody", ""))
            for name in re.findall(r"schemas/(\w+)", text):
                taken |= set(document["components"]["schemas"][name]["properties"])
    assert "amount" in taken
    assert not [name for name in taken if ASKS.search(name)]


def test_one_that_is_sent_all_the_same_is_kept_and_told_nowhere(world, provider, capsys):
    for route in MONEY:
        client, path = world(route)
        if route.method == "GET":
            client.get(path, SENT)
        elif route.name.startswith("billing-api:"):
            body = json.dumps(SENT)
            client.generic(route.method, path, body, content_type="application/json")
        else:
            client.post(path, {**TOP_UP, "key": route.name, **SENT})
    assert provider.started  # the form was taken, without what it has no field for
    assert NUMBER not in repr([*map(vars_of, provider.started), provider.charged])
    assert NUMBER not in dump_tables()
    logged = capsys.readouterr().err
    assert '"request"' in logged
    assert NUMBER not in logged


def vars_of(top_up):
    return {name: getattr(top_up, name) for name in top_up.__dataclass_fields__}


def test_a_webhook_leaves_nothing_of_its_body(alice, sandbox, capsys):
    _payment, url = start(alice)
    pay(url)
    for event in events(sandbox):
        event["data"]["object"]["card"] = SENT
        assert deliver(Client(), event).status_code == 200
    assert send(Client(), json.dumps(SENT), "t=1,v1=00").status_code == 400
    assert NUMBER not in dump_tables()
    assert NUMBER not in capsys.readouterr().err


def test_the_sandbox_takes_no_number_either(alice, sandbox):
    _payment, url = start(alice)
    status, page, _ = visit(url, card=NUMBER, number=NUMBER)
    assert status == 402
    assert "Choose one of the test cards." in page
    assert NUMBER not in page + repr(sandbox.state.objects)
    chosen = [field.get("value") for field in fields_in(page) if field.get("name") == "card"]
    assert chosen
    assert all(value.startswith("pm_card_") for value in chosen)


def is_card_number(digits):
    """By its length, its network's first digits, and Luhn's sum."""
    if not re.fullmatch(r"(4|5[1-5]|2[2-7]|3[47]|6)\d{12,18}", digits) or len(digits) < 15:
        return False
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def test_no_file_of_the_project_holds_one():
    assert is_card_number(NUMBER)
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    files = [ROOT / name for name in listed if name] or [*ROOT.glob("*/**/*.py")]
    for path in files:
        if path.suffix in {".webp", ".png", ".woff2", ".ico"} or not path.is_file():
            continue
        text = path.read_text(errors="ignore")
        for found in re.findall(r"(?<![\w.])\d(?:[ -]?\d){14,18}(?![\w.])", text):
            assert not is_card_number(re.sub(r"\D", "", found)), (path, found)
