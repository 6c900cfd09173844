"""Texts are spoken by a child process, one request after the other; those that a caller waits for come first.

The child (`server.speech.speaker`) begins with the first request. Should it die, what it was asked is missing, and the
next request begins another one.
"""

import sys
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import structlog
from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import ProcessProtocol
from twisted.python.failure import Failure

from server.speech.prompt_files import RATES_HZ, PromptFiles
from server.speech.speaker import Answer, Request

log = structlog.get_logger()

TEXTS_AT_ONCE = 10
"""So many texts are one request: who waits for another one waits for a fraction of a second."""
ANSWER_SECONDS = 30.0
"""A request that takes longer has failed, and the child with it."""
MAX_LINE_OCTETS = 1_000_000


class _Wanted(msgspec.Struct):
    """A request that waits for its turn, or for its answer."""

    request: Request
    answered: "Deferred[Answer]"


class Speaking:
    """Makes the files of texts under `folder`."""

    def __init__(self, reactor: Any, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._reactor = reactor
        self._folder = folder
        self.files = PromptFiles(folder)
        self._urgent: deque[_Wanted] = deque()
        self._later: deque[_Wanted] = deque()
        self._under_way: _Wanted | None = None
        self._child: _Child | None = None
        self._limit: IDelayedCall | None = None
        self._numbers = 0
        self.counters = {"made": 0, "missing": 0}

    async def make(self, texts: Iterable[str], language: str, *, urgent: bool = False) -> list[str]:
        """Fires when every text has its files; with those that have none, if there are any."""
        wanted = [text for text in dict.fromkeys(texts) if not self._is_there(text, language)]
        parts = [wanted[start : start + TEXTS_AT_ONCE] for start in range(0, len(wanted), TEXTS_AT_ONCE)]
        missing: list[str] = []
        for answered in [self._ask(part, language, urgent) for part in parts]:
            missing += (await answered).missing
        return missing

    def _is_there(self, text: str, language: str) -> bool:
        return all(self.files.find(text, language, rate_hz) is not None for rate_hz in RATES_HZ)

    def _ask(self, texts: Sequence[str], language: str, urgent: bool) -> "Deferred[Answer]":
        self._numbers += 1
        wanted = _Wanted(Request(self._numbers, language, list(texts)), Deferred())
        (self._urgent if urgent else self._later).append(wanted)
        self._next()
        return wanted.answered

    def _next(self) -> None:
        waiting = self._urgent or self._later
        if self._under_way is not None or not waiting:
            return
        if self._child is None:
            self._child = _Child(self._answered, self._ended)
            command = [sys.executable, "-P", "-m", "server.speech.speaker", str(self._folder)]
            self._reactor.spawnProcess(self._child, sys.executable, command, env=None)
        self._under_way = waiting.popleft()
        self._limit = self._reactor.callLater(ANSWER_SECONDS, self._child.end)
        self._child.ask(self._under_way.request)

    def _answered(self, answer: Answer) -> None:
        wanted = self._under_way
        if wanted is None or wanted.request.number != answer.number:
            return
        self._under_way = None
        if self._limit is not None and self._limit.active():
            self._limit.cancel()
        self.counters["made"] += answer.made
        self.counters["missing"] += len(answer.missing)
        if answer.missing:
            log.error(
                "texts-not-spoken", language=wanted.request.language, count=len(answer.missing), why=answer.trouble
            )
        wanted.answered.callback(answer)
        self._next()

    def _ended(self, why: str) -> None:
        """The child is gone."""
        self._child = None
        wanted = self._under_way
        if wanted is not None:
            request = wanted.request
            self._answered(Answer(request.number, 0, request.texts, why))
        else:
            self._next()

    def stop(self) -> None:
        """No more: what was not spoken is missing."""
        waiting = [*self._urgent, *self._later]
        self._urgent.clear()
        self._later.clear()
        if self._child is not None:
            self._child.end()
        for wanted in waiting:
            wanted.answered.callback(Answer(wanted.request.number, 0, wanted.request.texts, "the server ends"))


class _Child(ProcessProtocol):
    """The process that speaks."""

    def __init__(self, answered: Any, ended: Any) -> None:
        self._answered = answered
        self._ended = ended
        self._buffer = b""

    def ask(self, request: Request) -> None:
        """Hand it a request."""
        assert self.transport is not None
        self.transport.write(msgspec.json.encode(request) + b"\n")

    def outReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Lines of JSON."""
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        if len(self._buffer) > MAX_LINE_OCTETS:
            self.end()
            return
        for line in lines:
            try:
                answer = msgspec.json.decode(line, type=Answer)
            except msgspec.DecodeError as error:  # a library that prints what nobody asked for
                log.warning("speaker-said-nonsense", error=str(error))
                continue
            self._answered(answer)

    def errReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """What it complains of."""
        log.warning("speaker-complains", text=data.decode(errors="replace")[-500:])

    def processEnded(self, reason: Failure) -> None:  # noqa: N802 - Twisted's name
        """It died, or was ended."""
        self._ended(str(reason.value))

    def end(self) -> None:
        """End it; `processEnded` follows."""
        assert self.transport is not None
        try:
            self.transport.signalProcess("KILL")
        except ProcessExitedAlready:
            return
