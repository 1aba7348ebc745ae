"""What PayPal's staff, banks and time do in the sandbox, by program and by hand."""

import json

import pytest

from billing.sandbox import access
from billing.sandbox.paypal.objects import CAPTURE, DISPUTE, REFUND
from tests.billing import payer
from tests.billing.payer import CAPTURES, DISPUTES, ORDERS, REFUNDS, agree, control, told
from tests.billing.wire import by_hand


@pytest.fixture
def order(sandbox, paypal_api):
    """The id of one that was paid."""
    made = paypal_api.approved()
    paypal_api.capture(made)
    return made


def only(sandbox, kind):
    (found,) = sandbox.state.all(kind)
    return found


def test_a_refund_by_paypal_staff_has_no_name_of_ours(sandbox, paypal_api, order):
    assert control(f"payments/{order}/refund", amount=500)[0] == 200
    made = paypal_api.get(f"{REFUNDS}/{only(sandbox, REFUND)['id']}")[1]
    assert (made["amount"]["value"], "custom_id" in made) == ("5.00", False)
    assert told(sandbox)[-1] == "PAYMENT.CAPTURE.REFUNDED"


def test_a_capture_is_named_as_well_as_its_order(sandbox, order):
    control(f"payments/{only(sandbox, CAPTURE)['id']}/dispute", reason="not_received")
    found = only(sandbox, DISPUTE)
    assert (found["reason"], found["stage"]) == (
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "CHARGEBACK",
    )


def test_a_part_is_disputed_or_asked_about(sandbox, paypal_api, order):
    control(f"payments/{order}/dispute", amount=400, inquiry="true")
    found = paypal_api.get(f"{DISPUTES}/{only(sandbox, DISPUTE)['id']}")[1]
    assert (found["dispute_amount"]["value"], found["dispute_life_cycle_stage"]) == (
        "4.00",
        "INQUIRY",
    )


def test_a_payment_is_reversed_by_paypal(sandbox, paypal_api, order):
    control(f"payments/{order}/reverse")
    capture = only(sandbox, CAPTURE)["id"]
    assert paypal_api.get(f"{CAPTURES}/{capture}")[1]["status"] == "REFUNDED"
    event = payer.events(sandbox)[-1]
    assert event["event_type"] == "PAYMENT.CAPTURE.REVERSED"
    assert event["resource"]["id"] == only(sandbox, REFUND)["id"]


def test_an_approval_is_reversed_by_paypal(sandbox, paypal_api):
    made = paypal_api.approved()
    control(f"payments/{made}/reverse")
    assert paypal_api.get(f"{ORDERS}/{made}")[1]["status"] == "VOIDED"
    assert told(sandbox)[-1] == "CHECKOUT.PAYMENT-APPROVAL.REVERSED"


@pytest.mark.parametrize(("act", "status"), [("succeed", "COMPLETED"), ("fail", "DECLINED")])
def test_a_pending_payment_is_ended(sandbox, paypal_api, act, status):
    capture = paypal_api.paid("echeck")
    found = capture["supplementary_data"]["related_ids"]["order_id"]
    control(f"payments/{found}/{act}")
    assert only(sandbox, CAPTURE)["status"] == status
    assert control(f"payments/{found}/{act}")[0] == 422


@pytest.mark.parametrize(("act", "status"), [("succeed", "COMPLETED"), ("fail", "FAILED")])
def test_a_pending_refund_is_ended(sandbox, paypal_api, act, status):
    made = paypal_api.refund(paypal_api.paid("slow-refund"))[1]
    control(f"refunds/{made['id']}/{act}")
    assert only(sandbox, REFUND)["status"] == status
    assert control(f"refunds/{made['id']}/{act}")[0] == 422


@pytest.mark.parametrize(
    "path",
    [
        "payments/X/refund",
        "payments/{order}/refund?amount=1501",
        "payments/{order}/refund?amount=some",
        "payments/{order}/dispute?amount=1501",
        "payments/{order}/succeed",
        "payments/{order}/celebrate",
        "disputes/{order}/win",
    ],
)
def test_an_act_that_cannot_be_is_refused_and_changes_nothing(sandbox, order, path):
    before = told(sandbox)
    path, _, query = path.format(order=order).partition("?")
    values = dict([query.split("=")]) if query else {}
    assert 400 <= control(path, **values)[0] < 500
    assert told(sandbox) == before
    assert sandbox.state.all(REFUND) == sandbox.state.all(DISPUTE) == []


def test_the_dashboard_shows_payments_accounts_and_webhooks(sandbox, paypal_api, order):
    paypal_api.saved("asks")
    paypal_api.paid("charges-back", invoice_id="2")
    status, text, _ = payer.visit(access.dashboard_url())
    assert status == 200
    for shown in (
        "Payments by PayPal",
        order,
        "$15.00, completed",
        "Dispute of $15.00, chargeback",
        "PayPal account asks@buyer.example",
        "CUSTOMER.DISPUTE.CREATED, waiting",
    ):
        assert shown in text


def test_a_payment_is_refunded_by_hand_as_people_write_it(sandbox, order):
    status, _, location = by_hand(f"payments/{order}/refund", amount="5.00")
    assert (status, location) == (303, f"/dashboard/#{order}")
    assert by_hand(f"payments/{order}/refund", amount="10.01")[0] == 400
    by_hand(f"payments/{order}/refund", amount="")
    assert [made["amount"] for made in sandbox.state.all(REFUND)] == [1000, 500]


def test_an_order_that_nobody_paid_offers_nothing(sandbox, paypal_api, order):
    waiting = paypal_api.order(invoice_id="2")[1]["id"]
    text = text_of_dashboard()
    assert f"payments/{order}/refund" in text
    assert waiting in text
    assert f"payments/{waiting}/" not in text


def test_every_button_of_a_question_does_something(sandbox, paypal_api):
    for number, act in enumerate(("escalate", "close", "lose")):
        paypal_api.paid("asks", invoice_id=str(number))
        dispute = sandbox.state.all(DISPUTE)[0]
        assert f"disputes/{dispute['id']}/{act}" in text_of_dashboard()
        assert by_hand(f"disputes/{dispute['id']}/{act}")[0] == 303


def test_all_that_it_knows_can_be_kept_in_its_file(sandbox, paypal_api, order):
    paypal_api.refund(paypal_api.paid("slow-refund", invoice_id="2"), "1.00")
    paypal_api.paid("charges-back", invoice_id="3")
    paypal_api.saved("saves-late")
    sandbox.delivery.deliver_due()
    assert json.loads(json.dumps(sandbox.state.objects)) == sandbox.state.objects
    assert json.loads(json.dumps(sandbox.state.answers)) == sandbox.state.answers


def test_a_fault_is_planned_for_a_path_of_paypal(sandbox, paypal_api):
    control("faults", fault="error_before", path="/paypal/v2/checkout/orders", method="GET")
    found = paypal_api.order()[1]
    assert paypal_api.get(f"{ORDERS}/{found['id']}")[0] == 500
    assert paypal_api.get(f"{ORDERS}/{found['id']}")[0] == 200


def test_a_fault_of_the_api_leaves_the_payers_page_alone(sandbox, paypal_api):
    control("faults", fault="error_before", path="/paypal/checkoutnow")
    assert agree(payer.page_of(paypal_api.order()[1]))[0] == 303


def text_of_dashboard():
    return payer.visit(access.dashboard_url())[1]
