"""A jitter buffer between two clocks that both say 16000 samples a second and do not mean the same.

One side pushes, the other pulls. The level of the buffer, smoothed over seconds, tells how far the clocks are apart;
the buffer is read a little faster or slower (at most 0.5 %: inaudible in speech) to keep the level at its target.
Reading between samples is a cubic through four neighbours (Catmull-Rom). When it runs dry the sound is faded out, and
in again when the target is reached; when it is far too full the surplus is cut out under a cross-fade.
"""

import threading

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
MOST_STRETCH = 0.005
SMOOTHING_SECONDS = 2.0
FADE_SECONDS = 0.005
TOO_FULL = 4
"""Times the target."""
_NEIGHBOURS = 3
"""Samples that the cubic needs beyond the one before the position: one history sample and two ahead."""


def _cubic(samples: Samples, positions: NDArray[np.float64]) -> Samples:
    """Values of `samples` at `positions`, each from 1 to len - 2 (Catmull-Rom spline)."""
    whole = positions.astype(np.int64)
    t = (positions - whole).astype(np.float32)
    before, here, after, beyond = (samples[whole + step] for step in (-1, 0, 1, 2))
    slope, turn = after - before, 2 * before - 5 * here + 4 * after - beyond
    bend = 3 * (here - after) + beyond - before
    value: Samples = here + 0.5 * t * (slope + t * (turn + t * bend))
    return value


class DriftBuffer:
    """Samples from one clock to another; may be pushed and pulled by different threads."""

    def __init__(self, rate: int, target_seconds: float = 0.06) -> None:
        """`rate`: samples a second, as both clocks claim. `target_seconds`: delay that is aimed at."""
        self._rate = rate
        self._target = int(rate * target_seconds)
        self._fade = max(2, int(rate * FADE_SECONDS))
        self._lock = threading.Lock()
        self.gaps = 0
        """How often it ran dry while playing."""
        self.cuts = 0
        """How often it was far too full."""
        self._empty()

    def _empty(self) -> None:
        self._samples: Samples = np.zeros(1, np.float32)
        self._position = 1.0
        self._level = float(self._target)
        self._playing = False

    def clear(self) -> None:
        """Forget what is in it; the next sounds begin anew."""
        with self._lock:
            self._empty()

    @property
    def seconds(self) -> float:
        """How much is in it."""
        return self._filled / self._rate

    @property
    def stretch(self) -> float:
        """By how much it is read faster (above 0) or slower just now."""
        error = (self._level - self._target) / self._target
        return float(np.clip(MOST_STRETCH * error, -MOST_STRETCH, MOST_STRETCH))

    @property
    def _filled(self) -> float:
        return len(self._samples) - self._position

    def push(self, samples: NDArray[np.int16]) -> None:
        """Samples in, any number of them."""
        with self._lock:
            self._samples = np.concatenate((self._samples, samples.astype(np.float32)))
            if self._filled > TOO_FULL * self._target:
                self._cut()

    def _cut(self) -> None:
        """Back to the target: what is played next fades over into what is to be heard now."""
        start = int(self._position)
        later = len(self._samples) - self._target
        rise = np.linspace(0, 1, self._fade, dtype=np.float32)
        joint = (
            self._samples[start : start + self._fade] * (1 - rise) + self._samples[later : later + self._fade] * rise
        )
        self._samples = np.concatenate((self._samples[start - 1 : start], joint, self._samples[later + self._fade :]))
        self._position = 1.0
        self._level = float(self._target)
        self.cuts += 1

    def pull(self, count: int) -> NDArray[np.int16]:
        """Exactly `count` samples; silence where there is nothing."""
        with self._lock:
            if not self._playing:
                if self._filled < self._target + _NEIGHBOURS:
                    return np.zeros(count, np.int16)
                return self._rounded(self._begin(count))
            return self._rounded(self._go_on(count))

    @staticmethod
    def _rounded(samples: Samples) -> NDArray[np.int16]:
        return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)

    def _begin(self, count: int) -> Samples:
        self._playing, self._level = True, float(self._target)
        samples = self._go_on(count)
        fade = min(self._fade, count)
        samples[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
        return samples

    def _go_on(self, count: int) -> Samples:
        weight = min(1.0, count / (SMOOTHING_SECONDS * self._rate))
        self._level += (self._filled - self._level) * weight
        step = 1.0 + self.stretch
        positions: NDArray[np.float64] = self._position + step * np.arange(count, dtype=np.float64)
        there = int(np.searchsorted(positions, len(self._samples) - 2))
        if there < count:
            return self._run_dry(positions[:there], count)
        samples = _cubic(self._samples, positions)
        self._advance(float(positions[-1]) + step)
        return samples

    def _advance(self, position: float) -> None:
        """Forget what is behind, but for the one sample that the cubic looks back to."""
        behind = int(position) - 1
        self._samples, self._position = self._samples[behind:], position - behind

    def _run_dry(self, positions: NDArray[np.float64], count: int) -> Samples:
        """The last samples, faded out, then silence until there is enough again."""
        self.gaps += 1
        silence = np.zeros(count, np.float32)
        if len(positions):
            rest = _cubic(self._samples, positions)
            fade = min(self._fade, len(rest))
            rest[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
            silence[: len(rest)] = rest
        self._empty()
        return silence
