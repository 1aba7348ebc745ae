"""Where a request of ours may go: https, to a host of the public internet.

The names of hosts are checked here, their addresses when they are used (core/outbound.py).
"""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import links
from dynamo import client

PORTS = (443, 8443)
MAX_URL = 500
LOCAL_RECEIVER = "/dev/hooks/"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registries: what is not one host of the public internet.
REFUSED_V4: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# Of IPv6 only what is given out to hosts. That leaves out ::1, ::ffff:0:0/96, 64:ff9b::/96,
# fc00::/7, fe80::/10 and ff00::/8, whatever they hold.
HOSTS_V6 = ipaddress.ip_network("2000::/3")
REFUSED_V6: tuple[Network, ...] = tuple(
    map(ipaddress.ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)


class UrlRefused(Exception):
    """`reason` is for the person who typed it."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = reason
        super().__init__("url refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads. `is_local`: to the receiver of this machine, in local mode."""

    host: str  # ASCII, without brackets
    port: int
    path: str = field(repr=False)  # with its query, which may hold a token
    is_local: bool = False


def target_of(url: str) -> Target:
    """Raises UrlRefused: whatever it is, it must be https, to a port of PORTS, and to a name.

    The addresses of a name are checked when it is used.
    """
    parts = _split(url)
    if _is_local_receiver(url):
        port = parts.port or 80
        return Target(host=str(parts.hostname), port=port, path=_path(parts), is_local=True)
    if parts.scheme != "https":
        raise UrlRefused(_("It must begin with https://."))
    if parts.username is not None or parts.password is not None:
        raise UrlRefused(_("It must not hold a user name or password."))
    if parts.fragment:
        raise UrlRefused(_("It must not hold a “#”."))
    port = _port(parts)
    if port not in PORTS:
        raise UrlRefused(_("Its port must be 443 or 8443."))
    return Target(host=_host(parts), port=port, path=_path(parts))


def is_public(address: str) -> bool:
    """False for whatever is not the address of one host of the public internet."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not _within(parsed, REFUSED_V4)
    return parsed in HOSTS_V6 and not _within(parsed, REFUSED_V6)


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _is_local_receiver(url: str) -> bool:
    """Only in local mode, where the guard would otherwise leave nothing to try it with."""
    return (
        settings.DEBUG
        and client.is_local()
        and url.startswith(links.absolute(LOCAL_RECEIVER))
        and ".." not in url
    )


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL:
        raise UrlRefused(_("It is too long."))
    if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in url):
        raise UrlRefused(_("It must not hold spaces, backslashes or control characters."))
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError:
        raise UrlRefused(_("This is not an address.")) from None
    if not parts.hostname or (has_port and not parts.port):
        raise UrlRefused(_("This is not an address."))
    if not (parts.path + parts.query).isascii():
        raise UrlRefused(_("Write what follows the host in ASCII, percent-encoded."))
    return parts


def _host(parts: SplitResult) -> str:
    host = str(parts.hostname).rstrip(".")
    if _is_address(host):
        if not is_public(host):
            raise UrlRefused(_("It leads to an address that is not on the public internet."))
        return host
    try:
        name = idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise UrlRefused(_("Its host is not a valid name.")) from None
    if (
        "." not in name
        or name.rpartition(".")[2][:1].isdigit()
        or name.endswith((".localhost", ".local", ".internal"))
    ):
        raise UrlRefused(_("It leads to an address that is not on the public internet."))
    return name


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _port(parts: SplitResult) -> int:
    return 443 if parts.port is None else parts.port


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
