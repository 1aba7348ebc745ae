"""Webhooks: every event is posted, signed, until our site takes it or the tries are used up."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from threading import Condition, Thread
from urllib.parse import urlsplit

import stripe
from django.conf import settings

from billing.sandbox import access, later
from billing.sandbox.state import ORDERS, State, public
from billing.sandbox.wire import Wire

Post = Callable[[bytes, Mapping[str, str]], int]
PAUSES = (1.0, 3.0, 10.0, 30.0, 120.0, 600.0, 3600.0)  # seconds after each refusal
TIMEOUT_SECONDS = 20
PATH = "/billing/webhooks/stripe/"

_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post_to_site(body: bytes, headers: Mapping[str, str]) -> int:
    """The status of our own site's answer, on loopback whatever SITE_URL is; 0 for none."""
    url = f"http://{access.HOST}:{settings.PORT}{PATH}"
    named = {**headers, "Host": urlsplit(settings.SITE_URL).netloc}
    request = urllib.request.Request(url, body, named)
    try:
        with _no_proxy.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def signed(event: Wire) -> tuple[bytes, dict[str, str]]:
    """The body and headers of one delivery; another one has the same event id and a new time."""
    body = json.dumps(public(event), indent=2)
    signature = stripe.WebhookSignature.generate_signature_header(body, access.webhook_secret())
    return body.encode(), {"Content-Type": "application/json", "Stripe-Signature": signature}


class Delivery:
    """A thread that delivers; `deliver_due` does one round of it."""

    def __init__(self, state: State, post: Post, pauses: Sequence[float] = PAUSES) -> None:
        self._state, self._post, self._pauses = state, post, pauses
        self._wake = Condition()
        self._ended = False
        self._thread = Thread(target=self._run, name="sandbox-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._wake:
            self._ended = True
            self._wake.notify()
        self._thread.join()

    def wake(self) -> None:
        with self._wake:
            self._wake.notify()

    def deliver_due(self) -> None:
        """Oldest first, if no other order is wanted; one that fails does not hold up the others."""
        for event in self._due():
            status = max([self._post(*signed(event)) for _ in range(self._state.copies)])
            with self._state.lock:
                self._note(event, accepted=200 <= status < 300)
                self._state.save()

    def _run(self) -> None:
        while not self._ended:
            with self._state.lock:
                later.tick(self._state)
            self.deliver_due()
            with self._wake:
                if not self._ended:
                    self._wake.wait(timeout=self._until_next())

    def _due(self) -> list[Wire]:
        with self._state.lock:
            if self._state.held:
                return []
            now = self._state.moment()
            due = [event for event in self._pending() if event.get("_next", 0) <= now]
            return ORDERS[self._state.order](due)

    def _until_next(self) -> float:
        with self._state.lock:
            held = self._state.held
            moments = [event.get("_next", 0) for event in self._pending() if not held]
            if (moment := later.next_moment(self._state)) is not None:
                moments.append(moment)
            return max(0.0, min(moments) - self._state.moment()) if moments else 60.0

    def _pending(self) -> list[Wire]:
        return [event for event in reversed(self._state.all("event")) if event["pending_webhooks"]]

    def _note(self, event: Wire, *, accepted: bool) -> None:
        tries = event.get("_tries", 0)
        if accepted or tries >= len(self._pauses):
            event |= {"pending_webhooks": 0, "_taken": accepted}
            return
        event["_tries"] = tries + 1
        event["_next"] = self._state.moment() + self._pauses[tries]
