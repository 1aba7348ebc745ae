"""PayPal's books: what moved on its side, some hours late. The app needs the permission for
Transaction Search."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from billing.providers import paypal_disputes
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import Entry, EntryKind, Event, EventKind, Lost
from billing.providers.paypal_client import Wire, access, call
from billing.providers.paypal_facts import (
    CAPTURE,
    REFUND,
    REVERSAL,
    currency_of,
    custom_id,
    moment_of,
    ref,
    signed,
)
from core import clock

TRANSACTIONS = "/v1/reporting/transactions"
LONGEST = timedelta(days=31)  # that PayPal tells in one answer
PAGE = 500
CLOCKS_DIFFER_BY = timedelta(hours=1)
LATE = timedelta(hours=4)  # after which they know it; PayPal says three
DONE = ("S", "V")  # V was reversed later; that is a line of its own
PAYMENTS, REVERSED, REFUNDED = "T00", "T1106", "T1107"
DISPUTED = "T12"  # not what is held meanwhile: that comes back, and is taken anew


class _TooEarly(NoAnswer):
    message = _("PayPal's books do not reach so far yet.")


def find_payment(lost: Lost) -> str:
    """The transaction with this name of ours; "" for none, which is no word while they may be late.

    Raises NoAnswer, also when they are later than that.
    """
    custom = custom_id(lost.user_sub, lost.payment_id)
    since = lost.sent_from - CLOCKS_DIFFER_BY
    until = min(clock.now(), lost.sent_until + CLOCKS_DIFFER_BY)
    try:
        for line in _lines(since, until):
            is_payment = _code(line).startswith(PAYMENTS)
            if is_payment and line.get("custom_field") == custom:
                return str(line["transaction_id"])
    except (_TooEarly, ProviderRefused) as error:  # they refuse hours that they do not know yet
        if clock.now() >= lost.sent_until + LATE:
            raise NoAnswer from error
    return ""


def entries(start: datetime, end: datetime) -> Iterator[Entry]:
    """Raises NoAnswer, also when they do not reach to the end."""
    while start < end:
        until = min(start + LONGEST, end)
        told = [(at, line) for line in _lines(start, until) if (at := _at(line))]
        for at, line in sorted(told, key=lambda each: each[0]):
            if start <= at < until and (entry := _entry(line, at)):
                yield entry
        start = until


def _lines(start: datetime, end: datetime) -> Iterator[Wire]:
    """All of them. Raises _TooEarly after those that there are when PayPal does not say that these
    are all."""
    page, pages, is_whole = 1, 1, True
    while page <= pages:
        query = urlencode(
            {
                "start_date": stamp(start),
                "end_date": stamp(end),
                "fields": "transaction_info",
                "page_size": PAGE,
                "page": page,
            }
        )
        told = call("GET", f"{TRANSACTIONS}?{query}")
        yield from (one["transaction_info"] for one in told.get("transaction_details") or [])
        page, pages = page + 1, int(told.get("total_pages") or 1)
        refreshed = moment_of(told.get("last_refreshed_datetime"))
        if refreshed is None or refreshed < end.replace(microsecond=0):
            is_whole = False
    if not is_whole:
        raise _TooEarly


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _code(line: Wire) -> str:
    return str(line.get("transaction_event_code") or "")


def _at(line: Wire) -> datetime | None:
    return moment_of(line.get("transaction_initiation_date"))


def _entry(line: Wire, at: datetime) -> Entry | None:
    """None for what is no money of a payment: payouts, conversions, what somebody else sold."""
    amount = signed(line.get("transaction_amount"))
    if amount is None or line.get("transaction_status") not in DONE:
        return None
    code, name = _code(line), str(line["transaction_id"])
    of = str(line.get("paypal_reference_id") or "")
    if code.startswith(PAYMENTS):
        is_ours = amount > 0 and ":" in str(line.get("custom_field") or "")
        return _line(line, at, EntryKind.PAYMENT, ref(CAPTURE, name), name) if is_ours else None
    if code == REFUNDED:
        return _line(line, at, EntryKind.REFUND, ref(REFUND, name), of)
    if code == REVERSED or code.startswith(DISPUTED):
        taken = -amount if code == REVERSED else None
        if of and (dispute := paypal_disputes.explaining(of, amount=taken, at=at)):
            return _line(line, at, EntryKind.DISPUTE, dispute.ref, of)
        if code == REVERSED:
            return _line(line, at, EntryKind.REFUND, ref(REFUND, name), of, named=REVERSAL)
        return _line(line, at, EntryKind.DISPUTE, "", of)
    return None


def _line(
    line: Wire, at: datetime, kind: EntryKind, named_ref: str, of: str, *, named: str = ""
) -> Entry:
    # What a dispute costs is a line of its own.
    fee = signed(line.get("fee_amount")) if kind is EntryKind.PAYMENT else None
    name = str(line["transaction_id"])
    event = Event(
        id=f"books-{name}",
        type=f"books.{_code(line)}",
        kind=EventKind(kind),
        livemode=access().livemode,
        ref=ref(named, name) if named else named_ref,
    )
    return Entry(
        kind=kind,
        ref=named_ref,
        payment_ref=ref(CAPTURE, of) if of else "",
        amount=signed(line["transaction_amount"]) or 0,
        currency=currency_of(line["transaction_amount"]),
        at=at,
        fee=None if fee is None else -fee,
        event=event if named_ref else None,
    )
