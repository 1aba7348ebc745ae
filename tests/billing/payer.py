"""A caller of PayPal's API and a payer at its pages, over plain HTTP, at the sandbox."""

import http.client
import json
from base64 import b64encode
from urllib.parse import urlencode, urlsplit

from billing.sandbox import access
from billing.sandbox.paypal.objects import EVENT

ORDERS, TOKENS = "/v2/checkout/orders", "/v3/vault/payment-tokens"
MONEY = {"currency_code": "USD", "value": "15.00"}
WAYS = {"return_url": "http://testserver/done", "cancel_url": "http://testserver/back?a=1"}
WHOLE = {"Prefer": "return=representation"}


class Api:
    """As a stranger to our adapter would speak to it."""

    def __init__(self):
        self.token = self.sign_in()["access_token"]

    def sign_in(self):
        told = b64encode(":".join(access.paypal_client()).encode()).decode()
        headers = {"Authorization": f"Basic {told}"}
        form = "grant_type=client_credentials"
        return call("POST", "/v1/oauth2/token", form, headers)[1]

    def send(self, method, path, body=None, **headers):
        """(status, answer)"""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Authorization": f"Bearer {self.token}", **named}
        return call(method, path, None if body is None else json.dumps(body), named)

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, body=None, **headers):
        return self.send("POST", path, body or {}, **headers)

    def order(self, *, request_id="", source=None, **unit):
        """(status, answer) of a new order of 15 USD."""
        unit = {"amount": MONEY, "custom_id": "alice:1", "invoice_id": "1", **unit}
        wallet = source or {"paypal": {"experience_context": WAYS}}
        body = {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": wallet}
        headers = {**WHOLE, **({"PayPal-Request-Id": request_id} if request_id else {})}
        return self.post(ORDERS, body, **headers)

    def approved(self, account="pays", **unit):
        """The id of an order whose payer agreed."""
        made = self.order(**unit)[1]
        agree(page_of(made), account)
        return made["id"]

    def capture(self, order):
        return self.post(f"{ORDERS}/{order}/capture")

    def paid(self, account="pays", **unit):
        """The capture of an order that was paid."""
        return capture_in(self.capture(self.approved(account, **unit))[1])


def call(method, path, body, headers):
    connection = http.client.HTTPConnection(access.HOST, port(), timeout=5)
    try:
        connection.request(method, f"/paypal{path}", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def visit(url, **form):
    """(status, text, location) of one of PayPal's pages; a form is posted."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        target = f"{parts.path}?{parts.query}".rstrip("?")
        connection.request("POST" if form else "GET", target, urlencode(form) if form else None)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Location")
    finally:
        connection.close()


def agree(url, account="pays"):
    return visit(url, account=account)


def page_of(thing):
    """The page that the payer is sent to."""
    links = {link["rel"]: link["href"] for link in thing["links"]}
    return links.get("payer-action") or links["approve"]


def capture_in(order):
    return order["purchase_units"][0]["payments"]["captures"][0]


def issue(answer):
    return answer["details"][0]["issue"]


def events(sandbox, *kinds):
    """Oldest first, as they are told."""
    found = [event["body"] for event in reversed(sandbox.state.all(EVENT))]
    return [event for event in found if not kinds or event["event_type"] in kinds]


def port():
    return urlsplit(access.url()).port
