"""Messages out of octets, strictly: a datagram is one message; a stream needs Content-Length (RFC 3261 section 18.3).

Limits: `MAX_MESSAGE_OCTETS` for a message with its body, `message.MAX_HEADERS` header lines.
"""

from server.edge.sip.errors import BadMessage
from server.edge.sip.message import Message, parse_head
from server.edge.sip.remembered import remembered

MAX_MESSAGE_OCTETS = 64 * 1024


class KeepAlive:
    """A double CRLF on a stream, to be answered by one CRLF (RFC 5626 section 4.4.1)."""


KEEP_ALIVE = KeepAlive()


def datagram(octets: bytes) -> Message | None:
    """The message in a datagram; None: nothing but a keep-alive. Octets after Content-Length are ignored.

    Raises `BadMessage`.
    """
    if len(octets) > MAX_MESSAGE_OCTETS:
        raise BadMessage(513, "the message is too large")
    if len(octets) <= 4 and not octets.strip(b"\r\n\0"):
        return None
    if octets[:2] == b"\r\n":  # some senders put empty lines first (RFC 3261 section 7.5)
        octets = octets.lstrip(b"\r\n")
    head, separator, body = octets.partition(b"\r\n\r\n")
    if not separator:
        head = head.removesuffix(b"\r\n")
    message = parse_head(head)
    length = _content_length(message)
    if length is None:
        message.add("Content-Length", str(len(body)))
    elif length > len(body):
        raise BadMessage(400, "the body is shorter than Content-Length", message)
    message.body = body if length is None else body[:length]
    message.raw = octets
    return message


def _content_length(message: Message) -> int | None:
    """Content-Length; None: there is none. Raises `BadMessage` for several, negative or not a number."""
    count = message.keys.count("content-length")
    if not count:
        return None
    if count > 1:
        raise BadMessage(400, "there are several Content-Length headers", message)
    try:
        return _length_in(message.header_lines[message.keys.index("content-length")])
    except BadMessage as error:
        error.message = message
        raise


@remembered
def _length_in(line: str) -> int:
    """The number in a Content-Length line."""
    value = line.partition(":")[2].strip()
    if not (value.isascii() and value.isdigit()):
        raise BadMessage(400, "Content-Length is not a number")
    if len(value) > 8 or int(value) > MAX_MESSAGE_OCTETS:
        raise BadMessage(400 if len(value) > 8 else 513, "Content-Length is too large")
    return int(value)


class StreamFramer:
    """Cuts a stream into messages. After a `BadMessage` the stream cannot be trusted and is to be closed."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._begun: tuple[Message, int, int] | None = None
        """A message whose header is whole and its body not yet: where the body begins, and where it ends."""

    @property
    def in_message(self) -> bool:
        """Whether a message has begun that is not whole yet."""
        return bool(self._buffer)

    def feed(self, octets: bytes) -> list[Message | KeepAlive]:
        """Take octets from the stream and give what is whole now. Raises `BadMessage`; what was whole before is lost
        with it, as the peer is out of step anyway."""
        self._buffer += octets
        found: list[Message | KeepAlive] = []
        while (item := self._next()) is not None:
            found.append(item)
        return found

    def _next(self) -> Message | KeepAlive | None:
        if self._begun is not None:
            return self._whole(*self._begun)
        buffer = self._buffer
        if buffer.startswith((b"\r", b"\n")):
            if buffer[:4] == b"\r\n\r\n":
                del buffer[:4]
                return KEEP_ALIVE
            if len(buffer) < 4 and b"\r\n\r\n".startswith(buffer):
                return None
            del buffer[: len(buffer) - len(buffer.lstrip(b"\r\n"))]
        end = buffer.find(b"\r\n\r\n", max(0, self._scanned - 3))
        if end < 0:
            self._scanned = len(buffer)
            if len(buffer) > MAX_MESSAGE_OCTETS:
                raise BadMessage(513, "the message is too large")
            return None
        message = parse_head(bytes(buffer[:end]))
        length = _content_length(message)
        if length is None:
            raise BadMessage(400, "Content-Length is required on a stream", message)
        total = end + 4 + length
        if total > MAX_MESSAGE_OCTETS:
            raise BadMessage(513, "the message is too large", message)
        return self._whole(message, end + 4, total)

    def _whole(self, message: Message, begin: int, end: int) -> Message | None:
        """The message with its body, which goes from `begin` to `end`; None: that is not whole yet."""
        buffer = self._buffer
        if len(buffer) < end:
            self._begun = (message, begin, end)
            return None
        message.body = bytes(buffer[begin:end])
        message.raw = bytes(buffer[:end])
        del buffer[:end]
        self._scanned, self._begun = 0, None
        return message
