"""Music as a file that lasts: the same round again and again, so that a caller does not hear where it begins anew.

The player of a line card is silent for 20 ms (one frame) each time it begins a file again. Where the music of a queue
is half a minute long, that is a hole every half minute; in a file that holds it forty times it is one in 20 min.
"""

import hashlib
import os
import wave
from pathlib import Path

import structlog

log = structlog.get_logger()

LASTS_SECONDS = 1200
MAX_OCTETS = 64 * 1024 * 1024
"""A long file is at most so large, whatever its quality (20 minutes at 8 kHz are 19 MB)."""


class LongLoops:
    """Keeps the long files in `folder`, one for each short one. What is not used any more is removed by `tidy`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def of(self, path: str) -> str:
        """The long file of a WAV file; the short one itself if it is long enough or no long one can be made."""
        try:
            long = self._folder / f"{_name(Path(path))}.wav"
            self._used.add(long.name)
            if not long.exists():
                _write(Path(path), long)
        except (OSError, EOFError, wave.Error) as error:
            log.warning("music-with-a-seam", file=path, error=str(error))
            return path
        return str(long)

    def tidy(self) -> None:
        """Remove the long files that were not asked for."""
        for one in self._folder.glob("*.wav"):
            if one.name not in self._used:
                one.unlink(missing_ok=True)


def _name(path: Path) -> str:
    """Differs for each file, and when it changes."""
    found = path.stat()
    return hashlib.sha256(f"{path.resolve()}|{found.st_mtime_ns}|{found.st_size}".encode()).hexdigest()[:16]


def _write(short: Path, long: Path) -> None:
    with wave.open(str(short), "rb") as source:
        form, frames = source.getparams(), source.readframes(source.getnframes())
    seconds = form.nframes / form.framerate
    times = min(round(LASTS_SECONDS / seconds), MAX_OCTETS // len(frames)) if frames else 0
    long.parent.mkdir(mode=0o700, exist_ok=True)
    half = long.with_suffix(f".{os.getpid()}")
    with wave.open(str(half), "wb") as target:
        target.setparams(form)
        for _ in range(max(1, times)):
            target.writeframesraw(frames)
    half.rename(long)  # whole, or not there
