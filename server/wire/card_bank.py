"""What the line bank and the core say to one another; `linecard` tells how."""

import msgspec


class Fork(msgspec.Struct, frozen=True, tag_field="t", tag="fork"):
    """core -> bank: fork `count` more cards."""

    count: int


class Bank(msgspec.Struct, frozen=True, tag_field="t", tag="bank"):
    """bank -> core, first message: the bank is there, with the pids of its living children."""

    secret: str
    pid: int
    children: list[int] = []


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


FromBank = Bank | Forked | NotForked | Exited
