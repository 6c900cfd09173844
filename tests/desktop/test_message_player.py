"""The player of voice messages: what goes to the loudspeaker, where it stands, and sounds that are none."""

import wave
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from agentdesk.message_player import RATE, MessagePlayer, Samples


class Paper:
    """A loudspeaker that writes down what it gets. It has room for 0.1 s; `heard` of it are over."""

    def __init__(self) -> None:
        self.pieces: list[Samples] = []
        self.written = self.heard = 0
        self.fault = ""
        self.is_closed = False

    @property
    def room(self) -> int:
        return RATE // 10 - self.queued

    @property
    def queued(self) -> int:
        return self.written - self.heard

    def write(self, samples: Samples) -> int:
        self.pieces.append(samples)
        self.written += len(samples)
        return len(samples)

    def close(self) -> None:
        self.is_closed = True


def wav(samples: Samples, rate: int = 8000, channels: int = 1) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((channels, 2, rate, 0, "NONE", ""))
        sound.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def tone(seconds: float, rate: int = 8000) -> Samples:
    return (8000 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 440 / rate)).astype(np.int16)


@pytest.fixture
def opened() -> list[Paper]:
    return []


@pytest.fixture
def player(qtbot: QtBot, opened: list[Paper]) -> MessagePlayer:
    def open_one(_parent: object) -> Paper:
        opened.append(Paper())
        return opened[-1]

    return MessagePlayer(loudspeaker=open_one)


def _all_heard(opened: list[Paper]) -> Callable[[], bool]:
    def look() -> bool:
        for paper in opened:
            paper.heard = paper.written
        return opened[-1].is_closed

    return look


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 1), (8000, 2)])
def test_the_whole_sound_is_played_once(
    qtbot: QtBot, player: MessagePlayer, opened: list[Paper], rate: int, channels: int
) -> None:
    player.load(wav(np.repeat(tone(0.5, rate), channels), rate, channels))
    assert player.duration == 0.5
    player.play()
    qtbot.waitUntil(_all_heard(opened))
    (paper,) = opened
    played = np.concatenate(paper.pieces)
    assert len(played) == RATE // 2
    assert np.max(np.abs(played - tone(0.5, RATE).astype(int))[: RATE // 2 - 4]) < 400
    assert (player.is_playing, player.position) == (False, 0)


def test_what_nobody_has_heard_yet_does_not_count(player: MessagePlayer, opened: list[Paper]) -> None:
    player.load(wav(tone(2)))
    player.play()
    assert (player.is_playing, player.position) == (True, 0)
    opened[0].heard = RATE // 20
    assert player.position == 0.05
    player.pause()
    assert (player.is_playing, player.position, opened[0].is_closed) == (False, 0.05, True)
    player.play()
    again = np.concatenate(opened[1].pieces)
    assert np.array_equal(again[:10], np.concatenate(opened[0].pieces)[RATE // 20 :][:10])


def test_going_elsewhere(player: MessagePlayer, opened: list[Paper]) -> None:
    player.load(wav(tone(2)))
    player.seek(1.5)
    assert (player.is_playing, player.position, opened) == (False, 1.5, [])
    player.play()
    player.seek(99)
    assert player.position in (0, 2), "at the end, or over"
    player.seek(-1)
    assert player.position == 0
    player.play()
    player.stop()
    assert (player.is_playing, player.position) == (False, 0)


def test_a_loudspeaker_that_is_pulled_out(qtbot: QtBot, player: MessagePlayer, opened: list[Paper]) -> None:
    player.load(wav(tone(2)))
    player.play()
    opened[0].fault = "FatalError"
    with qtbot.waitSignal(player.failed) as told:
        pass
    assert told.args == ["FatalError"]
    assert (player.is_playing, opened[0].is_closed) == (False, True)


def test_without_a_loudspeaker_the_time_runs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoDevice:
        def isNull(self) -> bool:
            return True

    class NoDevices:
        @staticmethod
        def defaultAudioOutput() -> NoDevice:
            return NoDevice()

    monkeypatch.setattr("agentdesk.message_player.QMediaDevices", NoDevices)
    player = MessagePlayer()
    player.load(wav(tone(1)))
    places: list[float] = []
    player.moved.connect(lambda: places.append(player.position))
    player.play()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert places[:-1] == sorted(places[:-1])
    assert max(places) > 0
    assert player.position == 0


@pytest.mark.parametrize("sound", [b"", b"RIFF", b"no sound at all" * 10, wav(tone(0.1))[:30], b"\0" * 5000])
def test_what_is_no_sound(player: MessagePlayer, opened: list[Paper], sound: bytes) -> None:
    player.load(wav(tone(1)))
    with pytest.raises(ValueError, match="not a"):
        player.load(sound)
    player.play()
    assert (player.duration, player.is_playing, opened) == (0, False, [])


def test_a_sound_of_8_bits_is_none(player: MessagePlayer) -> None:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * 100)
    with pytest.raises(ValueError, match="16 bits"):
        player.load(file.getvalue())
