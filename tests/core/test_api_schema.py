"""The API answers as its document says: fuzzed in process, by session, by key and by neither."""

from collections import defaultdict

import pytest
import schemathesis
from django.conf import settings as site
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    positive_data_acceptance,
    unsupported_method,
)

from config.api import SPECTACULAR_SETTINGS
from tests.apikeys.keys import issue

ENUM_NAME_OVERRIDES = SPECTACULAR_SETTINGS["ENUM_NAME_OVERRIDES"]
HOST = {"Host": "localhost"}
TRIES = {"suppress_health_check": list(HealthCheck), "deadline": None, "derandomize": True}


def documented(*, every_limit=True):
    """The document; without every limit, its operations are asked with random values alone."""
    site = get_wsgi_application()
    schema = schemathesis.openapi.from_wsgi("/api/schema/", site, headers=HOST)
    schema.config.generation.update(with_security_parameters=False)  # the cookie is ours to send
    schema.config.phases.coverage.enabled = every_limit
    return schema


schema, quick = documented(), documented(every_limit=False)
# Doors that refuse the signed-in too: with a wrong name or password, without a sign-in that waits
# for its second step or lost every way to it, or once they signed out.
MAY_REFUSE = {
    "sessions_create",
    "sessions_end_current",
    "sessions_lost_create",
    "sessions_lost_finish",
    "sessions_lost_retrieve",
    "sessions_lost_send",
    "sessions_second_step",
    "sessions_second_step_send",
}
# What is in the body is the proof: they do nothing in the name of who is signed in.
FOR_PROGRAMS = {"api_key_leaks_create"}
FOR_KEYS = {"api_keys_current"}
FOR_VISITORS = {*FOR_PROGRAMS, "csrf_retrieve"}


@pytest.fixture
def as_alice(alice, client_for, settings, tmp_path):
    """What a browser sends in which Alice is signed in, on a site with everything set up."""
    settings.SMS_BACKEND, settings.LOCAL_DIR = "core.sms.LocalInbox", tmp_path
    sent = token_of_a_browser()
    session = client_for(alice).cookies[site.SESSION_COOKIE_NAME].value
    return sent | {"cookies": sent["cookies"] | {site.SESSION_COOKIE_NAME: session}}


@pytest.fixture
def as_program(alice, settings, tmp_path):
    """What a program sends that has a key with every scope, which no limit stops, on that site."""
    settings.SMS_BACKEND, settings.LOCAL_DIR = "core.sms.LocalInbox", tmp_path
    settings.API_KEYS_CALLS_PER_MINUTE = settings.API_KEYS_BURST = 100_000
    return {"headers": HOST | {"Authorization": f"Bearer {issue(alice).secret}"}}


def token_of_a_browser():
    token = _get_new_csrf_string()
    return {"headers": HOST | {"X-CSRFToken": token}, "cookies": {site.CSRF_COOKIE_NAME: token}}


def validate(case, **sent):
    # A document cannot say which ids exist or whose they are, so valid data may be refused;
    # that no door opens without a session is what the visitor's test asserts. What is hidden from
    # everybody but staff is not there for any method.
    excluded = [positive_data_acceptance, ignored_auth]
    if case.operation.path.startswith("/api/v1/staff/"):
        excluded.append(unsupported_method)
    return case.call_and_validate(**sent, excluded_checks=excluded)


def name_of(case):
    return case.operation.definition.raw["operationId"]


def takes_keys(case):
    """Or asks nobody who they are. What a path has no method for is closed to keys before that."""
    if case.method.upper() != case.operation.method.upper():
        return False
    operation = case.operation.definition.raw
    accepted = operation.get("security", [{}])
    return operation["operationId"] in FOR_VISITORS or any("apiKey" in way for way in accepted)


@schema.parametrize()
@settings(max_examples=4, **TRIES)
def test_it_answers_alice_as_documented(case, as_alice):
    status = validate(case, **as_alice).status_code
    assert status != 403 or name_of(case) in FOR_KEYS
    assert status != 401 or name_of(case) in MAY_REFUSE


@quick.parametrize()
@settings(max_examples=2, **TRIES)
def test_it_answers_a_key_as_documented(case, as_program):
    status = validate(case, **as_program).status_code
    assert (status in (401, 403)) == (not takes_keys(case))


@quick.parametrize()
@settings(max_examples=3, **TRIES)
def test_it_answers_a_visitor_as_documented(case):
    status = validate(case, headers=HOST).status_code
    assert status in (401, 403, 405) or name_of(case) in FOR_VISITORS


@quick.parametrize()
@settings(max_examples=4, **TRIES)
def test_it_answers_a_visitor_with_a_token_as_documented(case):
    assert validate(case, **token_of_a_browser()).status_code < 500


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=60, **TRIES)
def test_it_answers_alice_as_documented_at_length(case, as_alice):
    validate(case, **as_alice)


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=20, **TRIES)
def test_it_answers_a_key_as_documented_at_length(case, as_program):
    status = validate(case, **as_program).status_code
    assert status != 403 or not takes_keys(case)


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=20, **TRIES)
def test_it_answers_a_visitor_as_documented_at_length(case):
    status = validate(case, headers=HOST).status_code
    assert status in (401, 403, 405) or name_of(case) in FOR_VISITORS


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=20, **TRIES)
def test_it_answers_a_visitor_with_a_token_as_documented_at_length(case):
    assert validate(case, **token_of_a_browser()).status_code < 500


def test_the_document_is_valid_and_complete(capsys, settings):
    settings.SITE_URL = "https://example.com"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json")
    assert '"openapi": "3.1.0"' in capsys.readouterr().out


@pytest.mark.parametrize("query", ["lang=zz", "lang=%00", "version=%0d%0aX-Forged:1"])
def test_the_document_is_one_whatever_is_asked_with_it(query):
    from django.utils.translation import trans_real

    plain, asked = Client().get("/api/schema/"), Client().get(f"/api/schema/?{query}")
    assert (asked.status_code, asked.content) == (200, plain.content)
    assert asked.headers["Content-Disposition"] == plain.headers["Content-Disposition"]
    assert not {"zz", "\0"} & trans_real._translations.keys()


def operations():
    document = Client().get("/api/schema/", HTTP_ACCEPT="application/json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_names_of_choices_stand_for_what_the_code_has():
    document = Client().get("/api/schema/", HTTP_ACCEPT="application/json").json()
    named = {name: import_string(path) for name, path in ENUM_NAME_OVERRIDES.items()}
    components = document["components"]["schemas"]
    assert {name: components[name]["enum"] for name in named} == {
        name: list(map(str, choices)) for name, choices in named.items()
    }


def test_every_operation_documents_its_problems():
    for path, method, operation in operations():
        answers = operation["responses"]
        assert {"400", "403", "429", "503"} <= set(answers), (method, path)
        for status in (code for code in answers if code >= "400"):
            assert list(answers[status]["content"]) == ["application/problem+json"]


def test_every_answer_to_a_key_may_say_what_is_left_of_its_limit():
    for path, method, operation in operations():
        takes_keys = any("apiKey" in accepted for accepted in operation.get("security", []))
        for answer in operation["responses"].values():
            names = answer.get("headers", {}).keys() & {"RateLimit", "RateLimit-Policy", "Sunset"}
            assert len(names) == (3 if takes_keys else 0), (method, path)


def test_no_door_that_changes_something_is_open_without_a_token():
    """Whoever adds a door for visitors gives it CsrfProtected; this finds the one without."""
    browser = Client(enforce_csrf_checks=True)
    unsafe = [
        (path, method)
        for path, method, operation in operations()
        if method in ("post", "put", "patch", "delete")
        and operation["operationId"] not in FOR_PROGRAMS
    ]
    assert unsafe
    for path, method in unsafe:
        address = path.format_map(defaultdict(lambda: "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        answer = getattr(browser, method)(address, "{}", content_type="application/json")
        assert answer.status_code in (401, 403), (method, path)
