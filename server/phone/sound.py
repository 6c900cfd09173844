"""What the phone says and hears: players and recorders, connected to the calls' media.

All methods run on the phone's one pjsua2 thread. A sound that belongs to a call (or to all: call "") is connected
whenever that call's media becomes active; pjsua2 parts it by itself when the media ends.
"""

import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pjsua2 as pj

RATE_HZ = 8000
TONE_LEVEL_DBFS = -20.0
TONE_SECONDS = 2
"""Length of a tone's file, which is played again and again: 2 s hold whole periods of every whole number of hertz."""
LOWEST_HERTZ, HIGHEST_HERTZ = 50, 3500

ALL_CALLS = ""


class SoundRefused(Exception):
    """A sound cannot be played or recorded; the text is one sentence."""


def write_tone(path: Path, hertz: int, level_dbfs: float = TONE_LEVEL_DBFS) -> None:
    """Write a sine that loops without a seam, at `level_dbfs` RMS. SoundRefused outside 50 to 3500 Hz."""
    if not LOWEST_HERTZ <= hertz <= HIGHEST_HERTZ:
        raise SoundRefused(f"a tone must have {LOWEST_HERTZ} to {HIGHEST_HERTZ} Hz, not {hertz}")
    peak = 32767 * 10 ** (level_dbfs / 20) * np.sqrt(2)
    samples = peak * np.sin(2 * np.pi * hertz * np.arange(TONE_SECONDS * RATE_HZ) / RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(samples).astype("<i2").tobytes())


class Sounds:
    """Microphones and ears of a phone."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="caruso-phone-")
        self._players: dict[str, Any] = {}
        self._recorders: dict[str, tuple[str, Any]] = {}
        self._ending: list[str] = []

    def play(self, what: str, call: str, media: dict[str, Any]) -> None:
        """Let `call` (or all) hear `what` instead of what played to it. `media`: the active media of each call."""
        path = self._file_of(what)
        player = pj.AudioMediaPlayer()
        try:
            player.createPlayer(str(path))
        except pj.Error as error:
            raise SoundRefused(f"cannot play {what}: {error.reason}") from error
        self.stop(call, media)
        self._players[call] = player
        for name, audio in media.items():
            if self._player_of(name) is player:
                self._part(self._players.get(ALL_CALLS), audio)
                player.startTransmit(audio)

    def stop(self, call: str, media: dict[str, Any]) -> None:
        """Silence for `call`; without one, for all."""
        for name in list(self._players) if call == ALL_CALLS else [call]:
            player = self._players.pop(name, None)
            if player is not None:
                for audio in media.values():
                    self._part(player, audio)

    def record(self, file: str, call: str, media: dict[str, Any]) -> None:
        """Write what is heard from `call` (or all) to `file`."""
        if file in self._recorders:
            raise SoundRefused(f"{file} is being recorded already")
        recorder = pj.AudioMediaRecorder()
        try:
            recorder.createRecorder(file)
        except pj.Error as error:
            raise SoundRefused(f"cannot record to {file}: {error.reason}") from error
        self._recorders[file] = (call, recorder)
        for name, audio in media.items():
            if call in (ALL_CALLS, name):
                audio.startTransmit(recorder)

    def unrecord(self, file: str, media: dict[str, Any]) -> None:
        """End one recording, or all if `file` is empty; `whole` tells when the files are complete."""
        if file and file not in self._recorders:
            raise SoundRefused(f"{file} is not being recorded")
        for name in [file] if file else list(self._recorders):
            for audio in media.values():
                self._part(audio, self._recorders[name][1])
            self._end_recording(name)

    def whole(self) -> list[str]:
        """Recordings that have become complete since the last time; the library completes them some 20 ms later."""
        whole = [file for file in self._ending if _is_whole(Path(file))]
        self._ending = [file for file in self._ending if file not in whole]
        return whole

    @property
    def ending(self) -> bool:
        """Whether any recording was ended and is not complete yet."""
        return bool(self._ending)

    def connect(self, call: str, audio: Any) -> None:
        """The media of `call` became active."""
        player = self._player_of(call)
        if player is not None:
            player.startTransmit(audio)
        for of, recorder in self._recorders.values():
            if of in (ALL_CALLS, call):
                audio.startTransmit(recorder)

    def forget(self, call: str) -> None:
        """`call` is over: its own sounds end."""
        self._players.pop(call, None)
        for file in [file for file, (of, _) in self._recorders.items() if of == call]:
            self._end_recording(file)

    def close(self) -> None:
        """End all that plays; recordings must have been ended before."""
        self._players.clear()
        self._folder.cleanup()

    def _end_recording(self, file: str) -> None:
        del self._recorders[file]  # with its last reference pjsua2 begins to complete the file
        self._ending.append(file)

    def _player_of(self, call: str) -> Any:
        return self._players.get(call) or self._players.get(ALL_CALLS)

    def _file_of(self, what: str) -> Path:
        kind, _, hertz = what.partition(":")
        if kind != "tone":
            return Path(what)
        if not (hertz.isascii() and hertz.isdigit()):
            raise SoundRefused(f"{what}: write tone:HERTZ with a whole number")
        path = Path(self._folder.name) / f"{int(hertz)}.wav"
        if not path.exists():
            write_tone(path, int(hertz))
        return path

    @staticmethod
    def _part(source: Any, sink: Any) -> None:
        """Stop `source` from being heard at `sink`, whether it was or not."""
        if source is None:
            return
        try:
            source.stopTransmit(sink)
        except pj.Error:  # they were not connected, which is what we want
            return


def _is_whole(path: Path) -> bool:
    """Whether the length in a WAV file's head is that of the file: it is written last."""
    with path.open("rb") as file:
        head = file.read(12)
        size = file.seek(0, 2)
    return head[:4] == b"RIFF" and head[8:] == b"WAVE" and int.from_bytes(head[4:8], "little") == size - 8
