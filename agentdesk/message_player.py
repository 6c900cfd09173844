"""Plays the sound of a voice message.

Qt's own `QMediaPlayer` ends its sound in another thread, which then asks Python about objects made here while it holds
a lock of Qt's; where the desk wanted that lock at the same moment, both stood still for good. A `QAudioSink` that is
written to has no such thread.
"""

import wave
from collections.abc import Callable
from io import BytesIO
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QIODevice, QObject, QTimer, Signal
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

RATE = 16_000
"""Samples a second at the loudspeaker, which every system converts to its own."""
OCTETS = 2
AHEAD_SECONDS = 0.3
TICK_MILLISECONDS = 50

Samples = NDArray[np.int16]


class Loudspeaker(Protocol):
    """What samples at `RATE` are written to."""

    @property
    def room(self) -> int:
        """Samples that it can take now."""

    @property
    def queued(self) -> int:
        """Samples that it has and that nobody has heard yet."""

    @property
    def fault(self) -> str:
        """Why it cannot play; empty: it can."""

    def write(self, samples: Samples) -> int:
        """Play these after all before; how many it took."""

    def close(self) -> None:
        """Play no more, at once."""


class SystemLoudspeaker:
    """The default device of the system. Implements `Loudspeaker`."""

    def __init__(self, parent: QObject) -> None:
        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(QMediaDevices.defaultAudioOutput(), form, parent)
        self._sink.setBufferSize(int(RATE * AHEAD_SECONDS) * OCTETS)
        self._pipe: QIODevice | None = self._sink.start()

    @property
    def room(self) -> int:
        """See `Loudspeaker`."""
        return self._sink.bytesFree() // OCTETS

    @property
    def queued(self) -> int:
        """See `Loudspeaker`."""
        return max(0, self._sink.bufferSize() - self._sink.bytesFree()) // OCTETS

    @property
    def fault(self) -> str:
        """See `Loudspeaker`."""
        error = self._sink.error()
        if self._pipe is None and error is QtAudio.Error.NoError:
            return "NotOpened"
        return "" if error in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError) else error.name

    def write(self, samples: Samples) -> int:
        """See `Loudspeaker`."""
        return max(0, self._pipe.write(samples.tobytes())) // OCTETS if self._pipe is not None else 0

    def close(self) -> None:
        """See `Loudspeaker`."""
        self._sink.stop()
        self._sink.deleteLater()


class MessagePlayer(QObject):
    """One sound at a time. Emits `moved` when it is somewhere else, begins or ends, and `failed` with the reason when
    it cannot go on. Where the system has no loudspeaker the time runs all the same."""

    moved = Signal()
    failed = Signal(str)

    def __init__(
        self, parent: QObject | None = None, loudspeaker: Callable[[QObject], Loudspeaker] | None = None
    ) -> None:
        super().__init__(parent)
        self._new_loudspeaker = loudspeaker
        self._loudspeaker: Loudspeaker | None = None
        self._samples: Samples = np.zeros(0, np.int16)
        self._rate = RATE
        self._written = 0
        """Samples at `RATE` that were handed over, from the beginning of the sound."""
        self._is_playing = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        """Whether it plays just now."""
        return self._is_playing

    @property
    def duration(self) -> float:
        """Seconds of the whole sound; 0: there is none."""
        return len(self._samples) / self._rate

    @property
    def position(self) -> float:
        """Seconds of it that were heard."""
        queued = self._loudspeaker.queued if self._loudspeaker is not None else 0
        return max(0, self._written - queued) / RATE

    def load(self, sound: bytes) -> None:
        """Take a WAV file of 16 bits in place of what was there, and stand at its beginning. Raises `ValueError`."""
        self._quiet()
        self._written = 0
        self._samples = np.zeros(0, np.int16)
        try:
            with wave.open(BytesIO(sound)) as file:
                if file.getsampwidth() != OCTETS or not file.getframerate():
                    raise ValueError("not a sound of 16 bits")
                octets = file.readframes(file.getnframes())
                channels, self._rate = file.getnchannels(), file.getframerate()
        except (wave.Error, EOFError) as error:
            raise ValueError(f"not a WAV file: {error}") from error
        whole = len(octets) // (OCTETS * channels) * OCTETS * channels
        self._samples = np.frombuffer(octets[:whole], "<i2")[::channels]

    def play(self) -> None:
        """Go on from where it stands."""
        if not self._is_playing and len(self._samples):
            self._is_playing = True
            self._open()
            self._timer.start()
            self._tick()

    def pause(self) -> None:
        """Stand still; `play` goes on from here."""
        self._quiet()
        self.moved.emit()

    def stop(self) -> None:
        """Go back to the beginning, and be quiet."""
        self._quiet()
        self._written = 0
        self.moved.emit()

    def seek(self, seconds: float) -> None:
        """Go on elsewhere."""
        was_playing = self._is_playing
        self._quiet()
        self._written = int(min(max(seconds, 0.0), self.duration) * RATE)
        if was_playing:
            self.play()
        self.moved.emit()

    def _open(self) -> None:
        if self._new_loudspeaker is not None:
            self._loudspeaker = self._new_loudspeaker(self)
        elif not QMediaDevices.defaultAudioOutput().isNull():
            self._loudspeaker = SystemLoudspeaker(self)
        self._since.start()

    def _quiet(self) -> None:
        self._timer.stop()
        self._is_playing = False
        self._written = int(self.position * RATE)
        if self._loudspeaker is not None:
            self._loudspeaker.close()
            self._loudspeaker = None

    def _tick(self) -> None:
        if self._loudspeaker is not None and (fault := self._loudspeaker.fault):
            self._quiet()
            self.failed.emit(fault)
            return
        end = int(self.duration * RATE)
        if self._loudspeaker is None:
            self._written = min(end, self._written + self._since.restart() * RATE // 1000)
        elif room := min(self._loudspeaker.room, end - self._written):
            self._written += self._loudspeaker.write(self._piece(self._written, room))
        if self._written >= end and (self._loudspeaker is None or self._loudspeaker.queued == 0):
            self.stop()
        else:
            self.moved.emit()

    def _piece(self, begin: int, count: int) -> Samples:
        """So many samples at `RATE`, between those of the file by straight lines."""
        where = (begin + np.arange(count)) * (self._rate / RATE)
        first = int(where[0])
        near = self._samples[first : int(where[-1]) + 2]
        piece: Samples = np.interp(where - first, np.arange(len(near)), near).astype(np.int16)
        return piece
