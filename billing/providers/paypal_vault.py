"""Accounts that PayPal keeps for us to charge: saved with a payment, or by a visit of their own."""

from contextlib import suppress

from django.conf import settings

from billing.items import MethodFacts
from billing.providers.errors import NotThere, ProviderRefused
from billing.providers.messages import Person, Redirect, SavedMethod
from billing.providers.paypal_client import Wire, call
from billing.providers.paypal_facts import (
    SETUP,
    TOKEN,
    link_of,
    method_of,
    name_in,
    name_of,
    reading,
    ref,
)
from core import ids

SETUPS, TOKENS = "/v3/vault/setup-tokens", "/v3/vault/payment-tokens"
VISITED = ("APPROVED", "VAULTED", "TOKENIZED")


@reading()
def start(person: Person, *, return_url: str, cancel_url: str) -> Redirect:
    source = {
        "usage_type": "MERCHANT",
        "experience_context": {
            "brand_name": settings.SITE_NAME[:127],
            "shipping_preference": "NO_SHIPPING",
            "return_url": return_url,
            "cancel_url": cancel_url,
        },
    }
    asked = {
        "payment_source": {"paypal": source},
        "customer": {"merchant_customer_id": person.user_sub},
    }
    setup = call("POST", SETUPS, asked, key=f"save:{ids.new_id()}")
    named = ref(SETUP, name_of(setup["id"]))
    page = link_of(setup, "approve", "payer-action")
    if not page:
        raise ProviderRefused(reason="payer_action_missing")
    return Redirect(url=page, ref=named)


@reading()
def fetch_saved(visit: str) -> SavedMethod | None:
    """`visit` is the name of a token, or what a browser brought: that may be anything."""
    try:
        if token := name_in(visit, TOKEN):
            return _saved(call("GET", f"{TOKENS}/{token}"))
        setup = name_in(ref(SETUP, visit.removeprefix(f"{SETUP}:")), SETUP)
        return _exchanged(setup) if setup else None
    except NotThere:
        return None


@reading()
def fetch(named: str) -> MethodFacts | None:
    token = name_in(named, TOKEN)
    if not token:
        return None
    try:
        return method_of(call("GET", f"{TOKENS}/{token}")["id"])
    except NotThere:
        return None


def forget(named: str) -> None:
    token = name_in(named, TOKEN)
    if token:
        with suppress(NotThere):
            call("DELETE", f"{TOKENS}/{token}")


def _exchanged(setup: str) -> SavedMethod | None:
    """A visit that was approved becomes a token, one however often it is asked for."""
    visit = call("GET", f"{SETUPS}/{setup}")
    name_of(visit["id"])
    if visit.get("status") not in VISITED:
        return None
    source = {"token": {"id": setup, "type": "SETUP_TOKEN"}}
    try:
        return _saved(call("POST", TOKENS, {"payment_source": source}, key=setup))
    except NotThere:
        raise
    except ProviderRefused:  # used long ago, or taken back meanwhile
        return None


def _saved(token: Wire) -> SavedMethod | None:
    """None for one that was not saved for a person of ours."""
    method = method_of(token["id"])
    owner = str((token.get("customer") or {}).get("merchant_customer_id") or "")
    return SavedMethod(user_sub=owner, customer=owner, method=method) if owner else None
