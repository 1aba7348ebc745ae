"""Idempotency keys as Stripe keeps them: the first answer, errors of the server included."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from billing.sandbox.state import State, Wire
from billing.sandbox.stripe.wire import Params, Refused

KEPT_SECONDS = 24 * 3600
MAX_LENGTH = 255


@dataclass
class Idempotency:
    state: State
    running: set[str] = field(default_factory=set)

    def answer(
        self, key: str, path: str, params: Params, do: Callable[[], tuple[int, Wire]]
    ) -> tuple[int, Wire, bool]:
        """Status, body, and whether they are of an earlier request.

        A request that was invalid, or that ran beside another one, leaves nothing behind.
        """
        if not key:
            return *do(), False
        if len(key) > MAX_LENGTH:
            raise Refused(f"Idempotency-Key is longer than {MAX_LENGTH} characters.")
        asked = hashlib.sha256(json.dumps([path, params], sort_keys=True).encode()).hexdigest()
        with self.state.lock:
            if saved := self._saved(key, asked):
                return saved["status"], saved["body"], True
            self.running.add(key)
        try:
            status, body = do()
            with self.state.lock:
                self._save(key, asked, status, body)
            return status, body, False
        except Refused as error:
            if error.saved:
                with self.state.lock:
                    self._save(key, asked, error.status, error.body)
            raise
        finally:
            with self.state.lock:
                self.running.discard(key)

    def _saved(self, key: str, asked: str) -> Wire | None:
        if key in self.running:
            text = "Another request with this idempotency key is running."
            raise Refused(text, status=409, code="idempotency_key_in_use", kind="idempotency_error")
        saved = self.state.answers.get(key)
        if saved is None or saved["at"] + KEPT_SECONDS < self.state.now():
            return None
        if saved["asked"] != asked:
            text = "Keys for idempotent requests can only be used with the same parameters."
            raise Refused(text, kind="idempotency_error")
        return saved

    def _save(self, key: str, asked: str, status: int, body: Wire) -> None:
        at = self.state.now()
        self.state.answers[key] = {"asked": asked, "status": status, "body": body, "at": at}
        self.state.save()
