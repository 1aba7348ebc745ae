"""Request ids as PayPal keeps them: what was done is done once, and told again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from billing.sandbox.paypal.wire import Body, Refused, malformed
from billing.sandbox.state import State, Wire

HOUR = 3600
KEPT_SECONDS = {"/v3/vault/": 3 * HOUR, "/v2/payments/": 45 * 24 * HOUR}
KEPT_ORDERS = 6 * HOUR
MAX_LENGTH = 108


@dataclass
class Idempotency:
    state: State
    running: set[str] = field(default_factory=set)

    def answer(
        self,
        request_id: str,
        path: str,
        body: Body,
        do: Callable[[], tuple[int, Wire | None]],
        again: Callable[[Wire], Wire],
    ) -> tuple[int, Wire | None]:
        """A repeat gets 200, with what the earlier request made as it is by now (`again`). A
        request that was refused leaves nothing behind: it may be sent again. Raises Refused."""
        if not request_id:
            return do()
        if len(request_id) > MAX_LENGTH:
            text = "The value of a field is either too short or too long."
            raise malformed("INVALID_STRING_LENGTH", text, field="/PayPal-Request-Id")
        key = f"paypal {request_id}"
        asked = hashlib.sha256(json.dumps([path, body], sort_keys=True).encode()).hexdigest()
        with self.state.lock:
            if saved := self._saved(key, asked):
                return 200, again(saved["body"])
            self.running.add(key)
        try:
            status, answer = do()
            with self.state.lock:
                until = self.state.now() + _kept(path)
                self.state.answers[key] = {"asked": asked, "body": answer, "until": until}
                self.state.save()
            return status, answer
        finally:
            with self.state.lock:
                self.running.discard(key)

    def _saved(self, key: str, asked: str) -> Wire | None:
        if key in self.running:
            text = "A previous request on this resource is currently in progress."
            name = "RESOURCE_CONFLICT"
            raise Refused("PREVIOUS_REQUEST_IN_PROGRESS", text, status=409, name=name)
        saved = self.state.answers.get(key)
        if saved is None or saved["until"] < self.state.now():
            return None
        if saved["asked"] != asked:
            text = "The PayPal-Request-ID has already been used for another request."
            raise Refused("PAYPAL_REQUEST_ID_PREVIOUSLY_USED", text)
        return saved


def _kept(path: str) -> int:
    found = [kept for start, kept in KEPT_SECONDS.items() if path.startswith(start)]
    return found[0] if found else KEPT_ORDERS
