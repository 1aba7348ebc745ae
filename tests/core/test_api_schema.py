"""The API answers as its document says: fuzzed in process, by session, by key and by neither."""

from collections import defaultdict

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.module_loading import import_string
from hypothesis import settings

from config.api import SPECTACULAR_SETTINGS
from tests.core.api_document import (
    FOR_PROGRAMS,
    FOR_VISITORS,
    HOST,
    TRIES,
    check_alice,
    documented,
    name_of,
    takes_keys,
    token_of_a_browser,
    validate,
)

ENUM_NAME_OVERRIDES = SPECTACULAR_SETTINGS["ENUM_NAME_OVERRIDES"]
quick = documented(every_limit=False)


@quick.parametrize()
@settings(max_examples=3, **TRIES)
def test_it_answers_alice_as_documented(case, as_alice):
    check_alice(case, as_alice)


@quick.parametrize()
@settings(max_examples=2, **TRIES)
def test_it_answers_a_key_as_documented(case, as_program):
    status = validate(case, **as_program).status_code
    assert (status in (401, 403)) == (not takes_keys(case))


@quick.parametrize()
@settings(max_examples=1, **TRIES)
def test_it_answers_a_visitor_as_documented(case):
    status = validate(case, headers=HOST).status_code
    assert status in (401, 403, 405) or name_of(case) in FOR_VISITORS


@quick.parametrize()
@settings(max_examples=1, **TRIES)
def test_it_answers_a_visitor_with_a_token_as_documented(case):
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
