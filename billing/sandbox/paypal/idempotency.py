"""Request ids as PayPal keeps them: what was done is done once, and told again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from billing.sandbox.paypal.wire import Body, Refused
from billing.sandbox.state import State, Wire

KEPT_SECONDS = 6 * 3600
MAX_LENGTH = 108


@dataclass
class Idempotency:
    state: State
    running: set[str] = field(default_factory=set)

    def answer(
        self, request_id: str, path: str, body: Body, do: Callable[[], tuple[int, Wire | None]]
    ) -> tuple[int, Wire | None]:
        """The saved answer of an earlier request says 200. A request that was refused leaves
        nothing behind: it may be sent again. Raises Refused."""
        if not request_id:
            return do()
        if len(request_id) > MAX_LENGTH:
            text = "The value of a field is either too short or too long."
            raise Refused("INVALID_STRING_LENGTH", text, field="/PayPal-Request-Id")
        key = f"paypal {request_id}"
        asked = hashlib.sha256(json.dumps([path, body], sort_keys=True).encode()).hexdigest()
        with self.state.lock:
            if saved := self._saved(key, asked):
                return 200, saved["body"]
            self.running.add(key)
        try:
            status, answer = do()
            with self.state.lock:
                at = self.state.now()
                self.state.answers[key] = {"asked": asked, "body": answer, "at": at}
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
        if saved is None or saved["at"] + KEPT_SECONDS < self.state.now():
            return None
        if saved["asked"] != asked:
            text = "The value of PayPal-Request-Id header has already been used."
            raise Refused("DUPLICATE_REQUEST_ID", text)
        return saved
