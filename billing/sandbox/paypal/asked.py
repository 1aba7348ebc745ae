"""What a call asks for that makes an order, checked."""

import re
from typing import Any
from urllib.parse import urlsplit

from billing.sandbox.paypal.wire import (
    Body,
    Refused,
    amount_of,
    inner,
    malformed,
    only,
    required,
    text_of,
    wrong_choice,
    wrong_form,
)
from billing.sandbox.state import Wire

UNIT = "/purchase_units/@reference_id=='default'"
PAYPAL = "/payment_source/paypal"
PREFERENCES = {
    "shipping_preference": ("GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"),
    "user_action": ("CONTINUE", "PAY_NOW"),
    "payment_method_preference": ("UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"),
    "landing_page": ("LOGIN", "GUEST_CHECKOUT", "NO_PREFERENCE", "BILLING"),
}
_CONTEXT = (*PREFERENCES, "brand_name", "locale", "return_url", "cancel_url")
_VAULT = ("store_in_vault", "usage_type", "customer_type", "permit_multiple_payment_tokens")
_CUSTOMER = re.compile(r"[0-9a-zA-Z\-_.^*$@#]{0,64}", re.ASCII)


def asked_order(body: Body) -> Wire:
    """The values of the order. Raises Refused."""
    only(body, "intent", "purchase_units", "payment_source")
    if required(body, "intent") != "CAPTURE":
        raise Refused("INTENT_NOT_SUPPORTED", "The sandbox captures.", field="/intent")
    unit = _unit(required(body, "purchase_units"))
    amount, currency = amount_of(required(unit, "amount", at=UNIT), at=f"{UNIT}/amount")
    wallet = _wallet(body)
    return {
        "amount": amount,
        "currency": currency,
        "reference": text_of(unit, "reference_id", longest=256) or "default",
        "custom_id": text_of(unit, "custom_id"),
        "invoice_id": text_of(unit, "invoice_id"),
        "description": text_of(unit, "description"),
        "_context": context_of(inner(wallet, "experience_context", at=PAYPAL), at=PAYPAL),
        "_save": _save(inner(wallet, "attributes", at=PAYPAL)),
    }


def asked_saved(body: Body) -> str:
    """The saved way to pay that the order is to be paid by at once, "" for none."""
    source = inner(body, "payment_source")
    token = inner(source, "token", at="/payment_source")
    if not token:
        return text_of(_wallet(body), "vault_id", longest=255)
    only(token, "id", "type", at="/payment_source/token")
    if required(token, "type", at="/payment_source/token") != "PAYMENT_METHOD_TOKEN":
        raise wrong_choice("/payment_source/token/type")
    return str(required(token, "id", at="/payment_source/token"))


def context_of(context: Body, *more: str, at: str) -> Wire:
    """How the page for the payer is to look and where it leads. Raises Refused."""
    at = f"{at}/experience_context"
    only(context, *_CONTEXT, *more, at=at)
    for name, allowed in PREFERENCES.items():
        if context.get(name, allowed[0]) not in allowed:
            raise wrong_choice(f"{at}/{name}")
    for name in ("return_url", "cancel_url"):
        if name in context and urlsplit(str(context[name])).scheme not in ("http", "https"):
            raise wrong_form(f"{at}/{name}")
    return context


def customer_of(customer: Body, *, at: str) -> tuple[str, str]:
    """PayPal's own name of them and the one that we gave them, each "" if it is not told."""
    only(customer, "id", "merchant_customer_id", at=at)
    own = text_of(customer, "id", longest=22)
    ours = text_of(customer, "merchant_customer_id", longest=64)
    if not _CUSTOMER.fullmatch(ours):
        raise wrong_form(f"{at}/merchant_customer_id")
    return own, ours


def _unit(units: Any) -> Body:
    if not isinstance(units, list) or len(units) != 1 or not isinstance(units[0], dict):
        text = "The sandbox takes one purchase unit."
        raise malformed("INVALID_ARRAY_MAX_ITEMS", text, field="/purchase_units")
    known = ("reference_id", "amount", "custom_id", "invoice_id", "description", "soft_descriptor")
    only(units[0], *known, at=UNIT)
    text_of(units[0], "soft_descriptor", longest=22)
    return dict(units[0])


def _wallet(body: Body) -> Body:
    source = inner(body, "payment_source")
    only(source, "paypal", "token", at="/payment_source")
    wallet = inner(source, "paypal", at="/payment_source")
    known = ("experience_context", "attributes", "vault_id", "stored_credential")
    only(wallet, *known, at=PAYPAL)
    return wallet


def _save(attributes: Body) -> Wire | None:
    """How the payer's account is to be saved with the payment, if it is."""
    at = f"{PAYPAL}/attributes"
    only(attributes, "customer", "vault", at=at)
    own, ours = customer_of(inner(attributes, "customer", at=at), at=f"{at}/customer")
    vault = inner(attributes, "vault", at=at)
    if not vault:
        return None
    only(vault, *_VAULT, "description", "usage_pattern", at=f"{at}/vault")
    if required(vault, "store_in_vault", at=f"{at}/vault") != "ON_SUCCESS":
        raise wrong_choice(f"{at}/vault/store_in_vault")
    required(vault, "usage_type", at=f"{at}/vault")
    several = bool(vault.get("permit_multiple_payment_tokens", False))
    return {"customer": own, "merchant_customer": ours, "several": several}
