"""When a core counts as hung; the clock is moved by hand, the socket is real."""

import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from server.supervisor.core_watch import CoreWatch, Silence
from server.supervisor.loop import Loop

ASK, LIMIT = 5.0, 30.0


def test_a_silence_is_too_long_after_the_limit_and_not_before() -> None:
    silence = Silence(ASK, LIMIT)
    silence.asked(100)
    assert [second for second in range(100, 150, 5) if silence.look(second)] == [135, 140, 145]


def test_an_answer_ends_a_silence_and_without_a_question_there_is_none() -> None:
    silence = Silence(ASK, LIMIT)
    for second in range(0, 500, 5):
        assert not silence.look(second)
        silence.asked(second)
        if second % 30 == 0 or second > 300:
            silence.heard()


@pytest.mark.parametrize("stall", [11, 40, 100_000])
def test_who_stood_still_itself_blames_nobody(stall: float) -> None:
    silence = Silence(ASK, LIMIT)
    silence.asked(0)
    for second in range(5, 30, 5):
        assert not silence.look(second)
    now = 25 + stall
    assert [after for after in range(0, 50, 5) if silence.look(now + after)] == [35, 40, 45]


@given(
    seed=st.randoms(use_true_random=False),
    gaps=st.lists(st.floats(4.9, 9.9) | st.floats(10.1, 1e5), min_size=1, max_size=200),
)
def test_nobody_is_blamed_before_so_many_punctual_looks(seed: random.Random, gaps: list[float]) -> None:
    silence, now = Silence(ASK, LIMIT), 0.0
    open_since: float | None = None
    for gap in gaps:
        late = now + gap - now > 2 * ASK
        now += gap
        if late and open_since is not None:
            open_since = now
        assert silence.look(now) == (open_since is not None and now - open_since > LIMIT)
        silence.asked(now)
        open_since = now if open_since is None else open_since
        if seed.random() < 0.1:
            silence.heard()
            open_since = None


@pytest.fixture
def door(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "control.sock"))
        listening.listen()
        yield listening


class Kept:
    """A watch whose limit is so short that one silent round is too long, and what it told."""

    def __init__(self, folder: Path, limit: float = 0.01) -> None:
        self.loop, self.silent = Loop(), 0
        self.watch = CoreWatch(folder / "control.sock", self.loop, self._is_silent, 0.05, limit)

    def _is_silent(self) -> None:
        self.silent += 1

    def ticks(self) -> None:
        """From now on no turn of the loop waits for long, whatever happens."""
        self.loop.later("tick", 0.02, self.ticks)

    def turns_until_silent(self) -> None:
        while not self.silent:
            self.loop.turn()


def test_a_core_that_takes_the_question_and_says_nothing_is_told_once(tmp_path: Path, door: socket.socket) -> None:
    kept = Kept(tmp_path)
    kept.watch.begin()
    kept.turns_until_silent()
    kept.loop.later("over", 0.2, lambda: kept.loop.later("really", 0, lambda: None))
    for _ in range(2):
        kept.loop.turn()
    assert kept.silent == 1
    kept.loop.close()


def test_a_core_that_cannot_be_asked_is_not_blamed(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.watch.begin()
    for _ in range(10):
        kept.loop.turn()
    assert kept.silent == 0
    kept.loop.close()


def test_any_answer_counts_and_who_closes_the_line_is_asked_no_longer(tmp_path: Path, door: socket.socket) -> None:
    asked: list[bytes] = []

    def answers() -> None:
        core, _ = door.accept()
        with core:
            for _ in range(4):
                asked.append(core.recv(100))
                core.sendall(b'{"error": "what?"}\n')
            asked.append(core.recv(100))

    thread = threading.Thread(target=answers)
    thread.start()
    kept = Kept(tmp_path, limit=3600)
    kept.ticks()
    kept.watch.begin()
    while thread.is_alive():
        kept.loop.turn()
    thread.join()
    assert asked == [b'{"ask":"alive"}\n'] * 5
    kept.loop.later("over", 0.5, lambda: asked.append(b"over"))
    while len(asked) < 6:
        kept.loop.turn()
    assert kept.silent == 0
    door.setblocking(False)
    with pytest.raises(BlockingIOError):
        door.accept()
    kept.loop.close()
