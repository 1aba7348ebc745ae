"""The sandbox's RESTful API: tokens of earlier sales, and charges by them."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing.sandbox import access
from billing.sandbox.ccbill import bearer as life
from billing.sandbox.ccbill import tokens
from billing.sandbox.faults import Fault
from billing.sandbox.state import Planned
from tests.billing.flexforms import (
    HEADERS,
    bearer,
    call,
    datalink,
    http_basic,
    link,
    pay,
    rest,
    sold,
    told,
)

TOKENS = "/payment-tokens/merchant-only"
TOKEN_NAMES = {
    *("paymentTokenId", "programParticipationId", "originalPaymentTokenId", "clientAccnum"),
    *("clientSubacc", "createdDatetime", "timeToLive", "validNumberOfUse", "subscriptionId"),
    "paymentInfoId",
}
CHARGE_NAMES = {
    *("declineCode", "declineText", "denialId", "approved", "paymentUniqueId", "sessionId"),
    *("subscriptionId", "newPaymentTokenId"),
}
CHARGE = {
    "clientAccnum": 900000,
    "clientSubacc": 0,
    "initialPrice": 20.5,
    "initialPeriod": 30,
    "currencyCode": 840,
    "passThroughInfo": [{"name": "pay", "value": "another.pass"}],
}


def new_token(number, **changed):
    """The name of a token that works once."""
    body = {
        "clientAccnum": 900000,
        "clientSubacc": 0,
        "subscriptionId": int(number),
        "timeToLive": 1,
        "validNumberOfUse": 1,
        **changed,
    }
    status, token = rest(TOKENS, body)
    assert status == 200
    return token["paymentTokenId"]


def charge(token, **changed):
    body = {name: value for name, value in {**CHARGE, **changed}.items() if value is not None}
    return rest(f"/transactions/payment-tokens/{token}", body)


def charged_by(token):
    path = f"/transactions/payment-tokens/{token}?clientAccnum=900000&clientSubacc=0"
    return [one["subscriptionId"] for one in rest(path)[1]]


def test_a_bearer_token_is_given_to_the_app_alone(sandbox):
    assert set(bearer()) == {"access_token", "token_type", "expires_in", "scope"}
    url = f"{access.ccbill_url()}/ccbill-auth/oauth/token"
    wrong = {"Authorization": f"Basic {http_basic('sandbox-app', 'wrong')}"}
    assert call(url, body={"grant_type": "client_credentials"}, headers=wrong)[0] == 401
    right = {"Authorization": f"Basic {http_basic(*access.ccbill_app())}"}
    assert call(url, body={"grant_type": "password"}, headers=right)[0] == 400


def test_a_bearer_token_ends(sandbox):
    number, token = sold(sandbox), bearer()["access_token"]
    body = {"clientAccnum": 900000, "clientSubacc": 0, "subscriptionId": int(number)}
    assert rest(TOKENS, body, token=token)[0] == 200
    sandbox.state.ahead += life.LIFE_SECONDS
    assert rest(TOKENS, body, token=token)[0] == 401
    assert rest(TOKENS, body, token="unknown")[0] == 401
    assert len(sandbox.state.all(tokens.KIND)) == 1
    bearer()
    assert len(sandbox.state.all(life.BEARER)) == 1


def test_a_token_is_made_of_an_earlier_sale(sandbox):
    number = sold(sandbox)
    status, token = rest(f"/payment-tokens/{new_token(number)}")
    assert status == 200
    assert (token["clientAccnum"], token["clientSubacc"]) == (900000, 0)
    assert (token["timeToLive"], token["validNumberOfUse"]) == (1, 1)
    assert f"0{token['subscriptionId']}" == number
    assert set(token) == TOKEN_NAMES


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subscriptionId": 912191101000000000}, 200000),
        ({"subscriptionId": 0}, 200000),
        ({"subscriptionId": "text"}, 200000),
        ({"clientAccnum": 900001}, 100100),
        ({"clientSubacc": 1}, 100100),
        ({"clientAccnum": None}, 200000),
        ({"timeToLive": -1}, 200000),
        ({"paymentInfo": {}}, 200000),
        ({"nickname": "x"}, 200000),
    ],
)
def test_a_wrong_token_is_refused_in_the_shape_of_ccbill(sandbox, changed, code):
    body = {"clientAccnum": 900000, "clientSubacc": 0, "subscriptionId": int(sold(sandbox))}
    status, error = rest(TOKENS, {**body, **changed})
    assert (status, error["errorCode"], error["url"]) == (400, code, TOKENS)
    assert set(error) == {"id", "url", "errors", "generalMessage", "errorCode", "timestamp"}
    assert sandbox.state.all(tokens.KIND) == []


def test_a_charge_is_a_sale_of_its_own(sandbox):
    number = sold(sandbox)
    status, done = charge(new_token(number))
    assert (status, done["approved"], done["declineCode"]) == (200, True, None)
    assert set(done) == CHARGE_NAMES
    [event] = told(sandbox, "UpSaleSuccess")
    body = event["body"]
    assert body["subscriptionId"] == f"0{done['subscriptionId']}" != number
    assert (body["originalSubscriptionId"], body["source"]) == (number, "API")
    assert (body["billedInitialPrice"], body["X-pay"]) == ("20.50", "another.pass")
    assert (body["last4"], "flexId" in body) == ("4242", False)
    assert "<subscriptionStatus>1<" in datalink("viewSubscriptionStatus", done["subscriptionId"])


def test_a_token_charges_once(sandbox):
    token = new_token(sold(sandbox))
    first = charge(token)[1]["subscriptionId"]
    status, error = charge(token)
    assert (status, error["errorCode"]) == (400, 100102)
    assert charged_by(token) == [first]
    assert len(told(sandbox, "UpSaleSuccess")) == 1


def test_a_token_charges_once_however_many_come_together(sandbox):
    token, ours = new_token(sold(sandbox)), bearer()["access_token"]
    path = f"/transactions/payment-tokens/{token}"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rest(path, CHARGE, token=ours)[0], range(4)))
    assert sorted(answers) == [200, 400, 400, 400]
    assert len(charged_by(token)) == 1


def test_a_token_ends_with_its_time(sandbox):
    token = new_token(sold(sandbox))
    sandbox.state.ahead += 3600
    assert charge(token)[1]["errorCode"] == 100102
    assert charged_by(token) == []


def test_declined_is_an_answer_and_is_told(sandbox):
    token = new_token(sold(sandbox, "declined_later"))
    status, done = charge(token)
    assert (status, done["approved"], done["declineCode"]) == (200, False, 24)
    assert (done["subscriptionId"], done["declineText"]) == (None, "Transaction Denied by Bank")
    assert charged_by(token) == []
    [event] = told(sandbox, "UpSaleFailure")
    assert int(event["body"]["transactionId"]) == done["denialId"]
    assert event["body"]["X-pay"] == "another.pass"


def test_an_expired_card_declines(sandbox):
    number = sold(sandbox)
    sandbox.state.find(number)["expires"] = "0120"
    assert charge(new_token(number))[1]["declineCode"] == 31


def test_a_card_that_needs_its_owner_says_so_before(sandbox):
    asked = {}
    for card in ("pays", "needs_3ds"):
        token = new_token(paid_by(sandbox, card))
        path = f"/payment-tokens/{token}/threeds-required?currencyCode=840"
        asked[card] = rest(path)
    assert asked == {"pays": (200, False), "needs_3ds": (200, True)}
    assert charge(token)[1]["declineCode"] == 45


def paid_by(sandbox, card):
    if card != "needs_3ds":
        return sold(sandbox, card)
    [name] = re.findall(r'name="authenticated" value="(\d+)"', pay(link(), card)[1])
    call(link(), body={"authenticated": name})
    return told(sandbox, "NewSaleSuccess")[-1]["body"]["subscriptionId"]


@pytest.mark.parametrize("query", ["", "?currencyCode=756", "?currencyCode=dollars"])
def test_the_question_needs_a_currency(sandbox, query):
    path = f"/payment-tokens/{new_token(sold(sandbox))}/threeds-required{query}"
    status, error = rest(path)
    assert (status, error["errors"][0]["field"]) == (400, "currencyCode")


def test_a_planned_question_comes_whatever_the_card(sandbox):
    token = new_token(sold(sandbox))
    path = f"/payment-tokens/{token}/threeds-required?currencyCode=840"
    sandbox.state.outcomes.append(Planned(authenticates=True))
    assert [rest(path)[1] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"initialPrice": None}, "initialPrice"),
        ({"initialPrice": "20.50"}, "initialPrice"),
        ({"initialPrice": 20.505}, "initialPrice"),
        ({"initialPrice": 0}, "initialPrice"),
        ({"initialPrice": 1000}, "initialPrice"),
        ({"initialPeriod": None}, "initialPeriod"),
        ({"currencyCode": 756}, "currencyCode"),
        ({"passThroughInfo": [{"name": "pay"}]}, "passThroughInfo"),
        ({"passThroughInfo": [{"name": "a b", "value": ""}]}, "passThroughInfo"),
        ({"recurringPrice": 5}, "recurringPrice"),
    ],
)
def test_a_wrong_charge_is_refused_and_uses_nothing_up(sandbox, changed, field):
    token = new_token(sold(sandbox))
    status, error = charge(token, **changed)
    assert (status, error["errors"][0]["field"]) == (400, field)
    assert charge(token)[1]["approved"]


def test_what_is_not_there_is_404(sandbox):
    unknown = "0" * 32
    for path in (f"/payment-tokens/{unknown}", f"/payment-tokens/{unknown}/threeds-required"):
        status, error = rest(path)
        assert (status, error["errorCode"]) == (404, 100101)
    assert rest("/payment-tokens/program-specified", {})[0] == 404
    assert rest(TOKENS)[0] == 405


def test_versions_and_media_types_are_checked(sandbox):
    number = sold(sandbox)
    body = {"clientAccnum": 900000, "clientSubacc": 0, "subscriptionId": int(number)}
    assert rest(TOKENS, body, Accept="application/json")[0] == 406
    assert rest(TOKENS, body, **{"Content-Type": "text/plain"})[0] == 415
    first = HEADERS["Accept"].replace("v.2", "v.1")
    assert rest(TOKENS, body, Accept=first)[1]["subscriptionId"] == int(number)
    assert len(sandbox.state.all(tokens.KIND)) == 1


@pytest.mark.parametrize(("fault", "made"), [(Fault.BEFORE, 0), (Fault.AFTER, 1)])
def test_a_charge_breaks_before_or_after(sandbox, fault, made):
    token = new_token(sold(sandbox))
    sandbox.faults.plan(fault, path="/ccbill/transactions/")
    status, error = charge(token)
    assert (status, error["errorCode"]) == (500, 100100)
    assert len(charged_by(token)) == made


def test_after_a_lost_answer_the_token_tells_what_was_charged(sandbox):
    token = new_token(sold(sandbox))
    sandbox.faults.plan(Fault.LOST, path="/ccbill/transactions/")
    with pytest.raises(ConnectionError):
        charge(token)
    [number] = charged_by(token)
    assert f"0{number}" == told(sandbox, "UpSaleSuccess")[0]["body"]["subscriptionId"]
