"""Measures what a phone heard: pitch, level, gaps, and when a tone began and ended. Pure numpy.

Levels are dBFS of RMS where a full-scale square wave has 0 (a full-scale sine has -3). A tone is looked for in frames
of 10 ms by fitting a sine and a cosine of its frequency to each (least squares): what the fit explains is the tone,
the rest is something else. So music that happens to hold the same note is not taken for the tone.
"""

import wave
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

FRAME_SECONDS = 0.010
PRESENT_DBFS = -40.0
"""A tone is there in a frame if it has at least this level: 20 dB below what our phones send."""
PURE = 0.8
"""A tone begins and ends with frames in which it has at least this share of the energy ..."""
SURE_FRAMES = 15
"""... so many times running ..."""
NEAR = 0.02
"""... and the pitch of that run is no further away from the tone's than this share of it."""


class Gap(msgspec.Struct, frozen=True):
    """A time in which the tone should have been there and was not. `at`: seconds from the beginning of the sound."""

    at: float
    milliseconds: int


class ToneHeard(msgspec.Struct, frozen=True, kw_only=True):
    """A tone as it was heard, from its first to its last sound (`begin`, `end`: seconds into the recording).

    `hertz` is the strongest pitch between them, `level_dbfs` the tone's level without its gaps.
    """

    hertz: float
    level_dbfs: float
    begin: float
    end: float
    gaps: list[Gap]

    @property
    def seconds(self) -> float:
        """How long it was heard, gaps included."""
        return self.end - self.begin

    @property
    def longest_gap_ms(self) -> int:
        """Length of the longest gap in steps of 10 ms; 0: there was none."""
        return max((gap.milliseconds for gap in self.gaps), default=0)


def read(path: str | Path) -> tuple[Samples, int]:
    """Samples (-1 to 1; the first channel) and rate of a 16-bit WAV.

    Raises ValueError for other sample sizes, wave.Error or EOFError for what is no WAV.
    """
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path} has not 16 bits a sample")
        channels = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return channels[:, 0].astype(np.float64) / 32768, file.getframerate()


def level_dbfs(samples: Samples) -> float:
    """RMS level; -120 for digital silence or no sound at all."""
    rms = float(np.sqrt(np.mean(samples**2))) if samples.size else 0.0
    return float(20 * np.log10(max(rms, 1e-6)))


def pitch(samples: Samples, rate_hz: int) -> float:
    """The strongest frequency in hertz, to a fraction of a bin of the spectrum; 0 for silence."""
    if samples.size < 16 or not samples.any():
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    spectrum[0] = 0
    top = int(spectrum.argmax())
    if not 0 < top < spectrum.size - 1:
        return top * rate_hz / samples.size
    left, mid, right = np.log(np.maximum(spectrum[top - 1 : top + 2], 1e-12))
    bend = left - 2 * mid + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return float((top + shift) * rate_hz / samples.size)


def tone(samples: Samples, rate_hz: int, hertz: float, present_dbfs: float = PRESENT_DBFS) -> ToneHeard | None:
    """Find the tone of `hertz`; None: it was never heard for 150 ms running.

    `present_dbfs`: frames in which the tone is weaker are gaps.
    """
    power, share = _tone_power(samples, rate_hz, hertz)
    present = power >= 10 ** (present_dbfs / 10)
    frame = round(rate_hz * FRAME_SECONDS)
    sure = [
        (begin, end)
        for begin, end in _runs(present & (share >= PURE), SURE_FRAMES)
        if abs(pitch(samples[begin * frame : end * frame], rate_hz) / hertz - 1) <= NEAR
    ]
    if not sure:
        return None
    first, last = sure[0][0], sure[-1][1]
    level = 10 * np.log10(np.mean(power[first:last][present[first:last]]))
    gaps = _runs(~present[first:last], 1)
    return ToneHeard(
        hertz=pitch(samples[first * frame : last * frame], rate_hz),
        level_dbfs=float(level),
        begin=first * FRAME_SECONDS,
        end=last * FRAME_SECONDS,
        gaps=[Gap((first + begin) * FRAME_SECONDS, 10 * (end - begin)) for begin, end in gaps],
    )


def silences(samples: Samples, rate_hz: int, below_dbfs: float = -50.0) -> list[Gap]:
    """Every time in which nothing at all is heard, in steps of 10 ms."""
    frame = round(rate_hz * FRAME_SECONDS)
    frames = samples[: samples.size // frame * frame].reshape(-1, frame)
    quiet = np.mean(frames**2, axis=1) < 10 ** (below_dbfs / 10)
    return [Gap(begin * FRAME_SECONDS, 10 * (end - begin)) for begin, end in _runs(quiet, 1)]


def first_sound(samples: Samples, rate_hz: int, below_dbfs: float = -50.0) -> float | None:
    """Seconds until anything is heard; None: nothing ever is."""
    frame = round(rate_hz * FRAME_SECONDS)
    frames = samples[: samples.size // frame * frame].reshape(-1, frame)
    loud = np.flatnonzero(np.mean(frames**2, axis=1) >= 10 ** (below_dbfs / 10))
    return float(loud[0] * FRAME_SECONDS) if loud.size else None


def _tone_power(samples: Samples, rate_hz: int, hertz: float) -> tuple[Samples, Samples]:
    """Power of the tone in each frame, and its share of the frame's whole power."""
    frame = round(rate_hz * FRAME_SECONDS)
    frames = samples[: samples.size // frame * frame].reshape(-1, frame)
    turns = 2 * np.pi * hertz * np.arange(frame) / rate_hz
    basis = np.stack([np.cos(turns), np.sin(turns)])
    fitted = frames @ np.linalg.pinv(basis) @ basis
    tone_power = np.mean(fitted**2, axis=1)
    return tone_power, tone_power / np.maximum(np.mean(frames**2, axis=1), 1e-12)


def _runs(wanted: NDArray[np.bool_], shortest: int) -> list[tuple[int, int]]:
    """Begin and end (exclusive) of every run of true values that is at least `shortest` long."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(begin, end) for begin, end in runs if end - begin >= shortest]
