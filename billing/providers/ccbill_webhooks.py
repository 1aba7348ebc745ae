"""CCBill's webhooks. Nothing signs them, so several things must be right at once, and each
alone proves nothing: where they come from, a secret of their address, the account, a digest.

Of what they tell of a person (name, address, e-mail, a password) nothing leaves this module.
"""

import ipaddress
import json
import logging
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.utils.crypto import constant_time_compare

from billing.providers import ccbill_facts as facts
from billing.providers.ccbill_access import Access
from billing.providers.ccbill_forms import PARAMETER, digest
from billing.providers.errors import BadSignature, MalformedEvent
from billing.providers.messages import Event, EventKind, Webhook
from core.client_ip import truncated

APPROVED, DENIED = "1", "0"
MOST_FIELDS, LONGEST_REASON = 300, 100
FORM_SALE, CHARGE_SALE = "NewSaleSuccess", "UpSaleSuccess"
# A charge that was declined. A form (NewSaleFailure) lets people try again.
CHARGE_DECLINED = "UpSaleFailure"
VOID = "Void"
KINDS = {
    FORM_SALE: EventKind.PAYMENT,
    CHARGE_SALE: EventKind.PAYMENT,
    CHARGE_DECLINED: EventKind.PAYMENT,
    "Refund": EventKind.REFUND,
    VOID: EventKind.REFUND,
    "Chargeback": EventKind.DISPUTE,
    "Return": EventKind.DISPUTE,
}
_BACK = {
    "Refund": facts.REFUND,
    VOID: facts.REFUND,
    "Chargeback": facts.DISPUTE,
    "Return": facts.RETURN,  # of a bank account: its books do not list them
}

_PASSED = f"X-{PARAMETER}"
_DIGEST = "dynamicPricingValidationDigest"
_HEX = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)
_TYPE = re.compile(r"[A-Za-z]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\d{1,40}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9]{1,40}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9-]{1,20}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_TOLD = {  # name of ours, name of theirs, what it may be
    "pay": (_PASSED, re.compile(r"[A-Za-z0-9.]{1,120}", re.ASCII)),
    "subscriptionId": ("subscriptionId", _NUMBER),
    "transactionId": ("transactionId", _NAME),
    "timestamp": ("timestamp", _TIME),
    "brand": ("cardType", re.compile(r"[A-Za-z ]{1,30}", re.ASCII)),
    "last4": ("last4", re.compile(r"\d{4}", re.ASCII)),
    "expDate": ("expDate", re.compile(r"\d{4}", re.ASCII)),
}
_MONEY = re.compile(r"[A-Za-z0-9.]{1,20}", re.ASCII)

logger = logging.getLogger("billing.webhooks")


def event_of(webhook: Webhook, mine: Access) -> Event:
    """Raises BadSignature, MalformedEvent. What knew the secret and is wrong all the same is told
    to operators: a setting of ours is wrong, or the secret is out."""
    if not constant_time_compare(webhook.secret, mine.webhook_secret):
        raise BadSignature
    try:
        return _checked(webhook, mine)
    except MalformedEvent:
        _disbelieved("form")
        raise


def _checked(webhook: Webhook, mine: Access) -> Event:
    if not _is_from(webhook.peer, mine.networks):
        raise _disbelieved("address", ip=truncated(webhook.peer))
    told = _fields(webhook)
    for fields in (webhook.query, told):
        if not _is_account(fields, mine):
            raise _disbelieved("account")
    event_type = webhook.query.get("eventType", "")
    if not _TYPE.fullmatch(event_type):
        raise MalformedEvent
    if not _is_digest_right(event_type, told, mine.salt):
        raise _disbelieved("digest")
    return _event(event_type, told, mine)


def event_id_of(event_type: str, *names: str) -> str:
    """CCBill gives none. Raises MalformedEvent when a name is missing."""
    if not all(names):
        raise MalformedEvent
    return ":".join((event_type, *names))


def back_of(event_type: str, subscription: str, stamp: str) -> tuple[str, str]:
    """The names of an event that tells of money that went back, and of that money: the same by a
    webhook and by CCBill's books. Raises MalformedEvent.

    Two refunds of a sale differ in their time alone. A sale is voided once, and the books may
    give a void no time.
    """
    when = "void" if event_type == VOID else stamp
    event_id = event_id_of(event_type, subscription, when)
    return event_id, f"{_BACK[event_type]}{subscription}:{when}"


def _disbelieved(wrong: str, **more: str) -> BadSignature:
    logger.error("webhook not believed", extra={"wrong": wrong, **more})
    return BadSignature()


def _is_from(peer: str, networks: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in networks)


def _fields(webhook: Webhook) -> dict[str, str]:
    """Text alone: some numbers are larger than JSON readers count, and money is no fraction. What
    we keep is ASCII, so a name in another encoding is no reason to lose a sale."""
    body = webhook.body.decode("utf-8-sig", "replace").lstrip()
    try:
        if body.startswith("{"):
            told = json.loads(body, parse_int=str, parse_float=str)
        else:
            told = dict(parse_qsl(body, max_num_fields=MOST_FIELDS, errors="replace"))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise MalformedEvent
    return {name: value.strip() for name, value in told.items() if isinstance(value, str)}


def _is_account(fields: Mapping[str, str], mine: Access) -> bool:
    ours = {"clientAccnum": mine.account, "clientSubacc": mine.subaccount}
    return all(_is_same_number(fields.get(name, ""), value) for name, value in ours.items())


def _is_same_number(told: str, ours: str) -> bool:
    """Zeros in front are lost where it is written as a number."""
    return bool(_NUMBER.fullmatch(told)) and told.lstrip("0") == ours.lstrip("0")


def _is_digest_right(event_type: str, told: Mapping[str, str], salt: str) -> bool:
    """Our forms have dynamic prices, so a sale of theirs has one; a charge need not."""
    given = told.get(_DIGEST, "")
    if not given and event_type != FORM_SALE:
        return True
    if event_type in (FORM_SALE, CHARGE_SALE):
        names, end = ["subscriptionId"], APPROVED
    elif event_type in ("NewSaleFailure", CHARGE_DECLINED):
        names, end = ["denialId", "subscriptionId", "transactionId"], DENIED
    else:
        return True
    numbers = [told[name] for name in names if _NUMBER.fullmatch(told.get(name, ""))]
    spelled = {*numbers, *map(facts.number_of, numbers)}
    is_digest = bool(_HEX.fullmatch(given))
    return is_digest and any(
        constant_time_compare(given.lower(), digest(n, end, salt)) for n in spelled
    )


def _event(event_type: str, told: Mapping[str, str], mine: Access) -> Event:
    kind = KINDS.get(event_type, EventKind.OTHER)
    known = _known(told)
    event_id, ref = _names(event_type, kind, known)
    kept = {}
    if kind is EventKind.PAYMENT:
        kept = _of_payment(event_type, told, known)
    elif kind is not EventKind.OTHER:
        kept = _of_reversal(told, known, kind)
    return Event(
        id=event_id, type=event_type, kind=kind, livemode=mine.livemode, ref=ref, told=kept
    )


def _names(event_type: str, kind: EventKind, known: Mapping[str, str]) -> tuple[str, str]:
    """Of the event, and of what it tells of. Raises MalformedEvent."""
    subscription, transaction = known.get("subscriptionId", ""), known.get("transactionId", "")
    stamp = re.sub(r"\D", "", known.get("timestamp", ""))
    if event_type in _BACK:
        return back_of(event_type, subscription, stamp)
    event_id = event_id_of(event_type, *([transaction] if transaction else [subscription, stamp]))
    if kind is EventKind.OTHER:
        return event_id, ""
    if event_type == CHARGE_DECLINED:
        return event_id, f"{facts.DENIAL}{transaction or subscription}"
    if not subscription:
        raise MalformedEvent
    return event_id, f"{facts.SUBSCRIPTION}{subscription}"


def _known(told: Mapping[str, str]) -> dict[str, str]:
    found = {name: _part(told.get(field, ""), form) for name, (field, form) in _TOLD.items()}
    for name in ("subscriptionId", "transactionId"):
        if found[name].isdecimal():
            found[name] = facts.number_of(found[name])
    return {name: value for name, value in found.items() if value}


def _of_payment(event_type: str, told: Mapping[str, str], known: dict[str, str]) -> dict[str, str]:
    """What paid is kept of a form alone: what is charged again is saved already."""
    names = ["pay", "subscriptionId", "transactionId", "timestamp"]
    if event_type == FORM_SALE:
        names += ["brand", "last4", "expDate"]
    kept = {name: known[name] for name in names if name in known}
    if event_type == CHARGE_DECLINED:
        return {**kept, "reason": _part(told.get("failureCode", ""), _CODE)}
    return {**kept, **_money(told, "billedInitialPrice", "billedCurrencyCode")}


def _of_reversal(told: Mapping[str, str], known: dict[str, str], kind: EventKind) -> dict[str, str]:
    names = ("subscriptionId", "transactionId", "timestamp")
    kept = {name: known[name] for name in names if name in known}
    kept |= _money(told, "amount", "currencyCode" if told.get("currencyCode") else "currency")
    if kind is EventKind.DISPUTE:
        reason = told.get("reason", "")[:LONGEST_REASON]
        kept["reason"] = "".join(sign if sign.isprintable() else "?" for sign in reason)
    return kept


def _money(told: Mapping[str, str], amount: str, currency: str) -> dict[str, str]:
    return {
        "amount": _part(told.get(amount, ""), _MONEY),
        "currency": _part(told.get(currency, ""), _MONEY),
    }


def _part(text: str, form: re.Pattern[str]) -> str:
    return text if form.fullmatch(text) else ""
