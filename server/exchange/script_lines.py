"""Sessions of scripts for calls: what the rules ask of `Dialogs` is done, and what came of it is told to them.

Several steps of one call are never on their way at once, but for the last one (the caller hangs up), whose answer
nobody waits for.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from scriptengine.interpreter import Happened, Left
from server.call.commands import BeginDialog, StepDialog
from server.call.dialogs import NOT_KEPT, STALE, DialogRefused, Dialogs, DialogView
from server.call.events import AnyEvent, DialogFailed, DialogShown

log = structlog.get_logger()

AWAY_SECONDS = 10.0
"""For so long a keeper of sessions that is away (a core has just begun) is waited for; the caller hears music."""
AGAIN_SECONDS = 0.25
HUNG_UP = Happened("hangup")
_FAREWELLS = (HUNG_UP, Left())
"""Events after which the rules do not ask for the session any more."""


class NoVoice(Exception):
    """What a session says cannot be spoken: no voice, no recording, or not in time. The text is for the log."""


class ScriptLines:
    """Carries out `BeginDialog` and `StepDialog`."""

    def __init__(
        self,
        reactor: IReactorTime,
        dialogs: Dialogs,
        prepare: Callable[[DialogView], Awaitable[None]],
        tell: Callable[[AnyEvent], Any],
    ) -> None:
        """`prepare` fires when all that a view says can be played, or raises `NoVoice`."""
        self._reactor = reactor
        self._dialogs = dialogs
        self._prepare = prepare
        self._tell = tell

    def carry_out(self, command: BeginDialog | StepDialog) -> None:
        """Do it, and tell the rules; never at once, so that what they decided with it goes first."""
        self._reactor.callLater(0, self._start, command)

    def _start(self, command: BeginDialog | StepDialog) -> None:
        if isinstance(command, BeginDialog):
            session, doing = command.beginning.session, self._begin(command)
        else:
            session, doing = command.session, self._step(command)
        Deferred.fromCoroutine(doing).addErrback(self._fault, command.call, session)

    async def _begin(self, command: BeginDialog) -> None:
        beginning = command.beginning
        await self._show(command.call, beginning.session, lambda: self._dialogs.begin(beginning))

    async def _step(self, command: StepDialog) -> None:
        if command.event in _FAREWELLS:
            await self._farewell(command)
            return
        await self._show(command.call, command.session, lambda: self._take(command))

    async def _take(self, command: StepDialog) -> DialogView:
        try:
            return await self._dialogs.take(command.session, command.event, command.revision)
        except DialogRefused as refused:
            if refused.code != STALE:
                raise
        except ConnectionError as error:  # whether the step was taken before its keeper went is to be seen
            log.warning("script-step-in-doubt", call=command.call, error=str(error))
        return await self._patiently(lambda: self._dialogs.look(command.session))

    async def _farewell(self, command: StepDialog) -> None:
        try:
            if command.event == HUNG_UP:  # what the script does then must not be lost with a moment's trouble
                await self._patiently(lambda: self._hung_up(command))
            else:  # a late one would take the session away from the agent who goes on with it
                await self._dialogs.take(command.session, command.event, command.revision)
        except (DialogRefused, ConnectionError) as error:
            log.warning("script-not-left", call=command.call, session=command.session, error=str(error))

    async def _hung_up(self, command: StepDialog) -> DialogView:
        try:
            return await self._dialogs.take(command.session, command.event, command.revision)
        except DialogRefused as refused:
            if refused.code == NOT_KEPT:
                raise ConnectionError(str(refused)) from refused
            raise

    async def _show(self, call: str, session: str, ask: Callable[[], Awaitable[DialogView]]) -> None:
        try:
            view = await self._patiently(ask)
            await self._prepare(view)
        except DialogRefused as refused:
            self._failed(call, session, refused.code, str(refused))
        except ConnectionError as error:
            self._failed(call, session, "away", str(error))
        except NoVoice as error:
            self._failed(call, session, "no-voice", str(error))
        else:
            self._tell(DialogShown(call, view))

    async def _patiently(self, ask: Callable[[], Awaitable[DialogView]]) -> DialogView:
        """Ask; while nobody is there to answer, ask again for a while. Raises ConnectionError."""
        patience = int(AWAY_SECONDS / AGAIN_SECONDS)
        for _ in range(patience):
            try:
                return await ask()
            except ConnectionError:
                await deferLater(self._reactor, AGAIN_SECONDS)
        return await ask()

    def _failed(self, call: str, session: str, why: str, text: str) -> None:
        log.error("script-failed", call=call, session=session, why=why, text=text)
        self._tell(DialogFailed(call, session, why))

    def _fault(self, failure: Any, call: str, session: str) -> None:
        """The edge: one session's fault is that caller's alone."""
        log.error("script-fault", call=call, session=session, exc_info=failure.value)
        self._tell(DialogFailed(call, session, "fault"))
