"""Callers speak to a mailbox and something is killed meanwhile: what they were told against what is listed.

A caller knows only what it heard: whether "Your message is saved" was said to it is read from the sound that it
recorded. What is listed is asked over the control socket, and each message's WAV file is read.
"""

from __future__ import annotations

import os
import signal
import time
import wave
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.phone import words
from server.phone.driver import Phone
from server.speech.sounds import Sounds
from tests.house.house import House, until

BOX = "sales"
NUMBER = "850"
HERTZ = 700
SPOKEN_SECONDS = 1.5
RATE = 8000
MOST_OF_IT = 0.5
"""Of a message must be the caller's tone. A busy machine loses packets; what a kill would take away shows as length."""
PIECE = RATE * 2 // 5
_LIKE = 0.8
"""How like a piece of the prompt what was heard must be, from 0 to 1; of other prompts none is."""

SITE = f"""
[[number]]
dial = "{NUMBER}"
to = "voicemail:{BOX}"
[[mailbox]]
id = "{BOX}"
owner = "queue:sales"
greeting = "beep.wav"
min_seconds = 1
silence_seconds = 0
max_messages = 0
"""


@dataclass(frozen=True)
class Point:
    """`killed` (`core` or `card`) so many milliseconds after the caller's `step`: `speak` (the recording began), `hash`
    (ends it), `one` (saves it), or `hang-up` (saves it too)."""

    killed: str
    step: str
    after_ms: int


def write_greeting(folder: Path) -> None:
    """The shortest greeting: a tenth of a second of silence."""
    with wave.open(str(folder / "beep.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"\x00\x00" * (RATE // 10))


def samples_of(file: Path) -> np.ndarray:
    """A WAV file's samples at 8 kHz; of one that is still written, what is there."""
    octets = file.read_bytes()
    place = octets.index(b"data") + 8
    rate = int.from_bytes(octets[24:28], "little")
    samples = np.frombuffer(octets[place : place + (len(octets) - place) // 2 * 2], "<i2").astype(float)
    return samples[:: rate // RATE]


def hears(heard: np.ndarray, prompt: str) -> bool:
    """Whether a prompt was said: most of its pieces are there, one after the other. A busy machine loses some sound."""
    said = samples_of(Path(Sounds("en").clip(prompt)))
    pieces = [said[start : start + PIECE] for start in range(0, said.size - PIECE, PIECE)]
    loud = [piece for piece in pieces if np.sqrt(np.mean(piece**2)) > 300]
    places = [place for piece in loud if (place := _place(heard, piece)) is not None]
    return len(places) > len(loud) / 2 and places == sorted(places)


def _place(heard: np.ndarray, piece: np.ndarray) -> int | None:
    """Where a piece is heard, by the best normalised cross-correlation; None: nowhere."""
    if heard.size < piece.size:
        return None
    size = 1 << int(np.ceil(np.log2(heard.size + piece.size)))
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.concatenate([[0.0], np.cumsum(heard**2)])
    window = energy[piece.size :] - energy[: energy.size - piece.size]
    likeness = product[: window.size] / np.sqrt(np.maximum(window, 1e6) * np.sum(piece**2))
    best = int(likeness.argmax())
    return best if likeness[best] > _LIKE else None


def octets_of(file: Path) -> int:
    """Size of a file that may be renamed at any time; 0: it is not there any more."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


class Round:
    """Up to four callers, one point each, and one moment at which what the points name is killed."""

    def __init__(self, house: House, phone: Phone, folder: Path, points: Sequence[Point], number: int) -> None:
        self.house, self.phone, self.folder = house, phone, folder
        self.points = {f"+493012{number:03}{place}": point for place, point in enumerate(points)}
        self.acknowledged: set[str] = set()
        (self.killed,) = {point.killed for point in points}

    def play(self) -> None:
        """The whole round, until every call is over."""
        self._call()
        self._keys_before()
        moment = time.monotonic() + 0.1 + max(point.after_ms for point in self.points.values()) / 1000
        order = sorted(self.points.items(), key=lambda item: -item[1].after_ms)
        for caller, point in order:
            _wait_for(moment - point.after_ms / 1000)
            self._act(caller, point)
        _wait_for(moment)
        if self.killed == "core":
            self.house.kill_core()
        else:
            pids, cards = self.house.pids(), self._cards()
            for name in pids.keys() & set(cards):
                with suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(pids[name], signal.SIGKILL)
        self._end()

    def _call(self) -> None:
        server = f"127.0.0.1:{self.house.sip_port}"
        for caller in self.points:
            self.phone.call(f"sip:{NUMBER}@{server}", caller=caller, server=server, name=caller)
        for caller in self.points:
            self.phone.wait(words.Media, state="active", call=caller, timeout=60)
            self.phone.record(self._heard(caller), caller)
        octets = int(SPOKEN_SECONDS * RATE * 2)
        folder = self.house.data / "voicemail" / BOX
        calls = set(self._calls().values())
        until("all speak", lambda: all(_octets(folder, call) > octets for call in calls))

    def _keys_before(self) -> None:
        """Who is to press 1 has pressed # before, and hears the question."""
        waiting = [caller for caller, point in self.points.items() if point.step == "one"]
        for caller in waiting:
            self.phone.dtmf("#", caller)
        calls = self._calls()
        until("the sounds are whole", lambda: {calls[one] for one in waiting} <= self._noted("voicemail-recorded"))

    def _act(self, caller: str, point: Point) -> None:
        if point.step == "hang-up":
            self.phone.hang_up(caller)
        elif point.step != "speak":
            self.phone.dtmf({"hash": "#", "one": "1"}[point.step], caller)

    def _end(self) -> None:
        """Who is still on the line, and is told nothing any more, hangs up; every call has its end."""
        up = {one for one, point in self.points.items() if point.step != "hang-up"}
        if self.killed == "core":
            told = {one for one in up if self.points[one].step == "one"}
            for caller in told:  # who pressed it while no core was there is asked again, and answers again
                if not self._is_told(caller):  # else the call may be over
                    self.phone.dtmf("1", caller)
            until("they are told", lambda: all(self._is_told(one) for one in told))
            for caller in up - told:
                self.phone.hang_up(caller)
        for caller in self.points:
            self.phone.wait(words.Released, call=caller, timeout=60)
        until("all is over", lambda: not self.house.records(live=True))
        self.phone.unrecord()
        self.acknowledged = {one for one in self.points if self._is_told(one)}

    def _is_told(self, caller: str) -> bool:
        file = self._heard(caller)
        return file.exists() and file.stat().st_size > 100 and hears(samples_of(file), "voicemail-saved")

    def _heard(self, caller: str) -> Path:
        return self.folder / f"heard{caller}.wav"

    def _calls(self) -> dict[str, str]:
        """Ids of the calls by their callers."""
        return {
            str(entry["caller"]): str(entry["call"])
            for entry in self.house.entries()
            if entry["t"] == "call-arrived" and entry["caller"] in self.points
        }

    def _noted(self, kind: str) -> set[str]:
        return {str(entry["call"]) for entry in self.house.entries() if entry["t"] == kind}

    def _cards(self) -> list[str]:
        calls = set(self._calls().values())
        return [
            str(entry["card"])
            for entry in self.house.entries()
            if entry["t"] == "call-arrived" and entry["call"] in calls
        ]

    def faults(self) -> list[str]:
        """What is wrong after the round, in sentences; none if all is as it should be."""
        found = []
        listed = [one for one in self.house.ask(ask="voicemail", mailbox=BOX) if one["caller"] in self.points]
        for caller, point in self.points.items():
            of_caller = [one for one in listed if one["caller"] == caller]
            if len(of_caller) > 1:
                found.append(f"{point}: {len(of_caller)} messages")
            if caller in self.acknowledged and not of_caller:
                found.append(f"{point}: was told that it is saved, and is not listed")
            if self.killed == "core" and not of_caller:
                found.append(f"{point}: the card lived, and what was said is lost")
        left = {str(one["message"]): one for one in self.house.entries() if one["t"] == "voicemail-left"}
        for one in listed:
            found += _sound_faults(self.house, str(left[one["id"]]["sound"]), float(one["seconds"]))
        return found


def _sound_faults(house: House, sound: str, seconds: float) -> list[str]:
    """A listed message's sound is whole: as long as listed, and the caller's tone from end to end."""
    file = house.data / "voicemail" / f"{sound}.wav"
    if not file.exists():
        return [f"{sound}: listed, and there is no sound"]
    with wave.open(str(file)) as source:
        rate, frames = source.getframerate(), source.getnframes()
        samples = np.frombuffer(source.readframes(frames), "<i2").astype(float)
    if samples.size != frames or abs(frames / rate - seconds) > 0.01:
        return [f"{sound}: {samples.size / rate:.2f} of {seconds:.2f} s are there"]
    tenth = rate // 10
    pieces = samples[: samples.size // tenth * tenth].reshape(-1, tenth)
    tones = np.argmax(np.abs(np.fft.rfft(pieces * np.hanning(tenth))), axis=1) * 10
    share = float(np.mean(np.abs(tones - HERTZ) <= 10))
    return [] if share > MOST_OF_IT else [f"{sound}: only {share:.0%} of it is what the caller said"]


def _octets(folder: Path, call: str) -> int:
    return max((octets_of(part) for part in folder.glob(f".{call}-*.part.wav")), default=0)


def _wait_for(moment: float) -> None:
    """Busy waiting for some milliseconds: the moment is the test's subject."""
    while time.monotonic() < moment:
        pass
