"""The address a request came from, as far as it can be known."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_LIMIT_PREFIX = 64  # one customer usually holds a whole /64
IPV4_LOG_PREFIX, IPV6_LOG_PREFIX = 24, 48


def client_ip(request: HttpRequest) -> str:
    """The peer, or what the TRUSTED_PROXY_COUNT-th proxy before us saw; empty if unknown.

    Each proxy appends the address it saw to X-Forwarded-For, so only the last N are ours; what
    stands further left is whatever the client chose to write.
    """
    peer = _clean(str(request.META.get("REMOTE_ADDR", "")))
    trusted = settings.TRUSTED_PROXY_COUNT
    if trusted < 1:
        return peer
    seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", trusted)
    return (_clean(seen[-trusted]) if len(seen) >= trusted else "") or peer


def limit_subject(ip: str) -> str:
    """What rate limits count by: the address, or the /64 network of an IPv6 address."""
    return _network(ip, 32, IPV6_LIMIT_PREFIX)


def network_of(ip: str) -> str:
    """Where attempts of one origin come from: the /24 network, or the /64 of an IPv6 address."""
    return _network(ip, IPV4_LOG_PREFIX, IPV6_LIMIT_PREFIX)


def truncated(ip: str) -> str:
    """What logs may show: the /24 or /48 network's address."""
    return _network(ip, IPV4_LOG_PREFIX, IPV6_LOG_PREFIX)


def _network(ip: str, v4_prefix: int, v6_prefix: int) -> str:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    prefix = v4_prefix if address.version == 4 else v6_prefix
    return str(ipaddress.ip_network((address, prefix), strict=False).network_address)


def _clean(text: str) -> str:
    """The canonical form of `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`; empty for garbage."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        # A zone (`fe80::1%anything`) is free text of the sender's.
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
