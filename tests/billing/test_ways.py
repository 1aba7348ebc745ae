"""Which ways to pay are offered, and what each of them takes and saves."""

import re

import pytest

from billing import services as billing
from billing import wording
from billing.items import MethodFacts, PaymentKind
from billing.providers.messages import Outcome
from core.actor import Actor
from tests.alerts.people import listed
from tests.billing.doubles import ACCOUNT, CARD
from tests.billing.walks import TOP_UP, rows, text_of
from tests.sessions.stores import client_of, sign_in

API = "/api/v1/billing/"
ALL = ("stripe", "paypal", "ccbill")


@pytest.fixture
def client(alice):
    return client_of(sign_in(alice))


def facts(ref, type, brand, last4, exp_month=0, exp_year=0):
    return MethodFacts(
        provider_ref=ref,
        type=type,
        brand=brand,
        last4=last4,
        exp_month=exp_month,
        exp_year=exp_year,
    )


def save(user, provider, saved):
    actor = Actor(user.user_sub)
    return billing.save_method(
        user_sub=user.user_sub, provider=provider, facts=saved, actor=actor
    ).payment_method_id


def radios(page):
    """Value -> its label and what is said below it, of the choice of how to pay."""
    found = re.findall(
        r'name="pay_with" value="([^"]+)".*?<span>(.*?)<small>(.*?)</small></span>', page
    )
    return {value: (label, hint) for value, label, hint in found}


def chosen(page):
    (tag,) = (tag for tag in re.findall(r'<input[^>]*name="pay_with"[^>]*>', page) if is_on(tag))
    return re.search(r'value="([^"]+)"', tag)[1]


def is_on(tag):
    return "checked" in tag or 'type="hidden"' in tag


def send_api(client, path, body):
    return client.post(
        f"{API}{path}", body, content_type="application/json", headers={"Idempotency-Key": "k1"}
    )


@pytest.mark.parametrize("name", ALL)
def test_a_single_provider_is_no_choice(client, switch_on, name):
    (fake,) = switch_on(name)
    page = text_of(client.get("/wallet/top-up/"))
    assert radios(page) == {}
    assert chosen(page) == name
    most = "$100.00" if fake.limits else "$500.00"
    assert f"From $5.00 to {most}" in page
    answer = client.post("/wallet/top-up/", {**TOP_UP, "pay_with": name})
    assert answer.url.startswith("https://pay.example/")
    assert len(fake.started) == 1


def test_each_provider_says_what_one_pays_with_and_what_it_takes(client, switch_on):
    switch_on(*ALL)
    for path in ("/wallet/", "/wallet/top-up/"):
        page = text_of(client.get(path))
        assert radios(page) == {
            "stripe": ("Stripe", "Card"),
            "paypal": ("PayPal", "PayPal account"),
            "ccbill": ("CCBill", "Card · $5.00 to $100.00 at a time"),
        }
        assert chosen(page) == "stripe"
        assert "From $5.00 to $500.00" in page


def test_the_default_method_is_chosen_and_says_whose_it_is(client, alice, switch_on):
    switch_on(*ALL)
    save(alice, "stripe", CARD)
    account = save(alice, "paypal", ACCOUNT)
    billing.set_default_method(
        user_sub=alice.user_sub, payment_method_id=account, actor=Actor(alice.user_sub)
    )
    page = text_of(client.get("/wallet/top-up/"))
    assert radios(page)[account] == ("PayPal account", "PayPal")
    assert radios(page)["stripe"] == ("On the page of Stripe", "Card")
    assert chosen(page) == account


def test_a_default_method_that_cannot_be_charged_chooses_its_provider(client, alice, switch_on):
    switch_on(*ALL)
    save(alice, "ccbill", facts("card:1", "card", "visa", "1111", 1, 2020))
    assert chosen(text_of(client.get("/wallet/top-up/"))) == "ccbill"


def test_an_amount_that_it_does_not_take_chooses_another(client, alice, switch_on):
    switch_on(*ALL)
    card = save(alice, "ccbill", facts("card:1", "card", "visa", "1111", 1, 2040))
    assert chosen(text_of(client.get("/wallet/top-up/?amount=10000"))) == card
    assert chosen(text_of(client.get("/wallet/top-up/?amount=10001"))) == "stripe"
    switch_on("ccbill", limits=(295, 9_000))
    page = text_of(client.get("/wallet/top-up/?amount=20000"))
    assert 'value="90.00"' in page


def test_a_part_of_what_a_provider_takes_whole_is_told_at_the_amount(client, alice, switch_on):
    paypal, _stripe = switch_on("paypal", "stripe")
    paypal.step = 100
    sent = {**TOP_UP, "pay_with": "paypal", "amount": "other", "other": "12.50"}
    page = text_of(client.post("/wallet/top-up/", sent))
    told = "PayPal takes whole amounts of USD alone."
    assert re.search(rf'id="id_other_error".*?{re.escape(told)}', page)
    answer = send_api(client, "top-ups/", {"amount": 1250, "provider": "paypal"})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"amount": [told]})
    assert rows() == paypal.started == []
    assert chosen(text_of(client.get("/wallet/top-up/?amount=1200"))) == "paypal"
    assert chosen(text_of(client.get("/wallet/top-up/?amount=1250"))) == "stripe"


def test_what_a_link_asks_for_is_raised_to_what_is_taken(client, alice, switch_on):
    switch_on("paypal", step=100)
    assert 'value="13.00"' in text_of(client.get("/wallet/top-up/?amount=1234"))
    switch_on("paypal", "stripe")[0].step = 100
    assert 'value="12.34"' in text_of(client.get("/wallet/top-up/?amount=1234"))


def test_a_part_is_not_charged_to_a_saved_account_either(client, alice, switch_on):
    (paypal,) = switch_on("paypal", step=100)
    account = save(alice, "paypal", ACCOUNT)
    before = rows()
    answer = send_api(client, "charges/", {"amount": 1250, "payment_method": account})
    assert answer.json()["errors"] == {"amount": ["PayPal takes whole amounts of USD alone."]}
    assert paypal.charged == []
    assert rows() == before


def test_more_than_a_provider_takes_is_told_at_the_amount(client, alice, switch_on):
    _stripe, ccbill = switch_on("stripe", "ccbill")
    sent = {**TOP_UP, "pay_with": "ccbill", "amount": "other", "other": "120.00"}
    page = text_of(client.post("/wallet/top-up/", sent))
    told = "CCBill takes between $5.00 and $100.00 at a time."
    assert re.search(rf'id="id_other_error".*?{re.escape(told)}', page)
    answer = send_api(client, "top-ups/", {"amount": 12_000, "provider": "ccbill"})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"amount": [told]})
    assert rows() == ccbill.started == []
    card = save(alice, "ccbill", CARD)
    before = rows()
    sent = {**TOP_UP, "pay_with": card, "amount": "other", "other": "120.00"}
    assert told in text_of(client.post("/wallet/top-up/", sent))
    assert ccbill.charged == []
    assert rows() == before


def test_the_sums_on_offer_are_those_that_somebody_takes(client, settings, switch_on):
    settings.TOP_UP_PRESETS = [1000, 20_000]
    switch_on("ccbill")
    assert 'value="20000"' not in text_of(client.get("/wallet/"))
    assert client.get(f"{API}settings/").json()["top_up_presets"] == [1000]
    switch_on("ccbill", "stripe")
    assert 'value="20000"' in text_of(client.get("/wallet/"))


def test_saving_is_offered_where_somebody_saves(client, switch_on):
    switch_on("ccbill", saves=False)
    assert "save_method" not in text_of(client.get("/wallet/top-up/"))
    stripe, ccbill = switch_on("stripe", "ccbill")
    ccbill.saves = False
    page = text_of(client.get("/wallet/top-up/"))
    assert "Save this way to pay for next time" in page
    assert radios(page)["ccbill"][1].endswith("cannot be saved")
    assert "cannot be saved" not in radios(page)["stripe"][1]
    client.post("/wallet/top-up/", {**TOP_UP, "save_method": "on"})
    assert [one.save_method for one in stripe.started] == [True]


def test_what_cannot_be_saved_is_told_at_the_box_and_starts_nothing(client, switch_on):
    _stripe, ccbill = switch_on("stripe", "ccbill")
    ccbill.saves = False
    told = "CCBill cannot save it. Leave this off, or pay in another way."
    sent = {**TOP_UP, "pay_with": "ccbill", "save_method": "on"}
    page = text_of(client.post("/wallet/top-up/", sent))
    assert re.search(rf'id="id_save_method_error".*?{re.escape(told)}', page)
    wanted = {"amount": 1000, "provider": "ccbill", "save_method": True}
    answer = send_api(client, "top-ups/", wanted)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"save_method": [told]})
    assert rows() == ccbill.started == []


def test_what_its_provider_no_longer_charges_is_not_offered(client, alice, switch_on):
    switch_on("stripe", "ccbill")
    card = save(alice, "ccbill", CARD)
    (ccbill,) = switch_on("ccbill", saves=False)
    assert card not in text_of(client.get("/wallet/top-up/"))
    before = rows()
    answer = send_api(client, "charges/", {"amount": 1000, "payment_method": card})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["payment_method"])
    assert ccbill.charged == []
    assert rows() == before


def test_who_saves_with_payments_alone_says_so(client, switch_on):
    switch_on(*ALL)
    page = text_of(client.get("/wallet/payment-methods/"))
    assert "Add with PayPal" in page
    assert "Add with CCBill" not in page
    assert "CCBill saves a way to pay only together with a payment" in page
    switch_on("ccbill")
    assert "tick the box when you" in text_of(client.get("/wallet/payment-methods/"))
    switch_on("ccbill", saves=False)
    page = text_of(client.get("/wallet/payment-methods/"))
    assert "CCBill" not in page
    assert "No way to pay is switched on" not in page


@pytest.mark.parametrize("capabilities", [{}, {"saves": False}])
def test_who_asks_it_to_save_alone_is_refused(client, switch_on, capabilities):
    (ccbill,) = switch_on("ccbill", **capabilities)
    told = "CCBill saves nothing without a payment."
    sent = {"provider": "ccbill"}
    assert told in text_of(client.post("/wallet/payment-methods/add/", sent, follow=True))
    answer = send_api(client, "payment-methods/", sent)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"provider": [told]})
    assert ccbill.visits == {}
    assert rows() == []


def test_programs_learn_the_terms_of_each(client, switch_on):
    switch_on("paypal", "ccbill")
    told = client.get(f"{API}settings/").json()
    assert told["providers"] == ["paypal", "ccbill"]
    paypal = {"provider": "paypal", "min": 500, "max": 50_000, "saves": True, "saves_alone": True}
    ccbill = {"provider": "ccbill", "min": 500, "max": 10_000, "saves": True, "saves_alone": False}
    assert told["provider_terms"] == [paypal, ccbill]


def test_an_account_without_digits_has_a_name_everywhere(client, alice, switch_on):
    (paypal,) = switch_on("paypal")
    paypal.outcome = Outcome.SUCCEEDED
    client.post("/wallet/payment-methods/add/", {"provider": "paypal"})
    query = {"provider": "paypal", "visit": "visit_1"}
    page = text_of(client.get("/wallet/payment-methods/return/", query, follow=True))
    assert "PayPal account is saved." in page
    [account] = billing.list_methods(alice.user_sub)
    where = f"/wallet/payment-methods/{account.payment_method_id}/remove/"
    assert "PayPal account" in text_of(client.get(where))
    assert "PayPal account was saved" in listed(alice)[0].sentence
    sent = {**TOP_UP, "pay_with": account.payment_method_id}
    answer = client.post("/wallet/top-up/", sent)
    (payment,) = billing.list_payments(alice.user_sub).items
    assert payment.kind is PaymentKind.CHARGE
    assert "PayPal account · PayPal" in text_of(client.get(answer.url))


@pytest.mark.parametrize(
    ("saved", "title"),
    [
        (CARD, "Visa ending in 4242"),
        (ACCOUNT, "PayPal account"),
        (facts("card:1", "card", "MASTERCARD", "1111"), "Mastercard ending in 1111"),
        (facts("pm_1", "card", "", ""), "Card"),
        (facts("pm_1", "sepa_debit", "", "3000"), "Sepa debit ending in 3000"),
    ],
)
def test_what_is_saved_has_a_title(alice, saved, title):
    save(alice, "stripe", saved)
    [method] = billing.list_methods(alice.user_sub)
    assert wording.method_title(method) == title


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("INSTRUMENT_DECLINED", "PayPal could not take the money"),
        ("PAYER_CANNOT_PAY", "PayPal declined the payment."),
        ("ORDER_NOT_APPROVED", "You did not agree"),
        ("TRANSACTION_REFUSED", "PayPal declined the payment."),
        ("too_many_tries", "There were too many tries."),
        ("something_new", "The payment did not go through."),
    ],
)
def test_codes_of_every_provider_have_words(code, reason):
    told, step = wording.failure(code)
    assert told.startswith(reason)
    assert step
