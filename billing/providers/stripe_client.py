"""One call to Stripe: its client, its time limits, and what its errors mean to us."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.sandbox import access as sandbox

API_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = (3.05, 8.0)  # connect, read: somebody waits for the answer
RETRIES = 1  # with the same idempotency key
MISSING = "resource_missing"
UNSAID = (401, 403, 409, 429)
PAGE = 100  # the most that Stripe gives at once

Ask = Callable[[stripe.StripeClient, Any], Any]
AskForPage = Callable[[stripe.StripeClient, Any, Any], Any]

logger = logging.getLogger("billing.stripe")
stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)  # it would log every call


class CardDeclined(ProviderRefused):
    """`intent` is the payment as it is now, if Stripe told it."""

    def __init__(self, *, reason: str, intent: dict[str, Any] | None) -> None:
        super().__init__(reason=reason)
        self.intent = intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    key: str
    webhook_secrets: tuple[str, ...]
    base: str = stripe.DEFAULT_API_BASE

    @property
    def livemode(self) -> bool:
        return "_live_" in self.key[:8]


def access() -> Access:
    if sandbox.is_on():
        secrets = (sandbox.webhook_secret(),)
        return Access(key=sandbox.api_key(), webhook_secrets=secrets, base=sandbox.url())
    return Access(
        key=settings.STRIPE_SECRET_KEY, webhook_secrets=tuple(settings.STRIPE_WEBHOOK_SECRETS)
    )


def call(ask: Ask, *, key: str = "") -> dict[str, Any]:
    """The answer as plain data. Raises ProviderRefused, NotThere, CardDeclined, NoAnswer.

    `key` is the idempotency key of a call that makes something.
    """
    mine = access()
    try:
        answer = ask(_client(mine.key, mine.base), {"idempotency_key": key} if key else {})
    except stripe.StripeError as error:
        logger.warning(
            "stripe did not do it",
            extra={
                "error": type(error).__name__,
                "error_code": error.code,
                "status": error.http_status,
                "provider_request": error.request_id,
            },
        )
        raise _translated(error) from error
    found: dict[str, Any] = answer.to_dict(for_json=True)
    return found


def every(ask: AskForPage, **params: Any) -> Iterator[Any]:
    """All items of a list, newest first, page by page. Raises as call() does."""
    place: dict[str, str] = {}
    while True:
        page = _page(ask, {**params, "limit": PAGE, **place})
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        place = {"starting_after": page["data"][-1]["id"]}


def _page(ask: AskForPage, params: Any) -> dict[str, Any]:
    return call(lambda client, options: ask(client, params, options))


def _translated(error: stripe.StripeError) -> Exception:
    """Only a 4xx says that nothing happened. Some do not even: those about our key (401, 403), and
    those that may be about an earlier attempt (409, 429, an idempotency key with other values)."""
    status = error.http_status or 0
    is_answer = 400 <= status < 500 and status not in UNSAID
    if not is_answer or isinstance(error, stripe.IdempotencyError):
        return NoAnswer()
    if isinstance(error, stripe.CardError):
        body: Any = error.json_body or {}
        told = body.get("error") or {}
        return CardDeclined(reason=error.code or "", intent=told.get("payment_intent"))
    if error.code == MISSING:
        return NotThere(reason=MISSING, about=getattr(error, "param", None) or "")
    return ProviderRefused(reason=error.code or type(error).__name__)


@lru_cache(maxsize=2)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        base_addresses={"api": base},
    )
