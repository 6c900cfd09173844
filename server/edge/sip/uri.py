"""SIP and tel URIs (RFC 3261 section 19.1, RFC 3966)."""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from server.edge.sip.errors import BadMessage, Refusal
from server.edge.sip.remembered import remembered

MAX_URI_CHARACTERS = 2048
DEFAULT_PORT = 5060
_SIP = re.compile(
    r"(?i:(sips?)):(?:([^@\s<>\"]*)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-_]+)(?::([0-9]{1,5}))?(;[^?\s<>\"]*)?(\?[^\s<>\"]*)?"
)
_TEL = re.compile(r"(?i:tel):(\+?[0-9A-Fa-f*#\-.()]+)((?:;[^?\s<>\"]*)?)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Uri(NamedTuple):
    """`user` is decoded (empty: none), `host` lower case without brackets, `port` 0 when none is written.

    Of a tel URI, `user` is the number without visual separators and `host` is empty. `headers` is what follows `?`.
    """

    scheme: str
    user: str
    host: str
    port: int
    parameters: dict[str, str]
    headers: str = ""

    @property
    def is_tel(self) -> bool:
        """Whether it is a telephone number without a host."""
        return self.scheme == "tel"

    @property
    def transport(self) -> str:
        """`udp`, `tcp` or whatever else the URI asks for."""
        return self.parameters.get("transport", "").lower() or ("tls" if self.scheme == "sips" else "udp")


@remembered
def parse(text: str) -> Uri:
    """Read a URI. Raises `BadMessage` (400) if it is malformed, `Refusal` for its scheme (416) or length (414).

    The answer is remembered, so nobody may change its parameters.
    """
    if len(text) > MAX_URI_CHARACTERS:
        raise Refusal(414, "the URI is too long")
    match = _SIP.fullmatch(text)
    if match is None:
        return _not_sip(text)
    scheme, userinfo, host, port, parameters, headers = match.groups()
    number = int(port) if port else 0
    if number > 65535 or _BAD_ESCAPE.search(text):
        raise BadMessage(400, "the URI has a wrong port or escape")
    user = (userinfo or "").partition(":")[0]
    if "%" in user:
        user = unquote(user, errors="surrogateescape")
    if host[0] == "[":
        host = _ipv6(host[1:-1])
    return Uri(scheme.lower(), user, host.lower(), number, _parameters(parameters) if parameters else {}, headers or "")


def _ipv6(text: str) -> str:
    """An IPv6 address as it is compared, and shown everywhere (RFC 5952). Raises `BadMessage`."""
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise BadMessage(400, "the URI's host is no address") from None


def _not_sip(text: str) -> Uri:
    match = _TEL.fullmatch(text)
    if match is not None:
        number = re.sub(r"[\-.()]", "", match[1])
        return Uri("tel", number, "", 0, _parameters(match[2]))
    if _SCHEME.fullmatch(text) and not re.match(r"(?i)(?:sips?|tel):", text):
        raise Refusal(416, "the URI's scheme is not known here")
    raise BadMessage(400, "the URI is malformed")


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in text.split(";"):
        name, _, value = item.partition("=")
        if name:
            found.setdefault(name.lower(), unquote(value) if "%" in value else value)
    return found


def shown_host(host: str) -> str:
    """A host as it stands in a URI or Via: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


@lru_cache(maxsize=1024)
def address_family(host: str) -> int:
    """4 or 6 for a numeric address, 0 for a name. `host` is at most 255 characters long in a URI that was read."""
    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return 0


def same(a: Uri, b: Uri) -> bool:
    """Whether two URIs name the same contact (RFC 3261 section 19.1.4, without the headers part)."""
    if (a.scheme, a.user, a.host, a.port) != (b.scheme, b.user, b.host, b.port):
        return False
    left = {k: v.lower() for k, v in a.parameters.items()}
    right = {k: v.lower() for k, v in b.parameters.items()}
    if any(left.get(name) != right.get(name) for name in ("user", "ttl", "method", "maddr", "transport")):
        return False
    return all(right.get(name, value) == value for name, value in left.items())
