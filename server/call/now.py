"""A moment, as the rules are handed it."""

import msgspec


class Now(msgspec.Struct, frozen=True, array_like=True):
    """A moment, with its two faces.

    `wall` is seconds since 1970 in UTC and is written into facts; it may jump. `mono` is seconds since the machine's
    boot; it never jumps, it is the same for every process of the machine, and every deadline is counted in it.
    """

    wall: float
    mono: float
