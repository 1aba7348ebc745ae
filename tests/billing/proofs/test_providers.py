"""A life with money at each provider, through its adapter and its sandbox, with a fault or another
life between any two steps: in the end, everything was paid and given back once."""

from itertools import count

import pytest

from tests import engines
from tests.billing.proofs import disturbing
from tests.billing.proofs.disturbing import (
    FAULTS,
    break_off,
    die_charging,
    press_twice,
    reverse_and_dispute,
)
from tests.billing.proofs.mutations import AT_PROVIDERS, applied
from tests.billing.proofs.sites import SITES, CCBill, PayPal
from tests.factories import make_user

each_site = pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
pytestmark = pytest.mark.usefixtures("sandbox", "no_waiting")


@each_site
def test_a_process_that_died_with_the_money_taken(alice, sandbox, site):
    assert die_charging(site(sandbox), alice) == []


@each_site
def test_pressed_twice_in_the_middle_of_it(alice, sandbox, site):
    assert press_twice(site(sandbox), alice) == []


def test_a_reversal_and_its_dispute_take_the_money_once(alice, sandbox):
    assert reverse_and_dispute(PayPal(sandbox), alice) == []


def at_each_step(sandbox, site, prove):
    """What is wrong after `prove` was done at one step after the other, each time anew."""
    found = []
    for at in count(1):
        engines.empty()
        problems = prove(site(sandbox), make_user("alice"), at)
        if problems is None:
            break
        found += problems
    assert at > 5
    return found


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("fault", FAULTS)
@each_site
def test_a_fault_at_any_step(sandbox, site, fault, ahead):
    def prove(there, user, at):
        return break_off(there, user, fault, at, an_hour_later=lambda: ahead(minutes=61))

    assert at_each_step(sandbox, site, prove) == []


@pytest.mark.long
@pytest.mark.timeout(900)
@each_site
def test_pressed_twice_at_any_step(sandbox, site):
    def prove(there, user, at):
        return press_twice(there, user, at, of="")

    assert at_each_step(sandbox, site, prove) == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_reversal_and_its_dispute_in_any_order(sandbox):
    for seed in range(20):
        engines.empty()
        problems = reverse_and_dispute(PayPal(sandbox), make_user("alice"), seed)
        assert problems == [], f"seed {seed}"


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "mutation"), AT_PROVIDERS, ids=lambda each: getattr(each, "name", each)
)
def test_the_proofs_notice(alice, sandbox, name, mutation):
    with applied(mutation):
        assert is_noticed(name, alice, sandbox)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted({name for name, _ in AT_PROVIDERS}))
def test_without_one_there_is_nothing_to_notice(alice, sandbox, name):
    assert not is_noticed(name, alice, sandbox)


def is_noticed(name, user, sandbox):
    site = PayPal if name == "reverse_and_dispute" else CCBill
    try:
        return bool(getattr(disturbing, name)(site(sandbox), user))
    except Exception:  # noqa: BLE001  (what is wrong may break anywhere)
        return True
