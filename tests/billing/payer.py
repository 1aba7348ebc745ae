"""A caller of PayPal's API, a payer at its pages and its staff, over plain HTTP, at the sandbox."""

import json
from base64 import b64encode
from urllib.parse import urlencode

from billing.sandbox import access
from billing.sandbox.paypal.objects import EVENT
from tests.billing import wire
from tests.billing.wire import visit

ORDERS, TOKENS, SETUPS = "/v2/checkout/orders", "/v3/vault/payment-tokens", "/v3/vault/setup-tokens"
CAPTURES, REFUNDS = "/v2/payments/captures", "/v2/payments/refunds"
DISPUTES, TRANSACTIONS = "/v1/customer/disputes", "/v1/reporting/transactions"
EVENTS = "/v1/notifications/webhooks-events"
WAYS = {"return_url": "http://testserver/done", "cancel_url": "http://testserver/back?a=1"}
WHOLE = {"Prefer": "return=representation"}
HOUR, DAY = 3600, 24 * 3600


def money(value, currency="USD"):
    return {"currency_code": currency, "value": value}


class Api:
    """As a stranger to our adapter would speak to it. Every call gives (status, answer)."""

    def __init__(self):
        self.token = self.sign_in()[1]["access_token"]

    def sign_in(self, *client, form="grant_type=client_credentials"):
        told = b64encode(":".join(client or access.paypal_client()).encode()).decode()
        return call("POST", "/paypal/v1/oauth2/token", form, {"Authorization": f"Basic {told}"})

    def send(self, method, path, body=None, *, request_id="", **headers):
        text = None if body is None else json.dumps(body)
        kind = "application/json"
        named = {"Authorization": f"Bearer {self.token}", "Content-Type": kind, **headers}
        if request_id:
            named["PayPal-Request-Id"] = request_id
        return call(method, f"/paypal{path}", text, named)

    def get(self, path, **query):
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path, body=None, *, request_id=""):
        return self.send("POST", path, body or {}, request_id=request_id, **WHOLE)

    def order(self, *, request_id="", source=None, **unit):
        """A new one of 15 USD, if `unit` does not say otherwise."""
        return self.post(ORDERS, new_order(source, **unit), request_id=request_id)

    def approved(self, account="pays", **unit):
        """The id of an order whose payer agreed."""
        made = self.order(**unit)[1]
        agree(page_of(made), account)
        return made["id"]

    def capture(self, order, **values):
        return self.post(f"{ORDERS}/{order}/capture", **values)

    def paid(self, account="pays", **unit):
        """The capture of an order that was paid."""
        return capture_in(self.capture(self.approved(account, **unit))[1])

    def refund(self, capture, value="", *, request_id="", **values):
        body = {**({"amount": money(value)} if value else {}), **values}
        return self.post(f"{CAPTURES}/{capture['id']}/refund", body, request_id=request_id)

    def setup(self, **values):
        """A new setup token."""
        wallet = {"usage_type": "MERCHANT", "experience_context": WAYS, **values}
        return self.post(SETUPS, {"payment_source": {"paypal": wallet}, **CUSTOMER})

    def saved(self, account="pays"):
        """A payment token."""
        setup = self.setup()[1]
        agree(page_of(setup), account)
        return self.tokenize(setup)[1]

    def tokenize(self, setup, **values):
        token = {"id": setup["id"], "type": "SETUP_TOKEN"}
        return self.post(TOKENS, {"payment_source": {"token": token}}, **values)

    def charge(self, token, *, request_id="charge:1", **unit):
        """An order that is paid by a payment token at once."""
        source = {"paypal": {"vault_id": token["id"]}}
        return self.order(source=source, request_id=request_id, **unit)


CUSTOMER = {"customer": {"merchant_customer_id": "alice"}}
VAULT = {"vault": {"store_in_vault": "ON_SUCCESS", "usage_type": "MERCHANT"}, **CUSTOMER}
SAVES = {"paypal": {"experience_context": WAYS, "attributes": VAULT}}


def new_order(source=None, **unit):
    unit = {"amount": money("15.00"), "custom_id": "alice:1", "invoice_id": "1", **unit}
    wallet = source or {"paypal": {"experience_context": WAYS}}
    return {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": wallet}


def call(method, path, body, headers):
    url = f"{access.url()}{path}"
    status, text, _ = wire.call(url, method=method, body=body, headers=headers)
    return status, json.loads(text) if text else None


def control(path, /, **values):
    """What a provider's staff, banks and time do."""
    headers = {"Authorization": f"Bearer {access.api_key()}"}
    return call("POST", f"/_control/{path}", urlencode(values), headers)


def agree(url, account="pays"):
    return visit(url, account=account)


def page_of(thing):
    """Where the payer is sent."""
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


def told(sandbox):
    return [event["event_type"] for event in events(sandbox)]
