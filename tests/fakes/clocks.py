"""A clock that tests turn by hand, or that follows a Twisted `Clock`."""

from server.call.now import Now


class FakeClock:
    """Both faces of a moment; `advance` moves both, `jump` only the wall clock."""

    def __init__(self, wall: float = 1_790_000_000.0, mono: float = 1000.0) -> None:
        self.wall = wall
        self.mono = mono

    def __call__(self) -> Now:
        return Now(self.wall, self.mono)

    def advance(self, seconds: float) -> None:
        self.wall += seconds
        self.mono += seconds

    def jump(self, seconds: float) -> None:
        self.wall += seconds
