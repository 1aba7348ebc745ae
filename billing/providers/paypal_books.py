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
    name_of,
    reading,
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


@reading()
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
    """Raises NoAnswer, also when they do not reach to the end, and when a line cannot be read that
    may be ours: nothing is known of such a day."""
    while start < end:
        until = min(start + LONGEST, end)
        with reading():
            told = [(_at(line), line) for line in _lines(start, until) if _may_be_ours(line)]
            told.sort(key=lambda each: each[0])
            found = [_entry(line, at) for at, line in told if start <= at < until]
        yield from filter(None, found)
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
        for one in told.get("transaction_details") or []:
            line = one["transaction_info"]
            name_of(line["transaction_id"])
            yield line
        page, pages = page + 1, max(pages, _pages_in(told, known=pages))
        refreshed = moment_of(told.get("last_refreshed_datetime"))
        if refreshed is None or refreshed < end.replace(microsecond=0):
            is_whole = False
    if not is_whole:
        raise _TooEarly


def _pages_in(told: Wire, *, known: int) -> int:
    """A page that does not say how many there are takes nothing from what another one said."""
    pages = told.get("total_pages", known)
    if type(pages) is not int or pages < 0:
        raise ValueError
    return pages


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _code(line: Wire) -> str:
    return str(line.get("transaction_event_code") or "")


def _may_be_ours(line: Wire) -> bool:
    """Not payouts, conversions, what somebody else sold: their lines may say whatever they like."""
    code = _code(line)
    if code.startswith(PAYMENTS):
        is_ours = ":" in str(line.get("custom_field") or "")
    else:
        is_ours = code in (REFUNDED, REVERSED) or code.startswith(DISPUTED)
    return is_ours and line.get("transaction_status") in DONE


def _at(line: Wire) -> datetime:
    at = moment_of(line["transaction_initiation_date"])
    if at is None:
        raise ValueError
    return at


def _entry(line: Wire, at: datetime) -> Entry | None:
    """Of one that may be ours; None for what we paid."""
    amount = signed(line["transaction_amount"])
    if amount is None:
        raise ValueError
    code, name = _code(line), str(line["transaction_id"])
    of = str(line.get("paypal_reference_id") or "")
    if code.startswith(PAYMENTS):
        is_paid = amount > 0
        return _line(line, at, EntryKind.PAYMENT, ref(CAPTURE, name), name) if is_paid else None
    if code == REFUNDED:
        return _line(line, at, EntryKind.REFUND, ref(REFUND, name), of)
    taken = -amount if code == REVERSED else None
    if of and (dispute := paypal_disputes.explaining(of, amount=taken, at=at)):
        return _line(line, at, EntryKind.DISPUTE, dispute.ref, of)
    if code == REVERSED:
        return _line(line, at, EntryKind.REFUND, ref(REFUND, name), of, named=REVERSAL)
    return _line(line, at, EntryKind.DISPUTE, "", of)


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
