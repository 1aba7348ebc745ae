"""The document, and what its operations are asked with and judged by."""

import schemathesis
from django.conf import settings as site
from django.core.wsgi import get_wsgi_application
from django.middleware.csrf import _get_new_csrf_string
from hypothesis import HealthCheck
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

HOST = {"Host": "localhost"}
TRIES = {"suppress_health_check": list(HealthCheck), "deadline": None, "derandomize": True}


def documented(*, every_limit):
    """The document; without every limit, its operations are asked with random values alone."""
    site = get_wsgi_application()
    schema = schemathesis.openapi.from_wsgi("/api/schema/", site, headers=HOST)
    schema.config.generation.update(with_security_parameters=False)  # the cookie is ours to send
    schema.config.phases.coverage.enabled = every_limit
    return schema


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
    if case.media_type == "multipart/form-data":  # whatever was meant, it carries text
        excluded.append(negative_data_rejection)
    return case.call_and_validate(**sent, excluded_checks=excluded)


def check_alice(case, sent):
    status = validate(case, **sent).status_code
    assert status != 403 or name_of(case) in FOR_KEYS
    assert status != 401 or name_of(case) in MAY_REFUSE


def name_of(case):
    return case.operation.definition.raw["operationId"]


def takes_keys(case):
    """Or asks nobody who they are. What a path has no method for is closed to keys before that."""
    if case.method.upper() != case.operation.method.upper():
        return False
    operation = case.operation.definition.raw
    accepted = operation.get("security", [{}])
    return operation["operationId"] in FOR_VISITORS or any("apiKey" in way for way in accepted)
