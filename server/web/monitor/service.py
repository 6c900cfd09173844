"""The status monitor as a whole: boards, thresholds, trend and feed, started and ended together."""

from collections.abc import Callable, Sequence

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from server.call.facts import Entry
from server.call.snapshots import QueueSnapshot
from server.call.states import Presence, WorkState
from server.web.api import Wiring
from server.web.monitor.board import Board, Maker, Seen
from server.web.monitor.campaigns import CampaignStatus
from server.web.monitor.feed import MonitorFeed, Source
from server.web.monitor.names import CustomerNames
from server.web.monitor.recent import RecentFigures
from server.web.monitor.thresholds import ThresholdBook
from server.web.monitor.trend import Trend
from server.wire.monitor import ALL_QUEUES, Named, Sample

AGAIN_SECONDS = 10.0
"""What is kept and could not be read is asked for again after so long."""

log = structlog.get_logger()


class Monitor:
    """`feed` answers WebSockets, `thresholds` does two endpoints."""

    def __init__(self, reactor: IReactorTime, wiring: Wiring) -> None:
        self._reactor = reactor
        self._w = wiring
        site = wiring.site
        self._maker = Maker(site.queue)
        self._names = CustomerNames(wiring.customers, self._changed)
        self._recent = RecentFigures(wiring.figures, [queue.id for queue in site.queue], lambda: wiring.now().mono)
        self.thresholds = ThresholdBook(site.queue, wiring.monitor_store)
        self.trend = Trend(reactor, wiring.monitor_store, self._sample)
        source = Source(
            board=self._board,
            wall=lambda: round(wiring.now().wall, 3),
            samples=lambda: self.trend.samples,
            thaw=self._maker.levels.forget,
            site=site.site.name,
            reasons=[Named(reason.id, reason.name or reason.id) for reason in site.reason],
        )
        self.feed = MonitorFeed(reactor, wiring.switchboard, wiring.sessions, source)
        self._campaigns = CampaignStatus(reactor, wiring.campaigns, lambda: self.feed.viewers > 0, self.feed.changed)
        self.thresholds.changed = self._thresholds_changed
        self.trend.added = self.feed.sampled
        self._ends: list[Callable[[], None]] = []
        self._again: IDelayedCall | None = None

    def start(self) -> None:
        """Sample and tell from now on; what was kept is read meanwhile."""
        self._ends = [
            self._w.switchboard.subscribe(self._committed),
            self._w.watch_services(self._changed),
        ]
        self.feed.start()
        self.trend.start()
        self._campaigns.start()
        self._load()

    async def stop(self) -> None:
        """Close the feeds, keep the last samples."""
        for end in self._ends:
            end()
        self._ends = []
        if self._again is not None:
            self._again.cancel()
            self._again = None
        self._campaigns.stop()
        self.feed.stop()
        await self.trend.stop()

    def _load(self) -> None:
        self._again = None
        Deferred.fromCoroutine(self._read_kept()).addErrback(self._not_loaded)

    async def _read_kept(self) -> None:
        await self.thresholds.load()
        await self.trend.load(self._w.now().wall)

    def _not_loaded(self, why: Failure) -> None:
        log.warning("monitor_not_loaded", error=repr(why.value))
        if self._ends:
            self._again = self._reactor.callLater(AGAIN_SECONDS, self._load)

    def _committed(self, _: Sequence[Entry]) -> None:
        self._recent.outdated()

    def _changed(self) -> None:
        self.feed.changed()

    def _thresholds_changed(self) -> None:
        self._maker.levels.forget()
        self.feed.changed()

    def _board(self) -> Board:
        switchboard, now = self._w.switchboard, self._w.now()
        return self._maker.board(
            Seen(
                agents=switchboard.agents(),
                queues=switchboard.queues(),
                calls=switchboard.calls(),
                services=self._w.services(""),
                mailboxes=self._w.voicemail.owned_by(""),
                campaigns=self._campaigns.campaigns,
                recent=self._recent.now(),
                thresholds=self.thresholds.all,
                names=self._names.of,
                wall=now.wall,
                mono=now.mono,
            )
        )

    def _sample(self) -> Sample:
        queues = self._w.switchboard.queues()
        counts = {queue.id: (queue.waiting, queue.ready) for queue in queues}
        counts[ALL_QUEUES] = (_waiting(queues), self._ready())
        return Sample(round(self._w.now().wall, 3), counts)

    def _ready(self) -> int:
        """Free agents; one of several queues counts once."""
        return sum(
            agent.presence == Presence.READY
            and agent.reachable
            and agent.work_state == WorkState.IDLE
            and bool(agent.queues)
            for agent in self._w.switchboard.agents()
        )


def _waiting(queues: Sequence[QueueSnapshot]) -> int:
    return sum(queue.waiting for queue in queues)
