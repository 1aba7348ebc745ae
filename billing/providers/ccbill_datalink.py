"""DataLink, CCBill's older door: what became of a sale, sending money back, and CCBill's books."""

import csv
import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

from billing.providers import ccbill_facts as facts
from billing.providers.ccbill_access import Access, access
from billing.providers.ccbill_client import Bounds, send
from billing.providers.ccbill_webhooks import KINDS, back_of
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import Entry, EntryKind, Event, EventKind, RefundOrder

MANAGE, EXTRACT = "/utils/subscriptionManagement.cgi", "/data/main.cgi"
DONE = "1"
LONGEST = timedelta(hours=24)
OF_A_SALE = Bounds(most=8 * 1024)
OF_BOOKS = Bounds(most=64 * 1024 * 1024, seconds=60.0)  # some hundred thousand sales of a day
NOTHING = "1"  # the books of a time without money
UNKNOWN_SALE = ("-2", "-3", "-4")  # no such name, no such sale, another account's
# The result is not known, or it is about our access, not about the sale.
UNSAID = ("-1", "-5", "-6", "-7", "-8", "-9", "-10", "-12")
# Column of the amount, by type. That of NEW is taken from published integrations: the guide of
# CCBill does not list the columns of NEW.
AMOUNTS = {"NEW": 17, "REFUND": 5, "VOID": 5, "CHARGEBACK": 5}
TYPE, SUBACCOUNT, SUBSCRIPTION, TIME = 0, 2, 3, 4
NAMED_WITHOUT_TIME = ("NEW", "VOID")  # published samples have voids without one

# Read whole and by these two alone, so that no parser of XML meets an answer.
_DOCUMENT = re.compile(r"\s*(?:<\?xml [^<>]*\?>)?\s*<results>(.*)</results>\s*", re.DOTALL)
_FIELD = re.compile(r"\s*<(\w+)>([^<>&]*)</\1>\s*", re.ASCII)
_EMPTY = re.compile(r"\s*<(\w+)\s*/>\s*", re.ASCII)
_CODE = re.compile(r"\s*(-?\d{1,3})\s*", re.ASCII)
_REASONS = {  # words of its sentences, which may change
    "too soon": re.compile("minute|hour", re.IGNORECASE),
    "access": re.compile("authenti|login|password|permission", re.IGNORECASE),
}
_COUNT = re.compile(r"\d{1,6}", re.ASCII)

logger = logging.getLogger("billing.ccbill")


def sent_back(subscription: str) -> int | None:
    """How often money of the sale was sent back, None when CCBill knows no such sale. Whether it
    still runs does not matter: what was cancelled was paid. Raises NoAnswer."""
    told = _manage("viewSubscriptionStatus", subscription)
    if isinstance(told, str):
        if told in UNKNOWN_SALE:
            return None
        raise NoAnswer
    counts = [told.get(name, "") for name in ("refundsIssued", "voidsIssued")]
    if "subscriptionStatus" not in told or not all(map(_COUNT.fullmatch, counts)):
        raise NoAnswer
    return sum(map(int, counts))


def refund(order: RefundOrder, subscription: str) -> None:
    """CCBill takes it on. Raises ProviderRefused (nothing happened), NoAnswer (it may have)."""
    if order.is_whole:
        code = _manage("voidOrRefundTransaction", subscription)
    else:
        amount = facts.price_of(order.amount, order.currency)
        code = _manage("refundTransaction", subscription, amount=amount)
    if code == DONE:
        return
    if not isinstance(code, str) or code in UNSAID:
        raise NoAnswer
    raise ProviderRefused(reason=f"datalink_{code}")


def entries(start: datetime, end: datetime, currency: str) -> Iterator[Entry]:
    """Oldest first. CCBill gives them once in an hour, and a day at most: of a longer time those of
    the day in its middle. Raises NoAnswer for what is no list."""
    mine = access()
    cut = max(end - start - LONGEST, timedelta(0)) / 2
    start, end = start + cut, end - cut
    asked = {
        **_login(mine),
        "startTime": facts.stamp_of(start),
        "endTime": facts.stamp_of(end),
        "transactionTypes": ",".join(AMOUNTS),
        **({"testMode": "1"} if mine.lists_tests else {}),
    }
    text = _post(mine, EXTRACT, asked, OF_BOOKS)
    if text.strip() == NOTHING:
        return
    found = [
        _entry(row, currency, mine.livemode, start) for row in _rows(text) if _is_ours(row, mine)
    ]
    yield from sorted(
        (entry for entry in found if start <= entry.at < end), key=lambda entry: entry.at
    )


def _manage(action: str, subscription: str, **more: str) -> str | dict[str, str]:
    """A code, or the fields of a sale."""
    mine = access()
    asked = {
        **_login(mine),
        "action": action,
        "subscriptionId": subscription,
        "returnXML": "1",
        **more,
    }
    told = _read(_post(mine, MANAGE, asked, OF_A_SALE))
    if isinstance(told, str) and told != DONE:
        logger.warning("ccbill did not do it", extra={"operation": action, "error_code": told})
    return told


def _login(mine: Access) -> dict[str, str]:
    username, password = mine.datalink
    return {
        "clientAccnum": mine.account,
        "clientSubacc": mine.subaccount,
        "username": username,
        "password": password,
    }


def _post(mine: Access, path: str, asked: dict[str, str], bounds: Bounds) -> str:
    """In the body: an address with a password in it ends in logs."""
    answer = send("POST", f"{mine.datalink_url}{path}", bounds, data=asked)
    if answer.status != HTTPStatus.OK:
        logger.warning("ccbill did not do it", extra={"status": answer.status})
        raise NoAnswer
    return answer.body.decode("utf-8", "replace")


def _read(text: str) -> str | dict[str, str]:
    """Raises NoAnswer for what has another form."""
    document = _DOCUMENT.fullmatch(text)
    inner = document[1] if document else ""
    if code := _CODE.fullmatch(inner):
        return code[1]
    inner = _EMPTY.sub(r"<\1></\1>", inner)
    told = dict(_FIELD.findall(inner))
    if not told or _FIELD.sub("", inner):
        raise NoAnswer
    return told


def _rows(text: str) -> list[list[str]]:
    """Raises NoAnswer: a time without money has a word of its own."""
    try:
        rows = [row for row in csv.reader(text.splitlines(), strict=True) if row]
    except csv.Error as error:
        raise NoAnswer from error
    if not rows:
        raise NoAnswer
    return rows


def _is_ours(row: list[str], mine: Access) -> bool:
    """Raises NoAnswer: an error is told in the place of the lines."""
    if row[TYPE] not in AMOUNTS or len(row) <= AMOUNTS[row[TYPE]]:
        found = (name for name, words in _REASONS.items() if words.search(row[TYPE]))
        logger.warning("ccbill gave no books", extra={"wrong": next(found, "other")})
        raise NoAnswer
    return row[SUBACCOUNT].zfill(4) == mine.subaccount.zfill(4)


def _entry(row: list[str], currency: str, livemode: bool, start: datetime) -> Entry:
    """What has no time of its own is at the start of what was asked for. Raises NoAnswer when it
    cannot be read: nothing is known of such a day."""
    kind, subscription = row[TYPE], facts.number_of(row[SUBSCRIPTION])
    amount = facts.amount_of(row[AMOUNTS[kind]], currency)
    at = facts.time_of(row[TIME])
    if at is None and kind in NAMED_WITHOUT_TIME and not row[TIME]:
        at = start
    if amount < 0 or at is None or not row[SUBSCRIPTION].isdecimal():
        raise NoAnswer
    payment_ref = f"{facts.SUBSCRIPTION}{subscription}"
    if kind == "NEW":
        return Entry(
            kind=EntryKind.PAYMENT,
            ref=payment_ref,
            payment_ref=payment_ref,
            amount=amount,
            currency=currency,
            at=at,
        )
    told = {
        "subscriptionId": subscription,
        "amount": row[AMOUNTS[kind]],
        "currency": currency,
        "timestamp": facts.stamp_of(at),
    }
    event = _event_of(kind, told, livemode)
    return Entry(
        kind=EntryKind.DISPUTE if event.kind is EventKind.DISPUTE else EntryKind.REFUND,
        ref=event.ref,
        payment_ref=payment_ref,
        amount=-amount,
        currency=currency,
        at=at,
        event=event,
    )


def _event_of(kind: str, told: dict[str, str], livemode: bool) -> Event:
    """The one that CCBill posted: the same name, so it is done once."""
    event_type = kind.capitalize()
    event_id, ref = back_of(event_type, told["subscriptionId"], told["timestamp"])
    return Event(
        id=event_id,
        type=event_type,
        kind=KINDS[event_type],
        livemode=livemode,
        ref=ref,
        told=told,
    )
