"""SIP addresses: what may be dialled, and how our own From is written (RFC 3261 sections 19.1 and 25.1)."""

import re
from urllib.parse import quote, unquote

MAX_URI_OCTETS = 512
MAX_NAME_LETTERS = 128
_USER_SAFE = "-_.!~*'()&=+$,?/"
"""Signs that the user part of a SIP URI may hold as they are, besides letters and digits; `;` would begin a parameter
of a telephone number."""
_DIALLABLE = re.compile(r"(?:sips?:[^\s<>\"\x00-\x1f\x7f]+|tel:\+?[0-9A-Da-d*#().;=\-]+[^\s<>\"\x00-\x1f\x7f]*)\Z")
_HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-.!%*_+`'~]{0,63}\Z")
_FORBIDDEN_IN_VALUE = re.compile(r"[\r\n\x00]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What ends lines or commands a terminal (C0, C1), and marks that turn the direction of what is written beside it."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_ESCAPED = re.compile(r"\\(.)")


class BadAddress(Exception):
    """An address or header that must not leave; the text is one sentence."""


def checked_target(uri: str) -> str:
    """`uri` in angle brackets, ready for a request. Raises `BadAddress` unless it is a sip:, sips: or tel: URI."""
    if len(uri) > MAX_URI_OCTETS or not _DIALLABLE.match(uri):
        raise BadAddress("the URI to dial is not a sip:, sips: or tel: URI")
    return f"<{uri}>"


def checked_header(name: str, value: str) -> tuple[str, str]:
    """A header that can be sent as it is. Raises `BadAddress` for a name or value that would break the message."""
    if not _HEADER_NAME.match(name) or _FORBIDDEN_IN_VALUE.search(value):
        raise BadAddress(f"the header {name[:64]!r} cannot be sent")
    return name, value


def own_address(user: str, name: str, domain: str) -> str:
    """Our From: `"name" <sip:user@domain>`, everything quoted; anonymous (RFC 3323) without a user."""
    if not user:
        return '"Anonymous" <sip:anonymous@anonymous.invalid>'
    address = f"<sip:{quote(user, safe=_USER_SAFE)}@{domain}>"
    shown = _CONTROL.sub("", name)[:MAX_NAME_LETTERS].replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}" {address}' if shown else address


def parse_address(value: str) -> tuple[str, str]:
    """Display name and decoded user part of a From or P-Asserted-Identity value; empty texts for what is not there."""
    name, uri = "", value
    if value.startswith('"'):
        match = _QUOTED.match(value)
        if match:
            name = _ESCAPED.sub(r"\1", match.group(1))
            uri = value[match.end() :]
    if "<" in uri:
        before, _, rest = uri.partition("<")
        name = name or before.strip()
        uri = rest.partition(">")[0]
    else:
        uri = uri.partition(";")[0]
    return _CONTROL.sub("", whole_text(name))[:MAX_NAME_LETTERS].strip(), _CONTROL.sub("", whole_text(user_of(uri)))


def whole_text(text: str) -> str:
    """Text that can be written as UTF-8: octets that were none (kept as surrogates) are read as Latin-1."""
    return text.encode(errors="surrogateescape").decode("latin-1") if _SURROGATE.search(text) else text


def user_of(uri: str) -> str:
    """Decoded user part of a sip: or sips: URI, or the number of a tel: URI; empty if there is none."""
    scheme, _, rest = uri.strip().partition(":")
    scheme = scheme.lower()
    if scheme == "tel":
        user = rest.partition(";")[0]
    elif scheme in ("sip", "sips") and "@" in rest:
        user = rest.rpartition("@")[0].partition(":")[0].partition(";")[0]
    else:
        user = ""
    return _CONTROL.sub("", unquote(user))[:MAX_URI_OCTETS]
