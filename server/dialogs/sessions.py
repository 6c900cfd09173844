"""The service `dialogs`: each step is computed, kept, and only then shown.

The state that waits for an action is kept before the action is asked for, and its result before the session goes on.
So after the death of a core it is known which action may have been done: one that does no more when it is asked twice
is asked again with the same key; any other has failed, for the reason that nobody knows what came of it.
"""

import re
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import structlog
from msgspec.structs import replace
from twisted.internet.defer import Deferred, DeferredLock, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from scriptengine.interpreter import (
    Begin,
    Done,
    Effect,
    Ended,
    Event,
    Failed,
    Notice,
    Perform,
    StateError,
    decode_state,
    places_of,
    present,
    start,
    step,
)
from scriptengine.program import Program
from server.call.dialog_store import Change, DialogStore, KeptDialog, Overtaken
from server.call.dialogs import (
    NO_SCRIPT,
    NO_SESSION,
    NOT_KEPT,
    STALE,
    Beginning,
    Crumb,
    DialogRefused,
    DialogView,
    ScriptView,
)
from server.call.now import Now
from server.dialogs.actions import is_repeatable, place_of, saver_of
from server.dialogs.beginning import begin_event, refuse_other_channels
from server.dialogs.changes import Live, changed, view_of_live
from server.dialogs.house import House
from server.dialogs.outbox import IN_DOUBT, Outbox
from server.dialogs.performing import Performing
from server.dialogs.programs import Programs
from server.dialogs.reporting import Reporting
from server.dialogs.results import Results
from server.dialogs.telling import attached

log = structlog.get_logger()

MOST_LIVE = 300
"""Sessions whose states are at hand; others are read when they are asked for."""
_SESSION = re.compile(r"[A-Za-z0-9._:@-]{1,80}")


class DialogSessions:
    """Implements `server.call.dialogs.Dialogs`. `zone`: of the company. `counters`: since this core began."""

    def __init__(
        self,
        store: DialogStore,
        programs: Programs,
        house: House,
        performing: Performing,
        outbox: Outbox,
        reporting: Reporting,
        now: Callable[[], Now],
        zone: tzinfo,
    ) -> None:
        self.counters: Counter[str] = Counter(begun=0, steps=0, ended=0, refused=0, not_kept=0)
        self._store = store
        self._programs = programs
        self._house = house
        self._performing = performing
        self.outbox = outbox
        self._reporting = reporting
        self._now = now
        self._zone = zone
        self._live: OrderedDict[str, Live] = OrderedDict()
        self._locks: dict[str, DeferredLock] = {}
        self._results = Results()
        self._subscribers: list[Callable[[DialogView], None]] = []

    # -- what is asked --------------------------------------------------------------------------------------------

    async def begin(self, beginning: Beginning) -> DialogView:
        """Begin a session, or show the one that has this id already."""
        if beginning.session and not _SESSION.fullmatch(beginning.session):
            raise DialogRefused(NO_SESSION, "A session's id is 1 to 80 letters, digits or . _ : @ -")
        name = beginning.session or secrets.token_hex(12)
        return await self._alone(name, self._begun, name, beginning)

    async def take(self, session: str, event: Event, revision: int | None = None) -> DialogView:
        """Apply an event; fires when the step is stored and what it waited for is done or has failed."""
        return await self._alone(session, self._taken, session, event, revision)

    async def look(self, session: str) -> DialogView:
        """The session as it stands."""
        return await self._alone(session, self._looked_at, session)

    async def of_call(self, call: str, but: str = "") -> DialogView | None:
        """The session of a call that was gone on with last, the session `but` left out."""
        try:
            session = await self._store.of_call(call, but) if call else ""
        except ConnectionError as error:
            raise _not_kept(error) from error
        return await self.look(session) if session else None

    async def attach(self, session: str, call: str) -> DialogView:
        """The session belongs to this call from now on."""
        return await self._alone(session, self._attached, session, call)

    async def places(self, session: str) -> Sequence[Crumb]:
        """Where an agent may jump to."""
        live = await self._known_live(session)
        return [Crumb(place.key, place.node, place.label) for place in places_of(live.program, live.state)]

    def scripts(self) -> Sequence[ScriptView]:
        """Scripts that are published now."""
        return self._programs.views()

    def subscribe(self, subscriber: Callable[[DialogView], None]) -> Callable[[], None]:
        """Be told of every step of every session; returns what ends it."""
        self._subscribers.append(subscriber)

        def end() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return end

    async def idle(self, reactor: IReactorTime, seconds: float) -> None:
        """Fires when no step is under way, or after so long. What comes after that is not refused."""
        ends = [lock.run(lambda: None) for lock in list(self._locks.values())]
        await gatherResults(ends).addTimeout(seconds, reactor, lambda _result, _seconds: None)

    # -- one session at a time ------------------------------------------------------------------------------------

    async def _alone(self, session: str, work: Callable[..., Any], *words: Any) -> DialogView:
        """Steps of one session come one after another."""
        lock = self._locks.setdefault(session, DeferredLock())
        try:
            return await _uncancelled(lock.run(lambda: Deferred.fromCoroutine(work(*words))))
        except DialogRefused as refused:
            self.counters["not_kept" if refused.code == NOT_KEPT else "refused"] += 1
            raise
        except StateError as error:
            log.error("session-not-usable", session=session, error=str(error))
            raise DialogRefused(NO_SCRIPT, "The session cannot be gone on with.") from None
        finally:
            if not lock.locked and not lock.waiting and self._locks.get(session) is lock:
                del self._locks[session]

    async def _begun(self, name: str, beginning: Beginning) -> DialogView:
        if beginning.session and await self._found(name) is not None:
            return await self._looked_at(name)
        program = await self._program(beginning)
        refuse_other_channels(program, beginning.channel)
        context, customer = await self._house.context(beginning)
        if customer is not None:
            known = await self._known(customer.id) | dict(beginning.known)
            language = beginning.language or customer.language
            beginning = replace(beginning, customer=customer.id, known=known, language=language)
        wall = self._now().wall
        kept = KeptDialog(
            id=name,
            script=program.script.id,
            version=program.script.version,
            hash=program.script.hash,
            status="new",
            channel=beginning.channel,
            began_channel=beginning.channel,
            began_at=wall,
            touched_at=wall,
            state=b"",
            call=beginning.call,
            customer=beginning.customer,
            agent=beginning.agent,
        )
        live = Live(kept, program, start(program))
        view = await self._stepped(live, begin_event(beginning, name, context))
        self.counters["begun"] += 1
        return view

    async def _taken(self, session: str, event: Event, revision: int | None) -> DialogView:
        live = await self._known_live(session)
        if live.state.pending is not None:
            await self._settled(live)
        if revision is not None and revision != live.kept.revision:
            raise DialogRefused(STALE, "Somebody else went on with this session; look at it again.")
        if isinstance(event, Begin | Done | Failed):
            raise DialogRefused(STALE, "The session has begun, and waits for no action.")
        return await self._stepped(live, event)

    async def _looked_at(self, session: str) -> DialogView:
        live = await self._known_live(session)
        if live.state.pending is not None:
            return await self._settled(live)
        return view_of_live(live, present(live.program, live.state, self._at()))

    async def _attached(self, session: str, call: str) -> DialogView:
        live = await self._known_live(session)
        if live.kept.call != call:
            serial = live.kept.serial + 1
            fact = attached(live.program, session, serial, live.state, call, live.kept.ended)
            untold = (*live.kept.untold, fact)
            kept = replace(live.kept, call=call, serial=serial, touched_at=self._now().wall, untold=untold)
            await self._keep(live, Change(dialog=kept))
            live.kept = kept
            self._reporting.tell(live)
        view = view_of_live(live, present(live.program, live.state, self._at()))
        self._publish(view)
        return view

    # -- steps ----------------------------------------------------------------------------------------------------

    async def _settled(self, live: Live) -> DialogView:
        """Carry out the action that the session was left with, and go on."""
        effects = present(live.program, live.state, self._at())
        perform = next((effect for effect in effects if isinstance(effect, Perform)), None)
        if perform is None:
            raise DialogRefused(NO_SCRIPT, "The session cannot go on: its script does not fit it.")
        return await self._stepped(live, await self._outcome(live, perform), perform)

    async def _stepped(self, live: Live, event: Event, acted: Perform | None = None) -> DialogView:
        """Apply an event and everything that follows from it."""
        shown: list[Effect] = []
        while True:
            state, effects = step(live.program, live.state, event, self._at())
            if state is live.state:
                if not live.kept.serial:
                    raise DialogRefused(STALE, _refusal(effects))
                self.counters["refused"] += 1
                return view_of_live(live, [*present(live.program, state, self._at()), *effects])
            perform = next((one for one in effects if isinstance(one, Perform) and one.is_awaited), None)
            change = changed(live, state, event, effects, acted, self._now().wall, is_whole=perform is None)
            await self._keep(live, change)
            live.state, live.kept, live.is_in_doubt = state, change.dialog, False
            self._results.kept(acted.id if acted is not None else "")
            self.outbox.add(change.actions)
            self._reporting.tell(live)
            shown += effects
            if perform is None:
                break
            event, acted = await self._outcome(live, perform), perform
        self.counters["steps"] += 1
        self.counters["ended"] += any(isinstance(effect, Ended) for effect in shown)
        view = view_of_live(live, shown)
        self._publish(view)
        return view

    async def _outcome(self, live: Live, perform: Perform) -> Done | Failed:
        known = self._results.of(perform.id)
        if known is not None:
            return known
        if live.is_in_doubt and not is_repeatable(perform):
            log.warning("action-in-doubt", action=place_of(perform.id), session=live.kept.id)
            return Failed(perform.id, IN_DOUBT)
        result = await self._performing.result(perform, live.program.interfaces, saver_of(perform, live.kept))
        self._results.add(result)
        return result

    async def _keep(self, live: Live, change: Change) -> None:
        """Raises `DialogRefused`: what is at hand is forgotten then, and read again."""
        session = change.dialog.id
        try:
            await (self._store.save(change) if live.kept.serial else self._store.add(change))
        except ConnectionError as error:
            self._live.pop(session, None)
            raise _not_kept(error) from error
        except Overtaken:
            self._live.pop(session, None)
            raise DialogRefused(STALE, "Somebody else went on with this session; look at it again.") from None
        self._live[session] = live
        self._live.move_to_end(session)
        while len(self._live) > MOST_LIVE:
            self._live.popitem(last=False)

    # -- sessions at hand -----------------------------------------------------------------------------------------

    async def _known_live(self, session: str) -> Live:
        live = await self._found(session)
        if live is None:
            raise DialogRefused(NO_SESSION, "There is no such session.")
        return live

    async def _found(self, session: str) -> Live | None:
        live = self._live.get(session)
        if live is not None:
            self._live.move_to_end(session)
            return live
        try:
            kept = await self._store.get(session) if _SESSION.fullmatch(session) else None
        except ConnectionError as error:
            raise _not_kept(error) from error
        if kept is None:
            return None
        program = await self._programs.version(kept.script, kept.version, kept.hash)
        live = Live(kept, program, decode_state(kept.state), is_in_doubt=True)
        self._live[session] = live
        return live

    async def _program(self, beginning: Beginning) -> Program:
        if beginning.version:
            return await self._programs.version(beginning.script, beginning.version)
        return await self._programs.current(beginning.script)

    async def _known(self, customer: str) -> dict[str, Any]:
        try:
            return await self._store.reusable(customer)
        except (ConnectionError, StateError) as error:
            log.warning("answers-not-found", error=str(error))
            return {}

    def _at(self) -> datetime:
        return datetime.fromtimestamp(self._now().wall, self._zone)

    def _publish(self, view: DialogView) -> None:
        for subscriber in list(self._subscribers):
            try:
                subscriber(view)
            except Exception as error:  # the step is kept: whoever watches cannot undo it
                log.error("subscriber-fault", error=repr(error), exc_info=error)


def _uncancelled(working: Deferred[DialogView]) -> Deferred[DialogView]:
    """Who gives up waiting does not break off a step: the other end of an action would know more than we."""
    told: Deferred[DialogView] = Deferred(lambda _: None)

    def tell(result: Any) -> None:
        if not told.called:
            told.callback(result)
        elif isinstance(result, Failure):
            log.warning("unseen-step-failed", error=str(result.value))

    working.addBoth(tell)
    return told


def _not_kept(error: Exception) -> DialogRefused:
    log.warning("dialog-not-kept", error=str(error))
    return DialogRefused(NOT_KEPT, "It could not be saved just now. Please try again.")


def _refusal(effects: Sequence[Effect]) -> str:
    return next((effect.text for effect in effects if isinstance(effect, Notice)), "The session cannot begin.")
