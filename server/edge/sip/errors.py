"""What can be wrong with what comes in. Every error of this package's parsing and rules is one of these."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.edge.sip.message import Message


class SipError(Exception):
    """Base of the edge's errors."""


class BadMessage(SipError):
    """Octets that are not a SIP message, or not a correct one: the sender's fault.

    `code` is the answer that it deserves (400, 505, 513). `message` is what could be read of it, None if nothing that
    could be answered.
    """

    def __init__(self, code: int, why: str, message: "Message | None" = None) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.message = message


class Refusal(SipError):
    """A correct request that is answered with `code`; `headers` (name, value) go into the answer."""

    def __init__(self, code: int, why: str = "", headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(why or str(code))
        self.code = code
        self.why = why
        self.headers = headers


class Dropped(SipError):
    """A message that gets no answer; `counter` is where it is counted."""

    def __init__(self, counter: str) -> None:
        super().__init__(counter)
        self.counter = counter


class UnsafeValue(SipError):
    """A header value of our own making holds CR, LF or NUL: a fault of ours. Nothing was sent."""
