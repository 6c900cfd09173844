"""Digits typed one after the other, ended by `#` or by a pause."""

from typing import Final

import msgspec

NEXT_DIGIT_SECONDS: Final = 4.0
MAX_DIGITS: Final = 16


class Typed(msgspec.Struct, frozen=True):
    """What was typed so far; `until` is when it is taken as complete (0: nothing was typed)."""

    digits: str = ""
    until: float = 0

    def key(self, key: str, now: float) -> "Typed":
        """One more digit."""
        return Typed((self.digits + key)[:MAX_DIGITS], now + NEXT_DIGIT_SECONDS)

    def is_over(self, now: float) -> bool:
        """Whether the pause after the last digit has passed."""
        return 0 < self.until <= now
