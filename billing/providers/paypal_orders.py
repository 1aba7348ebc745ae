"""Payments at PayPal: an order that its payer approves, or the charge of a saved account."""

from dataclasses import replace
from typing import Any

from django.conf import settings

from billing.items import AUTHENTICATION_REQUIRED, PaymentFacts
from billing.providers import paypal_books
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import Charge, Lost, Outcome, PaymentReport, Redirect, TopUp
from billing.providers.paypal_client import Wire, access, call
from billing.providers.paypal_facts import (
    CAPTURE,
    ORDER,
    TOKEN,
    custom_id,
    link_of,
    name_in,
    name_of,
    payment_of,
    reading,
    ref,
    to_wire,
)

ORDERS, CAPTURES = "/v2/checkout/orders", "/v2/payments/captures"
PAYER_ACTION = "PAYER_ACTION_REQUIRED"
# These say what the order is, which it says itself.
TOLD_BY_THE_ORDER = ("ORDER_ALREADY_CAPTURED", "ORDER_NOT_APPROVED")
OVER = ("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "ORDER_EXPIRED")  # it can never be paid now
# Of a saved account; what else PayPal refuses is about the call.
DECLINES = (
    "INSTRUMENT_DECLINED",
    "TRANSACTION_REFUSED",
    "PAYER_CANNOT_PAY",
    "PAYER_ACCOUNT_RESTRICTED",
)


@reading()
def start(top_up: TopUp) -> Redirect:
    source: Wire = {"experience_context": _context(top_up.return_url, top_up.cancel_url)}
    source["experience_context"] |= {
        "user_action": "PAY_NOW",
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
    }
    if top_up.save_method:
        source["attributes"] = {
            "vault": {
                "store_in_vault": "ON_SUCCESS",
                "usage_type": "MERCHANT",
                "customer_type": "CONSUMER",
            },
            "customer": {"merchant_customer_id": top_up.person.user_sub},
        }
    order = call(
        "POST",
        ORDERS,
        _order(top_up, top_up.person.user_sub, source),
        key=f"topup:{top_up.payment_id}",
    )
    made = ref(ORDER, name_of(order["id"]))
    return Redirect(url=_page_of(order) or top_up.return_url, ref=made)


@reading()
def fetch(named: str) -> PaymentReport | None:
    if order_id := name_in(named, ORDER):
        try:
            return payment_of(order_named(order_id))
        except NotThere:
            # PayPal forgets what nobody approved in some hours: nothing is there to be paid.
            return None
    if capture_id := name_in(named, CAPTURE):
        capture = call("GET", f"{CAPTURES}/{capture_id}")
        return payment_of(order_of(capture), capture)
    return None


def order_named(order_id: str) -> Wire:
    """With its name and what was ordered, at least: one without is not one where no payment of ours
    is. Raises NotThere, and what reading() knows."""
    order = call("GET", f"{ORDERS}/{order_id}")
    name_of(order["id"])
    if not isinstance(order["purchase_units"][0], dict):
        raise TypeError
    return order


def order_of(capture: Wire) -> Wire:
    """What its payment belongs to; {} when PayPal does not say or no longer knows."""
    name_of(capture["id"])
    related = (capture.get("supplementary_data") or {}).get("related_ids") or {}
    order_id = name_in(ref(ORDER, related.get("order_id")), ORDER)
    if not order_id:
        return {}
    try:
        return order_named(order_id)
    except NotThere:
        return {}


@reading()
def capture(named: str, payment_id: str) -> PaymentReport:
    """Once for each order, whoever asks. A refusal is an answer: nothing was taken, and while the
    order lives its payer may choose another way. Raises ProviderRefused, NotThere, NoAnswer."""
    order_id = name_in(named, ORDER)
    if not order_id:
        raise ProviderRefused(reason="payment_unknown")
    path = f"{ORDERS}/{order_id}"
    try:
        order = call("POST", f"{path}/capture", {}, key=f"capture:{payment_id}")
    except NotThere:
        raise
    except ProviderRefused as refused:
        report = _known(payment_of(order_named(order_id)))
        is_unpaid = report.outcome in (Outcome.APPROVED, Outcome.OPEN)
        if refused.reason in TOLD_BY_THE_ORDER or not is_unpaid:
            return report
        outcome = Outcome.FAILED if refused.reason in OVER else Outcome.OPEN
        return replace(report, outcome=outcome, failure_code=refused.reason)
    return _known(payment_of(order))


@reading()
def charge(order: Charge) -> PaymentReport:
    """A decline is an answer: FAILED with its code. Raises ProviderRefused, NotThere, NoAnswer."""
    token = name_in(order.method_ref, TOKEN)
    if not token:
        raise NotThere(reason="TOKEN_ID_NOT_FOUND", about="payment_method")
    try:
        made = call(
            "POST",
            ORDERS,
            _order(order, order.person.user_sub, {"vault_id": token}),
            key=f"charge:{order.payment_id}",
        )
    except ProviderRefused as refused:
        if refused.reason not in (PAYER_ACTION, *DECLINES):
            raise
        return _failed(order, refused.reason)
    named = ref(ORDER, name_of(made["id"]))
    if made.get("status") == PAYER_ACTION:
        return _failed(order, PAYER_ACTION)
    report = _known(payment_of(made))
    if report.outcome is Outcome.APPROVED:
        report = capture(named, order.payment_id)
        if report.failure_code and report.outcome is Outcome.OPEN:
            return _failed(order, report.failure_code)
    return report


def find(lost: Lost) -> PaymentReport | None:
    """By our name in PayPal's books, which are hours late."""
    found = paypal_books.find_payment(lost)
    return fetch(ref(CAPTURE, found)) if found else None


def _page_of(order: Wire) -> str:
    """An approved one has no link to it, though its payer may have to choose another way to pay. A
    paid one has no page: ours asks what became of it."""
    if page := link_of(order, "payer-action", "approve"):
        return page
    is_approved = order.get("status") == "APPROVED"
    return f"{access().site}/checkoutnow?token={order['id']}" if is_approved else ""


def _context(return_url: str, cancel_url: str) -> Wire:
    return {
        "brand_name": settings.SITE_NAME[:127],
        "shipping_preference": "NO_SHIPPING",
        "return_url": return_url,
        "cancel_url": cancel_url,
    }


def _order(asked: TopUp | Charge, user_sub: str, source: Wire) -> Wire:
    """The same for the same payment at any time: a PayPal-Request-Id stands for these values."""
    unit: Any = {
        "custom_id": custom_id(user_sub, asked.payment_id),
        "invoice_id": asked.payment_id,
        "description": f"{settings.SITE_NAME} balance"[:127],
        "amount": to_wire(asked.amount, asked.currency),
    }
    return {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": {"paypal": source}}


def _known(report: PaymentReport | None) -> PaymentReport:
    """An answer without our names says nothing, though money may have moved."""
    if report is None:
        raise NoAnswer
    return report


def _failed(order: Charge, code: str) -> PaymentReport:
    """Its order is left aside, so that the person gets one of their own."""
    return PaymentReport(
        outcome=Outcome.FAILED,
        payment_id=order.payment_id,
        user_sub=order.person.user_sub,
        customer="",
        facts=PaymentFacts(
            amount=order.amount, currency=order.currency, livemode=access().livemode
        ),
        failure_code=AUTHENTICATION_REQUIRED if code == PAYER_ACTION else code,
    )
