"""Actions carried out: records through `objects`, mail through `mail`, the rest through a company's services.

Whoever asks is told what is known: it was done; it was refused, so it was not done and will not be; it was not reached,
so it was not done and may be later; or nobody knows.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

import msgspec
import structlog
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool

from scriptengine.answering.coercing import coerced
from scriptengine.expressions import List
from scriptengine.interfaces import KNOWN, Interfaces
from scriptengine.interpreter import Done, Failed, Perform, encode_words
from scriptengine.ports import PortError, Where
from server.call.dialogs import Objects, Saver, ScriptService
from server.call.events import RequestRefused
from server.call.mails import MailRefused
from server.call.ports import Mail
from server.dialogs.actions import MAIL, name_of, version_of
from server.dialogs.letters import Letters, mail_key

log = structlog.get_logger()

USUAL_SECONDS = 10.0
"""An action that says nothing else is waited for so long."""
MOST_SECONDS = 120.0
MOST_FOUND = 500
LARGEST_RESULT = 256 * 1024
_PLAIN = (Decimal, date, datetime, time)
_NOT_NOW = ("service-busy",)
_WHO_KNOWS = ("service-too-slow", "service-lost")

FindService = Callable[[str, str], ScriptService | None]
"""The service of a name and version (`1.0`, empty: any) that may be asked now; None: there is none."""


class NotPerformed(Exception):
    """The text is for people. `kind`: `refused`, `unreached`, or `unknown` (it may have been done)."""

    def __init__(self, kind: Literal["refused", "unreached", "unknown"], text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Performing:
    """Carries actions out. `find` looks services up."""

    def __init__(self, reactor: Any, find: FindService, mail: Mail, objects: Objects, letters: Letters) -> None:
        self._reactor = reactor
        self._find = find
        self._mail = mail
        self._objects = objects
        self._letters = letters

    async def result(self, perform: Perform, interfaces: Interfaces, by: Saver | None = None) -> Done | Failed:
        """What the session that waits for it is told. `by`: for whom it saves. Raises nothing."""
        try:
            return Done(perform.id, await self.perform(perform, interfaces, by))
        except NotPerformed as failure:
            return Failed(perform.id, str(failure))

    async def perform(self, perform: Perform, interfaces: Interfaces = KNOWN, by: Saver | None = None) -> Any:
        """The result. Raises `NotPerformed`."""
        seconds = min(perform.timeout_seconds or USUAL_SECONDS, MOST_SECONDS)

        def late(_: object, __: float) -> Any:
            raise NotPerformed("unknown", f"{name_of(perform)} gave no answer within {seconds:g} s.")

        try:
            asked = Deferred.fromCoroutine(self._performed(perform, interfaces, by))
            return await asked.addTimeout(seconds, self._reactor, late)
        except NotPerformed:
            raise
        except ConnectionError as error:  # before the refusals: a service that is lost may be both
            raise NotPerformed("unknown", f"{name_of(perform)} was lost while it was asked.") from error
        except RequestRefused as refused:
            raise NotPerformed(_kind(refused.problem), refused.detail) from None
        except MailRefused as refused:
            raise NotPerformed("unreached" if refused.why == "full" else "refused", str(refused)) from None
        except PortError as error:
            raise NotPerformed("refused", str(error)) from None
        except Exception as error:  # a company's service is an edge: the session goes on whatever it does
            log.error("action-fault", action=name_of(perform), error=repr(error), exc_info=error)
            raise NotPerformed("unknown", f"{name_of(perform)} has a fault.") from error

    async def _performed(self, perform: Perform, interfaces: Interfaces, by: Saver | None) -> Any:
        if perform.kind != "call":
            return await self._with_records(perform, interfaces, by)
        if perform.service == MAIL:
            return await self._sent(perform)
        service = self._find(perform.service, version_of(perform, interfaces))
        if service is None:
            raise NotPerformed("unreached", f"The service {perform.service} is not there.")
        if not _can_be_called(service):
            raise NotPerformed("refused", f"{perform.service} is no service for scripts.")
        return _plain(perform, await service.call(perform.operation, _builtins(perform.arguments), perform.id))

    async def _sent(self, perform: Perform) -> dict[str, str]:
        if perform.operation != "send":
            raise NotPerformed("refused", f"mail has no operation {perform.operation}.")
        pool = self._reactor.getThreadPool()
        letter = await deferToThreadPool(self._reactor, pool, self._letters.letter, perform.arguments)
        return {"id": (await self._mail.queue(letter, mail_key(perform.id))).id}

    async def _with_records(self, perform: Perform, interfaces: Interfaces, by: Saver | None) -> Any:
        type = interfaces.record(perform.class_name)
        if perform.kind == "save":
            await self._objects.save(perform.class_name, perform.record, by)
            return None
        if perform.kind == "fetch":
            return coerced(await self._objects.fetch(perform.class_name, perform.key), type)
        where = Where(perform, interfaces)
        found = await self._objects.find(perform.class_name, where.equal(), MOST_FOUND)
        records = coerced(list(found), List(type)) or []
        wanted = [record for record in records if where.matches(record)]
        return wanted if perform.kind == "list" else next(iter(wanted), None)


def _kind(problem: str) -> Literal["refused", "unreached", "unknown"]:
    return "unreached" if problem in _NOT_NOW else "unknown" if problem in _WHO_KNOWS else "refused"


def _can_be_called(service: object) -> bool:
    """A service of another kind under this name is not asked by accident."""
    call: Callable[..., Awaitable[Any]] | None = getattr(service, "call", None)
    if call is None:
        return False
    try:
        inspect.signature(call).bind("", {}, "")
    except (TypeError, ValueError):
        return False
    return True


def _builtins(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values of its own: a service cannot change what the session keeps."""
    return dict(msgspec.to_builtins(dict(arguments), builtin_types=_PLAIN))


def _plain(perform: Perform, result: Any) -> dict[str, Any]:
    """The results as they can be kept. Raises NotPerformed for what cannot: it was done all the same."""
    if not isinstance(result, Mapping):
        raise NotPerformed("unknown", f"{name_of(perform)} gave no results by name.")
    try:
        plain = dict(msgspec.to_builtins(dict(result), builtin_types=_PLAIN))
        if len(encode_words(plain)) <= LARGEST_RESULT:
            return plain
    except (TypeError, ValueError, RecursionError) as error:
        log.error("result-not-usable", action=name_of(perform), error=str(error))
    raise NotPerformed("unknown", f"{name_of(perform)} gave something that cannot be used.")
