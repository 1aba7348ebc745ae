"""Our adapter over PayPal's API, against the sandbox: orders from open to paid."""

from dataclasses import replace

import pytest

from billing import providers
from billing.providers import paypal_orders
from billing.providers.errors import NoAnswer, NotThere, ProviderNotEnabled
from billing.providers.messages import Outcome, Redirect
from billing.providers.paypal import PayPal
from billing.sandbox import access as sandbox_access
from billing.sandbox.faults import Fault
from tests.billing.payer import agree
from tests.billing.paypal_people import (
    CHARGED_ORDERS,
    a_top_up,
    approved,
    captures,
    control,
    made_orders,
    name_in,
    paid,
    person,
    told,
)

VARIABLES = ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID")


@pytest.fixture
def live_keys(settings):
    """PayPal as it is switched on outside local mode."""
    for name in VARIABLES:
        setattr(settings, name, "set")
    settings.PAYPAL_MODE = "live"
    return settings


@pytest.mark.parametrize("name", VARIABLES)
def test_it_is_off_without_its_variables_and_says_which(live_keys, name):
    assert PayPal().enabled
    setattr(live_keys, name, "")
    assert str(PayPal().why_not) == f"{name} not set"
    with pytest.raises(ProviderNotEnabled):
        providers.get_provider("paypal")


def test_it_names_all_that_is_missing(settings):
    for name in VARIABLES:
        setattr(settings, name, "")
    assert str(PayPal().why_not) == f"{', '.join(VARIABLES)} not set"


def test_the_live_mode_is_refused_in_development(live_keys):
    assert PayPal().livemode
    live_keys.DEBUG = True
    assert "PAYPAL_MODE is live" in str(PayPal().why_not)
    live_keys.PAYPAL_MODE = "sandbox"
    assert PayPal().enabled
    assert not PayPal().livemode


def test_another_mode_is_refused(live_keys):
    live_keys.PAYPAL_MODE = "test"
    assert "neither live nor sandbox" in str(PayPal().why_not)


@pytest.mark.parametrize("currency", ["KRW", "RUB", "KWD"])
def test_it_is_off_in_a_currency_that_paypal_does_not_take(sandbox, live_keys, currency):
    assert PayPal().enabled
    live_keys.BILLING_CURRENCY = currency
    assert "BILLING_CURRENCY is none of PayPal's (AUD, " in str(PayPal().why_not)
    live_keys.BILLING_SANDBOX_PORT = 0
    assert "BILLING_CURRENCY is none of PayPal's (AUD, " in str(PayPal().why_not)


@pytest.mark.parametrize(("currency", "step"), [("USD", 1), ("JPY", 1), ("HUF", 100), ("TWD", 100)])
def test_it_takes_some_currencies_whole(settings, currency, step):
    settings.BILLING_CURRENCY = currency
    assert PayPal().step == step


def test_paypal_learns_our_name_of_a_person_and_no_more(sandbox):
    assert PayPal().create_customer(person("u7")) == "u7"
    top_up = a_top_up(save_method=True)
    PayPal().start_top_up(top_up)
    [order] = made_orders(sandbox)
    assert order["custom_id"] == f"u1:{top_up.payment_id}"
    assert top_up.person.email not in str(order)
    assert top_up.person.name not in str(order)


def test_a_top_up_is_followed_from_open_to_paid(sandbox):
    top_up = a_top_up()
    redirect = PayPal().start_top_up(top_up)
    assert PayPal().fetch_payment(redirect.ref).outcome is Outcome.OPEN
    status, _, location = agree(redirect.url)
    assert (status, location.partition("?")[0]) == (303, top_up.return_url)
    assert PayPal().fetch_payment(redirect.ref).outcome is Outcome.APPROVED
    assert captures(sandbox) == []
    report = PayPal().capture(redirect.ref, top_up.payment_id)
    assert report.outcome is Outcome.SUCCEEDED
    assert (report.payment_id, report.user_sub) == (top_up.payment_id, "u1")
    assert (report.facts.amount, report.facts.currency, report.fee) == (1500, "USD", 101)
    assert (report.facts.livemode, report.customer, report.method) == (False, "", None)
    [capture] = captures(sandbox)
    assert report.facts.provider_ids == {
        "session": redirect.ref,
        "intent": f"capture:{capture['id']}",
    }
    assert PayPal().fetch_payment(redirect.ref) == report


def test_the_same_payment_by_its_capture(sandbox):
    report = paid()
    assert PayPal().fetch_payment(report.facts.provider_ids["intent"]) == report


def test_a_capture_whose_order_is_forgotten_still_tells_all_of_the_money(sandbox):
    report = paid()
    del sandbox.state.objects[name_in(report.facts.provider_ids["session"])]
    alone = PayPal().fetch_payment(report.facts.provider_ids["intent"])
    ids = {"intent": report.facts.provider_ids["intent"]}
    assert alone == replace(report, facts=replace(report.facts, provider_ids=ids))


def test_the_same_top_up_again_is_the_same_page(sandbox):
    top_up = a_top_up()
    assert PayPal().start_top_up(top_up) == PayPal().start_top_up(top_up)
    assert len(made_orders(sandbox)) == 1


def test_capturing_twice_takes_the_money_once(sandbox):
    top_up, ref = approved()
    report = PayPal().capture(ref, top_up.payment_id)
    sandbox.state.answers.clear()  # as after some hours
    assert PayPal().capture(ref, top_up.payment_id) == report
    assert len(captures(sandbox)) == 1


def test_what_nobody_agreed_to_is_not_taken(sandbox):
    top_up = a_top_up()
    ref = PayPal().start_top_up(top_up).ref
    assert PayPal().capture(ref, top_up.payment_id).outcome is Outcome.OPEN
    assert captures(sandbox) == []


def test_a_payer_whose_account_is_declined_may_choose_another(sandbox):
    top_up, ref = approved("declined")
    report = PayPal().capture(ref, top_up.payment_id)
    assert (report.outcome, report.failure_code) == (Outcome.OPEN, "INSTRUMENT_DECLINED")
    assert captures(sandbox) == []
    agree(PayPal().start_top_up(top_up).url, "pays")
    assert PayPal().capture(ref, top_up.payment_id).outcome is Outcome.SUCCEEDED


def test_a_payer_who_has_to_confirm_is_asked_on_the_same_page(sandbox):
    top_up, ref = approved()
    control(sandbox, "outcomes", outcome="authentication_required")
    assert PayPal().capture(ref, top_up.payment_id).outcome is Outcome.OPEN
    assert captures(sandbox) == []


@pytest.mark.parametrize(
    ("account", "end"), [("echeck", Outcome.SUCCEEDED), ("bounces", Outcome.FAILED)]
)
def test_an_echeck_is_processing_until_it_ends(sandbox, account, end):
    report = paid(account)
    assert (report.outcome, report.fee) == (Outcome.PROCESSING, None)
    act = "succeed" if end is Outcome.SUCCEEDED else "fail"
    control(sandbox, f"payments/{captures(sandbox)[0]['id']}/{act}")
    for ref in report.facts.provider_ids.values():
        assert PayPal().fetch_payment(ref).outcome is end


def test_an_approval_that_ended_is_canceled(sandbox):
    _, ref = approved()
    control(sandbox, f"payments/{name_in(ref)}/reverse")
    assert PayPal().fetch_payment(ref).outcome is Outcome.CANCELED


def test_an_order_that_was_forgotten_unpaid_is_no_payment(sandbox):
    """PayPal forgets it in some hours: that is no word about our keys."""
    ref = PayPal().start_top_up(a_top_up()).ref
    control(sandbox, "clock", advance=6 * 3600)
    assert PayPal().fetch_payment(ref) is None


def test_an_approved_order_has_a_page_still(live_keys, monkeypatch):
    """Its link is gone, and its payer has to choose another account."""
    told = {"id": "O1", "status": "APPROVED", "links": []}
    monkeypatch.setattr(paypal_orders, "call", lambda *asked, **more: told)
    assert PayPal().start_top_up(a_top_up()).url == "https://www.paypal.com/checkoutnow?token=O1"


def test_giving_up_asks_nothing_of_paypal(sandbox):
    _, ref = approved()
    before = told(sandbox)
    PayPal().cancel_top_up(ref)
    PayPal().cancel_top_up("order:NOTHING")
    assert told(sandbox) == before
    assert PayPal().fetch_payment(ref).outcome is Outcome.APPROVED


@pytest.mark.parametrize("ref", ["", "pi_1", "O1", "refund:R1", "order:", "order:../x", "capture:"])
def test_what_is_no_name_of_a_payment_is_not_asked_for(settings, ref):
    settings.BILLING_SANDBOX_PORT = 9
    assert PayPal().fetch_payment(ref) is None


def test_an_unknown_capture_is_not_there(sandbox):
    with pytest.raises(NotThere):
        PayPal().fetch_payment("capture:NOTHING")


@pytest.mark.parametrize("custom", ["", "something else", ":", "u1:"])
def test_a_payment_of_somebody_else_is_none_of_ours(sandbox, custom):
    report = paid()
    for thing in [*made_orders(sandbox), *captures(sandbox)]:
        thing["custom_id"] = custom
    for ref in report.facts.provider_ids.values():
        assert PayPal().fetch_payment(ref) is None


@pytest.mark.parametrize("fault", list(Fault))
def test_without_an_answer_nothing_is_claimed(sandbox, fault):
    sandbox.faults.plan(fault, path=CHARGED_ORDERS, times=9)
    with pytest.raises(NoAnswer):
        PayPal().start_top_up(a_top_up())


def test_one_lost_answer_is_asked_for_again_and_makes_one_order(sandbox):
    sandbox.faults.plan(Fault.LOST, path=CHARGED_ORDERS)
    redirect = PayPal().start_top_up(a_top_up())
    assert [f"order:{order['id']}" for order in made_orders(sandbox)] == [redirect.ref]


@pytest.mark.parametrize(("fault", "times"), [(Fault.AFTER, 1), (Fault.LOST, 2)])
def test_a_lost_capture_is_found_taken(sandbox, fault, times):
    top_up, ref = approved()
    sandbox.faults.plan(fault, path=f"{CHARGED_ORDERS}/{name_in(ref)}/capture", times=times)
    with pytest.raises(NoAnswer):
        PayPal().capture(ref, top_up.payment_id)
    assert PayPal().fetch_payment(ref).outcome is Outcome.SUCCEEDED
    assert PayPal().capture(ref, top_up.payment_id).outcome is Outcome.SUCCEEDED
    assert len(captures(sandbox)) == 1


def test_what_has_no_page_any_more_leads_to_our_own(monkeypatch):
    told = {"id": "O1", "status": "COMPLETED", "links": []}
    monkeypatch.setattr(paypal_orders, "call", lambda *asked, **more: told)
    top_up = a_top_up()
    assert PayPal().start_top_up(top_up) == Redirect(url=top_up.return_url, ref="order:O1")


def test_staff_search_by_what_paypal_shows():
    assert PayPal().spellings("27M4") == ["27M4", "order:27M4", "capture:27M4"]


def test_staff_are_led_to_the_pages_of_the_mode(live_keys):
    address = PayPal().dashboard_url
    assert address("capture:27M4") == "https://www.paypal.com/activity/payment/27M4"
    assert address("dispute:PP-1") == "https://www.paypal.com/resolutioncenter/"
    assert address("order:5O19") == ""
    assert address("capture:../x") == ""
    live_keys.PAYPAL_MODE = "sandbox"
    assert address("capture:27M4") == "https://www.sandbox.paypal.com/activity/payment/27M4"


def test_in_the_sandbox_the_dashboard_is_its_own(sandbox):
    assert PayPal().dashboard_url("order:5O19") == f"{sandbox_access.dashboard_url()}#5O19"
    assert PayPal().dashboard_url("token:t1") == ""
