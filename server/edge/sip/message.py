"""A SIP message, read lightly: a start line, header lines in their order, a body (RFC 3261 section 7).

Header lines are kept as they came (unfolded); a value is cut out only when somebody asks for it. That makes the way of
a message through the proxy cheap. Keys are lower case with the compact names spelled out: `via`, `call-id`.
"""

import re
from sys import intern

from server.edge.sip.errors import BadMessage, UnsafeValue
from server.edge.sip.remembered import remembered

MAX_HEADERS = 100
OWN_PREFIX = "x-caruso-"
"""Headers that only the edge may set: they are taken out of whatever comes in or goes out."""
TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_FOLD = re.compile(r"(?<![ \t])(?:[ \t]*+\r\n[ \t]++)+")
"""Begins where white space begins, nowhere within it: else a long run would be read anew from each of its octets."""
_NUL = re.compile(r"(?<!\\)\0")  # as a quoted pair it is allowed (RFC 3261 section 25.1)

_COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
_COMMON = (
    "Via From To Call-ID CSeq Contact Content-Type Content-Length Content-Encoding Max-Forwards Route Record-Route "
    "Expires Allow Supported Require Proxy-Require User-Agent Server Authorization Proxy-Authorization Accept Subject "
    "WWW-Authenticate Proxy-Authenticate Path Min-Expires Retry-After Reason Session-Expires Min-SE RSeq RAck Event "
    "Subscription-State Refer-To Referred-By Replaces P-Asserted-Identity P-Preferred-Identity Remote-Party-ID Privacy "
    "Timestamp Date Organization Warning Unsupported Diversion History-Info Allow-Events"
)
_KEYS = {name: intern(name.lower()) for name in _COMMON.split()}
_KEYS |= {key: key for key in _KEYS.values()}
_KEYS |= _COMPACT | {short.upper(): key for short, key in _COMPACT.items()}
_KEY_AT_COLON = {f"{name}:": intern(key) for name, key in _KEYS.items()}
"""By the name with its colon, so that a line without a colon is nobody's. Interned, so that keys compare at once."""
_CODES = {str(code): code for code in range(100, 700)}
_METHODS = {
    *("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "UPDATE"),
    *("PRACK", "INFO", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE", "PUBLISH"),
}


class Message:
    """A request (`method` and `uri` set) or a response (`code` not 0). `raw` is what came from the wire, or empty.

    `keys` and `header_lines` are of equal length: the key of each header line, and the line. `has_own`: there are
    headers among them that only the edge may set.
    """

    __slots__ = ("body", "code", "has_own", "header_lines", "keys", "method", "raw", "reason", "uri")

    def __init__(self, method: str = "", uri: str = "", code: int = 0, reason: str = "", body: bytes = b"") -> None:
        self.method = method
        self.uri = uri
        self.code = code
        self.reason = reason
        self.keys: list[str] = []
        self.header_lines: list[str] = []
        self.has_own = False
        self.body = body
        self.raw = b""

    def first(self, key: str) -> str | None:
        """Value of the first header line of that key; None: there is none."""
        try:
            line = self.header_lines[self.keys.index(key)]
        except ValueError:
            return None
        return line.partition(":")[2].strip()

    def lines(self, key: str) -> list[str]:
        """Values of all header lines of that key, each as it stands in its line."""
        count = self.keys.count(key)
        if count < 2:
            return [self.header_lines[self.keys.index(key)].partition(":")[2].strip()] if count else []
        found = zip(self.keys, self.header_lines, strict=True)
        return [line.partition(":")[2].strip() for name, line in found if name == key]

    def has(self, key: str) -> bool:
        """Whether there is a header of that key."""
        return key in self.keys

    def without(self, keys: frozenset[str]) -> list[str]:
        """The header lines but for those of `keys` and those that only the edge may set."""
        found = zip(self.keys, self.header_lines, strict=True)
        if self.has_own:
            return [line for name, line in found if name not in keys and not name.startswith(OWN_PREFIX)]
        return [line for name, line in found if name not in keys]

    def add(self, name: str, value: str) -> None:
        """Append a header line."""
        self.keys.append(_KEYS.get(name) or name.lower())
        self.header_lines.append(f"{name}: {value}")

    def replace_first(self, key: str, line: str) -> None:
        """Put the header line `line` (name and value) where the first one of `key` stands."""
        if key in self.keys:
            self.header_lines[self.keys.index(key)] = line

    def insert_first(self, key: str, lines: list[str]) -> None:
        """Put header lines (name and value) of `key` before all others."""
        self.keys[:0] = [key] * len(lines)
        self.header_lines[:0] = lines

    def remove(self, key: str) -> None:
        """Take out all header lines of `key`."""
        while key in self.keys:
            self.remove_first(key)

    def remove_first(self, key: str) -> None:
        """Take out the first header line of `key`, if there is one."""
        if key in self.keys:
            index = self.keys.index(key)
            del self.keys[index], self.header_lines[index]

    def remove_own(self) -> None:
        """Take out the headers that only the edge may set."""
        for key in [key for key in self.keys if key.startswith(OWN_PREFIX)]:
            self.remove_first(key)
        self.has_own = False

    @property
    def start_line(self) -> str:
        """The first line, as it is written."""
        if self.code:
            return f"SIP/2.0 {self.code} {self.reason}"
        return f"{self.method} {self.uri} SIP/2.0"

    def octets(self) -> bytes:
        """The message as it goes on the wire. Raises `UnsafeValue`."""
        return serialise([self.start_line, *self.header_lines], self.body)


def serialise(lines: list[str], body: bytes) -> bytes:
    """Write start line, header lines and body. The only place where messages are put together.

    Raises `UnsafeValue` when a line holds CR, LF or NUL, whatever way it came in.
    """
    head, plain = "\r\n".join(lines), "".join(lines)
    if "\r" in plain or "\n" in plain or ("\0" in plain and _has_nul(lines)):
        raise UnsafeValue("a header line holds CR, LF or NUL")
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def parse_head(head: bytes) -> Message:
    """Read everything before the empty line. Raises `BadMessage`, with as much of the message as could be read.

    Octets that are not UTF-8 go through unharmed (as surrogates).
    """
    text = head.decode("utf-8", "surrogateescape")
    lines = text.split("\r\n")
    plain = "".join(lines)
    if "\r" in plain or "\n" in plain or ("\0" in plain and _has_nul(lines)):
        raise BadMessage(400, "a line holds a single CR or LF, or NUL")
    start = lines.pop(0)
    if len(lines) > MAX_HEADERS:
        raise BadMessage(513, f"more than {MAX_HEADERS} header lines")
    keys = [_KEY_AT_COLON.get(line[: line.find(":") + 1]) for line in lines]
    usual = _usual_start(start)
    if usual is None or None in keys:
        return _parse_unusual(text)
    message = Message(*usual)
    message.keys, message.header_lines = keys, lines  # type: ignore[assignment]  # none is None
    return message


def _has_nul(lines: list[str]) -> bool:
    """Whether a line holds a NUL that is not escaped."""
    return any(_NUL.search(line) for line in lines)


def _parse_unusual(text: str) -> Message:
    """Read a head that holds folded lines, rare names, or faults. Raises `BadMessage`."""
    start, *lines = _FOLD.sub(" ", text).split("\r\n")
    message, problem = _start(start)
    odd = _add_unusual(message, lines)
    problem = problem or odd
    if problem is not None:
        problem.message = message
        raise problem
    return message


def _add_unusual(message: Message, lines: list[str]) -> BadMessage | None:
    """Add header lines whose names are not all written as usual. What is no header line is left out, and returned."""
    problem = None
    for line in lines:
        name, colon, _ = line.partition(":")
        bare = name.rstrip(" \t")
        key = _KEYS.get(bare) or bare.lower()
        if not colon or TOKEN.fullmatch(bare) is None:
            problem = BadMessage(400, "a line is not a header")
            continue
        message.keys.append(_KEYS.get(key, key))
        message.header_lines.append(line)
        message.has_own |= key.startswith(OWN_PREFIX)
    return problem


@remembered
def _usual_start(line: str) -> tuple[str, str, int, str] | None:
    """Method, URI, code and reason of a start line that is written as nearly all are; None: it is not."""
    parts = line.split(" ", 2)
    if len(parts) < 3:
        return None
    if parts[2] == "SIP/2.0" and parts[0] in _METHODS and parts[1]:
        return parts[0], parts[1], 0, ""
    if parts[0] == "SIP/2.0" and parts[1] in _CODES:
        return "", "", _CODES[parts[1]], parts[2]
    return None


def _start(line: str) -> tuple[Message, BadMessage | None]:
    """Read a start line: the message, and what is wrong with it."""
    usual = _usual_start(line)
    if usual is not None:
        return Message(*usual), None
    parts = line.split(" ", 2)
    if parts[0].upper() == "SIP/2.0":
        code = _CODES.get(parts[1]) if len(parts) > 1 else None
        if code is None:
            raise BadMessage(400, "the status code is not one")
        return Message(code=code, reason=parts[2] if len(parts) > 2 else ""), None
    method, _, rest = line.partition(" ")
    if TOKEN.fullmatch(method) is None or not rest:
        raise BadMessage(400, "the first line is neither a request nor a response")
    uri, _, version = rest.rpartition(" ")
    message = Message(method, uri)
    if version.upper() == "SIP/2.0" and uri and not any(c in uri for c in ' \t"<>'):
        return message, None
    if re.fullmatch(r"SIP/\d{1,4}\.\d{1,4}", version, re.IGNORECASE) and version.upper() != "SIP/2.0":
        return message, BadMessage(505, "the version is not SIP/2.0")
    message.uri = uri or rest
    return message, BadMessage(400, "the request line is malformed")
