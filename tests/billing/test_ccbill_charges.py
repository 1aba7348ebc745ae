"""Charges of cards that CCBill saved, from the service to its sandbox and back."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from billing import services as billing
from billing.errors import AuthenticationNeeded, ChargeDeclined
from billing.items import PaymentStatus
from billing.providers import ccbill_charges, ccbill_client
from billing.providers.ccbill import CCBill
from billing.providers.ccbill_client import ACCEPT
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import Charge, Outcome, Person
from billing.sandbox import access
from billing.sandbox.ccbill import sales
from billing.sandbox.faults import Fault
from billing.sandbox.state import Planned
from tests.billing import books, lives
from tests.billing.ccbill import hear, paid
from tests.billing.flexforms import call, pay
from tests.billing.lives import check, now, purse

TOKENS, CHARGES = "/ccbill/payment-tokens/merchant-only", "/ccbill/transactions/payment-tokens/"


@pytest.fixture
def save(alice, client, sandbox):
    """A card that Alice saved with a payment of $15.00."""

    def save(card="pays"):
        paid(alice, client, sandbox, card, save_method=True)
        [method] = billing.list_methods(alice.user_sub)
        return method

    return save


charge = partial(lives.charge, amount=2000)


def latest(user):
    return billing.list_payments(user.user_sub).items[0]


def charged(sandbox):
    """The sales that were made by a token and approved."""
    return [one for one in sandbox.state.all(sales.SALE) if one["original"] and one["transaction"]]


def test_a_charge_and_its_webhook_credit_once(alice, save, client, sandbox):
    payment = charge(alice, save())
    assert payment.status is PaymentStatus.SETTLED
    assert {*hear(client, sandbox)} == {200}
    assert purse(alice) == (3500, 0, 0)
    [sale] = charged(sandbox)
    assert now(payment).provider_ids["intent"] == f"subscription:{sale['id']}"
    assert len(billing.list_methods(alice.user_sub)) == 1
    assert books.problems() == []


def test_a_decline_says_why_and_its_webhook_changes_nothing(alice, save, client, sandbox):
    method = save("declined_later")
    with pytest.raises(ChargeDeclined) as refusal:
        charge(alice, method)
    assert refusal.value.reason == "card_declined"
    assert {*hear(client, sandbox)} == {200}
    assert latest(alice).status is PaymentStatus.FAILED
    assert purse(alice) == (1500, 0, 0)


def test_a_decline_that_was_not_heard_is_told_by_the_webhook(alice, save, client, sandbox):
    method = save()
    sandbox.state.outcomes.append(Planned(code="insufficient_funds"))
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert {*hear(client, sandbox)} == {200}
    assert latest(alice).status is PaymentStatus.FAILED
    assert purse(alice) == (1500, 0, 0)


def test_what_a_bank_asks_about_is_paid_on_the_form_once(alice, save, client, sandbox):
    method = save()
    sandbox.state.outcomes.append(Planned(authenticates=True))
    with pytest.raises(AuthenticationNeeded) as refusal:
        charge(alice, method)
    assert latest(alice).needs_its_owner
    assert charged(sandbox) == []
    assert pay(refusal.value.url)[0] == 303
    assert {*hear(client, sandbox)} == {200}
    payment = latest(alice)
    assert payment.status is PaymentStatus.SETTLED
    assert purse(alice) == (3500, 0, 0)
    assert len(billing.list_methods(alice.user_sub)) == 1
    assert books.problems() == []


@pytest.mark.parametrize("fault", [Fault.AFTER, Fault.LOST])
def test_an_answer_that_was_lost_is_found_by_its_token(alice, save, sandbox, fault):
    method = save()
    sandbox.faults.plan(fault, path=CHARGES)
    payment = charge(alice, method)
    assert payment.status is PaymentStatus.UNKNOWN
    assert payment.provider_ids["token"].startswith("token:")
    assert purse(alice) == (1500, 0, 0)
    assert charge(alice, method).status is PaymentStatus.SETTLED
    assert len(charged(sandbox)) == 1
    assert purse(alice) == (3500, 0, 0)


def test_the_sweeper_finds_it_too(alice, save, sandbox):
    method = save()
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    payment = charge(alice, method)
    assert check(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (3500, 0, 0)


def test_its_webhook_settles_what_had_no_answer(alice, save, client, sandbox):
    method = save()
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert {*hear(client, sandbox)} == {200}
    assert latest(alice).status is PaymentStatus.SETTLED
    assert len(charged(sandbox)) == 1
    assert purse(alice) == (3500, 0, 0)


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.UNHEARD])
def test_what_never_arrived_is_sent_again_under_the_same_token(alice, save, sandbox, fault):
    method = save()
    sandbox.faults.plan(fault, path=CHARGES)
    token = charge(alice, method).provider_ids["token"]
    payment = charge(alice, method)
    assert (payment.status, payment.provider_ids["token"]) == (PaymentStatus.SETTLED, token)
    assert len(charged(sandbox)) == len(sandbox.state.all("ccbill.token")) == 1
    assert purse(alice) == (3500, 0, 0)


@pytest.mark.parametrize("fault", list(Fault))
def test_without_a_token_nothing_was_charged(alice, save, sandbox, ahead, fault):
    method = save()
    sandbox.faults.plan(fault, path=TOKENS)
    payment = charge(alice, method)
    assert (payment.status, dict(payment.provider_ids)) == (PaymentStatus.UNKNOWN, {})
    ahead(minutes=69)
    assert check(payment) is PaymentStatus.UNKNOWN
    ahead(minutes=2)
    check(payment)
    assert now(payment).failure_code == "never_made"
    assert charged(sandbox) == []
    assert purse(alice) == (1500, 0, 0)


def test_while_ccbill_is_silent_its_end_stays_open(alice, save, sandbox, ahead):
    method = save()
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    payment = charge(alice, method)
    sandbox.faults.plan(Fault.LOST, path=CHARGES, method="GET", times=9)
    ahead(days=2)
    with pytest.raises(NoAnswer):
        check(payment)
    assert now(payment).status is PaymentStatus.UNKNOWN


def test_a_card_that_ccbill_forgot_fails_the_payment(alice, save, client, sandbox):
    method = save()
    sandbox.state.find(method.provider_ref.removeprefix("card:"))["forgotten"] = True
    with pytest.raises(ProviderRefused):
        charge(alice, method)
    assert latest(alice).status is PaymentStatus.FAILED
    assert charged(sandbox) == []
    assert purse(alice) == (1500, 0, 0)


def test_a_bearer_token_that_ended_is_replaced(alice, save, sandbox):
    method = save()
    charge(alice, method)
    for bearer in sandbox.state.all("ccbill.bearer"):
        bearer["ends"] = 0
    assert charge(alice, method, idempotency_key="k2").status is PaymentStatus.SETTLED
    assert len(charged(sandbox)) == 2


def test_no_secret_is_logged_and_none_is_in_an_error(alice, save, sandbox, caplog):
    method = save()
    caplog.set_level("DEBUG")
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    sandbox.faults.plan(Fault.BEFORE, path="/datalink/")
    charge(alice, method)
    said = repr([vars(each) for each in caplog.records])
    bearers = [each["id"] for each in sandbox.state.all("ccbill.bearer")]
    assert "ccbill did not answer" in said
    assert bearers
    for secret in (access.ccbill_app()[1], access.ccbill_datalink()[1], *bearers):
        assert secret not in said


def test_a_token_can_be_charged_once_whoever_asks(alice, save, sandbox):
    charge(alice, save())
    [sale] = charged(sandbox)
    token = latest(alice).provider_ids["token"].removeprefix("token:")
    [bearer] = sandbox.state.all("ccbill.bearer")
    headers = {"Accept": ACCEPT, "Authorization": f"Bearer {bearer['id']}"}
    query = f"?clientAccnum={access.CCBILL_ACCOUNT}&clientSubacc=0"
    url = f"{access.ccbill_url()}/transactions/payment-tokens/{token}{query}"
    status, text, _ = call(url, headers=headers)
    assert (status, sale["id"].lstrip("0") in text) == (200, True)
    assert text.count("subscriptionId") == 1


@pytest.mark.engine
def test_four_presses_at_once_charge_once(alice, save, client, sandbox):
    method = save()
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(charge, alice, method) for _ in range(4)]
        assert len({press.result().payment_intent_id for press in presses}) == 1
    assert charge(alice, method).status is PaymentStatus.SETTLED
    assert len(charged(sandbox)) == 1
    assert {*hear(client, sandbox)} == {200}
    assert purse(alice) == (3500, 0, 0)
    assert books.problems() == []


def order_of(payment, method, user):
    return Charge(
        payment_id=payment.payment_intent_id,
        person=Person(user_sub=user.user_sub, email="", name=""),
        method_ref=method.provider_ref,
        amount=payment.amount,
        currency=payment.currency,
        note=dict,
        ids=payment.provider_ids,
    )


def test_the_second_call_of_a_charge_finds_the_first(alice, save, sandbox):
    method = save()
    payment = charge(alice, method)
    again = CCBill().charge(order_of(payment, method, alice))
    assert again.outcome is Outcome.SUCCEEDED
    assert again.facts.provider_ids["intent"] == payment.provider_ids["intent"]
    assert len(charged(sandbox)) == len(sandbox.state.all("ccbill.token")) == 1


def test_neither_does_a_refusal_before_it_say_that_nothing_was_charged(
    alice, save, sandbox, monkeypatch
):
    def refuse(token, code):
        raise ProviderRefused(reason="200000")

    method = save()
    payment = charge(alice, method)
    monkeypatch.setattr(ccbill_charges, "_needs_its_owner", refuse)
    again = CCBill().charge(order_of(payment, method, alice))
    assert again.outcome is Outcome.SUCCEEDED
    assert len(charged(sandbox)) == 1


def test_a_token_that_ccbill_does_not_list_proves_nothing_either(alice, save, sandbox, monkeypatch):
    method = save()
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    payment = charge(alice, method)

    def refuse(*_asked, **_more):
        raise NotThere(reason="100101", about="")

    monkeypatch.setattr(ccbill_charges, "call", refuse)
    with pytest.raises(NoAnswer):
        CCBill().charge(order_of(payment, method, alice))
    assert len(charged(sandbox)) == 1


@pytest.mark.parametrize(
    "refusal", [NotThere(reason="130000", about=""), ProviderRefused(reason="130001")]
)
def test_a_question_that_is_refused_does_not_say_that_nothing_was_charged(
    alice, save, sandbox, monkeypatch, refusal
):
    method = save()
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    payment = charge(alice, method)
    send = ccbill_charges.call

    def refused(verb, path, **more):
        if verb == "GET" and path.startswith("/transactions/"):
            raise refusal
        return send(verb, path, **more)

    monkeypatch.setattr(ccbill_charges, "call", refused)
    assert charge(alice, method) == payment
    with pytest.raises(NoAnswer):
        check(payment)
    assert now(payment).status is PaymentStatus.UNKNOWN
    assert len(charged(sandbox)) == 1


def test_a_token_that_is_used_up_by_a_decline_proves_nothing(alice, save, sandbox):
    """Another call for the same payment may be charging it at this moment."""
    method = save()
    sandbox.state.outcomes.append(Planned(code="insufficient_funds"))
    sandbox.faults.plan(Fault.LOST, path=CHARGES)
    payment = charge(alice, method)
    with pytest.raises(NoAnswer):
        CCBill().charge(order_of(payment, method, alice))
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert charged(sandbox) == []


def test_a_netrc_file_takes_no_tokens_place(alice, save, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert charge(alice, save()).status is PaymentStatus.SETTLED


@pytest.mark.parametrize("code", ['"of alice@example.com"', '"1234567890"', "[1]", "null"])
def test_of_a_refusal_its_number_alone_is_known(code):
    refused = ccbill_client.Answer(status=400, body=b'{"errorCode": %s}' % code.encode())
    assert ccbill_client._translated(refused).reason == "400"
