"""Addresses that send keys which are none."""

import pytest

from apikeys import texts
from core import ids
from dynamo.metering import budget
from tests.apikeys.calling import ELSEWHERE, HOME, call, passes
from tests.apikeys.keys import PROFILE, issue, program, rows


def unknown():
    return texts.text_of(ids.new_id(), texts.new_secret())


def wrong(issued):
    return texts.text_of(issued.key.key_id, texts.new_secret())


@pytest.fixture
def guessed(frozen):
    """HOME has used up its tries."""
    assert [call(unknown()) for _ in range(100)] == ["key_invalid"] * 100
    return frozen


def test_a_wrong_key_costs_two_reads_and_no_write(alice):
    issued = issue(alice)
    for text in (unknown(), wrong(issued)):
        before = rows()
        with budget(calls=2, hops=2, rru=1.5, wru=0):
            assert call(text) == "key_invalid"
        assert rows() == before


def test_after_a_hundred_an_address_waits_and_costs_nothing(alice, guessed):
    issued = issue(alice)
    for text in (unknown(), wrong(issued), issued):
        with budget(calls=0):
            assert call(text) == "rate_limited"
    guessed.shift(0.6)
    assert [call(unknown()), call(unknown())] == ["key_invalid", "rate_limited"]


def test_it_is_told_how_long_to_wait(guessed):
    answer = program(unknown(), REMOTE_ADDR=HOME).get(PROFILE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.json()["type"] == "about:blank"  # it is no quota of a key


def test_other_addresses_do_not_wait(alice, guessed):
    issued = issue(alice)
    assert passes(issued, ip=ELSEWHERE)
    assert call(unknown(), ip=ELSEWHERE) == "key_invalid"


def test_a_stranger_behind_the_same_address_stops_no_program_that_works(alice, frozen):
    works, other = issue(alice), issue(alice)
    assert passes(works)
    for _ in range(105):
        call(unknown())
    assert passes(works)
    assert call(other) == "rate_limited"
    frozen.shift(600)
    assert passes(other)


def test_who_had_the_secret_a_while_ago_waits_like_everybody(alice, frozen):
    issued = issue(alice)
    assert passes(issued)
    frozen.shift(600)
    for _ in range(100):
        call(unknown())
    assert call(issued) == "rate_limited"


def test_a_program_with_an_old_secret_stops_only_itself(alice, frozen):
    issued, other = issue(alice), issue(alice)
    old = wrong(issued)
    assert [call(old) for _ in range(21)] == ["key_invalid"] * 20 + ["rate_limited"]
    for _ in range(200):
        call(old)
    assert passes(other)
    assert call(unknown()) == "key_invalid"
    assert passes(issued, ip=ELSEWHERE)
    frozen.shift(3)
    assert [call(old), call(old)] == ["key_invalid", "rate_limited"]


def test_whether_there_is_a_key_is_not_told_by_when_one_waits(alice, frozen):
    answers = [[call(text) for _ in range(22)] for text in (wrong(issue(alice)), unknown())]
    assert answers[0] == answers[1]


def test_failures_on_top_make_nobody_wait_longer(alice, frozen):
    works = issue(alice)
    assert passes(works)
    for _ in range(500):
        call(wrong(works))
    assert call(unknown()) == "rate_limited"
    frozen.shift(0.6)
    assert call(unknown()) == "key_invalid"


def test_a_network_of_version_six_counts_as_one(frozen):
    for number in range(100):
        assert call(unknown(), ip=f"2001:db8:0:1::{number:x}") == "key_invalid"
    assert call(unknown(), ip="2001:db8:0:1:ffff::1") == "rate_limited"
    assert call(unknown(), ip="2001:db8:0:2::1") == "key_invalid"


def test_an_unknown_address_and_a_text_that_is_no_key_are_not_counted(alice, frozen):
    for _ in range(110):
        assert call(unknown(), ip="") == "key_invalid"
        assert call("lk_live_nonsense") == "key_invalid"
    assert passes(issue(alice))


def test_whoever_has_the_secret_does_not_guess(alice, frozen):
    issued = issue(alice)
    for _ in range(30):
        assert call(issued, needs=None) == "key_not_allowed"
    assert call(unknown()) == "key_invalid"
