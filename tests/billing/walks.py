"""Walks through the pages of the wallet, and what they leave in the table."""

import re

from billing.providers.messages import Outcome
from dynamo.schema import schema_named
from dynamo.table import Table

TOP_UP = {"amount": "1000", "pay_with": "stripe", "key": "k1"}


def rows():
    return sorted(Table(schema_named("billing")).scan(), key=lambda row: (row["pk"], row["sk"]))


def text_of(answer):
    assert answer.status_code == 200, answer.content.decode()
    return re.sub(r"\s+", " ", answer.content.decode())


def start(client, **changed):
    """The id of the payment that a top-up of 10.00 starts."""
    answer = client.post("/wallet/top-up/", {**TOP_UP, **changed})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url.rsplit("/", 1)[1]


def come_back(client, payment_id, **query):
    return client.get(f"/wallet/payments/{payment_id}/return/", query)


def topped_up(client, provider, **changed):
    payment_id = start(client, **changed)
    provider.outcome = Outcome.SUCCEEDED
    come_back(client, payment_id)
    return payment_id


def save_card(client):
    client.post("/wallet/payment-methods/add/", {"provider": "stripe"})
    client.get("/wallet/payment-methods/return/", {"provider": "stripe", "visit": "visit_1"})
