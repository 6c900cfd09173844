"""The folder of published scripts: `FOLDER/ID/VERSION/` holds a version, `FOLDER/ID/published.json` what is current."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from scriptengine.findings import Finding, LoadError, in_order
from scriptengine.interfaces import beside
from scriptengine.loading import load_file
from scriptengine.program import Program
from scriptengine.publishing.record import Publication, Record, read_record, write_record
from scriptengine.script import End, Script
from scriptengine.tools.comparing import Change, changes

SCRIPT: Final = "script.xml"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_MOST_PREPARED: Final = 200


class Unpublished(Exception):
    """The script was not published (the old version goes on), or is not there. `findings`: why, line by line."""

    def __init__(self, why: str, findings: Sequence[Finding] = ()) -> None:
        self.findings = tuple(findings)
        super().__init__(why)


class Shelf:
    """Published scripts. Several processes may use one folder: each change is one rename."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prepared: dict[tuple[str, str], Program] = {}

    def publish(self, file: Path, now: datetime, interfaces: Sequence[Path] = ()) -> Publication:
        """Make a script current. Raises `Unpublished` for one that has errors, fails one of its own tests, is retired,
        or has the version number of another one that was published before; OSError if the folder cannot be written.

        `interfaces`: classes and services, besides those that stand in the script's folder.
        """
        program = _passed(file, interfaces)
        script = program.script
        for what, name in (("id", script.id), ("version", script.version)):
            if not _NAME.fullmatch(name):
                raise Unpublished(f"the {what} {name!r} cannot name a folder; use letters, digits, dots, dashes")
        if script.status == "retired":
            raise Unpublished('its status is "retired"; write status="published" to bring it back')
        home = self._folder / script.id
        home.mkdir(parents=True, exist_ok=True)
        record = read_record(home)
        known = record.of(script.version)
        if known is not None and known.hash != script.hash:
            raise Unpublished(
                f"version {script.version} was published on {known.at[:10]} with another content; "
                "give the changed script another version"
            )
        if not (home / script.version).is_dir():
            _keep(home, file, interfaces, program)
        publication = Publication(
            script.version,
            script.hash,
            now.isoformat(timespec="seconds"),
            channels=script.channels,
            queues=_queues(script),
        )
        current = record.current
        if current is None or current.version != script.version:
            write_record(home, record.now(publication))
        elif current.queues is None:
            write_record(home, record.noted(replace(current, channels=publication.channels, queues=publication.queues)))
        return publication

    def changes(self, file: Path) -> list[Change]:
        """What a script would change for those who know the version that is current; none if there is none yet.

        Raises `Unpublished` if either cannot be loaded.
        """
        try:
            draft = load_file(file)
        except LoadError as error:
            raise Unpublished("it has errors", error.findings) from None
        if self.record(draft.id).current is None:
            return []
        return changes(self.program(draft.id).script, draft)

    def rollback(self, name: str, now: datetime, version: str = "") -> Publication:
        """Make the version before the current one (or `version`) current again. Raises `Unpublished`."""
        record = self.record(name)
        target = record.of(version) if version else record.before()
        if target is None:
            known = ", ".join(dict.fromkeys(one.version for one in record.history)) or "none"
            wanted = f"version {version}" if version else "earlier version"
            raise Unpublished(f"{name} has no {wanted} to go back to; published: {known}")
        publication = replace(target, at=now.isoformat(timespec="seconds"), what="rolled-back")
        write_record(self._folder / name, record.now(publication))
        return publication

    def record(self, name: str) -> Record:
        """What happened to a script; an empty record if it was never published."""
        if not _NAME.fullmatch(name):
            return Record()
        return read_record(self._folder / name)

    def names(self) -> list[str]:
        """Ids of the scripts that were published. One whose record is broken is left out, and harms no other: who asks
        for it by its name is told."""
        if not self._folder.is_dir():
            return []
        return sorted(home.name for home in self._folder.iterdir() if self._is_published(home.name))

    def _is_published(self, name: str) -> bool:
        try:
            return self.record(name).current is not None
        except (OSError, ValueError):
            return False

    def program(self, name: str, version: str = "") -> Program:
        """A version ready to run; without `version` the current one. Raises `Unpublished`."""
        if not version:
            current = self.record(name).current
            if current is None:
                raise Unpublished(f"there is no published script {name!r}")
            version = current.version
        prepared = self._prepared.get((name, version))
        if prepared is None:
            prepared = self._load(name, version)
            if len(self._prepared) >= _MOST_PREPARED:
                self._prepared.pop(next(iter(self._prepared)))
            self._prepared[name, version] = prepared
        return prepared

    def _load(self, name: str, version: str) -> Program:
        if not (_NAME.fullmatch(name) and _NAME.fullmatch(version)):
            raise Unpublished(f"there is no published script {name!r}")
        from scriptengine.cli.reading import program_of

        try:
            return program_of(self._folder / name / version / SCRIPT)
        except LoadError as error:
            raise Unpublished(f"version {version} of {name} cannot be loaded", error.findings) from None


def _queues(script: Script) -> tuple[str, ...]:
    """Where its ends hand customers over to; those of its sub-dialogs only come back to it."""
    ends = (node for node in script.all_nodes() if isinstance(node, End))
    return tuple(sorted({end.queue for end in ends if end.queue}))


def _passed(file: Path, interfaces: Sequence[Path]) -> Program:
    """The script, once it has no errors and passes its tests."""
    from scriptengine.checks import check
    from scriptengine.cli.reading import program_of
    from scriptengine.testing import run_cases

    try:
        program = program_of(file, interfaces)
    except LoadError as error:
        raise Unpublished("it has errors", in_order(error.findings)) from None
    errors = [finding for finding in check(program) if finding.severity == "error"]
    if errors:
        raise Unpublished("it has errors", errors)
    results, _ = run_cases(program)
    failed = [finding for result in results for finding in result.findings]
    if failed:
        raise Unpublished("it fails its own tests", failed)
    return program


def _keep(home: Path, file: Path, interfaces: Sequence[Path], program: Program) -> None:
    """Copy everything that the version needs into its folder, which appears whole."""
    making = Path(tempfile.mkdtemp(dir=home, prefix=".making-"))
    try:
        shutil.copyfile(file, making / SCRIPT)
        for number, found in enumerate([*beside(file), *interfaces]):
            shutil.copyfile(found, making / f"{number:02}.interfaces.toml")
        for part in program.library.loaded():
            source = Path(part.script.place.file)
            if load_file(source).hash != part.script.hash:
                raise Unpublished(f"{source} was changed meanwhile; publish again")
            shutil.copyfile(source, making / f"{part.script.id}.xml")
        making.chmod(0o755)
        making.rename(home / program.script.version)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
