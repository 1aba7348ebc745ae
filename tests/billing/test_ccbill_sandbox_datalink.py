"""The sandbox's DataLink: what became of a sale, and money back."""

import csv
from datetime import datetime, timedelta

import pytest

from billing.sandbox import access
from billing.sandbox.ccbill import extract, reversals
from billing.sandbox.ccbill.wire import ARIZONA
from billing.sandbox.faults import Fault
from tests.billing.flexforms import call, datalink, link, pay, reversed_by, sold, status_of, told

MANAGEMENT = "/datalink/utils/subscriptionManagement.cgi"


def settle(sandbox):
    """So late that nothing can be voided."""
    sandbox.state.ahead += reversals.SETTLED_AFTER


def test_a_sale_is_known(sandbox):
    found = status_of(sold(sandbox))
    assert found["subscriptionStatus"] == "1"
    counts = ("refundsIssued", "voidsIssued", "chargebacksIssued", "recurringSubscription")
    assert [found[name] for name in counts] == ["0"] * 4
    assert len(found["signupDate"]) == 14


def test_a_sale_ends_by_itself(sandbox):
    number = sold(sandbox)
    sandbox.state.ahead += 30 * 24 * 3600
    assert status_of(number)["subscriptionStatus"] == "0"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"password": "wrong"}, "-1"),
        ({"username": None}, "-1"),
        ({"clientAccnum": "900001"}, "-1"),
        ({"subscriptionId": "x"}, "-2"),
        ({"subscriptionId": "0912191101000000000"}, "-3"),
        ({"clientSubacc": "0001"}, "-4"),
        ({"amount": "1.001"}, "-5"),
        ({"amount": "-1"}, "-5"),
        ({"action": "giveAway"}, "-6"),
    ],
)
def test_what_is_wrong_is_a_number_and_does_nothing(sandbox, changed, code):
    number = sold(sandbox)
    values = {"action": "refundTransaction", "number": number, **changed}
    if other := values.pop("subscriptionId", None):
        values["number"] = other
    assert datalink(**values) == code
    assert reversed_by(sandbox) == []


def test_a_sale_that_was_declined_is_none(sandbox):
    pay(link(), "declined")
    [event] = told(sandbox)
    assert datalink("viewSubscriptionStatus", event["body"]["transactionId"]) == "-3"


def test_a_refund_is_told_by_a_webhook(sandbox):
    number = sold(sandbox)
    assert datalink("refundTransaction", number, amount="5.00") == "1"
    assert datalink("refundTransaction", number) == "1"
    assert status_of(number)["refundsIssued"] == "2"
    first, second = (event["body"] for event in told(sandbox, "Refund"))
    assert (first["amount"], second["amount"]) == ("5.00", "10.00")
    assert first["reason"] == "Refunded through Data Link: subscriptionManagement.cgi"
    assert first["transactionId"] == second["transactionId"]
    assert first["timestamp"] < second["timestamp"]


def test_more_than_is_left_is_refused(sandbox):
    number = sold(sandbox)
    assert datalink("refundTransaction", number, amount="15.01") == "0"
    assert datalink("refundTransaction", number) == "1"
    assert datalink("refundTransaction", number) == "0"
    assert reversed_by(sandbox) == [("Refund", 1500)]


def test_a_card_may_refuse_a_refund(sandbox):
    assert datalink("voidOrRefundTransaction", sold(sandbox, "refund_refused")) == "0"
    assert reversed_by(sandbox) == []


def test_a_whole_sale_is_voided_while_it_is_young(sandbox):
    number = sold(sandbox)
    assert datalink("voidOrRefundTransaction", number) == "1"
    assert datalink("voidOrRefundTransaction", number) == "0"
    assert status_of(number)["voidsIssued"] == "1"
    assert reversed_by(sandbox) == [("Void", 1500)]
    assert told(sandbox)[-1]["type"] == "Void"


def test_a_settled_sale_is_refunded(sandbox):
    number = sold(sandbox)
    settle(sandbox)
    assert datalink("voidTransaction", number) == "0"
    assert datalink("voidOrRefundTransaction", number) == "1"
    assert reversed_by(sandbox) == [("Refund", 1500)]


def test_a_part_is_never_voided(sandbox):
    number = sold(sandbox)
    assert datalink("voidTransaction", number, amount="5.00") == "-5"
    assert datalink("voidOrRefundTransaction", number, amount="5.00") == "1"
    assert reversed_by(sandbox) == [("Refund", 500)]


def test_what_was_charged_back_is_not_refunded(sandbox):
    number = sold(sandbox, "charged_back")
    assert datalink("voidOrRefundTransaction", number) == "0"
    assert status_of(number)["chargebacksIssued"] == "1"


def test_a_sale_is_cancelled_once_and_keeps_its_money(sandbox):
    number = sold(sandbox)
    assert datalink("cancelSubscription", number) == "1"
    assert datalink("cancelSubscription", number) == "0"
    assert told(sandbox)[-1]["type"] == "Cancellation"
    assert reversed_by(sandbox) == []


@pytest.mark.parametrize(("fault", "made"), [(Fault.BEFORE, 0), (Fault.AFTER, 1)])
def test_an_error_of_its_own_does_not_say_what_was_done(sandbox, fault, made):
    number = sold(sandbox)
    sandbox.faults.plan(fault, path=MANAGEMENT, body="action=refundTransaction")
    assert status_of(number)["refundsIssued"] == "0"
    assert datalink("refundTransaction", number) == "-7"
    assert status_of(number)["refundsIssued"] == str(made)


def test_an_answer_may_be_lost(sandbox):
    number = sold(sandbox)
    sandbox.faults.plan(Fault.LOST, path=MANAGEMENT, body="action=refundTransaction")
    with pytest.raises(ConnectionError):
        datalink("refundTransaction", number)
    assert status_of(number)["refundsIssued"] == "1"


def test_without_xml_it_answers_in_two_lines(sandbox):
    assert datalink("cancelSubscription", sold(sandbox), returnXML=None) == ""
    username, password = access.ccbill_datalink()
    query = f"clientAccnum=900000&username={username}&password={password}&action=nothing"
    _, text, _ = call(f"{access.datalink_url()}/utils/subscriptionManagement.cgi?{query}")
    assert text == '"results"\n"-6"\n'


class Books:
    """The extract of the last day, asked for by `types`."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def text(self, types="NEW,REFUND,VOID,CHARGEBACK", hours=24, **changed):
        now = datetime.fromtimestamp(self.sandbox.state.now() + 1, ARIZONA)
        username, password = access.ccbill_datalink()
        params = {
            "startTime": f"{now - timedelta(hours=hours):%Y%m%d%H%M%S}",
            "endTime": f"{now:%Y%m%d%H%M%S}",
            "transactionTypes": types,
            "clientAccnum": access.CCBILL_ACCOUNT,
            "clientSubacc": access.CCBILL_SUBACCOUNT,
            "username": username,
            "password": password,
            **changed,
        }
        status, text, _ = call(f"{access.datalink_url()}/data/main.cgi", body=params)
        assert status == 200
        return text

    def rows(self, **options):
        return list(csv.reader(self.text(**options).splitlines()))


@pytest.fixture
def books(sandbox):
    return Books(sandbox)


def test_the_books_have_every_movement(sandbox, books):
    number = sold(sandbox)
    datalink("refundTransaction", number, amount="5.00")
    voided = sold(sandbox)
    datalink("voidTransaction", voided)
    sold(sandbox, "charged_back")
    pay(link(), "declined")
    rows = books.rows()
    assert sorted(row[0] for row in rows) == ["CHARGEBACK", "NEW", "NEW", "NEW", "REFUND", "VOID"]
    [new] = [row for row in rows if row[0] == "NEW" and row[3] == number]
    assert (new[1], new[2], new[17], len(new)) == ("900000", "0000", "15.00", 22)
    [refund] = [row for row in rows if row[0] == "REFUND"]
    assert (refund[3], refund[5]) == (number, "5.00")
    [told_of] = told(sandbox, "Refund")
    assert refund[4] == "".join(filter(str.isdigit, told_of["body"]["timestamp"]))


def test_books_tell_what_was_asked_for(sandbox, books):
    datalink("refundTransaction", sold(sandbox))
    assert [row[0] for row in books.rows(types="REFUND")] == ["REFUND"]


def test_empty_books_are_a_one(books):
    assert books.text() == "1\n"


def test_books_are_read_once_an_hour(sandbox, books):
    sold(sandbox)
    assert len(books.rows()) == 1
    assert books.text().startswith("Error: ")
    sandbox.state.ahead += extract.PAUSE_SECONDS
    assert len(books.rows()) == 1


@pytest.mark.parametrize(
    "changed",
    [{"password": "x"}, {"clientSubacc": "0001"}, {"types": "SECRETS"}, {"hours": 25}],
)
def test_what_is_wrong_in_it_is_a_line_and_takes_no_turn(sandbox, books, changed):
    sold(sandbox)
    assert books.text(**changed).startswith("Error: ")
    assert len(books.rows()) == 1


def test_books_break(sandbox, books):
    sandbox.faults.plan(Fault.BEFORE, path="/datalink/data/main.cgi")
    assert books.text().startswith("Error: ")
