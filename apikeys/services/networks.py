"""From which networks a key works, and from which it was used."""

import base64
import hmac
import ipaddress
from collections.abc import Collection
from functools import lru_cache
from hashlib import sha256

from core import keyring
from core.client_ip import network_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_SEEN = 20
MARK_BYTES = 9  # 72 bits: no two networks of one key look alike
_PURPOSE = "api-keys-network:v1"
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def is_allowed(ip: str, allowed: Collection[str]) -> bool:
    """From everywhere when no network is named. An unknown address is in none, and a rule that
    cannot be read names none."""
    if not allowed:
        return True
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for rule in allowed if (network := _parsed(rule)))


def mark_of(key_id: str, ip: str) -> str:
    """What is kept of the network that an address is in; empty for an unknown address.

    Keyed, and another one for each key: neither does it name the network, nor tell whose keys were
    used from the same one.
    """
    return _mark(keyring.current_id(), key_id, ip)


def is_seen(key_id: str, ip: str, seen: Collection[str]) -> bool:
    """Also under a field encryption key that is being replaced. An unknown address is no news."""
    marks = {_mark(field_key, key_id, ip) for field_key in keyring.ids()}
    return "" in marks or not marks.isdisjoint(seen)


def _mark(field_key: str, key_id: str, ip: str) -> str:
    network, secret = network_of(ip), keyring.subkey(field_key, _PURPOSE)
    if not network or secret is None:
        return ""
    digest = hmac.digest(secret, f"{key_id}\0{network}".encode(), sha256)
    return base64.urlsafe_b64encode(digest[:MARK_BYTES]).decode()


@lru_cache(maxsize=4096)
def _parsed(rule: str) -> Network | None:
    """IPv4 in the clothes of IPv6 (`::ffff:1.2.3.0/120`) is IPv4, as in core.client_ip."""
    try:
        network = ipaddress.ip_network(rule)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        v4 = network.network_address.ipv4_mapped
        return ipaddress.ip_network((v4, network.prefixlen - _MAPPED.prefixlen))  # type: ignore[arg-type]
    return network
