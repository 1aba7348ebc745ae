"""Whether an address is this machine. Imports nothing of the SDK: the fence asks before it."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """`localhost`, 127.0.0.0/8 or ::1; other names under `.localhost` may be asked of DNS."""
    try:
        return is_loopback_host(urlsplit(url).hostname or "")
    except ValueError:
        return False


def is_loopback_host(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
