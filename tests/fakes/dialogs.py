"""Sessions of dialog scripts in memory, with the signatures of the real ones. The scripts are real and really run.

dialogs = FakeDialogs(Path("dialogs/meter-reading.xml"))
dialogs.services.results["meters.find_meter"] = {"found": True}
view = await dialogs.begin(Beginning(script="meter-reading", channel="web"))
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from scriptengine.cli.reading import program_of
from scriptengine.conducting import Session
from scriptengine.interfaces import KNOWN, Interfaces
from scriptengine.interpreter import Effect, Ended, Event, Notice, Perform, places_of
from scriptengine.loading import load
from scriptengine.program import Program, prepare
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock
from server.call.dialogs import (
    NO_SCRIPT,
    NO_SESSION,
    STALE,
    Beginning,
    Crumb,
    DialogRefused,
    DialogView,
    ScriptView,
)
from server.dialogs.beginning import Context, begin_event, caller_record, refuse_other_channels
from server.dialogs.viewing import Around, script_view, view_of

AT = datetime.fromisoformat("2026-09-21T10:00")


class FakeDialogs:
    """`scripts`: files, or XML as text (those know the interfaces of the files among them).

    `services`: what they answer, by `service.operation`, in `results` and `failures`; `services.calls`: what was asked
    of them and of the outbox. `objects`: records that can be found. `clock.at`: the company's time. `events`: what was
    taken, by session. `failure`: raised by whatever is asked next, once.
    """

    def __init__(self, *scripts: Path | str) -> None:
        files = [program_of(script) for script in scripts if isinstance(script, Path)]
        classes, services = dict(KNOWN.classes), dict(KNOWN.services)
        for program in files:
            classes |= program.interfaces.classes
            services |= program.interfaces.services
        self.interfaces = Interfaces(classes, services)
        texts = [load(script.encode(), "script.xml") for script in scripts if isinstance(script, str)]
        programs = [*files, *(prepare(text, self.interfaces) for text in texts)]
        self.programs: dict[tuple[str, str], Program] = {}
        self.current: dict[str, str] = {}
        for program in programs:
            self.publish(program)
        self.services = MemoryServices()
        self.objects = MemoryObjects(self.interfaces)
        self.clock = SetClock(AT)
        self.events: dict[str, list[Event]] = {}
        self.failure: Exception | None = None
        self._sessions: dict[str, _Kept] = {}
        self._order: list[str] = []
        self._subscribers: list[Callable[[DialogView], None]] = []

    def publish(self, program: Program) -> None:
        """Make a script current; sessions that have begun go on with theirs."""
        script = program.script
        self.programs[script.id, script.version] = program
        self.current[script.id] = script.version

    async def begin(self, beginning: Beginning) -> DialogView:
        self._fail()
        name = beginning.session or f"s{len(self._sessions) + 1:04}"
        if name in self._sessions:
            return await self.look(name)
        version = beginning.version or self.current.get(beginning.script, "")
        program = self.programs.get((beginning.script, version))
        if program is None:
            raise DialogRefused(NO_SCRIPT, f"There is no published script {beginning.script}.")
        refuse_other_channels(program, beginning.channel)
        kept = _Kept(Session(program, self.objects, self.services, self.services, self.clock), beginning, name)
        self._sessions[name] = kept
        context = Context(caller_record(beginning.number, None), _named(beginning.queue), _named(beginning.agent))
        return self._stepped(kept, begin_event(beginning, name, context))

    async def take(self, session: str, event: Event, revision: int | None = None) -> DialogView:
        self._fail()
        kept = self._kept(session)
        if revision is not None and revision != kept.view.revision:
            raise DialogRefused(STALE, "Another step came first.")
        return self._stepped(kept, event)

    async def look(self, session: str) -> DialogView:
        self._fail()
        kept = self._kept(session)
        kept.view = self._view(kept, kept.session.present(), kept.view.revision)
        return kept.view

    async def of_call(self, call: str, but: str = "") -> DialogView | None:
        self._fail()
        for name in reversed(self._order):
            if self._sessions[name].beginning.call == call and name != but:
                return self._sessions[name].view
        return None

    async def attach(self, session: str, call: str) -> DialogView:
        self._fail()
        kept = self._kept(session)
        kept.beginning = msgspec.structs.replace(kept.beginning, call=call)
        kept.view = msgspec.structs.replace(kept.view, call=call)
        self._touched(session)
        self._tell(kept.view)
        return kept.view

    async def places(self, session: str) -> Sequence[Crumb]:
        self._fail()
        kept = self._kept(session)
        found = places_of(kept.session.program, kept.session.state)
        return [Crumb(place.key, place.node, place.label) for place in found]

    def scripts(self) -> Sequence[ScriptView]:
        return [script_view(self.programs[name, version]) for name, version in sorted(self.current.items())]

    def subscribe(self, subscriber: Callable[[DialogView], None]) -> Callable[[], None]:
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def performed(self, session: str) -> list[Perform]:
        """Every action of a session that a port was asked for."""
        return list(self._kept(session).session.performed)

    def _stepped(self, kept: "_Kept", event: Event) -> DialogView:
        before = kept.session.state
        effects = kept.session.send(event)
        revision = kept.view.revision if kept.has_begun else 0
        is_refused = kept.session.state is before
        if is_refused:
            notices = [effect for effect in effects if isinstance(effect, Notice)]
            effects = [*kept.session.present(), *notices]
        else:
            revision += 1
            self.events.setdefault(kept.name, []).append(event)
        kept.view = self._view(kept, effects, revision)
        self._touched(kept.name)
        self._tell(kept.view)
        return kept.view

    def _touched(self, name: str) -> None:
        if name in self._order:
            self._order.remove(name)
        self._order.append(name)

    def _tell(self, view: DialogView) -> None:
        for subscriber in list(self._subscribers):
            subscriber(view)

    def _view(self, kept: "_Kept", effects: Sequence[Effect], revision: int) -> DialogView:
        kept.ended = next((effect for effect in effects if isinstance(effect, Ended)), kept.ended)
        around = Around(
            session=kept.name,
            revision=revision,
            call=kept.beginning.call,
            customer=kept.beginning.customer,
            agent=kept.beginning.agent,
            ended=kept.ended,
        )
        return view_of(kept.session.program, kept.session.state, effects, around)

    def _kept(self, session: str) -> "_Kept":
        kept = self._sessions.get(session)
        if kept is None:
            raise DialogRefused(NO_SESSION, "There is no such session.")
        return kept

    def _fail(self) -> None:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure


class _Kept:
    """A session of the fake."""

    view: DialogView

    def __init__(self, session: Session, beginning: Beginning, name: str) -> None:
        self.session = session
        self.beginning = beginning
        self.name = name
        self.ended: Ended | None = None

    @property
    def has_begun(self) -> bool:
        """Whether there is a view."""
        return hasattr(self, "view")


def _named(ident: str) -> dict[str, Any] | None:
    return {"id": ident, "name": ident} if ident else None
