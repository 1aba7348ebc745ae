"""Accounts saved at PayPal and charged, and payments found again after a lost answer."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from billing.providers import paypal_books, paypal_orders
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import Outcome
from billing.providers.paypal import PayPal
from billing.sandbox.faults import Fault
from core import clock, ids
from tests.billing import payer
from tests.billing.payer import agree
from tests.billing.paypal_people import (
    BACK,
    CHARGED_ORDERS,
    approved,
    captures,
    charge_of,
    control,
    lost,
    made_orders,
    name_in,
    paid,
    person,
    saved,
    tokens,
    visit_in,
)

LAG = 3 * 3600 + 1
TRANSACTIONS = "/paypal/v1/reporting/transactions"


def test_an_account_is_saved_without_paying_and_forgotten(sandbox):
    redirect = PayPal().start_save_method(person(), currency="USD", **BACK)
    assert redirect.ref.startswith("setup:")
    assert PayPal().fetch_saved_method(redirect.ref) is None
    _, _, location = agree(redirect.url)
    assert location.startswith(BACK["return_url"])
    saved_one = PayPal().fetch_saved_method(visit_in(location))
    assert (saved_one.user_sub, saved_one.customer) == ("u1", "u1")
    method = saved_one.method
    assert (method.type, method.brand, method.last4, method.livemode) == ("paypal", "", "", False)
    [token] = tokens(sandbox)
    assert method.provider_ref == f"token:{token['id']}"
    for visit in (visit_in(location), redirect.ref, method.provider_ref):
        assert PayPal().fetch_saved_method(visit) == saved_one
    assert len(tokens(sandbox)) == 1
    PayPal().detach(method.provider_ref)
    PayPal().detach(method.provider_ref)
    PayPal().detach("pm_1")
    assert tokens(sandbox) == []
    assert PayPal().fetch_method(method.provider_ref) is None
    assert PayPal().fetch_saved_method(method.provider_ref) is None


def test_a_visit_that_was_used_long_ago_saves_nothing_anew(sandbox):
    redirect = PayPal().start_save_method(person(), currency="USD", **BACK)
    agree(redirect.url)
    assert PayPal().fetch_saved_method(redirect.ref)
    sandbox.state.answers.clear()
    assert PayPal().fetch_saved_method(redirect.ref) is None
    assert len(tokens(sandbox)) == 1


@pytest.mark.parametrize("visit", ["", "NOTHING", "../v2/checkout", "pm_1", "token:x", "order:O1"])
def test_a_made_up_visit_saved_nothing(sandbox, visit):
    assert PayPal().fetch_saved_method(visit) is None


def test_an_account_that_nobody_of_ours_saved_is_none_of_ours(sandbox):
    ref = saved()
    for token in tokens(sandbox):
        token["merchant_customer"] = ""
    assert PayPal().fetch_saved_method(ref) is None


def test_the_payers_address_is_not_taken_over(sandbox):
    ref = saved()
    assert "buyer.example" not in str(PayPal().fetch_method(ref))
    assert "buyer.example" not in str(PayPal().fetch_saved_method(ref))


def test_a_saved_account_comes_with_the_payment(sandbox):
    report = paid(save_method=True)
    [token] = tokens(sandbox)
    assert report.method == PayPal().fetch_method(f"token:{token['id']}")
    assert report.customer == "u1"
    by_capture = PayPal().fetch_payment(report.facts.provider_ids["intent"])
    assert by_capture.method == report.method


def test_one_that_is_saved_later_comes_by_itself(sandbox):
    assert paid("saves-late", save_method=True).method is None
    [token] = tokens(sandbox)
    control(sandbox, "clock", advance=60)
    assert PayPal().fetch_saved_method(f"token:{token['id']}").user_sub == "u1"


def test_a_saved_account_is_charged_with_its_fee_known(sandbox):
    order = charge_of(saved())
    report = PayPal().charge(order)
    assert (report.outcome, report.payment_id, report.user_sub) == (
        Outcome.SUCCEEDED,
        order.payment_id,
        "u1",
    )
    assert (report.facts.amount, report.facts.currency, report.fee) == (1500, "USD", 101)
    assert {*report.facts.provider_ids} == {"session", "intent"}
    for ref in report.facts.provider_ids.values():
        assert PayPal().fetch_payment(ref) == report


def test_the_same_charge_again_is_the_same_payment(sandbox):
    order = charge_of(saved())
    assert PayPal().charge(order) == PayPal().charge(order)
    assert len(captures(sandbox)) == 1


def test_the_same_charge_once_it_is_forgotten_charges_nothing(sandbox):
    """PayPal takes an invoice once: what it refuses then was made before."""
    order = charge_of(saved())
    PayPal().charge(order)
    sandbox.state.answers.clear()
    with pytest.raises(NoAnswer):
        PayPal().charge(order)
    assert len(captures(sandbox)) == 1


def test_a_decline_is_an_answer_and_charges_nothing(sandbox):
    order = charge_of(saved())
    control(sandbox, "outcomes", outcome="declined")
    report = PayPal().charge(order)
    assert (report.outcome, report.failure_code) == (Outcome.FAILED, "INSTRUMENT_DECLINED")
    assert (report.payment_id, report.facts.provider_ids) == (order.payment_id, {})
    assert captures(sandbox) == []


@pytest.mark.parametrize(
    ("account", "code"),
    [("declined", "INSTRUMENT_DECLINED"), ("confirms", "authentication_required")],
)
def test_one_that_is_approved_first_is_declined_all_the_same(sandbox, monkeypatch, account, code):
    """PayPal may answer so: the money is taken by a call of its own then."""
    top_up, ref = approved("pays" if account == "confirms" else account)
    if account == "confirms":
        control(sandbox, "outcomes", outcome="authentication_required")
    order = charge_of("token:t1", payment_id=top_up.payment_id)

    def approve(method, path, body=None, **more):
        if path == paypal_orders.ORDERS:
            return call("GET", f"{path}/{name_in(ref)}")
        return call(method, path, body, **more)

    call = paypal_orders.call
    monkeypatch.setattr(paypal_orders, "call", approve)
    report = PayPal().charge(order)
    assert (report.outcome, report.failure_code) == (Outcome.FAILED, code)
    assert captures(sandbox) == []


def test_one_that_must_confirm_is_told_so_and_charged_nothing(sandbox):
    order = charge_of(saved("confirms"))
    report = PayPal().charge(order)
    assert (report.outcome, report.failure_code) == (Outcome.FAILED, "authentication_required")
    assert report.facts.provider_ids == {}  # the person gets an order of their own
    assert captures(sandbox) == []


def test_one_that_takes_a_while_is_processing(sandbox):
    order = charge_of(saved("echeck"))
    assert PayPal().charge(order).outcome is Outcome.PROCESSING


@pytest.mark.parametrize("ref", ["token:NOTHING", "pm_1", ""])
def test_a_method_that_is_gone_is_refused(sandbox, ref):
    with pytest.raises(ProviderRefused):
        PayPal().charge(charge_of(ref))
    assert made_orders(sandbox) == []


def test_an_answer_without_our_names_is_none(monkeypatch):
    told = {"id": "O1", "status": "COMPLETED", "purchase_units": [{}]}
    monkeypatch.setattr(paypal_orders, "call", lambda *asked, **more: told)
    with pytest.raises(NoAnswer):
        PayPal().charge(charge_of("token:t1"))


@pytest.mark.parametrize(("fault", "times"), [(Fault.AFTER, 1), (Fault.LOST, 2)])
def test_a_charge_without_an_answer_is_found_once_the_books_know_it(sandbox, fault, times):
    order = charge_of(saved())
    sandbox.faults.plan(fault, path=CHARGED_ORDERS, times=times)
    with pytest.raises(NoAnswer):
        PayPal().charge(order)
    assert PayPal().find_payment(lost(order)) is None  # the books are late
    control(sandbox, "clock", advance=LAG)
    found = PayPal().find_payment(lost(order))
    assert (found.outcome, found.facts.amount) == (Outcome.SUCCEEDED, 1500)
    assert found.payment_id == order.payment_id
    assert len(captures(sandbox)) == 1


def test_it_is_not_believed_before_the_books_can_know():
    assert PayPal().believed_after > timedelta(seconds=LAG)


def test_a_charge_that_never_arrived_is_not_found(sandbox):
    order = charge_of(saved())
    sandbox.faults.plan(Fault.BEFORE, path=CHARGED_ORDERS)
    with pytest.raises(NoAnswer):
        PayPal().charge(order)
    control(sandbox, "clock", advance=LAG)
    assert PayPal().find_payment(lost(order)) is None


def test_nobody_finds_the_payment_of_another_person(sandbox):
    order = charge_of(saved())
    PayPal().charge(order)
    control(sandbox, "clock", advance=LAG)
    theirs = charge_of("token:t1", user_sub="u2", payment_id=order.payment_id)
    assert PayPal().find_payment(lost(theirs)) is None
    assert PayPal().find_payment(lost(order))


def test_it_looks_through_every_page_of_the_books(sandbox, monkeypatch):
    monkeypatch.setattr("billing.providers.paypal_books.PAGE", 2)
    ref = saved()
    charges = [charge_of(ref) for _ in range(5)]
    for order in charges:
        PayPal().charge(order)
    control(sandbox, "clock", advance=LAG)
    for order in charges:
        assert PayPal().find_payment(lost(order)).payment_id == order.payment_id


def test_a_payment_of_long_ago_is_looked_for_in_its_own_days(sandbox, time_machine):
    order = charge_of(saved())
    asked = lost(order)
    PayPal().charge(order)
    time_machine.move_to(clock.now() + timedelta(days=90))
    assert PayPal().find_payment(asked).payment_id == order.payment_id


def test_only_the_hours_are_read_in_which_it_may_have_been_sent(monkeypatch, ahead):
    asked = lost(charge_of("token:t1"))
    ahead(days=20)
    paths = []

    def tell(method, path):
        paths.append(path)
        return {"last_refreshed_datetime": paypal_books.stamp(clock.now())}

    monkeypatch.setattr(paypal_books, "call", tell)
    assert PayPal().find_payment(asked) is None
    [query] = [parse_qs(urlsplit(path).query) for path in paths]
    start, end = (datetime.fromisoformat(query[f"{name}_date"][0]) for name in ("start", "end"))
    assert start < asked.sent_from <= asked.sent_until < end
    assert end - start <= timedelta(hours=2)


def test_books_that_do_not_reach_so_far_are_no_word_about_a_payment(sandbox, monkeypatch, ahead):
    """They are later than PayPal says."""
    monkeypatch.setattr("billing.sandbox.paypal.captures.LAG_SECONDS", 9 * 3600)
    monkeypatch.setattr("billing.sandbox.paypal.reports.LAG_SECONDS", 9 * 3600)
    order = charge_of(saved())
    asked = lost(order)
    PayPal().charge(order)
    assert PayPal().find_payment(asked) is None
    ahead(hours=5)
    with pytest.raises(NoAnswer):
        PayPal().find_payment(asked)
    ahead(hours=5)
    assert PayPal().find_payment(asked).outcome is Outcome.SUCCEEDED


def test_silence_of_the_books_is_no_word_about_a_payment(sandbox):
    sandbox.faults.plan(Fault.BEFORE, path=TRANSACTIONS, method="GET")
    with pytest.raises(NoAnswer):
        PayPal().find_payment(lost(charge_of("token:t1")))


def test_books_that_refuse_are_believed_only_while_they_may_be_late(monkeypatch, ahead):
    def refuse(*asked, **more):
        raise ProviderRefused(reason="INVALID_REQUEST")

    monkeypatch.setattr("billing.providers.paypal_books.call", refuse)
    asked = lost(charge_of("token:t1"))
    assert PayPal().find_payment(asked) is None
    ahead(hours=4)
    with pytest.raises(NoAnswer):
        PayPal().find_payment(asked)


def test_a_stranger_sees_one_order_of_one_payment(sandbox):
    order = charge_of(saved(), payment_id=ids.new_id())
    report = PayPal().charge(order)
    _, told = payer.Api().get(
        f"/v2/checkout/orders/{name_in(report.facts.provider_ids['session'])}"
    )
    [unit] = told["purchase_units"]
    assert (unit["invoice_id"], unit["custom_id"]) == (order.payment_id, f"u1:{order.payment_id}")
