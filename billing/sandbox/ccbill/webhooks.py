"""CCBill's webhooks: nothing signs them. Type and account stand in the query, all else in the body.

A refund, a void and a chargeback name the transaction that they take back, so that two refunds of
one sale differ in their time and amount alone."""

import json
import secrets
from urllib.parse import urlencode

from billing.sandbox import access
from billing.sandbox.ccbill.cards import BIN, CARDS, DECLINES
from billing.sandbox.ccbill.people import PERSON
from billing.sandbox.ccbill.wire import (
    ACCOUNT,
    CODES,
    PERIOD_DAYS,
    form_digest,
    price,
    response_digest,
    stamp,
)
from billing.sandbox.play import Posted
from billing.sandbox.state import State, Wire

EVENT = "ccbill.event"


def path() -> str:
    """As it is set in CCBill's Admin."""
    return f"/billing/webhooks/ccbill/{access.secret('ccbill-webhooks')}/"


def posted(event: Wire) -> Posted:
    query = {
        **ACCOUNT,
        "eventType": event["type"],
        "eventGroupType": "Subscription",
    }
    return Posted(
        path=f"{path()}?{urlencode(query)}",
        body=json.dumps(event["body"]).encode(),
        headers={"Content-Type": "application/json"},
    )


def tell_sale(state: State, sale: Wire) -> None:
    is_approved = sale["status"] == "approved"
    kind = "UpSale" if sale["original"] else "NewSale"
    end = _success(sale) if is_approved else _failure(sale)
    body = {
        **ACCOUNT,
        **end,
        "timestamp": stamp(state.now()),
        **PERSON,
        **_prices(sale),
        **_card(sale),
        "dynamicPricingValidationDigest": response_digest(sale["id"], approved=is_approved),
        "threeDSecure": "AUTHENTICATED" if sale["sca"] == "Y" else "NOT_APPLICABLE",
        **(_of_an_earlier_one(sale) if sale["original"] else _of_a_form(sale)),
        **{f"X-{name}": value for name, value in sale["passed"].items()},
    }
    emit(state, f"{kind}{'Success' if is_approved else 'Failure'}", body)


def tell_reversal(state: State, sale: Wire, reversal: Wire) -> None:
    amount, code = price(reversal["amount"], sale["currency"]), CODES[sale["currency"]]
    body = {
        **ACCOUNT,
        "transactionId": sale["transaction"],
        "subscriptionId": sale["id"],
        "timestamp": stamp(reversal["created"]),
        "amount": amount,
        "currency": sale["currency"],
        "currencyCode": code,
        "accountingAmount": amount,
        "accountingCurrency": sale["currency"],
        "accountingCurrencyCode": code,
        "reason": reversal["reason"],
        **_card(sale),
    }
    emit(state, reversal["type"], body)


def emit(state: State, kind: str, body: Wire) -> None:
    """An event, to be delivered until our site takes it."""
    name = f"ccbill_{secrets.token_hex(12)}"
    pending = state.take_delivery()
    state.put(name, EVENT, type=kind, body=body, created=state.now(), pending_webhooks=pending)


def _success(sale: Wire) -> Wire:
    return {"transactionId": sale["transaction"], "subscriptionId": sale["id"]}


def _failure(sale: Wire) -> Wire:
    """What was denied has the number of its denial alone."""
    text, code = DECLINES[sale["decline"]]
    return {"transactionId": sale["id"], "failureReason": text, "failureCode": code}


def _prices(sale: Wire) -> Wire:
    currency = sale["currency"]
    amount, code = price(sale["amount"], currency), CODES[currency]
    return {
        "priceDescription": f"{amount}({currency}) for {PERIOD_DAYS} days (non-recurring)",
        "recurringPriceDescription": "",
        **{
            f"{kind}{name}": value
            for kind in ("billed", "subscription", "accounting")
            for name, value in (
                ("InitialPrice", amount),
                ("RecurringPrice", "0.00"),
                ("Currency", currency),
                ("CurrencyCode", code),
            )
        },
        "initialPeriod": str(PERIOD_DAYS),
        "recurringPeriod": "0",
        "rebills": "0",
        "subscriptionTypeId": "0000000001",
        "lifeTimeSubscription": "0",
    }


def _card(sale: Wire) -> Wire:
    card = CARDS[sale["card"]]
    return {
        "paymentType": "CREDIT",
        "cardType": card.brand,
        "bin": BIN,
        "last4": card.last4,
        "expDate": sale["expires"],
        "prePaid": "0",
        "paymentAccount": f"sandbox{card.last4}",
    }


def _of_a_form(sale: Wire) -> Wire:
    """The digest and the currency of the link come back as if they had been passed through."""
    code = CODES[sale["currency"]]
    return {
        "formName": "sandbox",
        "flexId": access.CCBILL_FLEX_ID,
        "referringUrl": "none",
        "reservationId": "",
        "avsResponse": "Y",
        "cvv2Response": "M",
        "X-currencyCode": code,
        "X-formDigest": form_digest(
            price(sale["amount"], sale["currency"]), str(PERIOD_DAYS), code
        ),
    }


def _of_an_earlier_one(sale: Wire) -> Wire:
    return {
        "originalSubscriptionId": sale["original"],
        "originalClientAccnum": access.CCBILL_ACCOUNT,
        "originalClientSubacc": access.CCBILL_SUBACCOUNT,
        "source": "API",
        "scaResponseStatus": "",
    }
