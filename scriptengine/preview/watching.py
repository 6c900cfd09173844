"""Watches the file, and what stands beside it, and makes a new edition at each save."""

from __future__ import annotations

import traceback
from datetime import datetime
from pathlib import Path
from threading import Condition, Event, Thread

from scriptengine.findings import Finding
from scriptengine.loading import octets_of
from scriptengine.preview.editions import MOST_SOURCE, Edition, Look, edition

INTERVAL_SECONDS = 0.3
_BESIDE = ("*.xml", "*.toml")
_MOST_BESIDE = 500


class Watch:
    """The present edition of a file. `begin()` starts a thread, `end()` stops it; `next` waits for another edition."""

    def __init__(self, path: Path, look: Look, *, others: tuple[Path, ...] = ()) -> None:
        self._path, self._look, self._others = path, look, others
        self._changed = Condition()
        self._is_over = Event()
        self._stamp = self._stamped()
        self._edition = self._made(1, None)
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    @property
    def edition(self) -> Edition:
        """As it was saved last."""
        with self._changed:
            return self._edition

    def begin(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def end(self) -> None:
        """Watch no more; who waits gets what there is."""
        self._is_over.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join()

    def next(self, after: int, seconds: float) -> Edition | None:
        """The present edition as soon as its number is another than `after`; None: nothing has changed that long."""
        with self._changed:
            self._changed.wait_for(lambda: self._edition.number != after or self._is_over.is_set(), seconds)
            return self._edition if self._edition.number != after else None

    def _run(self) -> None:
        while not self._is_over.wait(INTERVAL_SECONDS):
            stamp = self._stamped()
            if stamp == self._stamp:
                continue
            self._stamp = stamp
            made = self._made(self._edition.number + 1, self._edition)
            with self._changed:
                self._edition = made
                self._changed.notify_all()

    def _made(self, number: int, before: Edition | None) -> Edition:
        try:
            octets = octets_of(self._path, MOST_SOURCE)[:MOST_SOURCE]
            saved = datetime.fromtimestamp(self._path.stat().st_mtime).astimezone()
        except OSError:  # the findings tell it; an editor may be about to put a new file there
            octets, saved = b"", datetime.fromtimestamp(0).astimezone() if before is None else before.saved
        source = octets.decode("utf-8", "replace")
        shown = before.shown if before is not None else None
        try:
            return edition(number, saved, source, self._look, shown)
        except Exception as error:  # noqa: BLE001 - the edge: a fault of ours must not stop the watching unseen
            traceback.print_exc()
            message = f"The preview failed at this file: {type(error).__name__}: {error}."
            finding = Finding(str(self._path), "P01", 1, 1, "error", message, "Please tell whoever makes Caruso.")
            return Edition(number, saved, (finding,), source, shown, shown is not None)

    def _stamped(self) -> tuple[tuple[str, int, int], ...]:
        beside = [path for pattern in _BESIDE for path in sorted(self._path.parent.glob(pattern))[:_MOST_BESIDE]]
        found = []
        for path in (self._path, *beside, *self._others):
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
        return tuple(found)
