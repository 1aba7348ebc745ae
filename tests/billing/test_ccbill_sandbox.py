"""The sandbox's form and webhooks are CCBill's."""

import hashlib
import json
import re

import pytest

from billing.sandbox import access
from billing.sandbox.ccbill import sales, wire
from billing.sandbox.faults import Fault
from billing.sandbox.play import tick
from billing.sandbox.state import Planned
from tests.billing.flexforms import call, link, pay, sold, told

CARD_NUMBER = re.compile(r"\b(?:\d[ -]?){13,19}\b")
PERSONAL = ("firstName", "lastName", "email", "username", "password", "address1", "ipAddress")

SALE_NAMES = {  # of the latest version of NewSaleSuccess in CCBill's guide
    *("transactionId", "subscriptionId", "clientAccnum", "clientSubacc", "timestamp"),
    *("firstName", "lastName", "address1", "city", "state", "country", "postalCode", "email"),
    *("phoneNumber", "ipAddress", "reservationId", "username", "password", "formName", "flexId"),
    *("priceDescription", "recurringPriceDescription", "initialPeriod", "recurringPeriod"),
    *("rebills", "subscriptionTypeId", "lifeTimeSubscription", "dynamicPricingValidationDigest"),
    *("paymentType", "cardType", "bin", "prePaid", "last4", "expDate", "paymentAccount"),
    *("avsResponse", "cvv2Response", "threeDSecure", "referringUrl"),
    *("billedInitialPrice", "billedRecurringPrice", "billedCurrency", "billedCurrencyCode"),
    *("subscriptionInitialPrice", "subscriptionRecurringPrice", "subscriptionCurrency"),
    *("subscriptionCurrencyCode", "accountingInitialPrice", "accountingRecurringPrice"),
    *("accountingCurrency", "accountingCurrencyCode"),
}


def digest_of(number, end):
    salt = access.secret("ccbill-salt")
    return hashlib.md5(f"{number}{end}{salt}".encode(), usedforsecurity=False).hexdigest()


def test_digests_are_those_that_ccbill_publishes(monkeypatch):
    monkeypatch.setattr(access, "secret", lambda name: "7d901dad245fd0ff6bc20d06")
    assert wire.form_digest("10.00", "30", "840") == "a7459445d0e5dc0963fe736dc5cf900b"
    monkeypatch.setattr(access, "secret", lambda name: "salt")
    made = wire.response_digest("0912191101000000000", approved=True)
    assert made == "c8450d58468ecc5b40749922c5506792"


def test_a_card_that_pays_ends_at_the_page_that_is_set_in_the_admin(sandbox, settings):
    status, _, location = pay(link(pay="a.b/c"))
    assert (status, location) == (303, f"{settings.SITE_URL}/billing/return/ccbill/?pay=a.b/c")


def test_a_sale_is_told_as_ccbill_tells_it(sandbox):
    number = sold(sandbox, colour="red")
    [event] = told(sandbox)
    body = event["body"]
    assert event["type"] == "NewSaleSuccess"
    assert (body["clientAccnum"], body["clientSubacc"]) == ("900000", "0000")
    assert (body["billedInitialPrice"], body["billedCurrencyCode"]) == ("15.00", "840")
    assert (body["X-pay"], body["X-colour"]) == ("a.pass", "red")
    assert (body["cardType"], body["last4"], body["expDate"]) == ("VISA", "4242", "1234")
    assert body["dynamicPricingValidationDigest"] == digest_of(number, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", body["timestamp"])
    assert all(body[name] for name in PERSONAL)
    passed = {"X-pay", "X-colour", "X-currencyCode", "X-formDigest"}
    assert set(body) == SALE_NAMES | passed


def test_numbers_are_longer_than_a_float_holds(sandbox):
    number = sold(sandbox)
    assert re.fullmatch(r"09\d{17}", number)
    assert int(number) > 2**53


def test_type_and_account_stand_in_the_query(sandbox, post):
    sold(sandbox)
    sandbox.delivery.deliver_due()
    [posted] = post.taken
    path, _, query = posted.path.partition("?")
    assert path == f"/billing/webhooks/ccbill/{access.secret('ccbill-webhooks')}/"
    assert query == (
        "clientAccnum=900000&clientSubacc=0000&eventType=NewSaleSuccess&eventGroupType=Subscription"
    )
    assert posted.headers == {"Content-Type": "application/json"}
    assert json.loads(posted.body)["X-pay"] == "a.pass"


@pytest.mark.parametrize(
    "changed",
    [
        {"initialPrice": "1.00"},
        {"initialPrice": "15"},
        {"initialPeriod": "31"},
        {"currencyCode": "978"},
        {"currencyCode": "756"},
        {"formDigest": None},
        {"formDigest": "a7459445d0e5dc0963fe736dc5cf900b"},
        {"clientSubacc": "0001"},
        {"clientSubacc": None},
        {"recurringPrice": "15.00"},
        {"not a name": "x"},
        {"initialPrice": "2.94", "formDigest": wire.form_digest},
        {"initialPrice": "100.01", "formDigest": wire.form_digest},
    ],
)
def test_a_link_that_was_changed_cannot_be_paid(sandbox, changed):
    if callable(changed.get("formDigest")):
        changed = {**changed, "formDigest": wire.form_digest(changed["initialPrice"], "30", "840")}
    status, text, location = pay(link(**changed))
    assert (status, location) == (400, None)
    assert "This form cannot be used" in text
    assert sandbox.state.objects == {}


def test_another_form_is_not_there(sandbox):
    url = link().replace(access.CCBILL_FLEX_ID, "another")
    assert pay(url)[0] == 400
    assert sandbox.state.objects == {}


def test_yen_have_two_decimals_too(sandbox):
    yen = {"initialPrice": "1500.00", "currencyCode": "392"}
    sold(sandbox, **yen, formDigest=wire.form_digest("1500.00", "30", "392"))
    [event] = told(sandbox)
    assert event["body"]["billedInitialPrice"] == "1500.00"
    broken = {"initialPrice": "1500.50", "currencyCode": "392"}
    assert pay(link(**broken, formDigest=wire.form_digest("1500.50", "30", "392")))[0] == 400


@pytest.mark.parametrize(
    ("card", "code"), [("declined", "BE-110"), ("insufficient_funds", "BE-140")]
)
def test_who_is_declined_stays_at_the_form(sandbox, card, code):
    status, text, location = pay(link(), card)
    assert (status, location) == (402, None)
    assert "Choose a test card" in text
    [event] = told(sandbox)
    body = event["body"]
    assert (event["type"], body["failureCode"]) == ("NewSaleFailure", code)
    assert "subscriptionId" not in body
    assert body["dynamicPricingValidationDigest"] == digest_of(body["transactionId"], 0)
    assert pay(link())[0] == 303


def test_a_link_can_be_paid_twice(sandbox):
    assert sold(sandbox) != sold(sandbox)
    assert len(told(sandbox, "NewSaleSuccess")) == 2


def test_a_card_may_need_its_owner(sandbox, settings):
    _, text, _ = pay(link(), "needs_3ds")
    assert "Your bank asks whether it is you." in text
    assert told(sandbox) == []
    [name] = re.findall(r'name="authenticated" value="(\d+)"', text)
    status, _, headers = call(link(), body={"authenticated": name})
    assert (status, headers["Location"].startswith(settings.SITE_URL)) == (303, True)
    [event] = told(sandbox)
    assert (event["type"], event["body"]["threeDSecure"]) == ("NewSaleSuccess", "AUTHENTICATED")
    call(link(), body={"authenticated": name})
    assert len(told(sandbox)) == 1


def test_an_owner_who_fails_pays_nothing(sandbox):
    [name] = re.findall(r'name="not_authenticated" value="(\d+)"', pay(link(), "needs_3ds")[1])
    assert call(link(), body={"not_authenticated": name})[0] == 402
    assert [event["type"] for event in told(sandbox)] == ["NewSaleFailure"]


def test_a_card_that_is_charged_back_is_so_at_once(sandbox):
    number = sold(sandbox, "charged_back")
    sale, chargeback = told(sandbox)
    assert chargeback["type"] == "Chargeback"
    body = chargeback["body"]
    assert (body["subscriptionId"], body["amount"], body["currencyCode"]) == (
        number,
        "15.00",
        "840",
    )
    assert body["transactionId"] == sale["body"]["transactionId"]


def test_the_page_takes_no_card_number_and_names_none(sandbox):
    _, text, _ = call(link())
    assert not CARD_NUMBER.search(text)
    assert set(re.findall(r"<input ([^ ]+)", text)) == {'type="radio"'}
    assert "Sandbox: no real money." in text


def test_what_the_person_chooses_must_be_there(sandbox):
    assert "Choose one of the test cards." in pay(link(), "nothing")[1]
    assert sandbox.state.objects == {}


@pytest.mark.parametrize(("fault", "made"), [(Fault.BEFORE, 0), (Fault.AFTER, 1)])
def test_the_form_breaks_before_or_after_the_sale(sandbox, fault, made):
    sandbox.faults.plan(fault, path="/ccbill/wap-frontflex/")
    assert pay(link())[0] == 500
    assert len(told(sandbox, "NewSaleSuccess")) == made


def test_a_planned_outcome_comes_whatever_the_card(sandbox):
    sandbox.state.outcomes.append(Planned(code="insufficient_funds"))
    assert pay(link())[0] == 402
    assert told(sandbox)[0]["body"]["failureCode"] == "BE-140"


@pytest.mark.parametrize(
    ("end", "kind"), [("succeeded", "NewSaleSuccess"), ("failed", "NewSaleFailure")]
)
def test_a_slow_sale_is_told_when_its_time_has_come(sandbox, end, kind):
    sandbox.state.outcomes.append(Planned(ends=end))
    assert pay(link())[0] == 303
    assert told(sandbox) == []
    sandbox.state.ahead += sales.LATER_SECONDS
    tick(sandbox.state, sandbox.plays)
    assert [event["type"] for event in told(sandbox)] == [kind]
