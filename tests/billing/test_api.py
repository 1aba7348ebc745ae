import pytest
from django.test import Client

from billing import services
from billing.providers.messages import Outcome
from core import ids
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.apikeys import keys
from tests.sessions.stores import client_of, sign_in

API = "/api/v1/billing/"
TOP_UP = {"amount": 1000, "provider": "stripe"}
KEY = {"Idempotency-Key": "order-7"}
READING = ("balance/", "ledger/", "settings/", "payments/", "payment-methods/")
CHANGING = (("post", "top-ups/"), ("post", "payment-methods/"), ("patch", "settings/"))


@pytest.fixture
def client(alice, provider):
    return client_of(sign_in(alice))


def rows():
    return sorted(Table(schema_named("billing")).scan(), key=lambda row: (row["pk"], row["sk"]))


def send(client, method, path, body=None, **headers):
    return getattr(client, method)(
        f"{API}{path}", body or {}, content_type="application/json", headers=headers
    )


def get(client, path):
    answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def topped_up(client, provider):
    """The id of a payment of 10.00 that arrived."""
    started = send(client, "post", "top-ups/", TOP_UP, **KEY).json()["payment"]
    provider.outcome = Outcome.SUCCEEDED
    client.get(f"/wallet/payments/{started['payment_intent_id']}/return/")
    return started["payment_intent_id"]


def saved_card(client, alice):
    send(client, "post", "payment-methods/", {"provider": "stripe"})
    client.get("/wallet/payment-methods/return/", {"provider": "stripe", "visit": "visit_1"})
    return services.list_methods(alice.user_sub)[0].payment_method_id


def test_a_newcomer_has_an_empty_wallet(client):
    assert get(client, "balance/") == {
        "currency": "USD",
        "available": 0,
        "held": 0,
        "debt": 0,
        "earned": 0,
        "status": "active",
    }
    for path in ("ledger/", "payments/"):
        assert get(client, path) == {"results": [], "next": ""}
    assert get(client, "payment-methods/") == {"results": []}
    assert rows() == []


def test_a_top_up_answers_with_the_page_to_pay_on(client, provider):
    answer = send(client, "post", "top-ups/", {**TOP_UP, "next": "/account/"}, **KEY)
    assert answer.status_code == 201, answer.content
    payment = answer.json()["payment"]
    assert answer.json()["url"] == f"https://pay.example/{payment['payment_intent_id']}"
    assert (payment["status"], payment["amount"], payment["currency"]) == ("created", 1000, "USD")
    assert get(client, f"payments/{payment['payment_intent_id']}/")["status"] == "created"
    assert get(client, "balance/")["available"] == 0


def test_the_same_key_is_the_same_payment(client):
    first, second = (send(client, "post", "top-ups/", TOP_UP, **KEY).json() for _ in range(2))
    assert first["payment"]["payment_intent_id"] == second["payment"]["payment_intent_id"]
    assert first["url"] == second["url"]
    assert len(get(client, "payments/")["results"]) == 1


def test_the_key_of_another_person_is_another_payment(client, mallory):
    mine = send(client, "post", "top-ups/", TOP_UP, **KEY).json()["payment"]
    theirs = send(client_of(sign_in(mallory)), "post", "top-ups/", TOP_UP, **KEY).json()["payment"]
    assert mine["payment_intent_id"] != theirs["payment_intent_id"]


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("amount", {"amount": "1000"}),
        ("amount", {"amount": 10.5}),
        ("amount", {"amount": 0}),
        ("amount", {"amount": 499}),
        ("amount", {"amount": 10**15}),
        ("provider", {"provider": "cash"}),
        ("provider", {"provider": "paypal"}),
        ("next", {"next": "//evil.example"}),
        ("save_method", {"save_method": "yes"}),
        ("currency", {"currency": "EUR"}),
    ],
)
def test_bad_input_names_the_field_and_starts_nothing(client, provider, field, sent):
    answer = send(client, "post", "top-ups/", {**TOP_UP, **sent}, **KEY)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert rows() == provider.started == []


@pytest.mark.parametrize("key", ["", " ", "k" * 65, "é"])
def test_a_top_up_needs_an_idempotency_key(client, provider, key):
    answer = send(client, "post", "top-ups/", TOP_UP, **({"Idempotency-Key": key} if key else {}))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])
    assert rows() == provider.started == []


def test_a_provider_that_does_not_answer_is_503(client, provider):
    provider.is_silent = True
    answer = send(client, "post", "top-ups/", TOP_UP, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
    assert get(client, "balance/")["available"] == 0


def test_the_ledger_tells_the_balance_after_each_movement(client, provider):
    payment_id = topped_up(client, provider)
    (entry,) = get(client, "ledger/")["results"]
    assert (entry["amount"], entry["after"], entry["bucket"]) == (1000, 1000, "available")
    assert (entry["type"], entry["ref"]) == ("topup", payment_id)
    assert get(client, "balance/")["available"] == 1000
    assert get(client, f"payments/{payment_id}/")["settled_at"] is not None


def test_a_card_is_saved_made_the_default_and_removed(client, alice, provider):
    method_id = saved_card(client, alice)
    (shown,) = get(client, "payment-methods/")["results"]
    assert (shown["payment_method_id"], shown["last4"]) == (method_id, "4242")
    assert shown == get(client, f"payment-methods/{method_id}/")
    assert "provider_ref" not in shown
    answer = send(client, "patch", "settings/", {"default_payment_method": method_id})
    assert answer.json()["default_payment_method"] == method_id
    assert send(client, "delete", f"payment-methods/{method_id}/").status_code == 204
    assert provider.detached == ["pm_fake_1"]
    assert get(client, "settings/")["default_payment_method"] == ""


def test_a_default_that_is_not_yours_names_the_field(client, alice, mallory):
    method_id = saved_card(client, alice)
    stranger = client_of(sign_in(mallory))
    for sent in (method_id, ids.new_id()):
        answer = send(stranger, "patch", "settings/", {"default_payment_method": sent})
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["default_payment_method"]
    assert get(stranger, "settings/")["default_payment_method"] == ""


@pytest.mark.parametrize("whose", ["somebody's", "unknown"])
def test_what_is_not_yours_is_the_same_404(client, alice, mallory, provider, whose):
    payment_id, method_id = topped_up(client, provider), saved_card(client, alice)
    if whose == "unknown":
        payment_id = method_id = ids.new_id()
    stranger = client_of(sign_in(mallory))
    before = rows()
    answers = [
        (send(stranger, "get", f"payments/{payment_id}/"), "payment_not_found"),
        (send(stranger, "get", f"payment-methods/{method_id}/"), "payment_method_not_found"),
        (send(stranger, "delete", f"payment-methods/{method_id}/"), "payment_method_not_found"),
    ]
    for answer, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert rows() == before
    assert get(stranger, "payments/")["results"] == []
    assert provider.detached == []


def test_a_cursor_of_somebody_else_is_refused(client):
    answer = client.get(f"{API}ledger/?after=forged")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_a_visitor_gets_401():
    for path in READING:
        assert Client().get(f"{API}{path}").status_code == 401


def test_a_change_needs_the_person_and_the_csrf_token(alice, provider):
    client = client_of(sign_in(alice), enforce_csrf_checks=True)
    for method, path in CHANGING:
        assert send(Client(), method, path, TOP_UP).status_code == 401
        answer = send(client, method, path, TOP_UP, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert rows() == []


def test_without_a_table_everything_is_503(client, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    reading = [("get", path) for path in (*READING, "payments/x/", "payment-methods/x/")]
    for method, path in (*reading, *CHANGING, ("delete", "payment-methods/x/")):
        answer = send(client, method, path, TOP_UP, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (503, "billing_not_configured")
        assert int(answer.headers["Retry-After"]) > 0


def test_a_key_reads_what_its_scope_says(client, alice, provider):
    program = keys.program(keys.issue(alice, "billing:read").secret)
    for path in READING:
        assert get(program, path) == get(client, path)
    stranger = keys.program(keys.issue(alice, "feed:read").secret)
    for path in READING:
        answer = send(stranger, "get", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_no_key_moves_money_or_cards(client, alice, provider):
    method_id = saved_card(client, alice)
    program = keys.program(keys.issue(alice).secret)
    before = rows()
    for method, path in (*CHANGING[:2], ("delete", f"payment-methods/{method_id}/")):
        answer = send(program, method, path, TOP_UP, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (403, "key_not_allowed")
    assert rows() == before
    assert provider.started == provider.detached == []


def test_a_key_may_change_the_default_card(client, alice, provider):
    method_id = saved_card(client, alice)
    program = keys.program(keys.issue(alice, "billing:write").secret)
    answer = send(program, "patch", "settings/", {"default_payment_method": method_id})
    assert answer.json()["default_payment_method"] == method_id
