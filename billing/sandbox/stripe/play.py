"""Stripe's part of the sandbox."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import stripe

from billing.sandbox import access
from billing.sandbox.faults import Fault
from billing.sandbox.play import (
    Act,
    Acts,
    Answer,
    Line,
    Page,
    PaymentRow,
    Posted,
    Request,
    acts_on,
    moment,
)
from billing.sandbox.state import State, Wire, public
from billing.sandbox.stripe import acts, api, disputes, hosted, later
from billing.sandbox.stripe.charges import chosen
from billing.sandbox.stripe.idempotency import Idempotency
from billing.sandbox.stripe.objects import KINDS
from billing.sandbox.stripe.wire import Refused, parse
from core.money import format_money

PAY = "/c/pay/"
WEBHOOKS = "/billing/webhooks/stripe/"

_REFUND: dict[str, Acts] = {
    "pending": [("Let it succeed", "succeed"), ("Let it fail", "fail")],
    "succeeded": [("Let it fail after all", "fail")],
}
_ENDS: Acts = [("Win", "win"), ("Lose", "lose")]
_QUESTION: Acts = [("Make it a chargeback", "escalate"), ("Close", "close")]
_SLOW: Acts = [("Let it succeed", "succeed"), ("Let it fail", "fail")]
_CARD: Acts = [("Expire", "expire"), ("Renew", "renew"), ("Remove", "detach")]


class StripePlay:
    label = "Stripe"
    prefixes = ("/v1/", PAY)
    kinds = frozenset(KINDS.values())
    event = "event"
    acts: Mapping[tuple[str, str], Act] = acts.ACTS

    def __init__(self, state: State) -> None:
        self.state = state
        self.idempotency = Idempotency(state)

    def answer(self, request: Request, fault: Fault | None) -> Answer | Page:
        if request.path.startswith(PAY):
            return self._hosted(request)
        if request.headers.get("Authorization") != f"Bearer {access.api_key()}":
            raise Refused("Invalid API Key provided.", status=401)
        is_post = request.method == "POST"
        params = parse(request.text if is_post else request.query)
        key = request.headers.get("Idempotency-Key", "") if is_post else ""
        status, body, replayed = self.idempotency.answer(
            key,
            f"{request.method} {request.path}",
            params,
            lambda: self._do(request, params, fault),
        )
        headers = {"Content-Type": "application/json"}
        if replayed:
            headers["Idempotent-Replayed"] = "true"
        return Answer(status=status, body=json.dumps(body).encode(), headers=headers)

    def posted(self, event: Wire) -> Posted:
        return signed(event)

    def tick(self) -> None:
        later.tick(self.state)

    def payments(self, limit: int) -> list[PaymentRow]:
        return [self._payment(intent) for intent in self.state.all("payment_intent")[:limit]]

    def methods(self, limit: int) -> list[Line]:
        saved = [method for method in self.state.all("payment_method") if method["customer"]]
        return [_card(method) for method in saved[:limit]]

    def _hosted(self, request: Request) -> Page:
        name = request.path.removeprefix(PAY)
        if request.method == "POST":
            return hosted.post(self.state, name, dict(parse_qsl(request.text)))
        return hosted.show(self.state, name)

    def _do(
        self, request: Request, params: dict[str, Any], fault: Fault | None
    ) -> tuple[int, Wire]:
        if fault is Fault.BEFORE:
            raise _broken()
        shown = api.answer(self.state, request.method, request.path, params)
        if fault is Fault.AFTER:
            raise _broken()
        return 200, shown

    def _payment(self, intent: Wire) -> PaymentRow:
        mine = {"payment_intent": intent["id"]}
        told = intent["last_payment_error"] or {}
        return PaymentRow(
            name=intent["id"],
            amount=_money(intent),
            status=_words(intent["status"]),
            why=told.get("decline_code") or told.get("code") or "",
            at=moment(intent["created"]),
            paid=intent["status"] == "succeeded",
            acts=acts_on("payments", intent, _SLOW if intent["status"] == "processing" else []),
            lines=[
                *(
                    _line("Refund", "refunds", one, _REFUND.get(one["status"], []))
                    for one in chosen(self.state.all("refund"), mine, *mine)
                ),
                *(
                    _line("Dispute", "disputes", one, _steps(one))
                    for one in chosen(self.state.all(disputes.DISPUTE), mine, *mine)
                ),
            ],
        )


def signed(event: Wire) -> Posted:
    """One delivery; another one has the same event id and a new time."""
    body = json.dumps(public(event), indent=2)
    signature = stripe.WebhookSignature.generate_signature_header(body, access.webhook_secret())
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
    return Posted(path=WEBHOOKS, body=body.encode(), headers=headers)


def _steps(dispute: Wire) -> Acts:
    if dispute["status"] in disputes.OPEN:
        return _ENDS
    return _QUESTION if dispute["status"] in disputes.INQUIRIES else []


def _line(what: str, kind: str, thing: Wire, steps: Acts) -> Line:
    text = f"{what} of {_money(thing)}, {_words(thing['status'])}"
    return Line(text=text, acts=acts_on(kind, thing, steps))


def _card(method: Wire) -> Line:
    card = method["card"]
    until = f"{card['exp_month']:02}/{card['exp_year']}"
    return Line(
        text=f"{card['brand'].title()} •••• {card['last4']}, until {until}",
        acts=acts_on("methods", method, _CARD),
    )


def _money(thing: Wire) -> str:
    return format_money(thing["amount"], thing["currency"].upper())


def _words(name: str) -> str:
    return name.replace("_", " ")


def _broken() -> Refused:
    return Refused("An unknown error occurred.", status=500, kind="api_error", saved=True)
