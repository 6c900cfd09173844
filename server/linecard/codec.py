"""Frames between card, bank and core: a 4-octet big-endian length, then one msgpack message.

Shared by both ends; knows no socket. What comes in is hostile until decoded: a length over the limit or a body that
is no message of the expected kind raises, and the connection that sent it must be closed.
"""

from typing import Any, Generic, TypeVar

import msgspec

from server.wire.linecard import MAX_FRAME_OCTETS

LENGTH_OCTETS = 4

Message = TypeVar("Message")

_encoder = msgspec.msgpack.Encoder()


class BadFrame(Exception):
    """The other end broke the protocol."""


class FrameTooLong(BadFrame):
    """A frame is longer than `MAX_FRAME_OCTETS`."""

    def __init__(self, octets: int) -> None:
        super().__init__(f"a frame of {octets} octets is over the limit of {MAX_FRAME_OCTETS}")
        self.octets = octets


class UnknownMessage(BadFrame):
    """A frame holds no message that may come here."""


def encode(message: msgspec.Struct) -> bytes:
    """One message as a frame. Raises `FrameTooLong`; the message was not ours to send then."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME_OCTETS:
        raise FrameTooLong(len(body))
    return len(body).to_bytes(LENGTH_OCTETS, "big") + body


class FrameReader(Generic[Message]):
    """Makes messages out of octets as they come in."""

    def __init__(self, kinds: Any) -> None:
        """`kinds` is the union of messages that may come in."""
        self._decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(kinds)
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """All messages that `data` completes, in order.

        Raises `FrameTooLong` or `UnknownMessage`; messages before the broken one are lost with it, for the connection
        is not to be trusted any longer.
        """
        data = self._rest + data if self._rest else data
        messages = []
        start = 0
        while len(data) - start >= LENGTH_OCTETS:
            body = start + LENGTH_OCTETS
            length = int.from_bytes(data[start:body], "big")
            if length > MAX_FRAME_OCTETS:
                raise FrameTooLong(length)
            if len(data) - body < length:
                break
            start = body + length
            try:
                messages.append(self._decoder.decode(data[body:start]))
            except (msgspec.DecodeError, RecursionError) as error:
                raise UnknownMessage(f"not a message of this protocol: {error}") from error
        self._rest = data[start:] if start else data
        return messages
