"""A person at the sandbox's hosted page, and the webhooks that follow, without a browser."""

import http.client
from urllib.parse import urlencode, urlsplit

from billing.sandbox.stripe.play import signed

WEBHOOKS = "/billing/webhooks/stripe/"


def visit(url, **form):
    """(status, text, location) of the page; a form is posted."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("POST" if form else "GET", parts.path, urlencode(form) if form else None)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Location")
    finally:
        connection.close()


def pay(url, card="pm_card_visa"):
    return visit(url, card=card)


def events(sandbox, *kinds):
    """Oldest first."""
    found = list(reversed(sandbox.state.all("event")))
    return [event for event in found if not kinds or event["type"] in kinds]


def deliver(client, event, **extra):
    """Post one event to our site as the sandbox signs it."""
    posted = signed(event)
    return send(client, posted.body, posted.headers["Stripe-Signature"], **extra)


def send(client, body, signature, path=WEBHOOKS):
    return client.post(
        path, body, content_type="application/json", headers={"Stripe-Signature": signature}
    )


def deliver_all(client, sandbox):
    return [deliver(client, event).status_code for event in events(sandbox)]
