"""What the supervisor waits for: descriptors that become readable, and things that are due."""

import contextlib
import selectors
import time
from collections.abc import Callable

Action = Callable[[], None]


class Loop:
    """One thread, one selector. An action may watch, forget, plan and cancel as it likes."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._due: dict[str, tuple[float, Action]] = {}

    def watch(self, descriptor: int, action: Action) -> None:
        """Call `action` whenever the descriptor is readable."""
        self._selector.register(descriptor, selectors.EVENT_READ, action)

    def forget(self, descriptor: int) -> None:
        """Watch it no longer; to be called before it is closed."""
        with contextlib.suppress(KeyError):
            self._selector.unregister(descriptor)

    def later(self, name: str, seconds: float, action: Action) -> None:
        """Call `action` once, after so long. What was planned under that name before is not called."""
        self._due[name] = (time.monotonic() + seconds, action)

    def cancel(self, *names: str) -> None:
        """What was planned under these names is not called."""
        for name in names:
            self._due.pop(name, None)

    def turn(self) -> None:
        """Wait for the next thing that happens or is due, and see to it."""
        next_mono = min((at for at, _ in self._due.values()), default=None)
        patience = None if next_mono is None else max(0.0, next_mono - time.monotonic())
        watched = self._selector.get_map()
        for key, _ in self._selector.select(patience):
            if watched.get(key.fd) is key:  # one action may forget the descriptor of another
                key.data()
        now_mono = time.monotonic()
        for name, planned in list(self._due.items()):
            at, action = planned
            if at <= now_mono and self._due.get(name) is planned:  # one action may cancel another, or plan it anew
                del self._due[name]
                action()

    def close(self) -> None:
        """Watch nothing any longer."""
        self._selector.close()
