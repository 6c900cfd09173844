"""How many waited and were ready, each 10 s of the last two hours; kept once a minute, so it outlives the core."""

from collections import deque
from collections.abc import Callable

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from server.call.ports import MonitorStore
from server.wire.monitor import Sample

SAMPLE_SECONDS = 10.0
SHOWN_SECONDS = 7_200.0
MOST_SAMPLES = int(SHOWN_SECONDS / SAMPLE_SECONDS)
KEEP_EACH = 6
"""So many samples are kept together: a core that dies loses a minute of the curve at most, an idle house writes once
a minute."""

log = structlog.get_logger()


class Trend:
    """`take` counts now; `added` is told of each sample."""

    def __init__(self, reactor: IReactorTime, store: MonitorStore, take: Callable[[], Sample]) -> None:
        self._store = store
        self._take = take
        self._samples: deque[Sample] = deque(maxlen=MOST_SAMPLES)
        self._unsaved: deque[Sample] = deque(maxlen=MOST_SAMPLES)
        self._loop = LoopingCall(self._sample)
        self._loop.clock = reactor
        self.added: Callable[[Sample], None] = lambda _: None

    @property
    def samples(self) -> list[Sample]:
        """Of the last two hours, oldest first."""
        samples = list(self._samples)
        first = samples[-1].at - SHOWN_SECONDS if samples else 0
        return [sample for sample in samples if sample.at >= first]

    def start(self) -> None:
        """Sample from now on."""
        self._loop.start(SAMPLE_SECONDS)

    async def load(self, wall: float) -> None:
        """Put before the samples what an earlier core kept. `wall`: seconds since 1970, now."""
        kept = await self._store.samples(wall - SHOWN_SECONDS)
        first = self._samples[0].at if self._samples else wall
        own = list(self._samples)
        self._samples.clear()
        self._samples.extend(sample for sample in kept if sample.at < first)
        self._samples.extend(own)

    async def stop(self) -> None:
        """No more samples; those that are not kept yet are kept now."""
        if self._loop.running:
            self._loop.stop()
        await Deferred.fromCoroutine(self._keep()).addErrback(_not_kept)

    def _sample(self) -> None:
        sample = self._take()
        self._samples.append(sample)
        self._unsaved.append(sample)
        if len(self._unsaved) >= KEEP_EACH:
            Deferred.fromCoroutine(self._keep()).addErrback(_not_kept)
        self.added(sample)

    async def _keep(self) -> None:
        samples = list(self._unsaved)
        if not samples:
            return
        self._unsaved.clear()
        try:
            await self._store.add_samples(samples, samples[-1].at - SHOWN_SECONDS)
        except Exception:
            self._unsaved.extendleft(reversed(samples))
            raise


def _not_kept(why: Failure) -> None:
    """The store is away: the samples wait for the next minute."""
    log.warning("trend_not_kept", error=repr(why.value))
