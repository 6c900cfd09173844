"""Stand-ins for services: at each call the best provider of the moment is asked."""

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, get_origin, get_type_hints

import structlog
from twisted.internet.defer import Deferred, fail, maybeDeferred
from twisted.python.failure import Failure

from server.services.errors import ServiceLost, ServiceMissing
from server.services.registry import Registered

log = structlog.get_logger()

Best = Callable[[str, str, frozenset[str]], tuple[Registered, Any] | None]


class Rebinding:
    """Has the operations of a Protocol, and nothing else. See `Directory.proxy`."""

    def __init__(
        self, best: Best, interface: str, versions: str, protocol: Callable[..., Any], idempotent: frozenset[str]
    ) -> None:
        self._best = best
        self._interface = interface
        self._versions = versions
        operations = {
            name: operation
            for name, operation in inspect.getmembers(protocol, inspect.isfunction)
            if not name.startswith("_")
        }
        if unknown := idempotent - operations.keys():
            raise ValueError(f"{interface} has no operation {', '.join(sorted(unknown))}")
        for name, operation in operations.items():
            call = self._ask if _is_awaited(operation) else self._ask_now
            setattr(self, name, partial(call, name, name in idempotent))

    def __repr__(self) -> str:
        return f"<stand-in for {self._interface} {self._versions}>"

    def _ask_now(self, operation: str, is_idempotent: bool, *args: Any, **named: Any) -> Any:
        """An operation that answers at once."""
        tried: frozenset[str] = frozenset()
        while True:
            registered, service = self._provider(operation, tried)
            try:
                return getattr(service, operation)(*args, **named)
            except ConnectionError as fault:
                self._note(registered, operation, fault)
                if not is_idempotent:
                    raise ServiceLost(self._interface, registered.instance, operation) from fault
                tried |= {registered.instance}

    def _ask(self, operation: str, is_idempotent: bool, *args: Any, **named: Any) -> Deferred[Any]:
        """An operation whose answer is awaited."""
        return self._ask_next(operation, is_idempotent, frozenset(), args, named)

    def _ask_next(
        self, operation: str, is_idempotent: bool, tried: frozenset[str], args: Any, named: dict[str, Any]
    ) -> Deferred[Any]:
        try:
            registered, service = self._provider(operation, tried)
        except ConnectionError as fault:
            return fail(fault)

        def lost(failure: Failure) -> Any:
            fault = failure.value
            if not isinstance(fault, ConnectionError):
                return failure
            self._note(registered, operation, fault)
            if not is_idempotent:
                raise ServiceLost(self._interface, registered.instance, operation) from fault
            return self._ask_next(operation, is_idempotent, tried | {registered.instance}, args, named)

        return maybeDeferred(getattr(service, operation), *args, **named).addErrback(lost)

    def _provider(self, operation: str, tried: frozenset[str]) -> tuple[Registered, Any]:
        found = self._best(self._interface, self._versions, tried)
        if found is not None:
            return found
        if tried:
            raise ServiceLost(self._interface, ", ".join(sorted(tried)), operation)
        raise ServiceMissing(self._interface, self._versions)

    def _note(self, registered: Registered, operation: str, fault: BaseException | None) -> None:
        log.warning(
            "service-lost",
            interface=self._interface,
            instance=registered.instance,
            operation=operation,
            fault=str(fault),
        )


def _is_awaited(operation: Callable[..., Any]) -> bool:
    if inspect.iscoroutinefunction(operation):
        return True
    answer = get_type_hints(operation).get("return")
    return get_origin(answer) is Awaitable or (inspect.isclass(answer) and issubclass(answer, Awaitable))
