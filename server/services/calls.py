"""Calls that a company's program is asked to carry out over one connection, until they are answered, late or lost."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from server.call.events import RequestRefused
from server.services.errors import ServiceLost
from server.services.form import fault_of
from server.wire import services as wire

MOST_CALLS = 64
"""That run at the same time over one connection."""

log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode

Answer = Mapping[str, Any]


class CalleeLost(ServiceLost, RequestRefused):
    """The program was lost while it carried a call out: it may have done it. Asking again with the same key is safe."""

    def __init__(self, interface: str, instance: str, operation: str) -> None:
        ServiceLost.__init__(self, interface, instance, operation)
        self.problem = "service-lost"
        self.detail = f"The service {interface} was lost while it was asked."

    def __str__(self) -> str:
        return self.detail


class _Call:
    """A call that runs."""

    def __init__(self, asked: wire.Call, cancelled: Callable[[int], None]) -> None:
        self.asked = asked
        self.answer: Deferred[Answer] = Deferred(lambda _: cancelled(asked.id))
        self.due: IDelayedCall | None = None


class Calls:
    """`send` takes an encoded message. `name` is the program's, for the log."""

    def __init__(self, reactor: IReactorTime, name: str, timeout_seconds: float, send: Callable[[bytes], None]) -> None:
        self._reactor = reactor
        self._name = name
        self._timeout_seconds = timeout_seconds
        self._send = send
        self._last_id = 0
        self._running: dict[int, _Call] = {}
        self._is_over = False

    @property
    def running(self) -> int:
        """Calls without an answer."""
        return len(self._running)

    def ask(
        self, interface: str, instance: str, operation: str, arguments: Mapping[str, Any], key: str
    ) -> Deferred[Answer]:
        """Carry out an operation. Fires with the results; fails with `RequestRefused`, whose text is for people.

        Who cancels it waits no longer; the program may carry it out all the same.
        """
        if self._is_over:
            return fail(CalleeLost(interface, instance, operation))
        if len(self._running) >= MOST_CALLS:
            return fail(RequestRefused("service-busy", f"The service {interface} has too much to do."))
        self._last_id += 1
        asked = wire.Call(
            id=self._last_id,
            interface=interface,
            instance=instance,
            operation=operation,
            arguments=dict(arguments),
            key=key,
            deadline_seconds=self._timeout_seconds,
        )
        payload = _payload(asked)
        if payload is None:
            return fail(RequestRefused("service-arguments", f"The service {interface} cannot be asked this."))
        call = self._running[asked.id] = _Call(asked, self._cancelled)
        call.due = self._reactor.callLater(self._timeout_seconds, self._too_late, asked.id)
        self._send(payload)
        return call.answer

    def done(self, message: wire.Done) -> None:
        """The program says that it has done it. An answer that nobody waits for is not looked at."""
        call = self._forget(message.call)
        if call is None:
            return
        fault = fault_of(message.results)
        if fault:
            self._note(call.asked, f"the results cannot be used: {fault}")
            call.answer.errback(_not_understood(call.asked))
        else:
            call.answer.callback(message.results)

    def failed(self, message: wire.Failed) -> None:
        """The program says that it has not done it."""
        call = self._forget(message.call)
        if call is None:
            return
        reason = " ".join(message.reason[: wire.MAX_REASON_CHARACTERS].split())
        if message.is_for_people and reason:
            call.answer.errback(RequestRefused("service-refused", reason))
        else:
            self._note(call.asked, reason)
            call.answer.errback(_not_done(call.asked))

    def lost(self) -> None:
        """The connection is gone: every call fails with `CalleeLost`, also those that come from here on."""
        self._is_over = True
        for number in list(self._running):
            call = self._forget(number)
            if call is not None:
                asked = call.asked
                call.answer.errback(CalleeLost(asked.interface, asked.instance, asked.operation))

    def _too_late(self, number: int) -> None:
        call = self._forget(number)
        if call is not None:
            self._note(call.asked, f"no answer within {self._timeout_seconds:g} s")
            text = f"The service {call.asked.interface} did not answer in time."
            call.answer.errback(RequestRefused("service-too-slow", text))

    def _cancelled(self, number: int) -> None:
        self._forget(number)

    def _forget(self, number: int) -> _Call | None:
        call = self._running.pop(number, None)
        if call is not None and call.due is not None and call.due.active():
            call.due.cancel()
        return call

    def _note(self, asked: wire.Call, why: str) -> None:
        log.warning(
            "service-call-failed", service=self._name, interface=asked.interface, operation=asked.operation, why=why
        )


def _payload(asked: wire.Call) -> bytes | None:
    """The call as it is sent; None: it cannot be."""
    if len(asked.key) > wire.MAX_KEY_CHARACTERS:
        return None
    try:
        payload = _encode(asked)
    except (TypeError, ValueError, RecursionError):  # a value that JSON has no word for
        return None
    return payload if len(payload) <= wire.MAX_MESSAGE_OCTETS else None


def _not_done(asked: wire.Call) -> RequestRefused:
    return RequestRefused("service-failed", f"The service {asked.interface} could not do it.")


def _not_understood(asked: wire.Call) -> RequestRefused:
    return RequestRefused("service-failed", f"The service {asked.interface} gave an answer that cannot be used.")
