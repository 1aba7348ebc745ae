"""From where a key works, and from where it was used."""

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alerts.repository import AlertRepository
from apikeys.services import networks
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.calling import ELSEWHERE, HOME, call, passes
from tests.apikeys.keys import PROFILE, change_row, issue, program, rows
from tests.dumps import dump_tables

AGENT = "Mozilla/5.0 (X11; Linux) Firefox/140.0"


@pytest.mark.parametrize(
    ("ip", "rule", "expected"),
    [
        ("1.2.3.4", "1.2.3.4/32", True),
        ("1.2.3.4", "1.2.3.4", True),
        ("1.2.3.5", "1.2.3.4/32", False),
        ("1.2.3.255", "1.2.3.0/24", True),
        ("1.2.4.0", "1.2.3.0/24", False),
        ("::ffff:1.2.3.4", "1.2.3.0/24", True),
        ("1.2.3.4", "::ffff:1.2.3.0/120", True),
        ("1.2.4.4", "::ffff:1.2.3.0/120", False),
        ("2001:db8::1", "2001:db8::/32", True),
        ("2001:DB8:0::1", "2001:db8::/32", True),
        ("2001:db9::1", "2001:db8::/32", False),
        ("1.2.3.4", "::/0", False),
        ("2001:db8::1", "0.0.0.0/0", False),
        ("", "0.0.0.0/0", False),
        ("unknown", "0.0.0.0/0", False),
        ("1.2.3.4", "1.2.3.4/24", False),  # not a network: host bits
        ("1.2.3.4", "", False),
        ("1.2.3.4", "1.2.3.*", False),
        ("1.2.3.4", "1.2.3.4-1.2.3.9", False),
        ("1.2.3.4", "example.com", False),
    ],
)
def test_an_address_is_in_a_network_or_refused(ip, rule, expected):
    assert networks.is_allowed(ip, [rule]) is expected
    assert networks.is_allowed(ip, ["192.0.2.0/24", rule, "2001:db8:1::/48"]) is (
        expected or ip == "2001:db8:1::1"
    )


@given(st.ip_addresses(), st.integers(1, 128))
def test_a_network_holds_its_own_addresses_and_no_neighbours(address, length):
    assume(not getattr(address, "ipv4_mapped", None))  # those count as IPv4
    length = min(length, address.max_prefixlen)
    width = address.max_prefixlen - length
    first = int(address) >> width << width
    rule = f"{type(address)(first)}/{length}"
    assert networks.is_allowed(str(address), [rule])
    neighbour = type(address)(int(address) ^ 1 << width)
    assert not networks.is_allowed(str(neighbour), [rule])


def test_without_networks_a_key_works_from_everywhere():
    assert networks.is_allowed("", [])


@pytest.fixture
def homely(alice):
    issued = issue(alice)
    change_row(issued, allowed_networks=["198.51.100.0/24", "2001:db8::/32"])
    return issued


@pytest.mark.parametrize(
    ("ip", "status"),
    [
        (HOME, 200),
        ("::ffff:198.51.100.9", 200),
        ("2001:db8:1::1", 200),
        (ELSEWHERE, 403),
        ("2001:db9::1", 403),
        ("", 403),
    ],
)
def test_a_call_from_elsewhere_is_refused(homely, ip, status):
    answer = program(homely.secret, REMOTE_ADDR=ip).get(PROFILE)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "address_not_allowed"
        assert "198.51" not in answer.content.decode()  # nor does it learn which ones are


@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.parametrize("claimed", [HOME, f"{HOME}, {HOME}", f"{ELSEWHERE}, {HOME}"])
def test_an_address_that_a_client_claims_lets_nobody_in(homely, settings, proxies, claimed):
    settings.TRUSTED_PROXY_COUNT = proxies
    added = [ELSEWHERE, "10.0.0.1"][:proxies]  # what our own proxies append
    forwarded = {"X-Forwarded-For": ", ".join([claimed, *added])}
    client = program(homely.secret, REMOTE_ADDR=ELSEWHERE)
    assert client.get(PROFILE, headers=forwarded).status_code == 403
    assert "last_used_at" not in rows()[homely.key.key_id]


def test_the_address_that_our_proxy_saw_counts(homely, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    client = program(homely.secret, REMOTE_ADDR="10.0.0.1")
    answer = client.get(PROFILE, headers={"X-Forwarded-For": f"{ELSEWHERE}, {HOME}"})
    assert answer.status_code == 200
    assert rows()[homely.key.key_id]["last_used_ip"] == HOME


def test_only_whoever_has_the_secret_learns_that_there_are_networks(homely):
    wrong = homely.secret[:-7] + ("a" if homely.secret[-7] != "a" else "b") + homely.secret[-6:]
    assert call(wrong, ip=ELSEWHERE) == "key_invalid"


@pytest.mark.parametrize("needs", [Scope.FEED_WRITE, None])
def test_nor_does_whoever_calls_from_elsewhere_learn_what_the_key_may_do(alice, homely, needs):
    change_row(homely, scopes=["feed:read"])
    assert call(homely, ip=ELSEWHERE, needs=needs) == "address_not_allowed"


def told(user, kind):
    return [row for row in AlertRepository().rows_of(user.user_sub) if row["kind"] == kind]


def test_the_owner_hears_of_a_refused_address_once_an_hour(alice, homely, frozen):
    for ip in (ELSEWHERE, "192.0.2.1"):
        assert call(homely, ip=ip, user_agent=AGENT) == "address_not_allowed"
    [alert] = told(alice, "apikey.address_refused")
    assert alert["context"] == {
        "key": "ci deploy",
        "hint": homely.key.hint,
        "key_id": homely.key.key_id,
        "ip": ELSEWHERE,
        "device": "Firefox on Linux",
    }
    assert alert["n"] == 1
    frozen.shift(3599)
    call(homely, ip=ELSEWHERE)
    assert told(alice, "apikey.address_refused")[0]["n"] == 1
    frozen.shift(1)
    call(homely, ip=ELSEWHERE)
    assert sum(alert["n"] for alert in told(alice, "apikey.address_refused")) == 2


def test_of_a_revoked_key_nobody_hears_anything(alice, homely):
    change_row(homely, state="revoked")
    before = dump_tables()
    assert call(homely, ip=ELSEWHERE) == "key_revoked"
    assert dump_tables() == before


def test_the_first_network_is_noted_without_a_word_and_without_a_call_more(alice):
    issued = issue(alice)
    with budget(calls=3, hops=2, wru=1):
        call(issued)
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 1
    assert told(alice, "apikey.new_network") == []


def test_the_owner_hears_of_a_new_network_once(alice):
    issued = issue(alice)
    for ip in (HOME, "198.51.100.200", ELSEWHERE, ELSEWHERE, "203.0.113.77", HOME):
        assert passes(issued, ip=ip, user_agent=AGENT)
    [alert] = told(alice, "apikey.new_network")
    assert alert["context"] == {
        "key": "ci deploy",
        "hint": issued.key.hint,
        "key_id": issued.key.key_id,
        "ip": ELSEWHERE,
        "device": "Firefox on Linux",
    }
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 2
    with budget(calls=3, hops=2, wru=1):
        call(issued, ip=ELSEWHERE)


def test_an_unknown_address_is_no_new_network(alice):
    issued = issue(alice)
    assert [passes(issued, ip=ip) for ip in ("", HOME, "")] == [True] * 3
    assert told(alice, "apikey.new_network") == []
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 1


def test_twenty_networks_are_kept_and_then_it_says_no_more(alice):
    issued = issue(alice)
    for number in range(25):
        assert passes(issued, ip=f"10.0.{number}.1")
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 20
    assert sum(alert["n"] for alert in told(alice, "apikey.new_network")) == 19
    with budget(calls=3, hops=2):
        assert passes(issued, ip="10.1.0.1")


def test_networks_are_kept_so_that_nobody_can_read_or_compare_them(alice):
    first, second = issue(alice), issue(alice)
    for issued in (first, second):
        call(issued, ip="203.0.113.9")
    marks = [rows()[issued.key.key_id]["seen_networks"] for issued in (first, second)]
    assert "203.0.113" not in str(marks)
    assert marks[0].isdisjoint(marks[1])


def test_a_network_stays_known_while_the_field_keys_are_replaced(alice, settings):
    issued = issue(alice)
    call(issued)
    settings.FIELD_ENCRYPTION_KEYS = [f"t2:{'A' * 43}=", *settings.FIELD_ENCRYPTION_KEYS]
    assert passes(issued)
    assert told(alice, "apikey.new_network") == []
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 1


def test_a_new_network_spends_one_call_like_any_other(alice, settings, frozen):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 5
    issued = issue(alice)
    assert [call(issued, ip=ip).quota.remaining for ip in (HOME, ELSEWHERE)] == [4, 3]
    frozen.shift(timedelta(hours=1))
    assert call(issued, ip="192.0.2.1").quota.remaining == 4
