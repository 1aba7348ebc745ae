import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.actor import Actor, actor_of
from core.client_ip import client_ip, limit_subject, truncated

PEER = "10.0.0.1"


def request(forwarded=None, peer=PEER, **extra):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers, **extra)


def test_without_proxies_only_the_peer_counts(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    assert client_ip(request("203.0.113.7")) == PEER


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),  # the client wrote the first one
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", PEER),  # came past the outer proxy: nothing in it is ours
        (1, None, PEER),
        (1, "", PEER),
        (1, "unknown", PEER),
        (1, "203.0.113.7, <script>", PEER),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "fe80::1%anything I like", "fe80::1"),
    ],
)
def test_the_nth_address_from_the_right_is_the_client(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert client_ip(request(forwarded)) == expected


@given(st.text(st.characters(codec="latin-1")), st.integers(1, 3))
def test_no_header_makes_anything_but_an_address(forwarded, proxies):
    from django.test import override_settings

    with override_settings(TRUSTED_PROXY_COUNT=proxies):
        found = client_ip(request(forwarded))
    assert limit_subject(found) != ""


def test_a_peer_without_an_address_is_unknown(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    assert client_ip(request(peer="")) == ""
    assert truncated("") == limit_subject("") == ""


@pytest.mark.parametrize(
    ("ip", "counted", "logged"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"),
    ],
)
def test_limits_count_networks_and_logs_show_less(ip, counted, logged):
    assert limit_subject(ip) == counted
    assert truncated(ip) == logged


def test_a_visitor_is_an_actor_without_an_account():
    actor = actor_of(request(HTTP_USER_AGENT="Firefox" * 100))
    assert actor == Actor(user_sub=None, ip=PEER, user_agent=("Firefox" * 100)[:256])


def test_who_is_signed_in_is_the_actor():
    signed_in = request()
    signed_in.user = type("User", (), {"is_authenticated": True, "pk": "alice"})()
    assert actor_of(signed_in).user_sub == "alice"
