"""Faults of API keys that other products had and published, each with the test that keeps it out of
here.

Those that other tests prove already are listed by name; tests/test_references.py looks that they
are there.
"""

from datetime import timedelta

import pytest
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apikeys import services, texts
from apikeys.authentication import ApiKeyAuthentication
from apikeys.calls import key_call_of
from apikeys.errors import KeyRefused
from core import clock
from core.http import problem_response
from core.scopes import SCOPES, Area, Scope
from tests.apikeys.calling import HOME, call, passes
from tests.apikeys.keys import PROFILE, change_row, issue, program, rows
from tests.apikeys.rotating import rotate

PROVEN_ELSEWHERE = {
    "unkey: the allow-list of addresses is compared as text, so a CIDR lets nobody in;"
    " drf-simple-apikey likewise, and IPv4 only": (
        "apikeys/test_networks.py::test_an_address_is_in_a_network_or_refused",
        "apikeys/test_networks.py::test_a_network_holds_its_own_addresses_and_no_neighbours",
    ),
    "drf-simple-apikey: the first hop of X-Forwarded-For is believed": (
        "apikeys/test_networks.py::test_an_address_that_a_client_claims_lets_nobody_in",
    ),
    "better-auth PR #9263: a thief at the wrong address uses up the limit": (
        "apikeys/test_limits.py::test_what_is_refused_for_its_address_or_scope_spends_nothing",
    ),
    "solana-developer-platform PR #895: the list is not looked at where a copy is kept": (
        "apikeys/test_copies.py::test_a_change_holds_from_the_next_call",
    ),
    "unkey: a revoked key lives on for up to 60 seconds, zuplo likewise": (
        "apikeys/test_copies.py::test_a_revoked_key_does_not_live_on_in_any_process",
        "apikeys/test_races.py::test_nothing_passes_after_a_revoke_with_warm_copies",
    ),
    "zuplo: that a key is not there is kept, so a new one is refused for a while": (
        "apikeys/test_copies.py::test_that_a_key_does_not_exist_is_not_kept",
        "apikeys/test_copies.py::test_a_key_works_at_once_although_no_replica_knows_it_yet",
    ),
    "unkey: fails open when the limit cannot be asked": (
        "apikeys/test_call_faults.py::test_a_call_that_cannot_be_counted_is_503",
    ),
    "djangorestframework: throttles count and compare in two steps": (
        "apikeys/test_races.py::test_parallel_calls_never_exceed_the_burst",
    ),
    "unkey PR #5892: after a rotation the old secret outlives the key": (
        "apikeys/test_rotation_calls.py::test_no_secret_outlives_the_key",
    ),
    "posthog: keys are taken from the query and the body": (
        "apikeys/test_calls.py::test_a_key_in_the_query_or_the_body_is_not_read",
    ),
    "posthog #10384: the note of the last use is the most expensive query; knox PR #347: so there"
    " is none": ("apikeys/test_calls.py::test_a_call_costs_three_calls_in_two_hops",),
    "warehouse: the table holds what opens it": (
        "apikeys/test_peppers.py::test_the_table_and_the_source_without_the_pepper_verify_no_key",
        "apikeys/test_rotation_calls.py::test_the_table_without_the_pepper_verifies_neither_secret",
    ),
    "drf-simple-apikey: a random sleep stands for constant time": (
        "apikeys/test_peppers.py::"
        "test_it_compares_in_constant_time_also_for_keys_that_do_not_exist",
    ),
}


@pytest.mark.parametrize("needs", [*SCOPES.values(), None])
def test_a_key_without_scopes_may_do_nothing(alice, needs):
    """drf-simple-apikey: an empty list of scopes means that everything is allowed."""
    issued = issue(alice)
    change_row(issued, scopes=[])
    assert call(issued, needs=needs) == ("scope_missing" if needs else "key_not_allowed")


@pytest.mark.parametrize("rules", [[""], ["everywhere"], ["198.51.100.7/24"], ["198.51.100.*"]])
def test_a_list_of_networks_that_cannot_be_read_lets_nobody_in(alice, rules):
    """A rule that is skipped must not leave a list that counts as empty."""
    issued = issue(alice)
    change_row(issued, allowed_networks=rules)
    assert call(issued, ip=HOME) == "address_not_allowed"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", PROFILE, 200),
        ("get", "/api/v1/posts/01KC0QJ3N6Y5T2Z8S4V7W9X0AB/", 404),
        ("patch", PROFILE, 400),
        ("put", PROFILE, 405),
    ],
)
def test_every_call_notes_the_last_use_whatever_the_view_does(alice, method, path, status):
    """sentry #63935: a token in use was deleted because it said "never used"; #90037, #66703."""
    issued = issue(alice)
    answer = getattr(program(issued.secret), method)(path, content_type="application/json")
    assert answer.status_code == status
    assert "last_used_at" in rows()[issued.key.key_id]


def test_a_key_whose_old_secret_is_in_use_is_in_use(alice):
    """The same, for a program that was forgotten at a rotation."""
    issued = issue(alice)
    rotate(issued, overlap=timedelta(hours=1))
    assert passes(issued)
    assert "last_used_at" in rows()[issued.key.key_id]


def test_a_long_prefix_takes_nothing_from_the_secret_or_the_look_up(alice, settings):
    """knox: a TOKEN_PREFIX of ten characters leaves five random ones to find the token by."""
    settings.API_KEYS_PREFIX = "a" + "z" * 15
    issued = issue(alice)
    parsed = texts.parse(issued.secret)
    assert (len(parsed.key_id), len(parsed.secret)) == (26, texts.SECRET_LENGTH)
    assert passes(issued)


class AboutItself(APIView):
    """A view that any key may read, and an area whose scopes this one may lack."""

    authentication_classes = [ApiKeyAuthentication]
    any_key = True
    scope_area = Area.KEYS

    def get(self, request):
        return Response({"key_id": request.auth.key_id})

    post = put = patch = delete = get

    def get_exception_handler(self):
        return problem_response


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_any_key_may_read_of_itself_and_change_nothing(alice, method):
    """posthog #25865: a key could not even ask what it is."""
    issued = issue(alice, Scope.FEED_READ)
    headers = {"Authorization": f"Bearer {issued.secret}"}
    request = getattr(APIRequestFactory(), method)("/", headers=headers)
    answer = AboutItself.as_view()(request)
    assert answer.status_code == (200 if method == "get" else 403)
    assert key_call_of(request).key_id == issued.key.key_id


def test_nor_may_a_key_that_is_over(alice):
    issued = issue(alice)
    change_row(issued, expires_at=clock.epoch(clock.now()))
    headers = {"Authorization": f"Bearer {issued.secret}"}
    request = APIRequestFactory().get("/", headers=headers)
    assert AboutItself.as_view()(request).status_code == 401
    assert key_call_of(request).refusal == "key_expired"


def test_a_call_is_known_from_the_secret_on_and_not_before(alice):
    issued = issue(alice)
    known = []
    text = texts.text_of(issued.key.key_id, texts.new_secret())
    with pytest.raises(KeyRefused):
        services.check_key(text, needs=Scope.FEED_READ, ip="", matched=known.append)
    assert known == []
