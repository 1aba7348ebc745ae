"""Who may ask the sandbox's PayPal, what is done once, and what goes wrong on purpose."""

from threading import Event, Thread

import pytest

from billing.sandbox.faults import Fault
from billing.sandbox.paypal import api
from billing.sandbox.paypal.objects import CAPTURE, ORDER, REFUND
from tests.billing.payer import (
    CAPTURES,
    DAY,
    HOUR,
    ORDERS,
    call,
    capture_in,
    control,
    issue,
    money,
    new_order,
)

PATH = f"/paypal{ORDERS}"


def test_a_token_is_given_to_the_app(paypal_api):
    status, answer = paypal_api.sign_in()
    assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 32400)


@pytest.mark.parametrize(
    ("client", "form", "status", "error"),
    [
        (("mallory", "guess"), "grant_type=client_credentials", 401, "invalid_client"),
        ((), "grant_type=password", 400, "unsupported_grant_type"),
    ],
)
def test_a_token_is_refused(paypal_api, client, form, status, error):
    told, answer = paypal_api.sign_in(*client, form=form)
    assert (told, answer["error"]) == (status, error)


@pytest.mark.parametrize("token", ["", "guess", "x.y"])
def test_no_call_is_answered_without_a_token(sandbox, paypal_api, token):
    paypal_api.token = token
    status, answer = paypal_api.order()
    assert (status, answer["error"]) == (401, "invalid_token")
    assert sandbox.state.all(ORDER) == []


def test_a_name_of_something_else_is_no_token(sandbox, paypal_api):
    paypal_api.token = paypal_api.order()[1]["id"]
    assert paypal_api.order()[0] == 401


def test_a_token_ends(paypal_api):
    control("clock", advance=9 * HOUR)
    assert paypal_api.order()[0] == 401
    paypal_api.token = paypal_api.sign_in()[1]["access_token"]
    assert paypal_api.order()[0] == 201


def test_a_repeat_with_the_same_request_id_makes_nothing_new(sandbox, paypal_api):
    (first, order), (second, again) = (paypal_api.order(request_id="k") for _ in range(2))
    assert (first, second) == (201, 200)
    assert order == again
    assert len(sandbox.state.all(ORDER)) == 1


def test_a_repeat_is_told_what_became_of_it(paypal_api):
    order = paypal_api.approved("echeck")
    paypal_api.capture(order, request_id="k")
    control("clock", advance=5)
    status, answer = paypal_api.capture(order, request_id="k")
    assert (status, capture_in(answer)["status"]) == (200, "COMPLETED")


def test_a_request_id_of_another_request_is_refused(sandbox, paypal_api):
    paypal_api.order(request_id="k")
    status, answer = paypal_api.order(request_id="k", amount=money("16.00"))
    assert (status, issue(answer)) == (422, "PAYPAL_REQUEST_ID_PREVIOUSLY_USED")
    assert len(sandbox.state.all(ORDER)) == 1


def test_a_request_that_was_refused_may_be_sent_again(paypal_api):
    order = paypal_api.approved()
    control("outcomes", outcome="declined")
    assert issue(paypal_api.capture(order, request_id="k")[1]) == "INSTRUMENT_DECLINED"
    assert paypal_api.capture(order, request_id="k")[0] == 201


@pytest.mark.parametrize(("seconds", "made"), [(6 * HOUR - 5, 1), (6 * HOUR + 5, 2)])
def test_a_request_id_of_an_order_is_kept_for_hours(sandbox, paypal_api, seconds, made):
    paypal_api.order(request_id="k")
    control("clock", advance=seconds)
    paypal_api.order(request_id="k")
    assert len(sandbox.state.all(ORDER)) == made


def test_a_request_id_of_a_refund_is_kept_for_weeks(sandbox, paypal_api):
    capture = paypal_api.paid()
    paypal_api.refund(capture, "1.00", request_id="k")
    control("clock", advance=44 * DAY)
    paypal_api.token = paypal_api.sign_in()[1]["access_token"]
    assert paypal_api.refund(capture, "1.00", request_id="k")[0] == 200
    assert len(sandbox.state.all(REFUND)) == 1


def test_two_at_the_same_moment_are_one(sandbox, paypal_api, monkeypatch):
    entered, go = Event(), Event()
    real = api.answer

    def slow(*args, **values):
        entered.set()
        go.wait(5)
        return real(*args, **values)

    monkeypatch.setattr(api, "answer", slow)
    thread = Thread(target=paypal_api.order, kwargs={"request_id": "k"})
    thread.start()
    entered.wait(5)
    status, answer = paypal_api.order(request_id="k")
    go.set()
    thread.join()
    assert (status, issue(answer)) == (409, "PREVIOUS_REQUEST_IN_PROGRESS")
    assert len(sandbox.state.all(ORDER)) == 1


@pytest.mark.parametrize(("fault", "made"), [(Fault.BEFORE, 0), (Fault.AFTER, 1)])
def test_an_error_of_the_server_is_500_and_the_repeat_does_it_once(
    sandbox, paypal_api, fault, made
):
    sandbox.faults.plan(fault, path=PATH)
    status, answer = paypal_api.order(request_id="k")
    assert (status, answer["name"]) == (500, "INTERNAL_SERVER_ERROR")
    assert len(sandbox.state.all(ORDER)) == made
    assert paypal_api.order(request_id="k")[0] == (200 if made else 201)
    assert len(sandbox.state.all(ORDER)) == 1


@pytest.mark.parametrize(("fault", "made"), [(Fault.UNHEARD, 0), (Fault.LOST, 1)])
def test_after_a_lost_answer_the_repeat_finds_what_was_done(sandbox, paypal_api, fault, made):
    sandbox.faults.plan(fault, path=PATH)
    with pytest.raises(ConnectionError):
        paypal_api.order(request_id="k")
    assert len(sandbox.state.all(ORDER)) == made
    paypal_api.order(request_id="k")
    assert len(sandbox.state.all(ORDER)) == 1


def test_what_is_not_there_is_not_found(paypal_api):
    for path in (f"{ORDERS}/X", f"{CAPTURES}/X", "/v2/nothing", "/v1/notifications/certs/X"):
        status, answer = paypal_api.get(path)
        assert (status, answer["name"]) == (404, "RESOURCE_NOT_FOUND"), path


def test_the_name_of_another_thing_is_not_found(paypal_api):
    assert paypal_api.get(f"{CAPTURES}/{paypal_api.order()[1]['id']}")[0] == 404


@pytest.mark.parametrize("text", ["{", "[]", '"a"'])
def test_a_body_that_is_no_json_object_is_refused(sandbox, paypal_api, text):
    headers = {"Authorization": f"Bearer {paypal_api.token}", "Content-Type": "application/json"}
    status, answer = call("POST", PATH, text, headers)
    assert (status, issue(answer)) == (400, "MALFORMED_REQUEST_JSON")
    assert sandbox.state.all(ORDER) == []


def test_a_body_of_another_kind_is_refused(sandbox, paypal_api):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    status, answer = paypal_api.send("POST", ORDERS, new_order(), **kind)
    assert (status, answer["name"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert sandbox.state.all(ORDER) == []


def test_a_capture_takes_no_fields(sandbox, paypal_api):
    order = paypal_api.approved()
    status, answer = paypal_api.post(f"{ORDERS}/{order}/capture", {"amount": money("1.00")})
    assert (status, answer["details"][0]["field"]) == (400, "/amount")
    assert sandbox.state.all(CAPTURE) == []
