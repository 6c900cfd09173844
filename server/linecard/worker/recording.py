"""Recordings: one mono file for each leg while it runs, one WAV file when it is over.

pjsua2 records mono only. Every track hears silence besides its leg, so that all tracks are equally long, whatever
happens to the legs. The file comes to its name complete: written beside it, synced, renamed.
"""

import array
import contextlib
import os
import struct
import sys
import threading
import time
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pjsua2 as pj

from server.linecard.worker.legs import PhoneRefused
from server.linecard.worker.patchbay import Patchbay
from server.linecard.worker.reports import Written

SAMPLE_OCTETS = 2
CHUNK_FRAMES = 65536
CLOSE_WAIT_SECONDS = 1.0
"""The conference closes a file at its next tick; a track without any sound never says that it did."""
_HEADER_LIMIT = 4096
SHORT_SECONDS = 2.0
"""A file may be so much shorter than the time that it was open: the conference's clock may start late."""


class BrokenTrack(Exception):
    """A track is not the WAV file that pjsua2 should have written."""


class Recorder:
    """The tracks of one recording. Made, patched and closed on the main thread."""

    def __init__(self, token: str, path: str, tracks: int, clock_hz: int, bay: Patchbay) -> None:
        """Open the tracks. Raises `PhoneRefused` when the folder cannot be written."""
        self._token, self._path, self._clock_hz, self._bay = token, Path(path), clock_hz, bay
        self._parts = [self._path.with_name(f".{self._path.name}.{index}.part.wav") for index in range(tracks)]
        self._nodes = [("track", f"{token}:{index}") for index in range(tracks)]
        self._began = time.monotonic()
        self._silence: Any = pj.ToneGenerator()
        self._tracks: list[Any] = []
        try:
            self._silence.createToneGenerator(clock_hz, 1)
            for node, part in zip(self._nodes, self._parts, strict=True):
                track = pj.AudioMediaRecorder()
                track.createRecorder(str(part))
                self._silence.startTransmit(track)
                self._tracks.append(track)
                bay.put(node, track)
        except pj.Error as error:
            self._drop()
            raise PhoneRefused(f"the recording cannot be opened: {error.reason}") from error

    def finish(self, done: Callable[[Written], None]) -> None:
        """Close the tracks; a thread makes the file of them and calls `done`."""
        self._drop()
        lasted = time.monotonic() - self._began
        threading.Thread(target=self._complete, args=(done, lasted), name="recording", daemon=True).start()

    def _drop(self) -> None:
        for node in self._nodes:
            self._bay.remove(node)
        self._tracks.clear()
        self._silence = None

    def _complete(self, done: Callable[[Written], None], lasted: float) -> None:
        try:
            seconds = complete(self._parts, self._path, self._clock_hz, lasted)
        except (OSError, BrokenTrack, wave.Error) as error:
            self._remove_pieces()  # a full disk shall not stay full by what is lost
            done(Written(self._token, str(self._path), 0, f"the recording was lost: {error}"))
        else:
            done(Written(self._token, str(self._path), seconds))

    def _remove_pieces(self) -> None:
        for piece in (*self._parts, self._path.with_name(f".{self._path.name}.part")):
            with contextlib.suppress(OSError):
                piece.unlink()


def complete(parts: list[Path], path: Path, clock_hz: int, lasted: float = 0) -> float:
    """Make the WAV file `path` of closed mono tracks and remove these; returns its length in seconds.

    `lasted`: how many seconds were recorded; tracks that hold much less were written to a full disk, which pjsua2 does
    not tell. Raises `OSError`, or `BrokenTrack`; the tracks stay where they are then.
    """
    whole = path.with_name(f".{path.name}.part")
    with contextlib.ExitStack() as stack:
        tracks = [stack.enter_context(part.open("rb")) for part in parts]
        frames = min([_seek_samples(track) for track in tracks]) // SAMPLE_OCTETS
        if frames / clock_hz < lasted - SHORT_SECONDS:
            raise BrokenTrack(f"only {frames / clock_hz:.1f} of {lasted:.1f} seconds are on the disk: is it full?")
        target = stack.enter_context(whole.open("wb"))
        with wave.open(target, "wb") as sink:
            sink.setnchannels(len(tracks))
            sink.setsampwidth(SAMPLE_OCTETS)
            sink.setframerate(clock_hz)
            sink.setnframes(frames)
            for start in range(0, frames, CHUNK_FRAMES):
                sink.writeframesraw(_interleaved(tracks, min(CHUNK_FRAMES, frames - start)))
        target.flush()
        os.fsync(target.fileno())
    whole.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    for part in parts:
        part.unlink(missing_ok=True)
    return frames / clock_hz


def _interleaved(tracks: Sequence[BinaryIO], frames: int) -> bytes:
    if len(tracks) == 1:
        return tracks[0].read(frames * SAMPLE_OCTETS)
    mixed = array.array("h", bytes(frames * SAMPLE_OCTETS * len(tracks)))
    for index, track in enumerate(tracks):
        mixed[index :: len(tracks)] = array.array("h", track.read(frames * SAMPLE_OCTETS))
    return mixed.tobytes()


def _seek_samples(track: BinaryIO) -> int:
    """Go to the first sample; returns the octets of samples, once the writer has closed the file and noted them."""
    deadline = time.monotonic() + CLOSE_WAIT_SECONDS
    while True:
        track.seek(0)
        header = track.read(_HEADER_LIMIT)
        place = header.find(b"data")
        if not header.startswith(b"RIFF") or place < 0 or sys.byteorder != "little":
            raise BrokenTrack("a track of the recording has no WAV header")
        (octets,) = struct.unpack_from("<I", header, place + 4)
        if octets or time.monotonic() >= deadline:
            track.seek(place + 8)
            return int(octets)
        time.sleep(0.005)
