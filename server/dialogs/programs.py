"""Published scripts, ready to run: loaded on a thread, pinned by version, noticed anew when something is published."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import structlog
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThreadPool

from scriptengine.program import Program
from scriptengine.publishing import Shelf, Unpublished
from scriptengine.publishing.record import NAME
from scriptengine.script import Subdialog
from server.call.dialogs import NO_SCRIPT, DialogRefused, ScriptView
from server.dialogs.viewing import script_view

log = structlog.get_logger()

LOOK_SECONDS = 2.0
"""So often it is looked whether something was published; who begins a session looks at once."""
MOST_PINNED = 200
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")

Stamp = tuple[int, int, int]
"""Of a file: inode, size, moment of its last change (ns)."""


class _Current(msgspec.Struct, frozen=True):
    """What a script's record of publications, with this stamp, says: `program` None: it cannot be used."""

    stamp: Stamp
    program: Any
    why: str = ""


class Programs:
    """Scripts from the folder of published ones. Nothing of it is read on the reactor's thread but a file's date."""

    def __init__(self, reactor: Any, folder: Path) -> None:
        self._reactor = reactor
        self._folder = folder
        self._shelf = Shelf(folder)
        self._current: dict[str, _Current] = {}
        self._pinned: OrderedDict[tuple[str, str], Program] = OrderedDict()
        self._views: tuple[ScriptView, ...] = ()
        self._looking = LoopingCall(self._look)
        self._looking.clock = reactor

    async def start(self) -> None:
        """Load what is published, and look again from time to time."""
        await self._look()
        self._looking.start(LOOK_SECONDS, now=False).addErrback(_not_looked)

    def stop(self) -> None:
        """Look no more."""
        if self._looking.running:
            self._looking.stop()

    def views(self) -> Sequence[ScriptView]:
        """Scripts that are published now, by id."""
        return self._views

    async def current(self, script: str) -> Program:
        """The version that new sessions begin with. Raises `DialogRefused`."""
        stamp = _stamp(self._folder / script / NAME) if _ID.fullmatch(script) else None
        if stamp is None:
            raise DialogRefused(NO_SCRIPT, f"There is no published script {script[:64]!a}.")
        known = self._current.get(script)
        if known is None or known.stamp != stamp:
            known = await self._on_thread(self._read, script, stamp)
            self._take({**self._current, script: known})
        if known.program is None:
            raise DialogRefused(NO_SCRIPT, known.why)
        found: Program = known.program
        return found

    async def version(self, script: str, version: str, hash: str = "") -> Program:
        """A version that was published; with `hash` it must be that very script. Raises `DialogRefused`."""
        program = self._pinned.get((script, version))
        if program is None:
            try:
                program = await self._on_thread(self._load, script, version)
            except (Unpublished, OSError) as error:
                log.error("script-not-there", script=script[:64], version=version[:64], error=str(error))
                text = f"Version {version[:64]} of the script {script[:64]} is not there."
                raise DialogRefused(NO_SCRIPT, text) from None
            self._pin(program)
        self._pinned.move_to_end((script, version))
        if hash and program.script.hash != hash:
            raise DialogRefused(NO_SCRIPT, f"Version {version[:64]} of the script {script[:64]} was changed.")
        return program

    async def _look(self) -> None:
        try:
            self._take(await self._on_thread(self._read_all, dict(self._current)))
        except OSError as error:
            log.error("publications-not-looked-for", error=str(error))

    def _take(self, current: dict[str, _Current]) -> None:
        for name, found in current.items():
            before = self._current.get(name)
            if found.program is not None and (before is None or before.program is not found.program):
                self._pin(found.program)
                log.info("script-current", script=name, version=found.program.script.version)
        self._current = current
        programs = [found.program for _, found in sorted(current.items()) if found.program is not None]
        self._views = tuple(script_view(program) for program in programs)

    def _pin(self, program: Program) -> None:
        self._pinned[program.script.id, program.script.version] = program
        while len(self._pinned) > MOST_PINNED:
            self._pinned.popitem(last=False)

    def _on_thread(self, job: Any, *words: Any) -> "Deferred[Any]":
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), job, *words)

    # -- on a thread ----------------------------------------------------------------------------------------------

    def _read_all(self, known: dict[str, _Current]) -> dict[str, _Current]:
        found = {}
        for file in sorted(self._folder.glob(f"*/{NAME}")):
            name, stamp = file.parent.name, _stamp(file)
            before = known.get(name)
            if stamp is not None and _ID.fullmatch(name):
                found[name] = before if before is not None and before.stamp == stamp else self._read(name, stamp)
        return found

    def _read(self, name: str, stamp: Stamp) -> _Current:
        try:
            publication = self._shelf.record(name).current
            if publication is None:
                return _Current(stamp, None, f"There is no published script {name!a}.")
            return _Current(stamp, self._load(name, publication.version))
        except (Unpublished, OSError, ValueError) as error:
            log.error("script-not-usable", script=name, error=str(error))
            return _Current(stamp, None, f"The script {name} cannot be used: {error}.")

    def _load(self, name: str, version: str) -> Program:
        program = self._shelf.program(name, version)
        _load_sub_dialogs(program)
        return program


def _load_sub_dialogs(root: Program) -> None:
    """A step must not wait for a disk: what the script calls is read now."""
    seen: set[tuple[str, str | None]] = set()
    waiting = [root]
    while waiting:
        for node in waiting.pop().script.all_nodes():
            if isinstance(node, Subdialog) and (node.source, node.version) not in seen:
                seen.add((node.source, node.version))
                inner = root.library.program(node.source, node.version)
                waiting += [inner] if inner is not None else []


def _stamp(file: Path) -> Stamp | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _not_looked(failure: Any) -> None:
    log.error("publications-not-looked-for", error=str(failure.value))
