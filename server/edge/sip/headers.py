"""Values of the headers that the edge must understand (RFC 3261 section 25). Each function raises `BadMessage`."""

import re

import msgspec

from server.edge.sip.errors import BadMessage
from server.edge.sip.remembered import remembered

# Only sets of characters are repeated possessively, no groups: CPython 3.11 goes on behind one that failed midway.
QUOTED = r'"[^"\\]*+(?:\\.[^"\\]*+)*"'
_ITEM = re.compile(rf'(?:{QUOTED}|<[^<>]*+>|[^,"<]++)+')
_PARAMETER = re.compile(
    r"\s*;\s*([A-Za-z0-9\-.!%*_+`'~]+)"
    rf'(?:\s*=\s*({QUOTED}|\[[0-9A-Fa-f:.]+\]|[^\s;,"=<>?\[\]]+))?'
)
_PLAIN_PARAMETERS = re.compile(r"(?:;[A-Za-z0-9\-.!%*_+`'~]++(?:=[^\s;,\"=<>?\[\]]++)?)*")
_VIA = re.compile(
    r"[Ss][Ii][Pp]\s*/\s*2\.0\s*/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+"
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-_]+)(?:\s*:\s*([0-9]{1,5}))?(?=\s*(?:;|$))"
)
_USUAL_VIA = re.compile(
    r"SIP/2\.0/(UDP|TCP|TLS) (\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-_]+)(?::([0-9]{1,5}))?" + f"({_PLAIN_PARAMETERS.pattern})"
)
_NAME_ADDRESS = re.compile(rf"({QUOTED}\s*|[A-Za-z0-9\-.!%*_+`\'~\s\x80-\U0010ffff]*)<([^<>\s]+)>")
_BARE_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*:[^\s;,<>?\"]+)")
_CSEQ = re.compile(r"([0-9]{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)")
_NUMBER = re.compile(r"[0-9]+")

Parameters = dict[str, str | None]


class Via(msgspec.Struct, frozen=True):
    """One Via value. `port` 0: none is written. `parameters` have lower-case names.

    `sent_by`: host and port as they are compared: lower case, without a port only if none was written. `branch` may be
    empty.
    """

    transport: str
    host: str
    port: int
    parameters: Parameters
    sent_by: str
    branch: str


class NameAddress(msgspec.Struct, frozen=True):
    """A From, To, Contact, Route or Path value: display name (unquoted), URI as written, header parameters, and the
    one of them that is asked for most: `tag`, or empty."""

    display: str
    uri: str
    parameters: Parameters
    tag: str


def split_list(value: str) -> list[str]:
    """The comma-separated values of a header line; commas in quotes and angle brackets do not separate."""
    if "," not in value:
        return [value]
    items = value.split(",")
    if '"' in value or any([item.count("<") != item.count(">") for item in items]):  # noqa: C419 - few: a list is faster
        items = []
        position = 0
        while position <= len(value):
            found = _ITEM.match(value, position)
            end = found.end() if found else position
            if end < len(value) and value[end] != ",":
                raise BadMessage(400, "quotes or brackets are not closed")
            items.append(value[position:end])
            position = end + 1
    return [stripped for item in items if (stripped := item.strip())]


def split_first(value: str) -> tuple[str, str]:
    """The first of the values of a header line, and the others as they stand; empty where there is none."""
    if '"' not in value and "<" not in value:
        first, _, rest = value.partition(",")
        return first.strip(), rest.strip()
    items = split_list(value)
    return (items[0], ", ".join(items[1:])) if items else ("", "")


def parameters(text: str) -> Parameters:
    """`;name=value;name` as a dict with lower-case names; quotes are taken off. A name twice: the first counts."""
    if _PLAIN_PARAMETERS.fullmatch(text) is not None:
        return _plain_parameters(text)
    found: Parameters = {}
    position = 0
    while (match := _PARAMETER.match(text, position)) is not None:  # never searched for: long white space costs then
        name, written = match.groups()
        found.setdefault(name.lower(), unquote(written) if written and written[0] == '"' else written)
        position = match.end()
    if position < len(text) and not text[position:].isspace():
        raise BadMessage(400, "a parameter is malformed")
    return found


def _plain_parameters(text: str) -> Parameters:
    """The same for parameters as nearly everybody writes them: without spaces, quotes and brackets."""
    found: Parameters = {}
    for item in text.split(";")[1:]:
        name, _, value = item.partition("=")
        found.setdefault(name.lower(), value or None)
    return found


def unquote(text: str) -> str:
    """A quoted string without its quotes and escapes."""
    inner = text.strip()
    if len(inner) >= 2 and inner[0] == '"' and inner[-1] == '"':
        return re.sub(r"\\(.)", r"\1", inner[1:-1])
    return inner


def via(value: str) -> Via:
    """Read one Via value."""
    match = _USUAL_VIA.fullmatch(value)
    if match is not None:
        transport, host, port, rest = match.groups()
        given = _plain_parameters(rest)
    else:
        match = _VIA.match(value)
        if match is None:
            raise BadMessage(400, "a Via is malformed")
        transport, host, port = match.groups()
        given = parameters(value[match.end() :])
    number = int(port) if port else 0
    if number > 65535:
        raise BadMessage(400, "a Via's port is out of range")
    sent_by = f"{host.lower()}:{number}" if number else host.lower()
    return Via(transport.upper(), host, number, given, sent_by, given.get("branch") or "")


def name_address(value: str) -> NameAddress:
    """Read a name-addr or addr-spec with its parameters."""
    match = _NAME_ADDRESS.match(value)
    if match is not None:
        display, written = match.groups()
        if display:
            display = unquote(display)
    else:
        match = _BARE_ADDRESS.match(value)
        if match is None:
            raise BadMessage(400, "an address is malformed")
        display, written = "", match[1]
    given = parameters(value[match.end() :])
    return NameAddress(display, written, given, given.get("tag") or "")


@remembered
def address_in(line: str) -> NameAddress:
    """Read the name-addr or addr-spec of a whole header line, From or To. (The requests of a dialog repeat them.)"""
    return name_address(line.partition(":")[2].strip())


@remembered
def cseq_in(line: str) -> tuple[int, str]:
    """Number (0 to 2**32-1) and method in a CSeq line."""
    match = _CSEQ.fullmatch(line.partition(":")[2].strip())
    if match is None or (number := int(match[1])) > 0xFFFFFFFF:
        raise BadMessage(400, "the CSeq is malformed")
    return number, match[2]


def number(value: str, largest: int) -> int:
    """A number at the beginning of a value, cut to `largest`."""
    match = _NUMBER.match(value.strip())
    if match is None:
        raise BadMessage(400, "a number is expected")
    return largest if len(match[0]) > 12 else min(int(match[0]), largest)
