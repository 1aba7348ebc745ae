"""What providers post: only what is signed, ours and true moves money, and only once."""

import json

import pytest

from billing import services as billing
from billing.items import PaymentStatus
from billing.providers.messages import Webhook
from billing.repository import BILLING
from billing.sandbox.stripe import objects
from billing.sandbox.stripe.play import signed
from core.actor import Actor
from dynamo.metering import budget
from dynamo.table import Table
from tests.billing.books import problems
from tests.billing.checkout import deliver, deliver_all, events, pay, send
from tests.billing.test_sandbox import new_intent
from tests.dumps import dump_tables

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def paid(alice, sandbox):
    """A top-up that Alice paid at the provider, and nobody told us of yet."""
    payment, url = start(alice)
    pay(url)
    return payment


def start(user, **changes):
    asked = {"amount": 1500, "provider": "stripe", "save_method": False}
    return billing.start_top_up(
        user_sub=user.user_sub, actor=Actor(user.user_sub), **(asked | changes)
    )


def available(user):
    return billing.get_wallet(user.user_sub).available


def payment_now(payment):
    return billing.get_owned_payment(payment.user_sub, payment.payment_intent_id)


def inbox():
    rows = [row for row in Table(BILLING).scan() if row["pk"].startswith("WH#")]
    return {row["sk"]: row for row in rows}


def the_event(sandbox, kind="payment_intent.succeeded"):
    [event] = events(sandbox, kind)
    return event


def nothing_moved(payment):
    return not payment_now(payment).is_settled and billing.get_wallet(payment.user_sub).version == 0


def test_whichever_event_comes_first_settles_and_the_others_do_nothing(
    alice, paid, client, sandbox
):
    assert set(deliver_all(client, sandbox)) == {200}
    assert available(alice) == 1500
    assert payment_now(paid).is_settled
    assert problems() == []


def test_in_reverse_order_and_twice_it_is_one_credit(alice, paid, client, sandbox):
    for event in [*reversed(events(sandbox)), *events(sandbox)]:
        assert deliver(client, event).status_code == 200
    assert available(alice) == 1500
    assert problems() == []


def test_the_return_page_and_the_webhook_are_one_credit(alice, paid, client, sandbox):
    billing.refresh_payment(
        user_sub=alice.user_sub,
        payment_id=paid.payment_intent_id,
        actor=Actor(alice.user_sub),
    )
    deliver_all(client, sandbox)
    assert available(alice) == 1500


def test_each_event_is_one_row_with_what_became_of_it(alice, paid, client, sandbox):
    event = the_event(sandbox)
    for _ in range(2):
        deliver(client, event)
    [row] = inbox().values()
    assert (row["sk"], row["status"], row["attempts"]) == (event["id"], "processed", 2)
    assert row["user_sub"] == alice.user_sub
    assert "alice@example.com" not in json.dumps(row, default=str)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body, header: (body, ""),
        lambda body, header: (body + b" ", header),
        lambda body, header: (body.replace(b"1500", b"9900"), header),
        lambda body, header: (body, header.replace("v1=", "v1=0")),
        lambda body, header: (body, header.replace("v1=", "v1=\u00e9")),
        lambda body, header: (body, f"t={'9' * 400},v1=0"),
    ],
)
def test_a_wrong_signature_is_400_and_leaves_nothing(paid, client, sandbox, spoil):
    genuine = signed(the_event(sandbox))
    body, header = spoil(genuine.body, genuine.headers["Stripe-Signature"])
    assert send(client, body, header).status_code == 400
    assert inbox() == {}
    assert nothing_moved(paid)


@pytest.mark.parametrize(
    ("place", "change", "told"),
    [
        ("checkout.session", {"metadata": {"payment_id": "01JZZZZZZZZZZZZZZZZZZZZZZZ"}}, 0),
        ("payment_intent", {"amount_received": 1499}, 1),
        ("payment_intent", {"amount_received": 150_000}, 1),
        ("checkout.session", {"currency": "eur"}, 1),
        ("checkout.session", {"livemode": True}, 1),
        ("checkout.session", {"customer": "cus_mallory"}, 1),
    ],
)
def test_a_genuine_event_with_wrong_facts_is_refused(
    paid, client, sandbox, caplog, place, change, told
):
    """What counts is what the provider says when it is asked, not the body. The log says it, and
    whoever it names as ours is told."""
    for thing in sandbox.state.all(place):
        thing.update(change)
    event = the_event(sandbox, "checkout.session.completed")
    assert deliver(client, event).status_code == 200
    assert inbox()[event["id"]]["status"] == "refused"
    assert "genuine webhook refused" in caplog.messages
    assert mismatches() == told
    assert nothing_moved(paid)


def mismatches():
    return dump_tables("alerts").count("billing.payment.mismatch")


def test_the_person_hears_once_of_a_payment_that_does_not_fit(paid, client, sandbox):
    for intent in sandbox.state.all("payment_intent"):
        intent["amount_received"] = 1499
    assert {*deliver_all(client, sandbox)} == {200}
    assert len({row["status"] for row in inbox().values()} & {"refused"}) == 1
    assert mismatches() == 1
    assert nothing_moved(paid)


def test_an_event_of_another_account_is_refused_and_logged(paid, client, sandbox, caplog):
    """It is signed for us, and our keys cannot see what it tells of."""
    event = the_event(sandbox)
    sandbox.state.objects.pop(event["data"]["object"]["id"])
    assert deliver(client, event).status_code == 200
    assert inbox()[event["id"]]["error"] == "account"
    assert "genuine webhook refused" in caplog.text
    assert nothing_moved(paid)


def test_a_body_that_promises_more_moves_what_was_paid(alice, paid, client, sandbox):
    event = the_event(sandbox)
    event["data"]["object"]["amount_received"] = 900_000
    deliver(client, event)
    assert available(alice) == 1500


def test_an_event_of_the_other_mode_is_refused(paid, client, sandbox):
    event = the_event(sandbox)
    event["livemode"] = True
    assert deliver(client, event).status_code == 200
    assert inbox()[event["id"]]["error"] == "livemode"
    assert nothing_moved(paid)


def test_another_persons_metadata_moves_no_money(alice, bob, paid, client, sandbox):
    other, _ = start(bob)
    for thing in [*sandbox.state.all("payment_intent"), *sandbox.state.all("checkout.session")]:
        if thing["metadata"]["user_sub"] == alice.user_sub:
            thing["metadata"] = {"user_sub": bob.user_sub, "payment_id": other.payment_intent_id}
    deliver_all(client, sandbox)
    assert available(bob) == available(alice) == 0
    assert not payment_now(other).is_settled


def test_settling_by_a_webhook_stays_within_its_budget(paid, client, sandbox):
    event = the_event(sandbox, "checkout.session.completed")
    with budget(calls=6, hops=6):
        posted = signed(event)
        webhook = Webhook(headers=posted.headers, body=posted.body)
        billing.handle_webhook("stripe", webhook)
    assert payment_now(paid).is_settled
    with budget(calls=2, hops=2):  # and one that is done
        billing.handle_webhook("stripe", webhook)


def test_an_event_before_our_row_is_503_and_done_later(alice, paid, client, sandbox):
    table = Table(BILLING)
    hidden = [row for row in table.scan() if row["sk"].startswith("PAY#") or row["sk"] == "REF"]
    table.batch_write(deletes=[{"pk": row["pk"], "sk": row["sk"]} for row in hidden])
    event = the_event(sandbox)
    answer = deliver(client, event)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert inbox()[event["id"]]["status"] == "failed"
    table.batch_write(puts=hidden)
    assert deliver(client, event).status_code == 200
    assert inbox()[event["id"]]["status"] == "processed"
    assert available(alice) == 1500


def test_a_delivery_that_broke_is_done_again_by_the_next(alice, paid, client, sandbox, monkeypatch):
    event = the_event(sandbox)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("billing.services.events.apply_report", lambda **_: 1 / 0)
        assert deliver(client, event).status_code == 500
    row = inbox()[event["id"]]
    assert (row["status"], row["error"], row["gsi1pk"]) == (
        "failed",
        "ZeroDivisionError",
        "WHS#failed",
    )
    assert deliver(client, event).status_code == 200
    assert "gsi1pk" not in inbox()[event["id"]]
    assert available(alice) == 1500


def test_a_row_that_was_only_received_is_done(alice, paid, client, sandbox, monkeypatch):
    """The process ended between the inbox and the money."""

    class Killed(BaseException):
        pass

    def die(**_):
        raise Killed

    event = the_event(sandbox)
    with monkeypatch.context() as killed:
        killed.setattr("billing.services.events.apply_report", die)
        with pytest.raises(Killed):
            deliver(client, event)
    assert inbox()[event["id"]]["status"] == "received"
    assert deliver(client, event).status_code == 200
    assert available(alice) == 1500


def test_a_provider_that_does_not_answer_is_503(paid, client, sandbox, settings):
    event = the_event(sandbox)
    settings.BILLING_SANDBOX_PORT = 9
    assert deliver(client, event).status_code == 503
    assert nothing_moved(paid)


def test_an_unknown_kind_is_written_down_and_taken(client, sandbox):
    objects.emit(sandbox.state, "invoice.created", {"id": "in_1"})
    event = the_event(sandbox, "invoice.created")
    assert deliver(client, event).status_code == 200
    assert inbox()[event["id"]]["status"] == "ignored"


def test_a_payment_that_was_not_started_here_is_taken_and_ignored(client, sandbox, stripe_api):
    new_intent(stripe_api, "pm_card_visa")
    assert deliver(client, the_event(sandbox)).status_code == 200
    assert inbox()[the_event(sandbox)["id"]]["status"] == "ignored"


def test_an_expired_checkout_ends_the_payment(alice, client, sandbox, stripe_api):
    payment, _ = start(alice)
    stripe_api.v1.checkout.sessions.expire(payment.provider_ids["session"])
    deliver_all(client, sandbox)
    assert payment_now(payment).status is PaymentStatus.CANCELED


def test_a_declined_card_leaves_the_payment_open(alice, client, sandbox):
    payment, url = start(alice)
    pay(url, "pm_card_visa_chargeDeclined")
    deliver_all(client, sandbox)
    assert payment_now(payment).is_open
    pay(url)
    deliver_all(client, sandbox)
    assert available(alice) == 1500


def test_a_saved_card_arrives_by_webhook_once(alice, client, sandbox):
    url = billing.start_saving_method(
        user_sub=alice.user_sub, provider="stripe", actor=Actor(alice.user_sub)
    )
    pay(url)
    deliver_all(client, sandbox)
    deliver_all(client, sandbox)
    assert [method.last4 for method in billing.list_methods(alice.user_sub)] == ["4242"]
