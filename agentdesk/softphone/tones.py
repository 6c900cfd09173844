"""Sound that we make and measure ourselves (pure): the ring tone and loudness."""

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -60.0
RING_HZ = (440.0, 523.25)
"""A third, softer than the two close tones of a public network."""
RING_ON_SECONDS, RING_PERIOD_SECONDS, PULSE_SECONDS = 1.2, 3.0, 0.2
RISE_SECONDS = 8.0
QUIETEST = 0.25
FULL = 0.5 * 32767


def loudness(samples: NDArray[np.int16]) -> int:
    """Root mean square of the samples, 0 (at -60 dBFS or below) to 100 (a full-scale square wave)."""
    if not len(samples):
        return 0
    power = float(np.mean(np.square(samples.astype(np.float64)))) / 32768.0**2
    if power <= 0:
        return 0
    decibels = 10 * np.log10(power)
    return int(np.clip(round((decibels / -SILENCE_DBFS + 1) * 100), 0, 100))


def ring(rate: int, start: int, count: int, volume: int) -> NDArray[np.int16]:
    """Samples `start` to `start + count` of the ring tone, counted from its beginning.

    Two tones that take turns for 1.2 s, then a pause; the volume rises from a quarter to `volume` (0 to 100) within
    8 s, so that nobody is startled and nobody misses it.
    """
    seconds = np.arange(start, start + count) / rate
    in_period = seconds % RING_PERIOD_SECONDS
    in_pulse = in_period % PULSE_SECONDS
    which = (in_period // PULSE_SECONDS).astype(np.int64) % len(RING_HZ)
    tone = np.sin(2 * np.pi * np.asarray(RING_HZ)[which] * in_pulse)
    edge = np.clip(np.minimum(in_pulse, PULSE_SECONDS - in_pulse) / 0.01, 0, 1)
    rise = QUIETEST + (1 - QUIETEST) * np.clip(seconds / RISE_SECONDS, 0, 1)
    loud = FULL * (volume / 100) ** 2 * rise * edge * (in_period < RING_ON_SECONDS)
    samples: NDArray[np.int16] = (tone * loud).astype(np.int16)
    return samples
