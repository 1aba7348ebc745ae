"""CCBill's webhooks: each check alone keeps money where it is, and nothing of a person stays."""

import json
import logging
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as site

from billing.providers.ccbill_forms import digest
from billing.providers.ccbill_webhooks import KINDS
from billing.sandbox import access
from billing.sandbox.ccbill.people import PERSON
from billing.sandbox.ccbill.webhooks import path
from tests.billing import books
from tests.billing.ccbill import buy, is_untouched, send
from tests.billing.lives import now, purse
from tests.billing.test_webhooks import inbox
from tests.dumps import dump_tables

MANAGE = "/datalink/utils/subscriptionManagement.cgi"
ELSEWHERE = "203.0.113.9"


@pytest.fixture
def bought(alice, sandbox):
    return buy(alice, sandbox)


def disbelieved(caplog):
    found = [each for each in caplog.records if each.message == "webhook not believed"]
    return [each.wrong for each in found]


def test_one_that_is_right_settles_once(alice, client, sandbox, bought):
    payment, body = bought
    assert {send(client, body).status_code for _ in range(2)} == {200}
    assert purse(alice) == (1500, 0, 0)
    number = body["subscriptionId"]
    ids_there = now(payment).provider_ids
    assert ids_there["intent"] == f"subscription:{number}"
    assert ids_there["charge"] == f"transaction:{body['transactionId']}"
    assert [*inbox()] == [f"NewSaleSuccess:{body['transactionId']}"]
    assert books.problems() == []


@pytest.mark.parametrize("kind", ["form", "numbers", "unlabelled"])
def test_it_is_read_as_a_form_and_as_json_with_bare_numbers(alice, client, bought, kind):
    payment, body = bought
    if kind == "form":
        sent = send(client, urlencode(body), content_type="application/x-www-form-urlencoded")
    elif kind == "unlabelled":
        sent = send(client, body, content_type="text/plain")
    else:
        bare = {name: int(body[name]) for name in ("subscriptionId", "transactionId")}
        prices = {"clientSubacc": 0, "billedCurrencyCode": 840, "last4": 4242}
        text = json.dumps({**body, **bare, **prices}).replace('"15.00"', "15.00")
        sent = send(client, text)
    assert sent.status_code == 200
    assert bought[1]["subscriptionId"].startswith("0")
    assert int(body["subscriptionId"]) > 2**53
    assert now(payment).provider_ids["intent"] == f"subscription:{body['subscriptionId']}"
    assert purse(alice) == (1500, 0, 0)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("kind", ["form", "json"])
def test_a_name_in_any_encoding_loses_no_sale(alice, client, bought, encoding, kind):
    """Nobody documents which one CCBill writes."""
    _, body = bought
    named = {**body, "firstName": "José", "lastName": "Ωmega" if encoding != "latin-1" else "Ñ"}
    text = json.dumps(named, ensure_ascii=False)
    if kind == "form":
        text = urlencode(body) + "&firstName=José"
    assert send(client, text.encode(encoding)).status_code == 200
    assert purse(alice) == (1500, 0, 0)


def test_from_elsewhere_it_is_refused(alice, client, bought, caplog):
    payment, body = bought
    assert send(client, body, REMOTE_ADDR=ELSEWHERE).status_code == 400
    assert disbelieved(caplog) == ["address"]
    assert [each.ip for each in caplog.records if hasattr(each, "wrong")] == ["203.0.113.0"]
    assert inbox() == {}
    assert is_untouched(alice, payment)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "status"),
    [
        (0, "127.0.0.1", ELSEWHERE, 400),  # what a stranger writes counts for nothing
        (1, f"127.0.0.1, {ELSEWHERE}", "10.0.0.1", 400),  # nor what stands left of our proxy's word
        (1, f"{ELSEWHERE}, 127.0.0.1", "10.0.0.1", 200),
        (1, "", ELSEWHERE, 400),
    ],
)
def test_proxies_are_believed_as_far_as_they_are_ours(
    alice, client, bought, settings, caplog, proxies, forwarded, peer, status
):
    payment, body = bought
    settings.TRUSTED_PROXY_COUNT = proxies
    sent = send(client, body, REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert sent.status_code == status
    assert is_untouched(alice, payment) == (status == 400)
    assert disbelieved(caplog) == (["address"] if status == 400 else [])


@pytest.mark.parametrize("secret", ["", "0" * 32, "é"])
def test_without_the_secret_it_is_refused_and_nobody_is_woken(
    alice, client, bought, caplog, secret
):
    payment, body = bought
    where = f"/billing/webhooks/ccbill/{secret}/" if secret else "/billing/webhooks/ccbill/"
    assert send(client, body, where=where).status_code == 400
    assert disbelieved(caplog) == []
    assert is_untouched(alice, payment)


@pytest.mark.parametrize("place", ["query", "body"])
@pytest.mark.parametrize("value", [{"clientAccnum": "900001"}, {"clientSubacc": "0001"}])
def test_of_another_account_it_is_refused(alice, client, bought, caplog, place, value):
    payment, body = bought
    changed = {**body, **value} if place == "body" else body
    sent = send(client, changed, query=value if place == "query" else {})
    assert sent.status_code == 400
    assert disbelieved(caplog) == ["account"]
    assert is_untouched(alice, payment)


def test_of_no_account_it_is_refused(alice, client, bought):
    payment, body = bought
    bare = {name: value for name, value in body.items() if not name.startswith("client")}
    assert send(client, bare).status_code == 400
    assert is_untouched(alice, payment)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "0" * 32,
        lambda number: digest(number, "0", access.secret("ccbill-salt")),
        lambda number: digest(number, "1", "another salt"),
        lambda number: digest("0912191101000000000", "1", access.secret("ccbill-salt")),
        lambda number: "\ud800",
    ],
)
def test_with_another_digest_it_is_refused(alice, client, bought, caplog, given):
    payment, body = bought
    text = given(body["subscriptionId"]) if callable(given) else given
    assert send(client, {**body, "dynamicPricingValidationDigest": text}).status_code == 400
    assert disbelieved(caplog) == ["digest"]
    assert is_untouched(alice, payment)


@pytest.mark.parametrize("event_type", ["UpSaleSuccess", "NewSaleFailure", "UpSaleFailure"])
def test_a_digest_that_need_not_be_there_is_right(alice, client, bought, caplog, event_type):
    payment, body = bought
    wrong = {**body, "dynamicPricingValidationDigest": "0" * 32, "failureCode": "11"}
    assert send(client, wrong, event_type=event_type).status_code == 400
    assert disbelieved(caplog) == ["digest"]
    assert (inbox(), is_untouched(alice, payment)) == ({}, True)


def test_more_fields_than_any_event_has_are_refused(client, bought, caplog):
    _, body = bought
    text = urlencode(body) + "&" + urlencode({f"more{number}": 1 for number in range(300)})
    assert send(client, text).status_code == 400
    assert disbelieved(caplog) == ["form"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b'"text"', b"[" * 50_000, b"clientAccnum=900000&clientSubacc=0000"],
)
def test_what_is_no_event_is_refused(client, sandbox, body, caplog):
    """Who sends it knew the secret: it may be a sale that we cannot read."""
    assert send(client, body).status_code == 400
    assert inbox() == {}
    assert disbelieved(caplog) in (["form"], ["account"], ["digest"])


@pytest.mark.parametrize(
    ("event_type", "missing"),
    [
        ("NewSaleSuccess", ["subscriptionId"]),
        ("UpSaleSuccess", ["subscriptionId"]),
        ("Refund", ["subscriptionId"]),
        ("Refund", ["timestamp"]),
        ("Chargeback", ["timestamp"]),
        ("CustomerDataUpdate", ["transactionId", "timestamp"]),
        ("Not an event", []),
    ],
)
def test_what_cannot_be_named_is_refused(alice, client, bought, event_type, missing):
    payment, body = bought
    bare = {name: value for name, value in body.items() if name not in missing}
    if event_type != "NewSaleSuccess":
        del bare["dynamicPricingValidationDigest"]
    assert send(client, bare, event_type=event_type).status_code == 400
    assert inbox() == {}
    assert is_untouched(alice, payment)


@pytest.mark.parametrize("event_type", ["RenewalSuccess", "Cancellation", "Expiration", "New"])
def test_others_are_taken_and_left_alone(alice, client, bought, event_type):
    payment, body = bought
    assert send(client, body, event_type=event_type).status_code == 200
    [row] = inbox().values()
    assert (row["status"], row["told"], row["ref"]) == ("ignored", {}, "")
    assert is_untouched(alice, payment)


@pytest.mark.parametrize("kind", ["json", "form", "refused", "disbelieved"])
def test_nothing_of_a_person_is_kept_or_logged(alice, client, bought, kind, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    _, body = bought
    # A few digits stand in other numbers as well.
    canaries = [value for value in PERSON.values() if len(value) > 4 and not value.isdecimal()]
    assert len(canaries) > 8
    assert all(value in body.values() for value in canaries)
    if kind == "form":
        send(client, urlencode(body), content_type="application/x-www-form-urlencoded")
    elif kind == "refused":
        send(client, {**body, "billedInitialPrice": "1.00"})
    elif kind == "disbelieved":
        send(client, {**body, "dynamicPricingValidationDigest": ""})
        send(client, {**body, "clientAccnum": ""})
    else:
        send(client, body)
    # The person who pays tells CCBill, not us: none of it may be anywhere.
    written = (
        dump_tables() + capsys.readouterr().err + repr([vars(each) for each in caplog.records])
    )
    for value in (*canaries, body["paymentAccount"]):
        assert value not in written, value
    assert not re.search(rf"(?<!\d){body['bin']}(?!\d)", written)


def test_what_is_kept_is_named(alice, client, sandbox, bought):
    _, body = bought
    send(client, body)
    [row] = inbox().values()
    assert row["told"] == {
        "pay": body["X-pay"],
        "amount": "15.00",
        "currency": "840",
        "subscriptionId": body["subscriptionId"],
        "transactionId": body["transactionId"],
        "timestamp": body["timestamp"],
        "brand": "VISA",
        "last4": "4242",
        "expDate": "1234",
    }


def test_without_its_variables_the_door_is_404(client, bought, settings):
    _, body = bought
    settings.BILLING_SANDBOX_PORT = 0
    assert send(client, body).status_code == 404
    assert send(client, body, where="/billing/webhooks/ccbill/").status_code == 404


def test_the_secret_is_in_no_log(client, bought, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    _, body = bought
    send(client, {**body, "clientAccnum": "1"})
    secret = path().split("/")[-2]
    assert secret not in capsys.readouterr().err
    assert secret not in repr(
        [vars(each) for each in caplog.records if each.name != "django.request"]
    )


def test_the_documents_list_the_events_that_the_webhook_needs():
    """What a form was refused for is taken and left alone."""
    text = (Path(site.BASE_DIR) / "docs" / "billing.md").read_text()
    listed = re.search(r"((?:^    [A-Z][A-Za-z]+(?: +[A-Z][A-Za-z]+)+$\n)+)", text, re.MULTILINE)[1]
    assert sorted(listed.split()) == sorted([*KINDS, "NewSaleFailure"])
