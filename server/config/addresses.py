"""The small notations inside of values: listening addresses, hosts, port ranges, trunk targets, phones, secrets.

Each function reads one notation and raises `ValueError` with a sentence that says what is wrong with it.
"""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import msgspec

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_DIALLED = re.compile(r"\+?[0-9*#]{1,24}")
_SEPARATORS = re.compile(r"[-. ()]")
_SIP = re.compile(r"sips?:(?:([^@\s<>\"]+)@)?([^@\s<>\";?]+)((?:;[^\s<>\";?]+)*)")
_PHONE = re.compile(r"(?:[^%\x00-\x1f\x7f]|%[0-9A-Fa-f]{2})*")
_E164 = re.compile(r"\+[1-9][0-9]{3,14}")
"""The shortest that is left is a country code with a few digits: the plan itself names a longest number only."""
_MOST_OF_A_URI = 512
_PARAMETER = re.compile(r";([A-Za-z0-9_.!%*+~-]+)(?:=([^;]*))?")

SIP_PORT = 5060


class Listen(msgspec.Struct, frozen=True):
    """An address to listen at. `transport`: `udp` or `tcp`; port 0: the system chooses."""

    transport: str
    host: str
    port: int

    @property
    def is_wildcard(self) -> bool:
        """Whether it means every address of the machine."""
        return self.host in ("0.0.0.0", "::")


class Target(msgspec.Struct, frozen=True):
    """Where a trunk takes calls. `port` None: as RFC 3263 finds it (5060 for an address)."""

    host: str
    port: int | None
    transport: str


class MediaAddresses(msgspec.Struct, frozen=True):
    """The machine's addresses for RTP; empty: none of that version, both empty: the machine's own over IPv4."""

    ipv4: str
    ipv6: str


def read_host(text: str) -> str:
    """A host name or address, without brackets."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if ":" in bare or re.fullmatch(r"[0-9.]+", bare):
        try:
            return str(ip_address(bare))
        except ValueError:
            raise ValueError(f'"{text}" is not an IP address') from None
    if len(bare) > 253 or not all(_LABEL.fullmatch(label) for label in bare.removesuffix(".").split(".")):
        raise ValueError(f'"{text}" is not a host name or an IP address')
    return bare


def read_port(text: str, *, lowest: int = 1) -> int:
    """A port number from `lowest` to 65535."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not lowest <= int(text) <= 65535:
        raise ValueError(f'"{text}" is not a port from {lowest} to 65535')
    return int(text)


def read_host_port(text: str, *, lowest: int = 1) -> tuple[str, int | None]:
    """`HOST[:PORT]`; an IPv6 address in brackets. The port is None if there is none."""
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(.*))?", text)
    if match is None:
        raise ValueError(f'"{text}" has too many colons; write an IPv6 address in brackets, [::1]')
    return read_host(match[1]), None if match[2] is None else read_port(match[2], lowest=lowest)


def read_listen(text: str) -> Listen:
    """`udp:HOST:PORT` or `tcp:HOST:PORT`."""
    transport, _, rest = text.partition(":")
    if transport not in ("udp", "tcp"):
        raise ValueError(f'"{text}" does not begin with "udp:" or "tcp:"')
    host, port = read_host_port(rest, lowest=0)
    if port is None:
        raise ValueError(f'"{text}" has no port')
    return Listen(transport, host, port)


def read_web_listen(text: str) -> Listen:
    """`HOST:PORT` of the web."""
    host, port = read_host_port(text, lowest=0)
    if port is None:
        raise ValueError(f'"{text}" has no port')
    return Listen("tcp", host, port)


def read_port_range(text: str) -> tuple[int, int]:
    """`FIRST-LAST`, two ports from 1024 to 65535, the first not above the last."""
    match = re.fullmatch(r"\s*([0-9]{1,5})\s*-\s*([0-9]{1,5})\s*", text)
    if match is None:
        raise ValueError(f'"{text}" is not a range of ports')
    first, last = int(match[1]), int(match[2])
    if not 1024 <= first <= last <= 65535:
        raise ValueError(f'"{text}" does not go upwards from 1024 or more to 65535 or less')
    return first, last


def read_media_addresses(given: list[str] | str) -> MediaAddresses:
    """`[media] address`: one address, or two of different IP versions as a list or with a comma between."""
    words = [word for text in ([given] if isinstance(given, str) else given) for word in text.split(",")]
    words = [] if words in ([], [""]) else [word.strip() for word in words]
    found = {4: "", 6: ""}
    for word in words:
        bare = word[1:-1] if word.startswith("[") and word.endswith("]") else word
        try:
            address = ip_address(bare)
        except ValueError:
            raise ValueError(f'"{word}" is not an IP address') from None
        mapped = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
        if address.is_unspecified or address.is_multicast or mapped or "%" in bare:
            raise ValueError(f'"{word}" is not an address at which RTP can be received from others')
        if found[address.version]:
            raise ValueError(f'"{word}" is a second address of IPv{address.version}')
        found[address.version] = str(address)
    return MediaAddresses(found[4], found[6])


def read_network(text: str) -> IPv4Network | IPv6Network:
    """An address or a network in CIDR notation; bits behind the mask are ignored."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f'"{text}" is not an address or a network') from None


def read_target(text: str) -> Target:
    """`HOST[:PORT]` or `sip:HOST[:PORT][;transport=udp|tcp]`."""
    match = _SIP.fullmatch(text if text.startswith(("sip:", "sips:")) else f"sip:{text}")
    if match is None or match[1] is not None:
        raise ValueError(f'"{text}" is not HOST, HOST:PORT or sip:HOST:PORT')
    if text.startswith("sips:"):
        raise ValueError(f'"{text}" asks for TLS, which trunks do not speak')
    host, port = read_host_port(match[2])
    parameters = {name.lower(): value for name, value in _PARAMETER.findall(match[3])}
    transport = parameters.pop("transport", "udp").lower()
    if transport not in ("udp", "tcp") or parameters:
        raise ValueError(f'"{text}" has a parameter other than transport=udp or transport=tcp')
    return Target(host, port, transport)


def read_phone(text: str) -> tuple[str, str]:
    """An agent's phone as kind and address: `registered` and nothing, `sip` and a URI that is reached over UDP or TCP,
    `tel` and the bare number."""
    if text == "registered":
        return "registered", ""
    if text.startswith("sip:"):
        return "sip", _phone_uri(text)
    if text.startswith("tel:"):
        number = _SEPARATORS.sub("", text.removeprefix("tel:"))
        if not (_E164 if number.startswith("+") else _DIALLED).fullmatch(number):
            raise ValueError(f'"{text}" is not a telephone number')
        return "tel", number
    raise ValueError(f'"{text}" is none of "registered", "sip:..." and "tel:..."')


def _phone_uri(text: str) -> str:
    match = _SIP.fullmatch(text)
    if match is None or not _PHONE.fullmatch(text) or len(text.encode()) > _MOST_OF_A_URI:
        raise ValueError(f'"{text[:60]}" is not a SIP URI')
    read_host_port(match[2])
    transports = [value.lower() for name, value in _PARAMETER.findall(match[3]) if name.lower() == "transport"]
    if transports not in ([], ["udp"], ["tcp"]):
        raise ValueError(f'"{text}" asks for a transport that the server does not speak: it speaks UDP and TCP')
    return text


def read_public_url(text: str) -> str:
    """`http://HOST[:PORT]` or `https://HOST[:PORT]`, without a path; returned as an Origin header shows it."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f'"{text}" does not begin with "https://" or "http://"')
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f'"{text}" has more than a scheme, a host and a port')
    read_host_port(parts.netloc)
    return f"{parts.scheme}://{parts.netloc.lower()}"
