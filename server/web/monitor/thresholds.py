"""The thresholds of all queues: the defaults, and what supervisors chose instead."""

from collections.abc import Callable, Sequence

import structlog

from server.call.ports import MonitorStore
from server.config.site import Queue
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.web.monitor.levels import contradiction, defaults_of
from server.wire.monitor import ALL_QUEUES, Thresholds

log = structlog.get_logger()


class ThresholdBook:
    """`changed` is called after each choice."""

    def __init__(self, queues: Sequence[Queue], store: MonitorStore) -> None:
        self._defaults = {ALL_QUEUES: Thresholds(), **{queue.id: defaults_of(queue) for queue in queues}}
        self._chosen: dict[str, Thresholds] = {}
        self._store = store
        self.changed: Callable[[], None] = lambda: None
        self.all: dict[str, Thresholds] = dict(self._defaults)
        """By queue, and `*`. Replaced as a whole with each choice."""

    async def load(self) -> None:
        """Read what was chosen. What was chosen for queues that are no more is left alone."""
        self._chosen = dict(await self._store.thresholds())
        self._merge()

    async def set_thresholds(self, asked: Asked) -> Answer:
        """Choose the thresholds of a queue."""
        queue = self._queue(asked)
        chosen: Thresholds = asked.body
        if name := contradiction(chosen):
            raise ProblemFound("body-invalid", f"{name}: red would begin before amber.")
        return await self._choose(asked, queue, chosen)

    async def reset_thresholds(self, asked: Asked) -> Answer:
        """The defaults again."""
        return await self._choose(asked, self._queue(asked), None)

    async def _choose(self, asked: Asked, queue: str, chosen: Thresholds | None) -> Answer:
        await self._store.save_thresholds(queue, chosen, asked.someone.user)
        self._chosen.pop(queue, None)
        if chosen is not None:
            self._chosen[queue] = chosen
        log.info("thresholds_chosen", queue=queue, by=asked.someone.user, default=chosen is None)
        self._merge()
        return Answer(value=self.all[queue])

    def _merge(self) -> None:
        self.all = {queue: self._chosen.get(queue, default) for queue, default in self._defaults.items()}
        self.changed()

    def _queue(self, asked: Asked) -> str:
        queue = asked.path["queue"]
        if queue not in self._defaults:
            raise ProblemFound("not-found", "There is no queue of that id.")
        return queue
