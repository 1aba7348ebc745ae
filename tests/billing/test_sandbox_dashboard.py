"""The sandbox's dashboard: by hand what its API does by program."""

import http.client
import re
from urllib.parse import urlencode

import pytest

from billing.sandbox import access
from tests.billing import orders
from tests.billing.checkout import events, visit
from tests.billing.test_sandbox import new_intent
from tests.billing.wire import by_hand

CARD_NUMBER = re.compile(r"\b(?:\d[ -]?){13,19}\b")


@pytest.fixture
def intent(sandbox, stripe_api):
    return new_intent(stripe_api, "pm_card_visa").id


def test_it_shows_payments_cards_and_webhooks(sandbox, stripe_api, intent):
    orders.saved_card(stripe_api, orders.customer())
    new_intent(stripe_api, "pm_card_createDispute")
    status, text, _ = visit(access.dashboard_url())
    assert status == 200
    for shown in (intent, "$15.00, succeeded", "Dispute of $15.00, needs response", "•••• 4242"):
        assert shown in text
    assert "charge.dispute.created, waiting" in text
    assert not CARD_NUMBER.search(text)


def test_a_payment_is_refunded_in_part_and_then_in_whole(sandbox, intent):
    status, _, location = by_hand(f"payments/{intent}/refund", amount="5.00")
    assert (status, location) == (303, f"/dashboard/#{intent}")
    by_hand(f"payments/{intent}/refund", amount="")
    assert [one["amount"] for one in sandbox.state.all("refund")] == [1000, 500]
    assert events(sandbox)[-1]["type"] == "refund.created"


@pytest.mark.parametrize("amount", ["16.00", "-1", "five"])
def test_an_amount_that_does_not_work_is_said_and_changes_nothing(sandbox, intent, amount):
    status, text, _ = by_hand(f"payments/{intent}/refund", amount=amount)
    assert (status, 'role="alert"' in text) == (400, True)
    assert sandbox.state.all("refund") == []


def test_a_dispute_is_opened_and_won(sandbox, intent):
    by_hand(f"payments/{intent}/dispute?inquiry=true", amount="")
    [dispute] = sandbox.state.all("dispute")
    by_hand(f"disputes/{dispute['id']}/escalate")
    by_hand(f"disputes/{dispute['id']}/win")
    assert sandbox.state.all("dispute")[0]["status"] == "won"


@pytest.mark.parametrize("path", ["", "payments", "payments/pi_nothing/refund", "v1/customers"])
def test_what_it_cannot_do_it_says(sandbox, path):
    status, text, _ = by_hand(path)
    assert (status, 'role="alert"' in text) == (400, True)
    assert sandbox.state.objects == {}


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_form_of_another_site_does_nothing(sandbox, intent, origin):
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=5)
    body = urlencode({"act": f"payments/{intent}/refund"})
    connection.request("POST", "/dashboard/", body, {"Origin": origin})
    assert connection.getresponse().status == 403
    connection.close()
    assert sandbox.state.all("refund") == []
