"""The books of the sandbox's PayPal add up, and come some hours late."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.sandbox.paypal.objects import DISPUTE
from core import clock
from tests.billing.payer import DAY, HOUR, TRANSACTIONS, control, money


def report(api, **values):
    now = clock.now()
    dates = {"start_date": now - timedelta(hours=1), "end_date": now + timedelta(minutes=5)}
    query = {name: moment.isoformat(timespec="seconds") for name, moment in dates.items()}
    return api.get(TRANSACTIONS, **{**query, "fields": "all", **values})


def lines(api, **values):
    details = report(api, **values)[1]["transaction_details"]
    return [one["transaction_info"] for one in details]


def test_the_books_know_what_happened_some_hours_later(sandbox, paypal_api):
    capture = paypal_api.paid()
    assert lines(paypal_api) == []
    control("clock", advance=3 * HOUR)
    (line,) = lines(paypal_api)
    named = (line["transaction_id"], line["custom_field"], line["invoice_id"])
    assert named == (capture["id"], "alice:1", "1")
    assert (line["transaction_event_code"], line["transaction_status"]) == ("T0006", "S")
    assert (line["transaction_amount"], line["fee_amount"]) == (money("15.00"), money("-1.01"))


def test_the_books_add_up(sandbox, paypal_api):
    """Refunds and lost disputes leave what PayPal kept."""
    refunded = paypal_api.paid()
    paypal_api.refund(refunded, "4.00", custom_id="back", invoice_id="r1")
    paypal_api.refund(refunded)
    for number, (account, act) in enumerate([("charges-back", "win"), ("charges-back", "lose")], 2):
        paypal_api.paid(account, invoice_id=str(number))
        dispute = sandbox.state.all(DISPUTE)[0]
        control(f"disputes/{dispute['id']}/{act}")
    paypal_api.paid("bounces", invoice_id="4")
    control("clock", advance=3 * HOUR)
    found = lines(paypal_api)
    codes = [line["transaction_event_code"] for line in found]
    assert codes == [
        *("T0006", "T1107", "T1107"),
        *("T0006", "T1201", "T0106", "T1202"),
        *("T0006", "T1201", "T0106"),
    ]
    kept = sum(Decimal(line.get("fee_amount", {"value": "0"})["value"]) for line in found)
    moved = sum(Decimal(line["transaction_amount"]["value"]) for line in found)
    assert (moved, kept) == (Decimal("15.00") - 2 * Decimal("20.00"), -3 * Decimal("1.01"))
    assert found[1]["custom_field"] == "back"
    assert {line["paypal_reference_id"] for line in found[1:3]} == {refunded["id"]}


def test_the_books_come_in_pages(sandbox, paypal_api):
    for number in range(3):
        paypal_api.paid(invoice_id=str(number))
    control("clock", advance=3 * HOUR)
    pages = [report(paypal_api, page_size=2, page=page)[1] for page in (1, 2)]
    assert [len(page["transaction_details"]) for page in pages] == [2, 1]
    assert {(page["total_items"], page["total_pages"]) for page in pages} == {(3, 2)}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"end_date": "2099-01-01T00:00:00Z"}, "/end_date"),
        ({"start_date": "2026-01-01"}, "/start_date"),
        ({"start_date": ""}, "/start_date"),
        ({"page_size": 501}, "/page_size"),
        ({"currency": "USD"}, "/currency"),
    ],
)
def test_a_report_that_nobody_can_give_is_refused(paypal_api, values, field):
    status, answer = report(paypal_api, **values)
    assert (status, answer["details"][0]["field"]) == (400, field)


def test_a_report_of_a_moved_clock_is_dated_by_who_asks(sandbox, paypal_api):
    """A developer moves the sandbox's clock, and never ours."""
    control("clock", advance=30 * DAY)
    paypal_api.token = paypal_api.sign_in()[1]["access_token"]
    paypal_api.paid()
    control("clock", advance=3 * HOUR)
    assert len(lines(paypal_api)) == 1


def test_what_paypal_reversed_is_not_taken_again_for_its_dispute(sandbox, paypal_api):
    capture = paypal_api.paid("asks")
    control(f"payments/{capture['id']}/reverse")
    control(f"disputes/{sandbox.state.all(DISPUTE)[0]['id']}/lose")
    [move] = sandbox.state.all(DISPUTE)[0]["moves"]
    assert (move["type"], move["amount"]) == ("DEBIT", money("15.00"))
    control("clock", advance=3 * HOUR)
    codes = [line["transaction_event_code"] for line in lines(paypal_api)]
    assert codes == ["T0006", "T1106"]
