"""What follows from the end of a script, and of a conversation: the call's result; a script that is closed."""

from collections.abc import Awaitable, Sequence

import structlog
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from scriptengine.interpreter import Closed, Happened
from server.call.dialogs import DialogRefused, Dialogs, DialogView
from server.call.events import AgentAsked, RequestRefused
from server.call.facts import CallClosed, Entry, WrapUpEnded
from server.call.ports import Switchboard
from server.config.site import SiteFile
from server.desk.script_view import ENDED, RUNNING
from server.wire import desk

log = structlog.get_logger()


class ScriptEnds:
    """Listens to the steps of scripts at desks and to the facts."""

    def __init__(self, site: SiteFile, switchboard: Switchboard, dialogs: Dialogs) -> None:
        self._results = {result.id for result in site.result}
        self._switchboard = switchboard
        self._dialogs = dialogs
        self._sessions: dict[str, tuple[str, bool]] = {}
        """Call to the session at its agent's desk, and whether that is still open."""

    def session(self, call: str) -> str:
        """The session that was at the desk of a call since this core began; empty: none that is known."""
        return self._sessions.get(call, ("", False))[0]

    def took_over(self, call: str, session: str) -> None:
        """A session that an earlier core left open at a desk: its conversation is over, or ends in this core, perhaps
        without any desk that shows it. Of several sessions of a call the one that is told first goes on."""
        if self._switchboard.call(call) is None:
            log.info("script_left_open", call=call, session=session)
            self._do(self._close(session), "script_not_closed", call)
        else:
            self._sessions.setdefault(call, (session, True))

    def stepped(self, call: str, agent: str, view: DialogView) -> None:
        """A session at the agent's desk stands so now."""
        self._sessions[call] = (view.session, view.status != ENDED)
        if view.status == ENDED:
            self._keep_result(call, agent, view)

    def _keep_result(self, call: str, agent: str, view: DialogView) -> None:
        """The end says how the conversation ended, unless the agent has said it already."""
        disposition = view.ended.disposition if view.ended is not None else None
        known = self._switchboard.call(call)
        if not disposition or disposition not in self._results or known is None or known.result:
            return
        choice = desk.ChooseResult(call=call, result=disposition)
        self._do(self._switchboard.tell(AgentAsked(agent, agent, choice)), "script_result_not_kept", call)

    def committed(self, entries: Sequence[Entry]) -> None:
        """With the end of a conversation its script is closed; one that is passed on takes its script along."""
        for entry in entries:
            fact = entry.fact
            if not isinstance(fact, WrapUpEnded | CallClosed) or fact.call not in self._sessions:
                continue
            if self._switchboard.call(fact.call) is None:
                session, is_open = self._sessions.pop(fact.call)
                if is_open:
                    self._do(self._close(session), "script_not_closed", fact.call)

    async def _close(self, session: str) -> None:
        view = await self._dialogs.look(session)
        if view.status == RUNNING:  # what the script wants done when the customer is gone
            view = await self._dialogs.take(session, Happened("hangup"))
        if view.status != ENDED:
            await self._dialogs.take(session, Closed("the conversation is over"))

    def _do(self, asked: Awaitable[object], fault: str, call: str) -> None:
        """Carry something out for which nobody waits."""

        async def done() -> None:
            try:
                await asked
            except (DialogRefused, RequestRefused, ConnectionError) as error:
                log.warning(fault, call=call, error=str(error))

        def failed(why: Failure) -> None:
            log.error(fault, call=call, error=repr(why.value))

        Deferred.fromCoroutine(done()).addErrback(failed)
