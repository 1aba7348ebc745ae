"""PayPal's part of the sandbox."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from billing.sandbox.faults import Fault
from billing.sandbox.paypal import acts, api, captures, disputes, hosted, later, refunds, signing
from billing.sandbox.paypal.accounts import ACCOUNTS
from billing.sandbox.paypal.idempotency import Idempotency
from billing.sandbox.paypal.objects import DISPUTE, EVENT, KINDS, ORDER, TOKEN, of
from billing.sandbox.paypal.wire import Body, broken, missing, parse
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
from billing.sandbox.state import State, Wire
from core.money import format_money

PREFIX = "/paypal"
WEBHOOKS = "/billing/webhooks/paypal/"
JSON = {"Content-Type": "application/json"}

_ENDS: Acts = [("Let it succeed", "succeed"), ("Let it fail", "fail")]
_TAKEN: Acts = [("Win", "win"), ("Lose", "lose")]
_QUESTION: Acts = [("Make it a chargeback", "escalate"), ("Close", "close"), ("Lose", "lose")]
_REVERSE: Acts = [("Reverse", "reverse")]
_SAVED: Acts = [("Remove", "detach")]


class PayPalPlay:
    label = "PayPal"
    prefixes = (f"{PREFIX}/",)
    kinds = KINDS
    event = EVENT
    acts: Mapping[tuple[str, str], Act] = acts.ACTS

    def __init__(self, state: State) -> None:
        self.state = state
        self.idempotency = Idempotency(state)

    def answer(self, request: Request, fault: Fault | None) -> Answer | Page:
        if request.path in hosted.PATHS:
            return self._hosted(request)
        if fault is Fault.BEFORE:
            raise broken()
        answer = self._answer(request)
        if fault is Fault.AFTER:
            raise broken()
        return answer

    def posted(self, event: Wire) -> Posted:
        """One delivery; another one has the same event id, and a signature of its own."""
        body = json.dumps(event["body"]).encode()
        with self.state.lock:
            return Posted(path=WEBHOOKS, body=body, headers=signing.headers(self.state, body))

    def tick(self) -> None:
        later.tick(self.state)

    def payments(self, limit: int) -> list[PaymentRow]:
        return [self._payment(order) for order in self.state.all(ORDER)[:limit]]

    def methods(self, limit: int) -> list[Line]:
        saved = [token for token in self.state.all(TOKEN) if not token["_due"]]
        return [_method(token) for token in saved[:limit]]

    def _hosted(self, request: Request) -> Page:
        if request.method == "POST":
            form = dict(parse_qsl(request.text))
            return hosted.post(self.state, request.path, request.query, form)
        return hosted.show(self.state, request.path, request.query)

    def _answer(self, request: Request) -> Answer:
        path = request.path.removeprefix(PREFIX)
        if path.startswith(signing.CERTIFICATES):
            return self._certificate(request.method, path)
        if path == api.ACCESS_PATH and request.method == "POST":
            return _json(200, api.give_access(self.state, request))
        api.require_access(self.state, request)
        is_post = request.method == "POST"
        body: Body = dict(parse_qsl(request.query))
        if is_post:
            body = parse(request.text, request.headers.get("Content-Type", ""))
        request_id = request.headers.get("PayPal-Request-Id", "") if is_post else ""

        def do() -> tuple[int, Wire | None]:
            return api.answer(self.state, request.method, path, body, request_id=request_id)

        status, answer = self.idempotency.answer(
            request_id, path, body, do, lambda made: api.latest(self.state, made)
        )
        return _json(status, _preferred(request, path, answer))

    def _certificate(self, method: str, path: str) -> Answer:
        if method != "GET":
            raise missing()
        with self.state.lock:
            pem = signing.certificate(self.state, path.removeprefix(signing.CERTIFICATES))
        return Answer(status=200, body=pem, headers={"Content-Type": "application/x-x509-ca-cert"})

    def _payment(self, order: Wire) -> PaymentRow:
        state = self.state
        made = captures.of_order(state, order)
        status = made[-1]["status"] if made else order["status"]
        is_paid = status in captures.MOVED
        steps = _REVERSE if is_paid or order["status"] == "APPROVED" else []
        account = ACCOUNTS.get(order["account"])
        return PaymentRow(
            name=order["id"],
            amount=_money(order),
            status=_words(status),
            why=account.label if account else "",
            at=moment(order["created"]),
            paid=is_paid,
            acts=acts_on("payments", order, _ENDS if status == "PENDING" else steps),
            lines=[
                line
                for capture in made
                for line in (
                    *(_refund(one) for one in refunds.of_capture(state, capture)),
                    *(_dispute(one) for one in of(state, DISPUTE, capture=capture["id"])),
                )
            ],
        )


def _preferred(request: Request, path: str, answer: Wire | None) -> Wire | None:
    """Of a new order only as much as was asked for by `Prefer`."""
    prefers = request.headers.get("Prefer", "return=minimal")
    if answer is None or path != api.ORDERS or prefers == "return=representation":
        return answer
    return {key: answer[key] for key in ("id", "status", "payment_source", "links")}


def _json(status: int, body: Wire | None) -> Answer:
    text = b"" if body is None else json.dumps(body).encode()
    return Answer(status=status, body=text, headers=JSON)


def _refund(made: Wire) -> Line:
    steps = _ENDS if made["status"] == "PENDING" else []
    return _line("Refund", "refunds", made, made["status"], steps)


def _dispute(dispute: Wire) -> Line:
    steps = _TAKEN if dispute["stage"] == "CHARGEBACK" else _QUESTION
    if dispute["status"] == disputes.RESOLVED:
        return _line("Dispute", "disputes", dispute, dispute["outcome"], [])
    return _line("Dispute", "disputes", dispute, dispute["stage"], steps)


def _line(what: str, kind: str, thing: Wire, status: str, steps: Acts) -> Line:
    text = f"{what} of {_money(thing)}, {_words(status)}"
    return Line(text=text, acts=acts_on(kind, thing, steps))


def _method(token: Wire) -> Line:
    text = f"PayPal account {ACCOUNTS[token['account']].email}"
    return Line(text=text, acts=acts_on("methods", token, _SAVED))


def _money(thing: Wire) -> str:
    return format_money(thing["amount"], thing["currency"])


def _words(name: str) -> str:
    return name.replace("_", " ").lower()
