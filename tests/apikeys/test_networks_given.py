"""Networks as an owner types them: what is stored, and what is refused with the fix."""

import ipaddress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apikeys.services.cidrs import canonical_list
from core.errors import Invalid
from tests.apikeys.keys import issue
from tests.apikeys.owners import current, edit
from tests.dumps import dump_tables

EVERYWHERE = "is everywhere. To allow that, leave the networks empty."
NO_NETWORK = "is no address or network such as 192.0.2.0/24 or 2001:db8::/32."


@pytest.fixture
def key(alice):
    return issue(alice).key


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("2001:DB8::1", "2001:db8::1/128"),
        ("2001:db8:0:0::/64", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:c000:200/120", "192.0.2.0/24"),
    ],
)
def test_each_network_has_one_form(key, typed, stored):
    edit(key, allowed_networks=[typed])
    assert current(key).allowed_networks == (stored,)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("192.0.2.7/24", "has bits after its prefix. Did you mean 192.0.2.0/24?"),
        ("2001:db8::1/32", "has bits after its prefix. Did you mean 2001:db8::/32?"),
        ("::ffff:192.0.2.7/120", "has bits after its prefix. Did you mean 192.0.2.0/24?"),
        ("0.0.0.0/0", EVERYWHERE),
        ("::/0", EVERYWHERE),
        ("::ffff:0:0/96", EVERYWHERE),
        ("", NO_NETWORK),
        ("home", NO_NETWORK),
        ("*", NO_NETWORK),
        ("example.com", NO_NETWORK),
        ("192.0.2.7:80", NO_NETWORK),
        ("192.0.2", NO_NETWORK),
        ("192.0.2.0/33", NO_NETWORK),
        ("192.0.2.0/", NO_NETWORK),
        ("192.0.2.0/-1", NO_NETWORK),
        ("192.0.2.0/255.255.255.0", NO_NETWORK),
        ("192.0.2.0/0.0.0.255", NO_NETWORK),
        ("192.0.2.007", NO_NETWORK),
        ("192.0.2.0/24/24", NO_NETWORK),
        ("192.0.2.0/٢٤", NO_NETWORK),
        ("fe80::1%eth0", NO_NETWORK),
        ("[2001:db8::1]", NO_NETWORK),
        ("3221225991", NO_NETWORK),
    ],
)
def test_what_is_no_network_is_named_and_changes_nothing(key, typed, message):
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        edit(key, allowed_networks=["198.51.100.0/24", typed])
    assert refused.value.errors == {"allowed_networks": [f"“{typed}” {message}"]}
    assert dump_tables() == before


def test_every_wrong_one_is_named(key):
    with pytest.raises(Invalid) as refused:
        edit(key, allowed_networks=["home", "192.0.2.0/24", "work"])
    assert [text.split()[0] for text in refused.value.errors["allowed_networks"]] == [
        "“home”",
        "“work”",
    ]


def test_each_is_stored_once_and_in_one_order(key):
    edit(key, allowed_networks=["2001:db8::/32", "192.0.2.9", "192.0.2.0/24", "192.0.2.9/32"])
    stored = ("192.0.2.0/24", "192.0.2.9/32", "2001:db8::/32")
    assert current(key).allowed_networks == stored
    before = dump_tables()
    edit(current(key), allowed_networks=reversed(stored))
    assert dump_tables() == before


def test_their_number_is_bounded(key):
    twenty = [f"192.0.2.{number}" for number in range(20)]
    edit(key, allowed_networks=twenty)
    with pytest.raises(Invalid) as refused:
        edit(current(key), allowed_networks=[*twenty, "198.51.100.1"])
    assert refused.value.errors == {"allowed_networks": ["Give at most 20 networks."]}


def test_a_heap_of_garbage_makes_a_bounded_answer(key):
    with pytest.raises(Invalid) as refused:
        edit(key, allowed_networks=["x" * 5000] * 1000)
    assert len(str(refused.value.errors)) < 10_000


ADDRESSES = st.ip_addresses() | st.ip_addresses(network="::ffff:0:0/96")
NETWORKS = st.tuples(ADDRESSES, st.integers(0, 128)).map(lambda pair: f"{pair[0]}/{pair[1]}")


@given(st.text(max_size=40) | ADDRESSES.map(str) | NETWORKS)
def test_whatever_is_accepted_is_a_network_of_its_own_form(typed):
    try:
        (stored,) = canonical_list([typed])
    except ValidationError:
        return
    network = ipaddress.ip_network(stored)
    assert str(network) == stored
    assert canonical_list([stored]) == (stored,)
    assert getattr(network.network_address, "ipv4_mapped", None) is None
