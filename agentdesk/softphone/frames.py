"""Length-prefixed msgpack: a 4-octet big-endian length and one message."""

from collections.abc import Iterator

import msgspec

from server.wire import softphone

LENGTH_OCTETS = 4
_encoder = msgspec.msgpack.Encoder()


class BadFrame(Exception):
    """The far end does not speak our protocol: too long, not msgpack, or not one of the messages."""


def frame(message: softphone.ToPhone | softphone.FromPhone) -> bytes:
    """One message, ready to be written."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH_OCTETS, "big") + body


class Frames:
    """Cuts a stream of octets into messages."""

    def __init__(self, kinds: object) -> None:
        """`kinds`: the union of messages that may come."""
        self._decoder: msgspec.msgpack.Decoder[object] = msgspec.msgpack.Decoder(kinds)
        self._octets = bytearray()

    def feed(self, octets: bytes) -> Iterator[object]:
        """The messages that are complete now. Raises `BadFrame`; the stream is of no use after that."""
        self._octets += octets
        while len(self._octets) >= LENGTH_OCTETS:
            length = int.from_bytes(self._octets[:LENGTH_OCTETS], "big")
            if length > softphone.MAX_FRAME_OCTETS:
                raise BadFrame(f"a frame of {length} octets is too long")
            if len(self._octets) < LENGTH_OCTETS + length:
                return
            body = bytes(self._octets[LENGTH_OCTETS : LENGTH_OCTETS + length])
            del self._octets[: LENGTH_OCTETS + length]
            try:
                yield self._decoder.decode(body)
            except msgspec.DecodeError as error:  # ValidationError is one of them
                raise BadFrame(f"not a message: {error}") from error
