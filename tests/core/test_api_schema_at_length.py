"""As test_api_schema.py, with every limit of each field, and more examples."""

import pytest
from hypothesis import settings

from tests.core.api_document import (
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

pytestmark = pytest.mark.long
schema = documented(every_limit=True)
random = documented(every_limit=False)  # who has no session is refused before any limit of a field


@schema.parametrize()
@settings(max_examples=4, **TRIES)
def test_it_refuses_alice_at_no_limit(case, as_alice):
    check_alice(case, as_alice)


@schema.parametrize()
@settings(max_examples=20, **TRIES)
def test_it_answers_alice_as_documented_at_length(case, as_alice):
    validate(case, **as_alice)


@schema.parametrize()
@settings(max_examples=10, **TRIES)
def test_it_answers_a_key_as_documented_at_length(case, as_program):
    status = validate(case, **as_program).status_code
    assert status != 403 or not takes_keys(case)


@random.parametrize()
@settings(max_examples=10, **TRIES)
def test_it_answers_a_visitor_as_documented_at_length(case):
    status = validate(case, headers=HOST).status_code
    assert status in (401, 403, 405) or name_of(case) in FOR_VISITORS


@random.parametrize()
@settings(max_examples=10, **TRIES)
def test_it_answers_a_visitor_with_a_token_as_documented_at_length(case):
    assert validate(case, **token_of_a_browser()).status_code < 500
