"""A person at the sandbox's hosted page, and the webhooks that follow, without a browser."""

from billing.sandbox.stripe.play import signed
from tests.billing.wire import visit

WEBHOOKS = "/billing/webhooks/stripe/"


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
