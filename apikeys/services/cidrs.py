"""Networks from which a key may be used, as people type them and as they are stored."""

import ipaddress

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_NETWORKS = 20
_SHOWN = 50  # characters of what was typed that an error repeats
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def canonical_list(texts: list[str]) -> tuple[str, ...]:
    """Each once, IPv4 first. Raises ValidationError with one message for each that is wrong."""
    found: set[Network] = set()
    errors: list[str] = []
    for text in texts[: MAX_NETWORKS * 2]:
        try:
            found.add(_network(text.strip()))
        except ValidationError as error:
            errors += error.messages
    if len(texts) > MAX_NETWORKS * 2 or len(found) > MAX_NETWORKS:
        errors.append(_("Give at most %(most)d networks.") % {"most": MAX_NETWORKS})
    if errors:
        raise ValidationError(errors)
    return tuple(str(each) for each in sorted(found, key=_order))


def _order(network: Network) -> tuple[int, int, int]:
    return network.version, int(network.network_address), network.prefixlen


def _network(text: str) -> Network:
    """An IPv4 address written as IPv6 is the IPv4 one, which is how callers are compared."""
    shown = {"text": text[:_SHOWN]}
    address, slash, prefix = text.partition("/")
    # A zone is no part of an address; a mask (/255.255.255.0) could mean its opposite.
    if "%" in text or (slash and not (prefix.isascii() and prefix.isdigit())):
        raise ValidationError(_not_a_network(shown))
    try:
        network = ipaddress.ip_network(text, strict=False)
        given = ipaddress.ip_address(address)
    except ValueError as error:
        raise ValidationError(_not_a_network(shown)) from error
    if given != network.network_address:
        raise ValidationError(
            _("“%(text)s” has bits after its prefix. Did you mean %(network)s?")
            % {**shown, "network": _unmapped(network)}
        )
    network = _unmapped(network)
    if network.prefixlen == 0:
        raise ValidationError(
            _("“%(text)s” is everywhere. To allow that, leave the networks empty.") % shown
        )
    return network


def _not_a_network(shown: dict[str, str]) -> str:
    return _("“%(text)s” is no address or network such as 192.0.2.0/24 or 2001:db8::/32.") % shown


def _unmapped(network: Network) -> Network:
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        mapped = network.network_address.ipv4_mapped
        assert mapped is not None  # it lies in the block of such addresses
        return ipaddress.IPv4Network((mapped, network.prefixlen - _MAPPED.prefixlen))
    return network
