"""What holds for a mailbox over all calls: quota, lockout after wrong PINs, retention."""

from typing import Final

import msgspec

from server.voicemail.words import Message

WRONG_PINS: Final = 5
"""So many in a row lock the mailbox."""
LOCK_SECONDS: Final = 900.0
MOST_LOCK_SECONDS: Final = 86_400.0


class Lock(msgspec.Struct, frozen=True):
    """Wrong PINs since the last right one; `until`: wall-clock seconds; 0: not locked."""

    wrong: int = 0
    until: float = 0

    def is_locked(self, wall: float) -> bool:
        """Whether no PIN is looked at now, not even the right one."""
        return wall < self.until

    def after_wrong(self, wall: float) -> "Lock":
        """One more wrong PIN. Every fifth locks, twice as long as before, up to a day."""
        wrong = self.wrong + 1
        if wrong % WRONG_PINS:
            return Lock(wrong, self.until)
        seconds = min(LOCK_SECONDS * 2 ** (wrong // WRONG_PINS - 1), MOST_LOCK_SECONDS)
        return Lock(wrong, wall + seconds)


class Quota(msgspec.Struct, frozen=True):
    """Limits of a mailbox; 0 is no limit."""

    messages: int = 100
    seconds: float = 0

    def has_room(self, messages: list[Message], seconds: float) -> bool:
        """Whether a message of `seconds` fits beside those that are there."""
        if self.messages and len(messages) >= self.messages:
            return False
        return not self.seconds or sum(message.seconds for message in messages) + seconds <= self.seconds


def expired(messages: list[Message], wall: float, keep_days: int) -> list[Message]:
    """Saved messages older than `keep_days` (0: kept for ever). What nobody has heard is never thrown away."""
    if not keep_days:
        return []
    return [message for message in messages if message.saved and message.at < wall - keep_days * 86_400]
