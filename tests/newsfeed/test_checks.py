import pytest
from django.core.checks import run_checks


def found():
    return {each.id: each for each in run_checks() if str(each.id).startswith("newsfeed.")}


def test_the_defaults_are_quiet():
    assert found() == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"FANOUT": ""}, "newsfeed.E001"),
        ({"FANOUT": "Push"}, "newsfeed.E001"),
        ({"FANOUT_PUSH_BELOW": 0}, "newsfeed.E002"),
        ({"FANOUT_PUSH_BELOW": 5001}, "newsfeed.E002"),
        ({"FANOUT_PULL_ABOVE": 2999}, "newsfeed.E002"),
    ],
)
def test_a_bad_value_is_named_with_its_fix(settings, changed, expected):
    for name, value in changed.items():
        setattr(settings, name, value)
    [(number, told)] = found().items()
    assert number == expected
    assert set(changed) & set(told.msg.replace("=", " ").split())
    assert told.hint
