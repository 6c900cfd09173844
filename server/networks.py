"""Where a connection comes from, as limits count it."""

import ipaddress


def network_of(address: str) -> str:
    """What limits count by: an IPv6 address stands for its /64, which one customer of a provider has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped is not None else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def spoken_for(peer: str, forwarded: str) -> str:
    """Whom a peer speaks for: a proxy on this machine is believed, nobody else. `forwarded`: the value of
    `X-Forwarded-For`, of which the last address is the one that the proxy saw; empty: there is none."""
    if not forwarded or not is_loopback(peer):
        return peer
    try:
        return str(ipaddress.ip_address(forwarded.rsplit(",", 1)[-1].strip()))
    except ValueError:
        return peer


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own; False for what is no address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)
