"""The outbox: actions that no session waits for, carried out until they are done, over restarts, none twice.

An action is claimed in the store before it is asked for. One that was claimed by a core that died, or that got no
answer, is asked for again only if asking twice does no more than once; else it has failed, and says why.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

import structlog
from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import deferLater

from server.call.dialog_facts import DialogActed, DialogFact
from server.call.dialog_store import ASKED, DONE, FAILED, WAITING, DialogStore, KeptAction
from server.call.now import Now
from server.dialogs.actions import is_repeatable, name_of, place_of
from server.dialogs.performing import NotPerformed, Performing

log = structlog.get_logger()

PAUSES_SECONDS = (2.0, 10.0, 60.0, 300.0, 900.0, 3600.0)
"""Between the attempts; the last one again and again."""
GIVE_UP_SECONDS = 48 * 3600.0
MOST_AT_ONCE = 4
SAVE_AGAIN_SECONDS = 2.0
STOP_SECONDS = 3.0
IN_DOUBT = "It is not known whether it was done; it was not tried again."

Tell = Callable[[Sequence[DialogFact]], Awaitable[None]]
"""Puts facts into the ledger; fires when they are committed."""


class Outbox:
    """`counters`: since this core began."""

    def __init__(
        self, reactor: Any, store: DialogStore, performing: Performing, tell: Tell, now: Callable[[], Now]
    ) -> None:
        self.counters: Counter[str] = Counter(kept=0, done=0, failed=0, again=0)
        self._reactor = reactor
        self._store = store
        self._performing = performing
        self._tell = tell
        self._now = now
        self._waiting: dict[str, KeptAction] = {}
        self._running: set[str] = set()
        self._timer: IDelayedCall | None = None
        self._is_stopping = False
        self._idle: Deferred[None] | None = None

    @property
    def waiting(self) -> int:
        """Actions that are not over."""
        return len(self._waiting) + len(self._running)

    async def start(self) -> None:
        """Take up what an earlier core left. Raises `ConnectionError` while the database is away."""
        for action in await self._store.open_actions():
            if action.state in (DONE, FAILED):
                self._begin(self._told(action), action)
            elif action.state == ASKED and not is_repeatable(action.perform):
                log.warning("action-in-doubt", action=name_of(action.perform), session=action.session)
                self._begin(self._over(replace(action, state=FAILED, error=IN_DOUBT)), action)
            else:
                self._waiting[action.id] = replace(action, state=WAITING)
        self._go_on()

    async def stop(self) -> None:
        """Begin nothing more, and wait a little for answers."""
        self._is_stopping = True
        self._disarm()
        if self._running:
            self._idle = Deferred()
            await self._idle.addTimeout(STOP_SECONDS, self._reactor, lambda _result, _seconds: None)

    def add(self, actions: Iterable[KeptAction]) -> None:
        """Actions that were just kept in the store."""
        for action in actions:
            if action.id not in self._waiting and action.id not in self._running:
                self.counters["kept"] += 1
                self._waiting[action.id] = action
        self._go_on()

    def _go_on(self) -> None:
        """Begin what is due; arm the timer for what is not."""
        self._disarm()
        if self._is_stopping:
            return
        wall = self._now().wall
        for action in sorted(self._waiting.values(), key=lambda one: (one.due_at, one.since, one.id)):
            if action.due_at > wall:
                self._timer = self._reactor.callLater(action.due_at - wall, self._go_on)
                return
            if len(self._running) >= MOST_AT_ONCE:
                return  # each that ends comes here again
            del self._waiting[action.id]
            self._begin(self._attempt(action), action)

    def _begin(self, work: Coroutine[Any, Any, None], action: KeptAction) -> None:
        self._running.add(action.id)
        begun = Deferred.fromCoroutine(work)
        begun.addErrback(_failed, action.id)
        begun.addCallback(lambda _: self._ended(action.id))

    def _ended(self, ident: str) -> None:
        self._running.discard(ident)
        if self._idle is not None and not self._running:
            idle, self._idle = self._idle, None
            idle.callback(None)
        self._go_on()

    async def _attempt(self, action: KeptAction) -> None:
        claimed = replace(action, state=ASKED, attempts=action.attempts + 1)
        if not await self._kept(claimed):
            return
        claimed = replace(claimed, version=claimed.version + 1)
        try:
            await self._performing.perform(claimed.perform)
        except NotPerformed as failure:
            await self._not_done(claimed, failure)
        else:
            await self._over(replace(claimed, state=DONE, error=""))

    async def _not_done(self, action: KeptAction, failure: NotPerformed) -> None:
        wall = self._now().wall
        may_again = failure.kind == "unreached" or (failure.kind == "unknown" and is_repeatable(action.perform))
        if not may_again or wall - action.since >= GIVE_UP_SECONDS:
            await self._over(replace(action, state=FAILED, error=str(failure)))
            return
        pause = PAUSES_SECONDS[min(action.attempts, len(PAUSES_SECONDS)) - 1]
        later = replace(action, state=WAITING, due_at=wall + pause, error=str(failure))
        self.counters["again"] += 1
        log.info("action-again", action=name_of(action.perform), session=action.session, seconds=pause)
        if await self._kept(later):
            self._waiting[action.id] = replace(later, version=later.version + 1)

    async def _over(self, action: KeptAction) -> None:
        self.counters[action.state] += 1
        if action.state == FAILED:
            log.warning("action-failed", action=name_of(action.perform), session=action.session)
        if await self._kept(action):
            await self._told(replace(action, version=action.version + 1))

    async def _told(self, action: KeptAction) -> None:
        fact = DialogActed(
            session=action.session,
            number=0,
            call=action.call,
            id=place_of(action.id),
            action=name_of(action.perform),
            came=action.state,
            why=action.error if action.state == FAILED else "",
        )
        await self._tell([fact])
        await self._kept(replace(action, is_told=True))

    async def _kept(self, action: KeptAction) -> bool:
        """Keep it, as often as the database has to be asked; False: another core has it, or it was pruned."""
        while True:
            try:
                return await self._store.save_action(action)
            except ConnectionError as error:
                log.warning("action-not-kept", action=place_of(action.id), error=str(error))
                if self._is_stopping:
                    return False
                await deferLater(self._reactor, SAVE_AGAIN_SECONDS)

    def _disarm(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None


def _failed(failure: Any, ident: str) -> None:
    log.error("outbox-fault", action=place_of(ident), error=str(failure.value))
