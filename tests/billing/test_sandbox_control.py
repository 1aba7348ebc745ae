"""What a provider's staff, banks, time and bad luck do, over the sandbox's own API."""

import json

import pytest
import stripe

from billing.sandbox import delivery
from billing.sandbox.stripe import refunds
from billing.sandbox.stripe.objects import emit
from tests.billing import orders
from tests.billing.checkout import events, pay
from tests.billing.test_sandbox import new_intent, new_session

DAY = 24 * 3600


def kinds(sandbox, *, after=0):
    return [event["type"] for event in events(sandbox)][after:]


def refund_of(api, card, **values):
    return api.v1.refunds.create({"payment_intent": new_intent(api, card).id, **values})


def test_a_refund_is_told_of_with_its_charge(sandbox, stripe_api):
    made = refund_of(stripe_api, "pm_card_visa", amount=500, reason="duplicate")
    assert kinds(sandbox)[-2:] == ["charge.refunded", "refund.created"]
    charge = stripe_api.v1.charges.retrieve(made.charge)
    assert (charge.amount_refunded, charge.refunded) == (500, False)
    entries = stripe_api.v1.balance_transactions.list({"source": made.id}).data
    assert [(entry.type, entry.amount, entry.net) for entry in entries] == [("refund", -500, -500)]


@pytest.mark.parametrize(
    ("values", "code", "param"),
    [({"amount": 1501}, None, "amount"), ({"reason": "whim"}, None, "reason")],
)
def test_an_impossible_refund_is_refused(sandbox, stripe_api, values, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund_of(stripe_api, "pm_card_visa", **values)
    assert (refused.value.code, refused.value.param) == (code, param)
    assert sandbox.state.all("refund") == []


def test_what_was_not_paid_is_not_refunded(sandbox, stripe_api):
    open_one = stripe_api.v1.payment_intents.create({"amount": 1500, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.refunds.create({"payment_intent": open_one.id})
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.refunds.create({"amount": 5})
    assert sandbox.state.all("refund") == []


@pytest.mark.parametrize(
    ("card", "before", "after", "told"),
    [
        ("pm_card_pendingRefund", "pending", "succeeded", ["refund.updated"]),
        ("pm_card_refundFail", "succeeded", "failed", ["refund.updated", "refund.failed"]),
    ],
)
def test_time_ends_a_refund_as_its_card_wants(
    sandbox, stripe_api, control, card, before, after, told
):
    made = refund_of(stripe_api, card)
    known = len(events(sandbox))
    assert made.status == before
    control("clock", advance=refunds.LATER_SECONDS)
    assert stripe_api.v1.refunds.retrieve(made.id).status == after
    assert kinds(sandbox, after=known) == told
    charge = stripe_api.v1.charges.retrieve(made.charge)
    assert charge.refunded is (after == "succeeded")


def test_a_refund_ends_once(stripe_api, control):
    made = refund_of(stripe_api, "pm_card_pendingRefund")
    control(f"refunds/{made.id}/fail")
    for act in ("succeed", "fail"):
        with pytest.raises(stripe.InvalidRequestError):
            control(f"refunds/{made.id}/{act}")


@pytest.mark.parametrize(
    ("outcome", "status", "end"),
    [
        ("processing", "paid", "payment_intent.succeeded"),
        ("processing_fails", "unpaid", "payment_intent.payment_failed"),
    ],
)
def test_a_slow_payment_ends_when_its_time_has_come(
    sandbox, stripe_api, control, outcome, status, end
):
    control("outcomes", outcome=outcome)
    session = new_session(stripe_api)
    assert pay(session.url)[0] == 303
    waiting = stripe_api.v1.checkout.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert kinds(sandbox)[-2:] == ["payment_intent.processing", "checkout.session.completed"]
    control("clock", advance=DAY)
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_status == status
    assert end in kinds(sandbox)
    assert kinds(sandbox)[-1].startswith("checkout.session.async_payment_")


@pytest.mark.parametrize(("act", "status"), [("succeed", "succeeded"), ("fail", "failed")])
def test_a_slow_payment_is_ended_by_hand_once(stripe_api, control, act, status):
    control("outcomes", outcome="processing")
    intent = new_intent(stripe_api, "pm_card_visa")
    assert intent.status == "processing"
    control(f"payments/{intent.id}/{act}")
    found = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert (found.status == "succeeded") is (status == "succeeded")
    with pytest.raises(stripe.InvalidRequestError):
        control(f"payments/{intent.id}/{act}")


def test_the_next_payments_are_declined_whatever_the_card(stripe_api, control):
    control("outcomes", outcome="declined", code="insufficient_funds", times=2)
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            new_intent(stripe_api, "pm_card_visa")
        assert declined.value.error.decline_code == "insufficient_funds"
    assert new_intent(stripe_api, "pm_card_visa").status == "succeeded"


def test_the_next_payment_needs_authentication(stripe_api, control):
    control("outcomes", outcome="authentication_required")
    with pytest.raises(stripe.CardError) as declined:
        new_intent(stripe_api, "pm_card_visa", off_session=True)
    assert declined.value.code == "authentication_required"
    assert declined.value.error.payment_intent.status == "requires_payment_method"


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("winning_evidence", "won", "charge.dispute.funds_reinstated"),
        ("losing_evidence", "lost", "charge.dispute.closed"),
        ("a receipt", "under_review", "charge.dispute.updated"),
    ],
)
def test_evidence_decides_as_in_stripes_test_mode(sandbox, stripe_api, text, status, told):
    intent = new_intent(stripe_api, "pm_card_createDispute")
    [dispute] = stripe_api.v1.disputes.list({"payment_intent": intent.id}).data
    evidence = {"evidence": {"uncategorized_text": text}, "submit": True}
    assert stripe_api.v1.disputes.update(dispute.id, evidence).status == status
    assert kinds(sandbox)[-1] == told


def test_a_dispute_that_is_given_up_is_lost_and_ends_once(stripe_api, control):
    intent = new_intent(stripe_api, "pm_card_createDispute")
    [dispute] = stripe_api.v1.disputes.list({"payment_intent": intent.id}).data
    assert stripe_api.v1.disputes.close(dispute.id).status == "lost"
    for act in ("win", "lose", "escalate", "close"):
        with pytest.raises(stripe.InvalidRequestError):
            control(f"disputes/{dispute.id}/{act}")


def test_the_balance_tells_what_a_dispute_took_and_gave_back(stripe_api, control):
    intent = new_intent(stripe_api, "pm_card_createDispute")
    [dispute] = stripe_api.v1.disputes.list({"payment_intent": intent.id}).data
    control(f"disputes/{dispute.id}/win")
    entries = stripe_api.v1.disputes.retrieve(dispute.id).balance_transactions
    told = [(entry.reporting_category, entry.amount, entry.fee, entry.net) for entry in entries]
    assert told == [("dispute", -1500, 1500, -3000), ("dispute_reversal", 1500, 0, 1500)]


def test_nothing_that_was_refunded_is_disputed(sandbox, stripe_api, control):
    made = refund_of(stripe_api, "pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError):
        control(f"payments/{made.payment_intent}/dispute")
    assert sandbox.state.all("dispute") == []


def test_a_card_expires_declines_and_is_renewed(sandbox, stripe_api, control):
    person = orders.customer()
    card = orders.saved_card(stripe_api, person)
    control(f"methods/{card}/expire")
    with pytest.raises(stripe.CardError) as declined:
        new_intent(stripe_api, card, customer=person.customer)
    assert declined.value.code == "expired_card"
    control(f"methods/{card}/renew")
    assert new_intent(stripe_api, card, customer=person.customer).status == "succeeded"
    control(f"methods/{card}/detach")
    told = [kind for kind in kinds(sandbox) if kind.startswith("payment_method.")]
    names = ("attached", "updated", "automatically_updated", "detached")
    assert told == [f"payment_method.{name}" for name in names]


def test_the_clock_ends_what_waits_and_is_kept(sandbox, stripe_api, control):
    session = new_session(stripe_api)
    control("clock", advance=2 * DAY)
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert sandbox.state.now() - sandbox.state.clock() > 2 * DAY - 2


def test_a_page_that_is_made_after_the_clock_moved_can_be_paid(sandbox, stripe_api, control):
    control("clock", advance=2 * DAY)
    in_an_hour = int(sandbox.state.clock()) + 3600
    session = new_session(stripe_api, expires_at=in_an_hour)
    assert pay(session.url)[0] == 303
    other = new_session(stripe_api, expires_at=in_an_hour)
    control("clock", advance=3601)
    assert stripe_api.v1.checkout.sessions.retrieve(other.id).status == "expired"


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("faults", {"fault": "flood", "path": "/"}),
        ("outcomes", {"outcome": "luck"}),
        ("webhooks", {"order": "alphabet"}),
        ("payments/pi_nothing/refund", {}),
        ("payments/pi_nothing/forget", {}),
    ],
)
def test_what_is_planned_wrongly_is_refused(sandbox, stripe_api, what, values):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.raw_request("post", f"/_control/{what}", **values)
    assert sandbox.state.order == "oldest"
    assert (sandbox.faults.planned, len(sandbox.state.outcomes)) == ([], 0)


def told_of(post):
    return [json.loads(posted.body)["id"] for posted in post.taken]


@pytest.fixture
def three(sandbox):
    for number in range(3):
        emit(sandbox.state, "ping", {"id": f"x{number}"})
    return [event["id"] for event in events(sandbox)]


def test_webhooks_come_in_another_order_and_twice(sandbox, control, three, post):
    control("webhooks", order="newest", copies=2)
    sandbox.delivery.deliver_due()
    assert told_of(post) == [name for name in reversed(three) for _ in range(2)]


def test_webhooks_are_held_and_let_go(sandbox, control, three, post):
    control("webhooks", hold="true")
    sandbox.delivery.deliver_due()
    assert post.taken == []
    control("webhooks", hold="false")
    sandbox.delivery.deliver_due()
    assert told_of(post) == three


def test_webhooks_are_lost_and_delivered_by_hand(sandbox, control, post):
    control("webhooks", drop=1)
    for name in ("lost", "told", "dropped"):
        emit(sandbox.state, "ping", {"id": name})
    lost, told, dropped = (event["id"] for event in events(sandbox))
    control(f"events/{dropped}/drop")
    sandbox.delivery.deliver_due()
    assert told_of(post) == [told]
    control(f"events/{lost}/deliver")
    sandbox.delivery.deliver_due()
    assert told_of(post) == [told, lost]


def test_its_thread_waits_no_longer_than_for_what_ends_next(sandbox, stripe_api):
    refund_of(stripe_api, "pm_card_pendingRefund")
    moment = sandbox.state.next_due()
    assert 0 < moment - sandbox.state.clock() <= refunds.LATER_SECONDS
    thread = delivery.Delivery(sandbox.state, sandbox.plays, post=None)
    assert thread._until_next() <= refunds.LATER_SECONDS


def test_lists_are_of_a_time_and_a_thing(sandbox, stripe_api, control):
    first = refund_of(stripe_api, "pm_card_visa", amount=1)
    control("clock", advance=DAY)
    second = refund_of(stripe_api, "pm_card_visa", amount=1)
    newer = stripe_api.v1.refunds.list({"created": {"gte": second.created}}).data
    older = stripe_api.v1.refunds.list({"created": {"lt": second.created}}).data
    assert ([one.id for one in newer], [one.id for one in older]) == ([second.id], [first.id])
    of_first = stripe_api.v1.refunds.list({"payment_intent": first.payment_intent}).data
    assert [one.id for one in of_first] == [first.id]


def test_types_of_events_are_chosen_up_to_twenty(sandbox, stripe_api):
    refund_of(stripe_api, "pm_card_visa")
    found = stripe_api.v1.events.list({"types": ["refund.created", "charge.refunded"]}).data
    assert [event.type for event in found] == ["refund.created", "charge.refunded"]
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.events.list({"types": ["refund.created"] * 21})
