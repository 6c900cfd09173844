"""What the line bank and the core say to one another; `linecard` tells how."""

import msgspec

from server.wire.card_commands import Ping
from server.wire.card_events import Pong


class Fork(msgspec.Struct, frozen=True, tag_field="t", tag="fork"):
    """core -> bank: fork `count` more cards."""

    count: int


class Bank(msgspec.Struct, frozen=True, tag_field="t", tag="bank"):
    """bank -> core, first message: the bank is there, with the pids of its living children.

    `answers`: it answers `ping`. One that was started before that was so must not be sent one.
    """

    secret: str
    pid: int
    children: list[int] = []
    answers: bool = False


class Forked(msgspec.Struct, frozen=True, tag_field="t", tag="forked"):
    """bank -> core: a card process was forked; it will say hello by itself."""

    card: str
    pid: int


class Exited(msgspec.Struct, frozen=True, tag_field="t", tag="exited"):
    """bank -> core: a card process ended; `status` as `os.waitstatus_to_exitcode` gives it (negative: a signal)."""

    card: str
    pid: int
    status: int


class NotForked(msgspec.Struct, frozen=True, tag_field="t", tag="not-forked"):
    """bank -> core: one card that was asked for could not be forked, and will not be."""

    why: str


ToBank = Fork | Ping
FromBank = Bank | Forked | NotForked | Exited | Pong
