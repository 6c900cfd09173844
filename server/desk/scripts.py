"""The scripts of the calls before agents: begun, gone on with and stepped through.

A session's id is made of the call's and the script's: a desk that comes back, or a core after a restart, finds the same
one at the same question. What the caller told on the phone goes along: the session itself if it is of the same script,
otherwise its reusable answers.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from msgspec.structs import replace
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from scriptengine.interpreter import Closed, Event, Resumed
from scriptengine.interpreter.formatting import MASK
from server.call.dialogs import NO_SESSION, STALE, Beginning, DialogRefused, Dialogs, DialogView
from server.call.events import RequestRefused, TransferAsked
from server.call.facts import Entry
from server.call.ports import Switchboard
from server.call.snapshots import AgentSnapshot, CallSnapshot
from server.call.states import CallState, WorkState
from server.config.site import SiteFile
from server.desk import script_view
from server.desk.script_ends import ScriptEnds
from server.desk.script_view import ENDED
from server.wire import desk, desk_script

DESK = "desk"
RETRY_SECONDS = (0.5, 2.0, 5.0, 15.0, 30.0)
"""Pauses between attempts to begin; the last one for ever."""
NO_SERVICE = "script-no-service"
_NO_SERVICE_DETAIL = "The service that runs scripts is not there."
LONGEST_SESSION = 80
_SIGNS = re.compile(r"[A-Za-z0-9._:@-]+")
_IN_TALK = (CallState.TALKING, CallState.HOLDING)
_COMING = (WorkState.RESERVED, WorkState.RINGING)

log = structlog.get_logger()


class _Attached:
    """The script of a call at an agent's desk. `problem` empty: none."""

    def __init__(self, call: str, agent: str, script: str) -> None:
        self.call, self.agent, self.script = call, agent, script
        self.view: DialogView | None = None
        self.told: dict[str, str] = {}
        self.problem = self.detail = ""
        self.attempts = 0
        self.under_way: Deferred[None] | None = None
        self.retry: IDelayedCall | None = None

    def end(self) -> None:
        """Stop what is under way."""
        if self.retry is not None:
            self.retry.cancel()
            self.retry = None
        if self.under_way is not None:
            self.under_way.cancel()
            self.under_way = None


class CallScripts:
    """Scripts at desks. `changed(call)` is called when the section of a call is new.

    `dialogs` may stand for a service that is not there yet, or no more: then the section says so.
    """

    def __init__(
        self,
        reactor: IReactorTime,
        site: SiteFile,
        switchboard: Switchboard,
        dialogs: Dialogs,
        changed: Callable[[str], None],
    ) -> None:
        self._reactor = reactor
        self._scripts = {queue.id: queue.dialog for queue in site.queue if queue.dialog}
        self._most_file_octets = int(site.web.upload_megabytes * 1_000_000)
        self._names = {agent.id: agent.name or agent.id for agent in site.agent}
        self._switchboard = switchboard
        self._dialogs = dialogs
        self._changed = changed
        self._ends = ScriptEnds(site, switchboard, dialogs)
        self._attached: dict[str, _Attached] = {}
        self._unsubscribe: Callable[[], None] | None = None

    # what is shown

    def section(self, agent: AgentSnapshot, call: CallSnapshot, language: str) -> desk_script.Script | None:
        """The script of an agent's call; None: it has none. Begins it when the agent talks.

        `language`: the customer's; empty: not known.
        """
        script = self._scripts.get(call.queue, "")
        if not script or agent.work_state == WorkState.IDLE:
            return None
        if agent.work_state in _COMING:
            return desk_script.Script(call=call.call, id=script, status="coming", title=self._title(script, language))
        if call.agent != agent.id:
            return None
        attached = self._attached.get(call.call)
        if attached is None or (attached.agent, attached.script) != (agent.id, script):
            self.forget(call.call)
            attached = self._attached[call.call] = _Attached(call.call, agent.id, script)
            self._begin(attached, language)
        return self._section(attached)

    def _section(self, attached: _Attached) -> desk_script.Script:
        if attached.view is not None:
            shown = script_view.shown(attached.call, attached.view, self._most_file_octets)
            return replace(shown, told=attached.told)
        return desk_script.Script(
            call=attached.call,
            id=attached.script,
            status="unavailable" if attached.problem else "beginning",
            title=self._title(attached.script, ""),
            problem=attached.problem,
            detail=attached.detail,
        )

    def _title(self, script: str, language: str) -> str:
        try:
            published = next((one for one in self._dialogs.scripts() if one.id == script), None)
        except ConnectionError:
            return script
        if published is None:
            return script
        titles = published.titles
        return titles.get(language) or next((titles[one] for one in published.languages if titles.get(one)), script)

    def forget(self, call: str) -> None:
        """No desk shows the call any more; its session stays as it is."""
        attached = self._attached.pop(call, None)
        if attached is not None:
            attached.end()

    def clear(self) -> None:
        """Forget all."""
        for call in list(self._attached):
            self.forget(call)
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def took_over(self, call: str, session: str) -> None:
        """A session that an earlier core left open at a desk."""
        self._ends.took_over(call, session)

    def committed(self, entries: Sequence[Entry]) -> None:
        """Facts: some end a conversation, and its script with it."""
        self._ends.committed(entries)

    # how a session begins

    def _begin(self, attached: _Attached, language: str) -> None:
        attached.end()
        asked = Deferred.fromCoroutine(self._take_up(attached, language))
        under_way = asked.addCallbacks(
            lambda view: self._begun(attached, view), lambda why: self._not_begun(attached, language, why)
        )
        if not under_way.called:
            attached.under_way = under_way

    async def _take_up(self, attached: _Attached, language: str) -> DialogView:
        """The session of the call, wherever it began; a new one if there is none to go on with."""
        if self._unsubscribe is None:
            self._unsubscribe = self._dialogs.subscribe(self._stepped)
        found = await self._at_desk(attached) or await self._dialogs.of_call(attached.call)
        given: dict[str, Any] = {}
        known: dict[str, Any] = {}
        if found is not None and found.script == attached.script:
            attached.told = await self._told_before(attached.call, found)
            if found.channel == DESK and (found.status == ENDED or found.agent == attached.agent):
                return found
            if found.status != ENDED:
                return await self._dialogs.take(found.session, self._resumed(attached.agent))
            given = _told(found)
        if found is not None:
            known = await self._reusable(attached, found)
            attached.told = script_view.told(found)
        return await self._dialogs.begin(self._beginning(attached, language, given, known))

    async def _told_before(self, call: str, found: DialogView) -> dict[str, str]:
        """What was told in the session of the call that was over before the one that goes on at a desk."""
        before = await self._dialogs.of_call(call, but=found.session) if found.channel == DESK else None
        return script_view.told(before) if before is not None and before.status == ENDED else {}

    async def _at_desk(self, attached: _Attached) -> DialogView | None:
        """The session that was at a desk of this call before; None: none that is known."""
        session = self._ends.session(attached.call) or session_of(attached.call, attached.script)
        try:
            view = await self._dialogs.look(session)
        except DialogRefused as refused:
            if refused.code == NO_SESSION:
                return None
            raise
        return view if view.script == attached.script else None

    async def _reusable(self, attached: _Attached, found: DialogView) -> dict[str, Any]:
        """The reusable answers of the call's last session, which is closed: its script does not go on.

        Raises `DialogRefused` in a wrap-up: then it is a survey that the customer goes through just now.
        """
        if found.status != ENDED:
            call = self._switchboard.call(attached.call)
            if call is None or call.state not in _IN_TALK:
                raise DialogRefused(NO_SESSION, "The call is over; no script was begun in it.")
            found = await self._dialogs.take(found.session, Closed("the script of another queue goes on"))
        return dict(found.ended.reusable) if found.ended is not None else {}

    def _beginning(self, attached: _Attached, language: str, given: dict[str, Any], known: dict[str, Any]) -> Beginning:
        call = self._switchboard.call(attached.call)
        return Beginning(
            script=attached.script,
            channel=DESK,
            session=session_of(attached.call, attached.script),
            language=language,
            given=given,
            known=known,
            call=attached.call,
            queue=call.queue if call is not None else "",
            agent=attached.agent,
            customer=call.customer if call is not None else "",
            number=(call.call_back or call.caller_e164 or call.caller) if call is not None else "",
        )

    def _resumed(self, agent: str) -> Resumed:
        return Resumed(channel=DESK, agent={"id": agent, "name": self._names.get(agent, agent)})

    def _begun(self, attached: _Attached, view: DialogView) -> None:
        attached.under_way = None
        attached.problem = attached.detail = ""
        attached.attempts = 0
        log.info("script_at_desk", call=attached.call, agent=attached.agent, session=view.session, status=view.status)
        self._show(attached, view)

    def _not_begun(self, attached: _Attached, language: str, why: Failure) -> None:
        attached.under_way = None
        error = why.value
        if isinstance(error, CancelledError):
            return
        attached.problem, attached.detail = _problem(error)
        pause = RETRY_SECONDS[min(attached.attempts, len(RETRY_SECONDS) - 1)]
        attached.attempts += 1
        log.warning("script_not_begun", call=attached.call, script=attached.script, error=repr(error), again=pause)
        attached.retry = self._reactor.callLater(pause, self._again, attached, language)
        self._changed(attached.call)

    def _again(self, attached: _Attached, language: str) -> None:
        attached.retry = None
        self._begin(attached, language)

    # what agents ask

    async def answer(
        self, agent: str, request: desk.StepScript | desk.BeginScript | desk.PassOn | desk.ScriptPlaces
    ) -> desk.FromCore:
        """Carry out a request of the agent whose call it is. Raises `RequestRefused`."""
        attached = self._attached.get(request.call)
        call = self._switchboard.call(request.call)
        if attached is None or attached.agent != agent or call is None or call.agent != agent:
            raise RequestRefused("not-your-call", "That call is not yours, it is over, or it has no script.")
        match request:
            case desk.StepScript():
                await self._step(attached, request)
            case desk.BeginScript():
                if attached.view is None and attached.under_way is None:
                    self._begin(attached, "")
                    self._changed(request.call)
            case desk.PassOn():
                await self._pass_on(attached)
            case desk.ScriptPlaces():
                return desk.Places(request.id, await self._places(attached))
        return desk.Done(request.id)

    async def _step(self, attached: _Attached, request: desk.StepScript) -> None:
        if attached.view is None:
            raise RequestRefused("script-not-begun", "The script has not begun yet.")
        session = attached.view.session
        event: Event = request.event
        if isinstance(event, Resumed):  # a desk cannot say for whom, and on which channel
            event = self._resumed(attached.agent)
        try:
            view = await self._dialogs.take(session, event, request.revision)
        except DialogRefused as refused:
            if refused.code == STALE:
                self._show(attached, await self._dialogs.look(session))
            raise RequestRefused(f"script-{refused.code}", str(refused)) from refused
        except ConnectionError as error:
            raise RequestRefused(*_problem(error)) from error
        self._show(attached, view)

    async def _pass_on(self, attached: _Attached) -> None:
        """The end of the script is a hand-over: the customer goes to its queue, with what was told so far."""
        ended = attached.view.ended if attached.view is not None else None
        if ended is None or not ended.queue:
            raise RequestRefused("script-no-queue", "The script has not ended with a queue to pass the customer on to.")
        await self._switchboard.tell(TransferAsked(attached.call, f"queue:{ended.queue}", attached.agent))

    async def _places(self, attached: _Attached) -> list[desk_script.Place]:
        if attached.view is None:
            raise RequestRefused("script-not-begun", "The script has not begun yet.")
        try:
            return script_view.places(await self._dialogs.places(attached.view.session))
        except DialogRefused as refused:
            raise RequestRefused(f"script-{refused.code}", str(refused)) from refused
        except ConnectionError as error:
            raise RequestRefused(*_problem(error)) from error

    # what follows from a step

    def _stepped(self, view: DialogView) -> None:
        """A step of any session; those of calls at desks are shown, whoever made the step."""
        attached = self._attached.get(view.call)
        if attached is not None and attached.view is not None and attached.view.session == view.session:
            self._show(attached, view)

    def _show(self, attached: _Attached, view: DialogView) -> None:
        before = attached.view
        if self._attached.get(attached.call) is not attached or (before and before.revision > view.revision):
            return
        attached.view = view
        if view != before:
            self._changed(attached.call)
            self._ends.stepped(attached.call, attached.agent, view)


def session_of(call: str, script: str) -> str:
    """The id of the session that a script has at the desks of a call: 1 to 80 letters, digits or `. _ : @ -`."""
    plain = f"{call}.{script}"
    if len(plain) <= LONGEST_SESSION and _SIGNS.fullmatch(plain):
        return plain
    return hashlib.sha256(plain.encode()).hexdigest()


def _told(found: DialogView) -> dict[str, Any]:
    """What a caller told the same script before it ended, to be suggested now: no secrets, no later rounds."""
    return {name: value for name, value in found.answers.items() if name.isidentifier() and value != MASK}


def _problem(error: BaseException | None) -> tuple[str, str]:
    """A stable id and a sentence for people."""
    if isinstance(error, DialogRefused):
        return f"script-{error.code}", str(error)
    if isinstance(error, ConnectionError):
        return NO_SERVICE, _NO_SERVICE_DETAIL
    return "script-failed", "The script could not be begun."
