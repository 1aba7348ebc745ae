"""A life with money at each provider, through its adapter and its sandbox, with a fault or another
call inside it: in the end, everything was paid and given back once."""

import pytest

from tests.billing.proofs import disturbing
from tests.billing.proofs.disturbing import (
    die_charging,
    press_twice,
    reverse_and_dispute,
)
from tests.billing.proofs.mutations import AT_PROVIDERS, applied
from tests.billing.proofs.sites import SITES, CCBill, PayPal

each_site = pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)


@pytest.fixture(autouse=True)
def _no_waiting(sandbox, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@each_site
def test_a_process_that_died_with_the_money_taken(alice, sandbox, site):
    assert die_charging(site(sandbox), alice) == []


@each_site
def test_pressed_twice_in_the_middle_of_it(alice, sandbox, site):
    assert press_twice(site(sandbox), alice) == []


def test_a_reversal_and_its_dispute_take_the_money_once(alice, sandbox):
    assert reverse_and_dispute(PayPal(sandbox), alice) == []


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
