"""Sound as numpy arrays: level, trimming, sample rate, and WAV files. Samples are floats, full scale is -1 to 1."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE_HZ = 8000
LEVEL_DBFS = -20.0
"""Level of every shipped sound: loud enough on a telephone, with room for the peaks of speech."""
PEAK = 0.89
"""Highest sample of a shipped sound (-1 dBFS), so that no codec clips."""

_FRAME = RATE_HZ // 100
_SILENCE_DBFS = -50.0
_FULL_SCALE = 32767


def frame_levels(samples: Samples, frame: int = _FRAME) -> Samples:
    """RMS level in dBFS of each `frame` samples (10 ms at 8 kHz); a last piece that fills no frame is left out.

    0 dBFS is the RMS of a full-scale square wave: a full-scale sine has -3 dBFS. Digital silence has -120.
    """
    whole = samples[: samples.size // frame * frame].reshape(-1, frame)
    return _dbfs(np.sqrt(np.mean(whole**2, axis=1)))


def active_level(samples: Samples) -> float:
    """RMS level in dBFS of what sounds: frames below -50 dBFS (pauses) are left out. All silent: -120.

    A frame is 10 ms at 8 kHz, 5 ms at 16 kHz.
    """
    loud = frame_levels(samples) > _SILENCE_DBFS
    if not loud.any():
        return -120.0
    kept = samples[: loud.size * _FRAME].reshape(-1, _FRAME)[loud]
    return float(_dbfs(np.sqrt(np.mean(kept**2, keepdims=True)))[0, 0])


def trimmed(samples: Samples, margin_seconds: float = 0.05, rate_hz: int = RATE_HZ) -> Samples:
    """Without the silence at both ends, of which `margin_seconds` stay."""
    loud = np.flatnonzero(frame_levels(samples) > _SILENCE_DBFS)
    if loud.size == 0:
        return samples[:0]
    margin = int(margin_seconds * rate_hz)
    return samples[max(0, loud[0] * _FRAME - margin) : (loud[-1] + 1) * _FRAME + margin]


def levelled(samples: Samples) -> Samples:
    """At -20 dBFS active level. Peaks are rounded off (by a soft knee above half scale), not cut."""
    for _ in range(4):  # rounding off takes a little energy away, so the gain is found in a few steps
        samples = _rounded(samples * 10 ** ((LEVEL_DBFS - active_level(samples)) / 20))
    return samples


def at_8_khz(samples: Samples, rate_hz: int) -> Samples:
    """The same sound at 8 kHz, by cutting its spectrum: exact between 150 Hz and 3.6 kHz, without direct current.

    Meant for prompts of some seconds; what lies below 60 Hz or above 3.9 kHz is gone.
    """
    padded = np.concatenate([samples, np.zeros(-samples.size % rate_hz)])  # whole seconds: the bins fit both rates
    spectrum = np.fft.rfft(padded)
    seconds = padded.size // rate_hz
    wanted = spectrum[: seconds * RATE_HZ // 2 + 1].copy()
    hertz = np.arange(wanted.size) / seconds
    wanted *= np.clip((3900 - hertz) / 300, 0, 1) * np.clip((hertz - 60) / 90, 0, 1)
    return np.fft.irfft(wanted, seconds * RATE_HZ) * (RATE_HZ / rate_hz)


def write_wav(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> None:
    """Write 16-bit mono PCM. Raises ValueError when a sample would clip."""
    if samples.size and float(np.max(np.abs(samples))) > 1:
        raise ValueError(f"{path.name} would clip")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.round(samples * _FULL_SCALE).astype("<i2").tobytes())


def read_wav(path: Path) -> tuple[Samples, int]:
    """Samples and rate of a 16-bit mono WAV. Raises ValueError for another format, wave.Error for no WAV."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2 or file.getnchannels() != 1:
            raise ValueError(f"{path.name} is not 16-bit mono")
        octets = file.readframes(file.getnframes())
        return np.frombuffer(octets, "<i2").astype(np.float64) / (_FULL_SCALE + 1), file.getframerate()


def _rounded(samples: Samples) -> Samples:
    knee = 0.5
    over = np.maximum(np.abs(samples) - knee, 0)
    soft = np.minimum(np.abs(samples), knee) + (PEAK - knee) * np.tanh(over / (PEAK - knee))
    return np.sign(samples) * soft


def _dbfs(rms: Samples) -> Samples:
    return 20 * np.log10(np.maximum(rms, 1e-6))
