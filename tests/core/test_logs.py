import ast
import json
import logging
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from core import logs

FIELDS_OF_A_REQUEST = {
    *("time", "level", "event", "logger", "request_id", "route", "method", "status", "ms", "ip"),
    *("calls", "hops", "rru", "wru", "throttles"),
}


@pytest.fixture
def written(capsys):
    """Gives the lines our handler wrote since it was last asked."""
    return lambda: capsys.readouterr().err.splitlines()


@pytest.fixture
def as_text(monkeypatch):
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, logs.LineHandler))
    monkeypatch.setattr(handler, "formatter", logs.TextLine())


def parsed(written):
    return [json.loads(line) for line in written()]


@pytest.mark.urls("tests.core.urls")
def test_a_request_is_one_line_of_named_facts(client, written):
    response = client.get("/page/")
    [line] = parsed(written)
    assert set(line) == FIELDS_OF_A_REQUEST
    assert (line["event"], line["route"], line["method"], line["status"]) == (
        "request",
        "page",
        "GET",
        200,
    )
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert line["ip"] == "127.0.0.0"


def test_a_line_says_when_it_was_in_utc(written):
    with time_machine.travel("2031-01-01T12:00:00+05:00", tick=False):
        logging.getLogger("core.test").warning("it happened")
    assert [line["time"] for line in parsed(written)] == ["2031-01-01T07:00:00.000+00:00"]


@pytest.mark.urls("tests.core.urls")
def test_a_page_that_is_not_there_is_one_line_too(client, written):
    client.get("/nothing/")
    assert [(line["route"], line["status"]) for line in parsed(written)] == [("-", 404)]


def test_who_is_signed_in_is_named_by_id_and_the_cost_is_told(alice, client_for, written):
    client_for(alice).get("/account/")
    line = parsed(written)[-1]
    assert line["user_sub"] == alice.user_sub
    assert line["calls"] >= 1


@pytest.mark.urls("tests.core.urls")
def test_a_bug_is_told_by_type_and_place_and_never_by_its_text(written):
    response = Client(raise_request_exception=False).get("/raise/bug/")
    lines = parsed(written)
    failure, request = lines
    assert failure["exception"] == "RuntimeError"
    assert any("raise_by_page" in place for place in failure["stack"])
    assert failure["request_id"] == request["request_id"] == response.headers["X-Request-Id"]
    assert "stray exception" not in str(lines)


def test_what_an_exception_came_from_is_told_too(written):
    try:
        try:
            raise KeyError("canary")
        except KeyError as error:
            raise ValueError("canary") from error
    except ValueError:
        logging.getLogger("core.test").exception("it broke")
    [line] = parsed(written)
    assert (line["event"], line["exception"]) == ("it broke", "ValueError")
    assert "from KeyError" in line["stack"]
    assert "canary" not in str(line)


def test_only_named_fields_are_written(written):
    logging.getLogger("jobs.worker").warning(
        "job", extra={"job_id": "01A", "email": "canary@example.com", "ms": 1.5, "kind": "x" * 999}
    )
    [line] = parsed(written)
    assert line["job_id"] == "01A"
    assert line["ms"] == 1.5
    assert len(line["kind"]) == 200
    assert "canary" not in str(line)


def test_of_a_library_only_the_constant_part_is_written(written):
    logging.getLogger("smtplib.client").warning("sent to %s", "canary@example.com")
    logging.getLogger("smtplib.client").warning(f"sent to {'canary@example.com'}")  # noqa: G004
    assert [line["event"] for line in parsed(written)] == ["sent to %s", "(text withheld)"]


@pytest.mark.usefixtures("as_text")
def test_text_lines_cannot_be_forged(written):
    logging.getLogger("core.test").warning("event", extra={"kind": "a\n04:00:00 INFO forged=1"})
    [line] = written()
    assert line.endswith(r'kind="a\n04:00:00 INFO forged=1"')


def test_setting_up_twice_writes_once_and_keeps_the_handlers_of_others(written, caplog):
    logs.set_up()
    logs.set_up()
    logging.getLogger("core.test").warning("once")
    assert len(written()) == 1
    assert [record.message for record in caplog.records] == ["once"]


CANARIES = {
    "email": "canary-mail@example.com",
    "password": "canary-password-1",
    "query": "canary-query",
    "cookie": "canarycookiecanarycookiecanary01",
    "token": "canary-token",
    "code": "CANR-YCDE",
    "header": "canary-header",
    "host": "canary-host.example",
}


@pytest.mark.parametrize("lines", ["json", "text"])
def test_no_secret_of_a_request_reaches_the_logs(request, written, lines):
    if lines == "text":
        request.getfixturevalue("as_text")
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = CANARIES["cookie"]
    form = {
        "email": CANARIES["email"],
        "login": CANARIES["email"],
        "handle": "canary_handle",
        "password": CANARIES["password"],
        "code": CANARIES["code"],
    }
    headers = {"HTTP_AUTHORIZATION": CANARIES["header"], "HTTP_REFERER": CANARIES["header"]}
    query = f"?q={CANARIES['query']}&token={CANARIES['token']}"
    paths = ["sign-up", "sign-in", f"verify-email/{CANARIES['token']}", f"x/{CANARIES['token']}"]
    paths += [f"billing/webhooks/{name}/{CANARIES['token']}" for name in ("stripe", "ccbill")]
    for path in [*(f"/{path}/" for path in paths), "/api/v1/account/", "/api/v1/nothing/"]:
        browser.get(path + query, **headers)
        browser.post(path + query, form, **headers)
        browser.post(path + query, json.dumps(form), content_type="application/json", **headers)
    browser.get("/", HTTP_HOST=CANARIES["host"])
    Client(enforce_csrf_checks=True).post(f"/sign-in/{query}", form)
    found = written()
    assert len(found) > 15
    assert [name for name, canary in CANARIES.items() if canary in "\n".join(found)] == []


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/"])
def test_no_secret_reaches_the_logs_of_an_outage(written, faults, path):
    form = {"login": CANARIES["email"], "email": CANARIES["email"], "handle": "canary_h"}
    with faults.outage():
        answer = Client(raise_request_exception=False).post(
            path, form | {"password": CANARIES["password"]}
        )
    assert answer.status_code == 503
    found = written()
    assert found
    assert "canary" not in "\n".join(found)


def test_every_field_that_the_product_logs_is_written():
    """One that FIELDS lacks would be dropped without a word."""
    named = {}
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if path.parts[len(Path(settings.BASE_DIR).parts)] in ("tests", ".venv"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "extra":
                keys = node.value.keys if isinstance(node.value, ast.Dict) else []
                named |= {key.value: path.name for key in keys if isinstance(key, ast.Constant)}
    assert len(named) > 20
    assert {name: where for name, where in named.items() if name not in logs.FIELDS} == {}
