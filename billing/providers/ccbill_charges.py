"""Charging a saved card by CCBill's RESTful API, and finding what a lost answer made.

CCBill takes no name of ours and no key that makes a repeat harmless. So a payment gets a token of
its own that is good for one charge, noted here before that: whatever is repeated, it is charged
once, and the token finds what it was charged for.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from billing.items import AUTHENTICATION_REQUIRED, PaymentFacts
from billing.providers import ccbill_facts as facts
from billing.providers.ccbill_access import Access, access
from billing.providers.ccbill_client import call
from billing.providers.ccbill_forms import PARAMETER, Pass
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import Charge, Lost, Outcome, PaymentReport

HOURS, USES = 1, 1  # of a token
SPENT = ("100101", "100102")  # no such token any more, or its time is over
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_NUMBER = re.compile(r"\d{1,40}", re.ASCII)

logger = logging.getLogger("billing.ccbill")


def charge(order: Charge) -> PaymentReport:
    """Raises ProviderRefused, NoAnswer."""
    mine = access()
    token, is_new = _token_of(mine, order)
    given = Pass(payment_id=order.payment_id, user_sub=order.person.user_sub)
    code = int(facts.CURRENCY_CODES[order.currency])
    asked = {
        **_account(mine),
        # JSON has no other numbers; two decimals survive it.
        "initialPrice": float(facts.price_of(order.amount, order.currency)),
        "initialPeriod": int(facts.PERIOD),
        "currencyCode": code,
        "passThroughInfo": [{"name": PARAMETER, "value": given.text}],
    }
    try:
        if _needs_its_owner(token, code):
            return _failed(mine, given, AUTHENTICATION_REQUIRED)
        told = call("POST", f"/transactions/payment-tokens/{token}", json=asked)
    except ProviderRefused as refusal:
        # What was refused may be the second call of a charge that was made, or is being made.
        if found := _charged_if_known(mine, token):
            return _paid(mine, given, order.amount, order.currency, token, found)
        if not is_new or refusal.reason in SPENT:
            raise NoAnswer from None
        raise
    return _answered(mine, order, given, token, told)


def find(lost: Lost) -> PaymentReport | None:
    """Without a token nothing was charged. Whatever else CCBill says to the question, it does not
    say that the token was not used."""
    token = lost.ids.get("token", "").removeprefix(facts.TOKEN)
    if not token:
        return None
    mine = access()
    try:
        subscription = _charged(mine, token)
    except ProviderRefused:
        raise NoAnswer from None
    if not subscription:
        return None
    given = Pass(payment_id=lost.payment_id, user_sub=lost.user_sub)
    return _paid(mine, given, lost.amount, lost.currency, token, subscription)


def _needs_its_owner(token: str, code: int) -> bool:
    """Whether the bank wants to ask them, which it can on a form alone."""
    path = f"/payment-tokens/{token}/threeds-required"
    return call("GET", path, params={"currencyCode": code}) is not False


def _token_of(mine: Access, order: Charge) -> tuple[str, bool]:
    """The one that the payment has, or a new one unless another call notes another one first;
    whether it is new."""
    if known := order.ids.get("token", "").removeprefix(facts.TOKEN):
        return known, False
    made = _new_token(mine, order)
    noted = order.note({"token": f"{facts.TOKEN}{made}"})["token"].removeprefix(facts.TOKEN)
    return noted, noted == made


def _new_token(mine: Access, order: Charge) -> str:
    told = call(
        "POST",
        "/payment-tokens/merchant-only",
        json={
            **_account(mine),
            "subscriptionId": int(order.method_ref.removeprefix(facts.CARD)),
            "timeToLive": HOURS,
            "validNumberOfUse": USES,
        },
    )
    token = told.get("paymentTokenId") if isinstance(told, dict) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise NoAnswer
    return token


def _answered(mine: Access, order: Charge, given: Pass, token: str, told: Any) -> PaymentReport:
    approved = told.get("approved") if isinstance(told, dict) else None
    if approved is False:
        return _failed(mine, given, facts.failure_of(str(told.get("declineCode") or "")))
    subscription = _subscription_of(told)
    if approved is not True or not subscription:
        raise NoAnswer
    return _paid(mine, given, order.amount, order.currency, token, subscription)


def _failed(mine: Access, given: Pass, code: str) -> PaymentReport:
    return facts.unpaid(given, Outcome.FAILED, livemode=mine.livemode, failure_code=code)


def _charged(mine: Access, token: str) -> str:
    """The sale that it was used for; "" for none. Raises ProviderRefused, NotThere, NoAnswer."""
    told = call("GET", f"/transactions/payment-tokens/{token}", params=_account(mine))
    if not isinstance(told, list):
        raise NoAnswer
    found = [_subscription_of(one) for one in told]
    if len(found) > 1:
        logger.error("token was charged twice", extra={"count": len(found)})
    if not all(found):
        raise NoAnswer
    return found[0] if found else ""


def _charged_if_known(mine: Access, token: str) -> str:
    """The same; a token that CCBill does not list is none that was used so far. Raises NoAnswer."""
    try:
        return _charged(mine, token)
    except NotThere:
        return ""
    except ProviderRefused:
        raise NoAnswer from None


def _paid(
    mine: Access, given: Pass, amount: int, currency: str, token: str, subscription: str
) -> PaymentReport:
    """The token was made for this payment alone, so what was charged is what we asked for."""
    return PaymentReport(
        outcome=Outcome.SUCCEEDED,
        payment_id=given.payment_id,
        user_sub=given.user_sub,
        customer="",
        facts=PaymentFacts(
            amount=amount,
            currency=currency,
            livemode=mine.livemode,
            provider_ids={
                "intent": f"{facts.SUBSCRIPTION}{subscription}",
                "token": f"{facts.TOKEN}{token}",
            },
        ),
    )


def _account(mine: Access) -> Mapping[str, int]:
    return {"clientAccnum": int(mine.account), "clientSubacc": int(mine.subaccount)}


def _subscription_of(told: Any) -> str:
    name = told.get("subscriptionId") if isinstance(told, dict) else None
    is_number = isinstance(name, str) and _NUMBER.fullmatch(name)
    return facts.number_of(str(name)) if is_number else ""
