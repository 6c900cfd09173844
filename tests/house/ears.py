"""A caller who knows only what it hears: looks for spoken sentences in the sound that a phone has recorded so far.

The sentence is spoken anew, by the same voice, and its beginning is looked for by normalised cross-correlation.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scriptengine.publishing.shelf import Shelf
from server.speech.prompt_cache import PromptCache
from server.speech.samples import read_wav
from server.speech.voices import EspeakNg, NanoTtsHere
from tests.house.house import PATIENCE_SECONDS, until

RATE = 8000
HEADER_OCTETS = 44
BEGINNING_SECONDS = 0.9
"""So much of a sentence is enough to know it."""
ALIKE = 0.7
LIKELY = 0.35
"""So much of the whole shows where a slip may be looked for."""
PIECES, SLIP_SECONDS = 3, 0.02
"""A busy machine is late with a packet, and the caller's jitter buffer stretches what it has. The pieces of a sentence
are whole then, but not at one distance from each other."""
QUIET = 10 ** (-50 / 20)

Samples = NDArray[np.float64]


class Ears:
    """Hears `file`, which a phone is recording at 8 kHz."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file = file
        self._voice = PromptCache(folder, (NanoTtsHere(), EspeakNg()))
        self.at = 0.0
        """Seconds into the recording: how far it was understood."""

    def samples(self) -> Samples:
        """All that was heard so far, -1 to 1."""
        octets = self._file.read_bytes()[HEADER_OCTETS:] if self._file.exists() else b""
        return np.frombuffer(octets[: len(octets) & ~1], "<i2").astype(np.float64) / 32768

    def hear(self, sentence: str, language: str = "en") -> float:
        """Wait until the sentence begins after all that was understood before; where, in seconds of the recording."""
        (made,) = self._voice.publish([sentence], language)
        return self.hear_file(made.path, sentence)

    def hear_file(self, file: Path, what: str, seconds: float = PATIENCE_SECONDS) -> float:
        """The same for a sound that is there."""
        sound, rate = read_wav(file)
        assert rate == RATE
        wanted = sound[: int(BEGINNING_SECONDS * RATE)]
        found: float = until(f"the sentence {what!r}", lambda: self._find(wanted), seconds)
        self.at = found + wanted.size / RATE
        return found

    def _find(self, wanted: Samples) -> float | None:
        start = int(self.at * RATE)
        heard = self.samples()[start:]
        if heard.size < wanted.size:
            return None
        alike = _alike(wanted, heard)
        best = int(np.argmax(alike))
        if alike[best] > ALIKE or (alike[best] > LIKELY and _is_there_in_pieces(wanted, heard, best)):
            return (start + best) / RATE
        return None


def _alike(wanted: Samples, heard: Samples) -> Samples:
    """How alike `wanted` is to each stretch of `heard`, 0 to 1."""
    size = 1 << (heard.size + wanted.size).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    product = product[: heard.size - wanted.size + 1]
    squares = np.concatenate([[0.0], np.cumsum(heard**2)])
    energy = squares[wanted.size :] - squares[: squares.size - wanted.size]
    alike: Samples = product / np.sqrt(np.maximum(energy, 1e-4) * np.sum(wanted**2))
    return alike


def _is_there_in_pieces(wanted: Samples, heard: Samples, place: int) -> bool:
    """Whether the pieces of `wanted` are heard near where they would be if the whole began at `place`. One of them may
    have the slip inside."""
    slip = int(SLIP_SECONDS * RATE)
    found, where = [], place
    for piece in np.array_split(wanted, PIECES):
        near = heard[max(0, where - slip) : where + piece.size + slip]
        found.append(float(np.max(_alike(piece, near))) if near.size >= piece.size else 0.0)
        where += piece.size
    worst, *others = sorted(found)
    return worst > LIKELY and min(others) > ALIKE


def longest_silence(samples: Samples) -> float:
    """Seconds without sound (below -50 dBFS), at most, after the first sound and before the last one."""
    frame = RATE // 50
    whole = samples[: samples.size // frame * frame].reshape(-1, frame)
    loud = np.flatnonzero(np.sqrt(np.mean(whole**2, axis=1)) > QUIET)
    return float(np.max(np.diff(loud), initial=1) - 1) * frame / RATE if loud.size else float("inf")


def quiet_after(samples: Samples, second: float) -> float:
    """When it is quiet for a tenth of a second, after `second` of the recording; seconds into it."""
    frame = RATE // 100
    start = int(second * RATE)
    later = samples[start:]
    whole = later[: later.size // frame * frame].reshape(-1, frame)
    quiet = np.sqrt(np.mean(whole**2, axis=1)) <= QUIET
    for place in range(quiet.size - 9):
        if quiet[place : place + 10].all():
            return second + place * frame / RATE
    return float("inf")


def publish(data: Path, *names: str) -> None:
    """Samples from `dialogs/` become current in the data folder of a house."""
    scripts = Path(__file__).parents[2] / "dialogs"
    for name in names:
        Shelf(data / "dialogs").publish(scripts / f"{name}.xml", datetime.now(UTC))
