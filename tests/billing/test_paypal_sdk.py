"""What an adapter for PayPal may expect of its package, against a server on loopback."""

import json
from urllib.parse import parse_qs

import paypalrestsdk
import pytest
from paypalrestsdk.exceptions import ResourceConflict, ResourceInvalid, ServerError

from tests.billing.paypal_doubles import TOKEN_PATH, Server

ORDERS = "/v2/checkout/orders"
ORDER = {"id": "5O190127TN364715T", "status": "PAYER_ACTION_REQUIRED"}
REFUSED = {"name": "INVALID_REQUEST", "debug_id": "d1", "details": []}


@pytest.fixture
def server():
    with Server() as made:
        made.answer = (201, ORDER)
        yield made


@pytest.fixture
def api(server):
    where = {"endpoint": server.origin, "token_endpoint": server.origin}
    keys = {"client_id": "an-id", "client_secret": "a-secret"}
    return paypalrestsdk.Api(mode="sandbox", **where, **keys)


def order(api, **headers):
    return api.post(ORDERS, {"intent": "CAPTURE"}, headers)


def test_it_talks_to_the_endpoints_that_it_is_given(api, server):
    order(api)
    (_, token_path, headers, body), (_, path, _, _) = server.asked
    assert (token_path, path) == (TOKEN_PATH, ORDERS)
    assert headers["Authorization"].startswith("Basic ")
    assert parse_qs(body) == {"grant_type": ["client_credentials"]}


def test_a_path_of_the_second_version_takes_a_request_id(api, server):
    assert order(api, **{"PayPal-Request-Id": "topup:1"}) == ORDER
    method, _, headers, body = server.asked[-1]
    assert (method, json.loads(body)) == ("POST", {"intent": "CAPTURE"})
    assert (headers["Authorization"], headers["PayPal-Request-Id"]) == ("Bearer t1", "topup:1")


def test_the_request_id_leaks_into_the_call_for_the_token(api, server):
    """So an adapter gets the token by itself, before it sends a header of its own."""
    order(api, **{"PayPal-Request-Id": "topup:1"})
    assert server.asked[0][2]["PayPal-Request-Id"] == "topup:1"


def test_a_token_that_is_there_keeps_the_request_id_to_its_call(api, server):
    api.get_access_token()
    order(api, **{"PayPal-Request-Id": "topup:1"})
    assert server.paths == [TOKEN_PATH, ORDERS]
    assert "PayPal-Request-Id" not in server.asked[0][2]


def test_a_bad_request_is_returned_and_not_raised(api, server):
    server.answer = (400, REFUSED)
    assert order(api) == {"error": REFUSED}


@pytest.mark.parametrize(
    ("status", "error"), [(409, ResourceConflict), (422, ResourceInvalid), (500, ServerError)]
)
def test_other_refusals_are_raised_once_with_their_words(api, server, status, error):
    server.answer = (status, REFUSED)
    with pytest.raises(error) as refused:
        order(api)
    assert json.loads(refused.value.content) == REFUSED
    assert server.paths == [TOKEN_PATH, ORDERS]


def test_reading_sends_a_body_that_says_nothing(api, server):
    server.answer = (200, ORDER)
    assert api.get(f"{ORDERS}/{ORDER['id']}") == ORDER
    assert server.asked[-1][3] == "null"
