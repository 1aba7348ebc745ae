"""Webhooks: every event is posted, signed, until our site takes it or the tries are used up."""

import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from urllib.parse import urlsplit

from django.conf import settings

from billing.sandbox import access
from billing.sandbox.play import Play, Posted, tick
from billing.sandbox.state import ORDERS, State, Wire

Post = Callable[[Posted], int]
PAUSES = (1.0, 3.0, 10.0, 30.0, 120.0, 600.0, 3600.0)  # seconds after each refusal
TIMEOUT_SECONDS = 20

_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post_to_site(posted: Posted) -> int:
    """The status of our own site's answer, on loopback whatever SITE_URL is; 0 for none."""
    url = f"http://{access.HOST}:{settings.PORT}{posted.path}"
    named = {**posted.headers, "Host": urlsplit(settings.SITE_URL).netloc}
    request = urllib.request.Request(url, posted.body, named)
    try:
        with _no_proxy.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


class Delivery:
    """A thread that delivers; `deliver_due` does one round of it."""

    def __init__(
        self, state: State, plays: Sequence[Play], post: Post, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._state, self._plays, self._post, self._pauses = state, plays, post, pauses
        self._by_event = {play.event: play for play in plays}
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
            status = max([self._post(self.posted(event)) for _ in range(self._state.copies)])
            with self._state.lock:
                self._note(event, accepted=200 <= status < 300)
                self._state.save()

    def posted(self, event: Wire) -> Posted:
        """One delivery of it."""
        return self._by_event[event["object"]].posted(event)

    def _run(self) -> None:
        while not self._ended:
            tick(self._state, self._plays)
            self.deliver_due()
            with self._wake:
                if not self._ended:
                    self._wake.wait(timeout=self._until_next())

    def _due(self) -> list[Wire]:
        with self._state.lock:
            if self._state.held:
                return []
            now = self._state.moment()
            due = [event for event in self._state.pending_events() if event.get("_next", 0) <= now]
            return ORDERS[self._state.order](due)

    def _until_next(self) -> float:
        with self._state.lock:
            held = self._state.held
            pending = [] if held else self._state.pending_events()
            moments = [event.get("_next", 0) for event in pending]
            if (moment := self._state.next_due()) is not None:
                moments.append(moment)
            return max(0.0, min(moments) - self._state.moment()) if moments else 60.0

    def _note(self, event: Wire, *, accepted: bool) -> None:
        tries = event.get("_tries", 0)
        if accepted or tries >= len(self._pauses):
            event |= {"pending_webhooks": 0, "_taken": accepted}
            return
        event["_tries"] = tries + 1
        event["_next"] = self._state.moment() + self._pauses[tries]
