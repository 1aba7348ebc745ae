"""What DataLink answers, and CCBill's books as entries that can be done again."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from urllib3 import HTTPResponse

from billing import services as billing
from billing.items import DisputeStatus
from billing.providers import ccbill_access, ccbill_client, ccbill_datalink, ccbill_facts
from billing.providers.ccbill import CCBill
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import EntryKind
from billing.sandbox.faults import Fault
from billing.services.events import handle_event
from core import clock
from tests.billing import books, orders
from tests.billing.ccbill import act, hear, paid, start, subscription_of
from tests.billing.flexforms import pay, told
from tests.billing.lives import now, purse

NUMBER = "0925014201000000206"
DAY = datetime(2026, 11, 28, tzinfo=UTC)
DOCUMENT = "<?xml version='1.0' standalone='yes'?>\n<results>{}</results>\n"
FIELDS = (
    "<subscriptionStatus>1</subscriptionStatus><refundsIssued>{}</refundsIssued>"
    "<voidsIssued>{}</voidsIssued><cancelDate/>"
)


@pytest.fixture
def answers(monkeypatch):
    """DataLink answers this text, and what it was asked is kept."""
    asked = []

    def answer(text, status=200):
        def post(method, url, **more):
            asked.append((method, url, more))
            answered = requests.Response()
            raw = HTTPResponse(io.BytesIO(text.encode()), preload_content=False)
            answered.status_code, answered.raw = status, raw
            return answered

        monkeypatch.setattr(requests, "request", post)
        return asked

    return answer


def order(amount=1500, **changed):
    values = {
        "refund_id": "r",
        "payment_id": "p",
        "user_sub": "u",
        "payment_refs": {"intent": f"subscription:{NUMBER}"},
        "amount": amount,
        "currency": "USD",
        "reason": "",
        "created_at": clock.now(),
        "note": lambda: None,
    }
    return orders.RefundOrder(**{**values, **changed})


@pytest.mark.parametrize(("refunds", "voids", "expected"), [(0, 0, 0), (2, 0, 2), (1, 1, 2)])
def test_it_counts_what_was_sent_back(answers, refunds, voids, expected):
    asked = answers(DOCUMENT.format(FIELDS.format(refunds, voids)))
    assert ccbill_datalink.sent_back(NUMBER) == expected
    [(method, url, more)] = asked
    assert (method, url) == (
        "POST",
        "https://datalink.ccbill.com/utils/subscriptionManagement.cgi",
    )
    assert more["data"]["action"] == "viewSubscriptionStatus"
    assert more["data"]["subscriptionId"] == NUMBER
    assert more["allow_redirects"] is False
    assert more["timeout"] == (3.05, 8.0)


@pytest.mark.parametrize("code", [-2, -3, -4])
def test_a_sale_that_it_does_not_know(answers, code):
    answers(DOCUMENT.format(code))
    assert ccbill_datalink.sent_back(NUMBER) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "<results>",
        DOCUMENT.format(""),
        DOCUMENT.format(-1),
        DOCUMENT.format(-7),
        DOCUMENT.format(0),
        DOCUMENT.format("<refundsIssued>0</refundsIssued>"),
        DOCUMENT.format(FIELDS.format("many", 0)),
        DOCUMENT.format(FIELDS.format(0, -1)),
        DOCUMENT.format(FIELDS.format(0, 0) + "more"),
        DOCUMENT.format(FIELDS.format("&zero;", 0)),
        "<!DOCTYPE r [<!ENTITY zero '0'>]>" + DOCUMENT.format(FIELDS.format("&zero;", 0)),
        f"<html>{DOCUMENT.format(FIELDS.format(0, 0))}</html>",
    ],
)
def test_what_is_no_answer_is_none(answers, text):
    answers(text)
    with pytest.raises(NoAnswer):
        ccbill_datalink.sent_back(NUMBER)


@pytest.mark.parametrize("status", [301, 302, 403, 500, 503])
def test_an_error_and_a_redirect_are_no_answer(answers, status):
    asked = answers(DOCUMENT.format(1), status)
    with pytest.raises(NoAnswer):
        ccbill_datalink.sent_back(NUMBER)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("is_whole", "action", "amount"),
    [(True, "voidOrRefundTransaction", None), (False, "refundTransaction", "15.00")],
)
def test_a_refund_is_asked_for_by_its_kind(answers, is_whole, action, amount):
    asked = answers(DOCUMENT.format(1))
    ccbill_datalink.refund(order(is_whole=is_whole), NUMBER)
    [(_, _, more)] = asked
    assert (more["data"]["action"], more["data"].get("amount")) == (action, amount)


@pytest.mark.parametrize("code", [0, -2, -3, -4])
def test_a_no_says_that_nothing_happened(answers, code):
    answers(DOCUMENT.format(code))
    with pytest.raises(ProviderRefused) as refusal:
        ccbill_datalink.refund(order(), NUMBER)
    assert refusal.value.reason == f"datalink_{code}"


@pytest.mark.parametrize("code", [-1, -5, -6, -7, -8, -9, -10, -12])
def test_other_codes_do_not_say_that(answers, code):
    answers(DOCUMENT.format(code))
    with pytest.raises(NoAnswer):
        ccbill_datalink.refund(order(), NUMBER)


def test_an_error_keeps_nothing_of_what_was_sent(monkeypatch):
    mine = replace(ccbill_access.access(), datalink=("name", "pw-canary"))
    monkeypatch.setattr(ccbill_datalink, "access", lambda: mine)

    def fail(method, url, **more):
        raise requests.ConnectionError("pw-canary", request=more)

    monkeypatch.setattr(requests, "request", fail)
    with pytest.raises(NoAnswer) as silence:
        ccbill_datalink.sent_back(NUMBER)
    assert silence.value.__context__ is None
    assert silence.value.__cause__ is None


def test_no_call_follows_a_redirect_or_waits_for_ever(answers):
    asked = answers("{}", 302)
    with pytest.raises(NoAnswer):
        ccbill_client.call("GET", "/anything")
    [(_, url, more)] = asked
    assert url == "https://api.ccbill.com/ccbill-auth/oauth/token"
    assert (more["allow_redirects"], more["timeout"]) == (False, (3.05, 8.0))


def lines_of(*rows):
    return "\n".join(",".join(f'"{column}"' for column in row) for row in rows)


def books_of(text, answers):
    asked = answers(text)
    found = [*CCBill().entries(DAY, DAY + timedelta(days=1))]
    return found, asked


NEW = ("NEW", "", "0000", NUMBER, "2026-11-28 10:15:00", *[""] * 12, "15.00", "30")


def test_its_books_are_entries(answers, settings):
    settings.CCBILL_SUBACCOUNT = "0000"
    text = lines_of(
        ("CHARGEBACK", "", "0000", NUMBER, "2026-11-28 12:00:00", "10.00"),
        ("REFUND", "", "0000", NUMBER, "20261128110000", "5.00"),
        NEW,
        ("VOID", "", "0001", NUMBER, "2026-11-28 11:00:01", "5.00"),  # of another sub-account
        ("VOID", "", "0000", NUMBER, "2026-11-28 17:00:00", "5.00"),  # of the next day
    )
    found, [(_, url, more)] = books_of(text, answers)
    assert url == "https://datalink.ccbill.com/data/main.cgi"
    assert (more["data"]["startTime"], more["data"]["endTime"]) == (
        "20261127170000",
        "20261128170000",
    )
    assert "password" not in url
    sale, refund, dispute = found
    assert (sale.kind, sale.ref, sale.amount, sale.event) == (
        EntryKind.PAYMENT,
        f"subscription:{NUMBER}",
        1500,
        None,
    )
    assert sale.at == datetime(2026, 11, 28, 17, 15, tzinfo=UTC)
    assert (refund.kind, refund.amount) == (EntryKind.REFUND, -500)
    assert refund.ref == refund.event.ref == f"refund:{NUMBER}:20261128110000"
    assert (dispute.kind, dispute.amount) == (EntryKind.DISPUTE, -1000)
    assert dispute.event.id == f"Chargeback:{NUMBER}:20261128120000"
    assert {one.payment_ref for one in found} == {f"subscription:{NUMBER}"}


def test_more_than_it_can_have_to_say_is_no_answer(answers):
    answers(DOCUMENT.format(FIELDS.format(0, 0) + " " * 9000))
    with pytest.raises(NoAnswer):
        ccbill_datalink.sent_back(NUMBER)


def test_a_void_needs_no_time(answers, settings):
    settings.CCBILL_SUBACCOUNT = "0000"
    [void], _ = books_of(lines_of(("VOID", "", "0000", NUMBER, "", "5.00")), answers)
    assert (void.at, void.amount) == (DAY, -500)
    assert void.ref == void.event.ref == f"refund:{NUMBER}:void"
    assert void.event.id == f"Void:{NUMBER}:void"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        lines_of(("REFUND", "", "0000", NUMBER, "", "5.00")),
        lines_of(("REFUND", "", "0000", NUMBER, "2026-11-28 15:18", "5.00")),  # at 15:01:08?
        "Error: Requests can only be made once every 60 minutes.",
        lines_of(NEW[:10]),
        lines_of((*NEW[:4], "yesterday", *NEW[5:])),
        lines_of((*NEW[:3], "no number", *NEW[4:])),
        lines_of(("REFUND", "", "0000", NUMBER, "20261128110000", "a lot")),
        lines_of(NEW, ("OTHER", "", "0000", NUMBER, "20261128110000", "5.00")),
        '"NEW',
    ],
)
def test_books_that_cannot_be_read_are_no_answer(answers, settings, text):
    settings.CCBILL_SUBACCOUNT = "0000"
    answers(text)
    with pytest.raises(NoAnswer):
        [*CCBill().entries(DAY, DAY + timedelta(days=1))]


def test_of_more_than_a_day_it_gives_the_day_in_the_middle(answers):
    asked = answers("1")
    hour = timedelta(hours=1)
    assert [*CCBill().entries(DAY - hour, DAY + 25 * hour)] == []
    [(_, _, more)] = asked
    assert (more["data"]["startTime"], more["data"]["endTime"]) == (
        "20261127170000",
        "20261128170000",
    )


def test_a_day_without_money_has_none(answers):
    assert books_of("1\n", answers)[0] == []


@pytest.mark.parametrize(
    "text",
    ["2026-11-28 15:18", "202611281518", "2026112815181", "202611281518170", "\u0662" * 14, ""],
)
def test_a_time_has_all_of_its_digits(text):
    assert ccbill_facts.time_of(text) is None
    assert ccbill_facts.time_of("2026-11-28 15:18:17") == datetime(
        2026, 11, 28, 22, 18, 17, tzinfo=UTC
    )


def today():
    return clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)


def test_the_sandboxes_books_do_what_no_webhook_told(alice, client, sandbox):
    """Done from the books, and once: the webhooks that come later change nothing."""
    payment = paid(alice, client, sandbox)
    number = subscription_of(payment)
    act(sandbox, "refund", payment, amount="500")
    act(sandbox, "dispute", payment)
    [sale, refund, dispute] = CCBill().entries(*today())
    assert (sale.ref, sale.amount, sale.event) == (f"subscription:{number}", 1500, None)
    assert (refund.amount, dispute.amount) == (-500, -1000)
    for entry in (refund, dispute):
        handle_event(CCBill(), entry.event)
    assert purse(alice) == (0, 0, 0)
    assert now(payment).refunded == 500
    [lost] = billing.list_disputes(now(payment))
    assert (lost.status, lost.amount) == (DisputeStatus.LOST, 1000)
    before = len(books.rows())
    assert {*hear(client, sandbox)} == {200}
    assert len(books.rows()) == before
    assert books.problems() == []


def test_it_gives_its_books_once_an_hour_and_the_log_says_so(alice, client, sandbox, caplog):
    paid(alice, client, sandbox)
    assert len([*CCBill().entries(*today())]) == 1
    with pytest.raises(NoAnswer):
        [*CCBill().entries(*today())]
    [refusal] = [each for each in caplog.records if each.getMessage() == "ccbill gave no books"]
    assert refusal.wrong == "too soon"


def test_a_sale_that_went_unheard_is_in_the_books_and_says_not_whose(alice, client, sandbox):
    payment, url = start(alice)
    pay(url)
    [entry] = CCBill().entries(*today())
    [event] = told(sandbox)
    assert entry.ref == f"subscription:{event['body']['subscriptionId']}"
    assert entry.event is None
    assert not now(payment).is_settled


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.LOST])
def test_while_it_is_silent_there_are_no_books(alice, client, sandbox, fault):
    sandbox.faults.plan(fault, path="/datalink/data/main.cgi")
    with pytest.raises(NoAnswer):
        [*CCBill().entries(*today())]
