"""The loop of a program that offers services: connect, serve, come back, and finish politely."""

import asyncio
import logging
import secrets
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import msgspec

from server.wire import services as wire
from servicekit.offer import ArgumentsRefused, Offer, Operation, Refused
from servicekit.pauses import Pauses
from servicekit.session import Session, TakenOver

BEATS_PER_LEASE = 3
GRACE_SECONDS = 10.0
"""What runs at SIGTERM may go on so long."""
_SETTLING_SECONDS = 2.0
_MANY_CALLS = 16
"""So many at a time count as full load."""

log = logging.getLogger("servicekit")


class Program:
    """`url`: `ws://HOST:PORT/services/v1` or `wss://...`; `certificates`: PEM file of who vouches for the server.

    `instance`: tells several programs with one token apart. `workers`: threads for operations that are no coroutines.
    Raises ValueError for a URL that is none.
    """

    def __init__(
        self,
        url: str,
        token: str,
        offers: Sequence[Offer],
        *,
        instance: str = "",
        certificates: str = "",
        lease_seconds: float = wire.LEASE_SECONDS,
        workers: int = 4,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a WebSocket; write ws://HOST:PORT{wire.PATH}")
        self._url = url
        self._token = token
        self._offers = tuple(offers)
        self._instance = instance
        self._certificates = certificates
        self._lease_seconds = lease_seconds
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="operation")
        self._running: set[asyncio.Task[None]] = set()
        self._ending: asyncio.Event | None = None

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises `TakenOver` if another program takes the place."""
        asyncio.run(self.serve())

    async def serve(self) -> None:
        """The same, in a loop that runs already."""
        self._ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        pauses = Pauses(lambda: secrets.randbelow(1000) / 1000)
        try:
            while not self._ending.is_set():
                await self._one_connection(pauses, self._ending)
        finally:
            self._workers.shutdown(wait=False, cancel_futures=True)

    # -- one connection --------------------------------------------------------------------------------------------

    async def _one_connection(self, pauses: Pauses, ending: asyncio.Event) -> None:
        frames: asyncio.Queue[bytes] = asyncio.Queue()
        line = await self._connected(frames, ending)
        if line is not None:
            session = Session(
                self._token,
                self._offers,
                self._instance,
                self._lease_seconds,
                line.send,
                lambda call: self._begin(session, call),
            )
            try:
                code, reason = await self._talk(session, line, frames, ending, pauses)
                log.log(logging.ERROR if code == wire.NOT_KNOWN else logging.INFO, "closed: %s %s", code, reason)
            finally:
                line.dropConnection(abort=True)
        await _first(ending.wait(), asyncio.sleep(pauses.next()))

    async def _connected(self, frames: "asyncio.Queue[bytes]", ending: asyncio.Event) -> Any:
        """An open connection; None: there is none, or nobody wants it any more."""
        from servicekit import socket  # autobahn makes up its mind about the kind of loop when it is imported

        connecting = asyncio.ensure_future(socket.connect(self._url, self._certificates, frames.put_nowait))
        await _first(_settled(connecting), ending.wait())
        if not connecting.done():
            connecting.cancel()
        try:
            return await connecting
        except socket.NotTrusted as error:
            log.error("not connected to %s: %s", self._url, error)
        except OSError as error:  # also TimeoutError
            log.warning("the server does not answer at %s: %s", self._url, error or "too late")
        except asyncio.CancelledError:
            if not ending.is_set():
                raise
        return None

    async def _talk(
        self, session: Session, line: Any, frames: "asyncio.Queue[bytes]", ending: asyncio.Event, pauses: Pauses
    ) -> tuple[int | None, str]:
        """Until the connection is over: its close code and reason."""
        session.opened()
        tasks = [
            asyncio.ensure_future(one)
            for one in (self._read(session, frames, pauses), self._beat(session), ending.wait())
        ]
        try:
            await asyncio.wait([line.closed, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for failed in [one for one in tasks[:2] if one.done()]:
                failed.result()  # these end by errors only
            if not line.closed.done():
                await self._finish(session, line)
                line.sendClose(1000)
                await _first(asyncio.shield(line.closed), asyncio.sleep(2))
        finally:
            for task in tasks:
                task.cancel()
        return line.closed.result() if line.closed.done() else (None, "")

    async def _read(self, session: Session, frames: "asyncio.Queue[bytes]", pauses: Pauses) -> None:
        while True:
            payload = await frames.get()
            try:
                session.received(payload)
            except msgspec.MsgspecError as error:
                log.error("the server says what cannot be understood: %s", error)
            if session.registered:
                pauses.reset()

    async def _beat(self, session: Session) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / BEATS_PER_LEASE)
            session.beat(len(self._running) / _MANY_CALLS)

    async def _finish(self, session: Session, line: Any) -> None:
        """SIGTERM: be asked no more, finish what runs, offer nothing."""
        log.info("ending; %d calls run", len(self._running))
        late = time.monotonic() + _SETTLING_SECONDS
        while session.is_registering and not line.closed.done() and time.monotonic() < late:
            await asyncio.sleep(0.02)  # what is registered a moment later could not be withdrawn
        session.drain()
        if self._running:
            await asyncio.wait([line.closed, asyncio.gather(*self._running)], timeout=GRACE_SECONDS,
                               return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        session.withdraw()

    # -- calls -----------------------------------------------------------------------------------------------------

    def _begin(self, session: Session, call: wire.Call) -> None:
        task = asyncio.ensure_future(self._answer(session, call, time.monotonic() + call.deadline_seconds))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, session: Session, call: wire.Call, deadline: float) -> None:
        try:
            operation = self._operation(call)
            session.done(call, await self._carried_out(operation, operation.bound(call.arguments, call.key), deadline))
        except Refused as refused:
            session.failed(call, str(refused), True)
        except ArgumentsRefused as refused:
            log.warning("%s is refused: %s", call.operation, refused)
            session.failed(call, str(refused), False)
        except Exception:  # the edge: a fault of one operation is no fault of the program
            log.exception("%s failed", call.operation)
            session.failed(call, f"{call.operation} failed; the program's log says why", False)

    def _operation(self, call: wire.Call) -> Operation:
        offers = [offer for offer in self._offers if offer.interface == call.interface]
        found = next((offer.operations[call.operation] for offer in offers if call.operation in offer.operations), None)
        if found is None:
            raise ArgumentsRefused(f"{call.interface} has no operation {call.operation}")
        return found

    async def _carried_out(self, operation: Operation, work: Callable[[], Any], deadline: float) -> Any:
        if operation.is_coroutine:
            return await work()

        def in_time() -> Any:
            if time.monotonic() > deadline:  # it waited for a free thread
                raise ArgumentsRefused(f"{operation.name}: nobody waits for it any longer")
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._workers, in_time)


async def _settled(future: "asyncio.Future[Any]") -> None:
    """Wait for it, whatever comes of it; who gives up waiting does not end it."""
    await asyncio.wait([future])


async def _first(*several: Any) -> None:
    """Wait for the first of them; the others are given up."""
    tasks = [asyncio.ensure_future(one) for one in several]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


__all__ = ["Program", "TakenOver"]
