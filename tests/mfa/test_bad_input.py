"""Whatever is sent to a door of keys and second factors, the answer is a refusal, never a 500."""

import json

import pytest

from tests.dumps import dump_tables
from tests.mfa.people import enter_code, enter_password, phone_code, turn_on_totp

API = "/api/v1/"
HOSTILE = [
    *("null", "1", "true", "[]", "{}", '""', '"\\u0000"', '"\\ud800"', "1e400", "[[[]]]"),
    *('"\\uff11\\uff12\\uff13"', '"\\u0661\\u0662\\u0663"', json.dumps("9" * 5000)),
]
DOORS = {
    "mfa/totp/": ("name",),
    "mfa/sms/": ("phone", "name", "consent"),
    "mfa/email/": ("address", "name"),
    "account/confirm/": ("method", "code", "password", "device_id"),
    "account/confirm/send/": ("method", "device_id"),
    "sessions/second-step/": ("method", "code", "device_id"),
    "sessions/second-step/send/": ("method", "device_id"),
    "api-keys/": ("name", "scopes", "expires_in_days"),
}
GOOD = {"method": '"totp"', "code": '"000000"', "scopes": '["feed:read"]', "name": '"x"'}
GOOD |= {"phone": '"+491"', "address": '"x"', "expires_in_days": "7", "password": '"x"'}
GOOD |= {"consent": "true"}
GOOD |= {"device_id": '""'}
GOOD_AFTER_ALL = {
    ("api-keys/", "expires_in_days", "null"),  # never
    ("sessions/second-step/", "device_id", '""'),  # the first one
    *(("mfa/totp/", "name", text) for text in ('""', HOSTILE[10], HOSTILE[11])),
    *(("api-keys/", "name", text) for text in (HOSTILE[10], HOSTILE[11])),
}
pytestmark = pytest.mark.usefixtures("time", "sms_inbox", "unlimited")


@pytest.fixture
def unlimited(monkeypatch):
    monkeypatch.setattr("core.ratelimit._counters.add_one", lambda *args, **kwargs: None)
    monkeypatch.setattr("core.lockout.count", lambda *args: 1)


@pytest.fixture
def client(alice):
    """Signed in a moment ago, with a second sign-in that waits for its code."""
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    client.cookies["second_step"] = enter_password(alice)[0].cookies["second_step"].value
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("path", DOORS)
def test_an_api_door_refuses_it(client, path):
    before = dump_tables("totp", "sms", "email", "recovery", "api_keys", "app")
    for field in DOORS[path]:
        for value in HOSTILE:
            if (path, field, value) in GOOD_AFTER_ALL:
                continue
            sent = {name: GOOD[name] for name in DOORS[path]} | {field: value}
            body = "{" + ",".join(f'"{name}": {text}' for name, text in sent.items()) + "}"
            answer = client.post(f"{API}{path}", body, content_type="application/json")
            assert 400 <= answer.status_code < 500, (field, value)
    assert dump_tables("totp", "sms", "email", "recovery", "api_keys", "app") == before


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("body", ["", "null", "[]", '"x"', "1", '{"x":1}', "{", '{"a":1,"a":2}'])
def test_a_body_that_is_no_object_is_refused(client, path, body):
    answer = client.post(f"{API}{path}", body, content_type="application/json")
    assert 400 <= answer.status_code < 500 or (path, answer.status_code) == ("mfa/totp/", 201)


@pytest.mark.parametrize("method", ["totp", "sms", "email", "recovery", "%00", "x" * 300])
@pytest.mark.parametrize("device", ["%00", "0" * 26, "CHALLENGE%23x", "x" * 3000, "%F0%9F%A6%8A"])
def test_an_address_of_nothing_is_not_found(client, method, device):
    for url in (f"/settings/mfa/{method}/{device}/", f"/settings/mfa/{method}/{device}/remove/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"code": "123456"}).status_code == 404
    answer = client.delete(f"{API}mfa/{method}/{device}/")
    assert answer.status_code == 404
