"""Threads that do what blocks, and give the result back on the reactor's thread."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import SimpleQueue
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure

from server.storage.database import AWAY
from server.storage.errors import StorageAway

T = TypeVar("T")


class Workers:
    """`count` threads that take jobs from one queue, in order. With one thread the jobs never overlap.

    Whatever of `AWAY` a job raises reaches the caller as `StorageAway`, other exceptions as they are.
    """

    def __init__(self, reactor: IReactorFromThreads, name: str, count: int = 1) -> None:
        self._reactor = reactor
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._ended: list[Deferred[None]] = [Deferred() for _ in range(count)]
        self._is_stopping = False
        self._threads = [
            # in a copy of the context, so that log lines of a thread name the process
            threading.Thread(target=copy_context().run, args=(self._work, ended), name=f"{name}-{n}", daemon=True)
            for n, ended in enumerate(self._ended)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, job: Callable[..., T], *args: object) -> Deferred[T]:
        """`job(*args)` on a thread; fires with its result or failure on the reactor's thread."""
        done: Deferred[T] = Deferred()
        if self._is_stopping:
            done.errback(RuntimeError("storage has stopped"))
            return done

        def work() -> None:
            try:
                result = job(*args)
            except AWAY as fault:
                away = fault if isinstance(fault, StorageAway) else StorageAway(f"the database is away: {fault}")
                self._reactor.callFromThread(done.errback, away)
            except BaseException:  # noqa: BLE001 - the edge of the thread: whoever asked gets the failure
                self._reactor.callFromThread(done.errback, Failure())  # type: ignore[no-untyped-call]
            else:
                self._reactor.callFromThread(done.callback, result)

        self._jobs.put(work)
        return done

    async def stop(self) -> None:
        """Does what has been asked, takes no more, ends the threads."""
        if not self._is_stopping:
            self._is_stopping = True
            for _ in self._threads:
                self._jobs.put(None)
        for ended in self._ended:
            await ended

    def _work(self, ended: Deferred[None]) -> None:
        while (job := self._jobs.get()) is not None:
            job()
        self._reactor.callFromThread(ended.callback, None)
