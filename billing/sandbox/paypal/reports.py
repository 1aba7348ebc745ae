"""What PayPal tells again when asked: the account's books, some hours late, and its events."""

from billing.sandbox.paypal.captures import LAG_SECONDS
from billing.sandbox.paypal.objects import ENTRY, EVENT, get
from billing.sandbox.paypal.wire import (
    Body,
    link,
    malformed,
    moment_of,
    money,
    number_in,
    only,
    paged,
    required,
    timestamp,
)
from billing.sandbox.state import AGAIN, State, Wire

MOST_DAYS = 31
_TRANSACTIONS, _EVENTS = "/v1/reporting/transactions", "/v1/notifications/webhooks-events"


def list_transactions(state: State, query: Body) -> Wire:
    """Oldest first, dated by the clock of whoever asks. Raises Refused."""
    known = ("start_date", "end_date", "transaction_id", "transaction_status", "fields")
    only(query, *known, "page", "page_size", "balance_affecting_records_only")
    start, end = (
        moment_of(str(required(query, name)), field=f"/{name}")
        for name in ("start_date", "end_date")
    )
    if not 0 <= end - start <= MOST_DAYS * 24 * 3600:
        text = f"Date range is greater than {MOST_DAYS} days"
        raise malformed("INVALID_REQUEST_PARAMETER", text, field="/end_date")
    found = [line for line in state.all(ENTRY)[::-1] if start <= line["_at"] <= end]
    found = [line for line in found if line["_seen"] <= state.now()]
    if name := query.get("transaction_id"):
        found = [line for line in found if name in (line["transaction"], line["capture"])]
    page = number_in(query, "page", usual=1, most=1000000)
    size = number_in(query, "page_size", usual=100, most=500)
    pages = -(-len(found) // size)
    shown = found[(page - 1) * size : page * size]
    return {
        "transaction_details": [{"transaction_info": _line(line)} for line in shown],
        "account_number": "SANDBOXSELLER",
        "start_date": query["start_date"],
        "end_date": query["end_date"],
        "last_refreshed_datetime": timestamp(_refreshed(state)),
        "page": page,
        "total_items": len(found),
        "total_pages": pages,
        "links": [link("self", _TRANSACTIONS)],
    }


def list_events(state: State, query: Body) -> Wire:
    """Newest first, one page; `next` links to the one behind it."""
    known = ("start_time", "end_time", "page_size", "event_type", "transaction_id")
    only(query, *known, "next_page_token")
    found = state.all(EVENT)
    if "start_time" in query:
        start = moment_of(str(query["start_time"]), field="/start_time")
        found = [event for event in found if event["created"] >= int(start)]
    if "end_time" in query:
        end = moment_of(str(query["end_time"]), field="/end_time")
        found = [event for event in found if event["created"] <= end]
    if "event_type" in query:
        found = [event for event in found if event["type"] == query["event_type"]]
    if name := query.get("transaction_id"):
        found = [event for event in found if event["body"]["resource"].get("id") == name]
    page, links = paged(found, query, _EVENTS, most=300)
    return {"events": [event["body"] for event in page], "count": len(page), "links": links}


def get_event(state: State, body: Body, name: str) -> Wire:
    only(body)
    return dict(get(state, name, EVENT)["body"])


def resend(state: State, body: Body, name: str) -> Wire:
    only(body, "webhook_ids")
    event = get(state, name, EVENT)
    event |= AGAIN
    return dict(event["body"])


def _refreshed(state: State) -> float:
    """What happened up to then is told."""
    untold = [line["_at"] - 1 for line in state.all(ENTRY) if line["_seen"] > state.now()]
    return float(min([state.moment() - LAG_SECONDS, *untold]))


def _line(line: Wire) -> Wire:
    currency, at = line["currency"], f"{timestamp(line['_at'])[:-1]}+0000"
    fee = {"fee_amount": _signed(-line["fee"], currency)} if line["fee"] else {}
    named = {"invoice_id": line["invoice_id"], "custom_field": line["custom_id"]}
    about = {}
    if line["transaction"] != line["capture"]:
        about = {"paypal_reference_id": line["capture"], "paypal_reference_id_type": "TXN"}
    return {
        "paypal_account_id": "SANDBOXBUYER1",
        "transaction_id": line["transaction"],
        **about,
        "transaction_event_code": line["code"],
        "transaction_initiation_date": at,
        "transaction_updated_date": at,
        "transaction_amount": _signed(line["amount"], currency),
        **fee,
        "transaction_status": "S",
        **{key: value for key, value in named.items() if value},
        "protection_eligibility": "02",
    }


def _signed(amount: int, currency: str) -> Wire:
    shown = money(abs(amount), currency)
    return {**shown, "value": f"-{shown['value']}"} if amount < 0 else shown
