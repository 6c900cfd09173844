"""Routes made from the table of endpoints. Each request is admitted, its body read, its errors told as problems."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import structlog
from klein import Klein
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from server.web.access import Caller, Doorkeeper
from server.web.answers import Answer, ProblemFound, render, render_problem
from server.web.api import Asked, Does
from server.web.endpoints import Endpoint
from server.web.lost import LostPage
from server.web.origins import is_local

log = structlog.get_logger()

_WITH_SLASH = re.compile(rb"((?:/[\w.~-]+)+)/(\?[!-~]*)?")
"""What people type who end an address with a slash; no empty part, so that it leads to no other site."""


class Routes:
    """Connects each endpoint of the table with the work that it names, to be found in one of `works`.

    `lost` is for people at an address that is none. Raises `LookupError` for an endpoint whose work nobody has.
    """

    def __init__(
        self, endpoints: Sequence[Endpoint], works: Iterable[object], doorkeeper: Doorkeeper, lost: LostPage
    ) -> None:
        self._doorkeeper = doorkeeper
        self._lost = lost
        self._app = Klein()
        self._app.url_map.merge_slashes = False  # it would redirect to whatever Host the asker named
        works = list(works)
        for endpoint in endpoints:
            self._add(endpoint, _find(works, endpoint.does))
        self._app.handle_errors(HTTPException)(self._no_route)

    def resource(self) -> Any:
        """The whole of it, as a resource of Twisted."""
        return self._app.resource()

    def rules(self) -> list[tuple[str, str]]:
        """Method and path of all that is routed."""
        rules = self._app.url_map.iter_rules()
        return [(method, rule.rule) for rule in rules for method in sorted(rule.methods) if method != "HEAD"]

    def _add(self, endpoint: Endpoint, does: Does) -> None:
        def route(request: Any, **path: str) -> Deferred[bytes]:
            return Deferred.fromCoroutine(self._answer(endpoint, does, request, path))

        self._app.route(endpoint.path, methods=[endpoint.method], endpoint=endpoint.does)(route)

    async def _answer(self, endpoint: Endpoint, does: Does, request: Any, path: dict[str, str]) -> bytes:
        try:
            caller = await self._admit(endpoint, request)
            body = _read(endpoint, request)
            return render(request, await does(Asked(request=request, caller=caller, path=path, body=body)))
        except CancelledError:  # the asker is gone
            raise
        except ProblemFound as problem:
            return render_problem(request, problem)
        except ConnectionError as error:
            log.warning("web_service_away", endpoint=endpoint.does, error=repr(error))
            away = ProblemFound("service-away", "A service that is needed is away; try again.")
            return render_problem(request, away)
        except Exception as error:  # the edge: any fault becomes an answer
            log.error("web_request_failed", endpoint=endpoint.does, error=repr(error), exc_info=error)
            fault = ProblemFound("internal-error", "The server failed at this request.")
            return render_problem(request, fault)

    async def _admit(self, endpoint: Endpoint, request: Any) -> Caller | None:
        if endpoint.local and is_local(request):
            return None
        return await self._doorkeeper.admit(request, endpoint.role)

    def _no_route(self, request: Any, failure: Failure) -> bytes | Deferred[bytes]:
        """What is answered where no endpoint is."""
        error: Any = failure.value
        is_reading = request.method in (b"GET", b"HEAD")
        if isinstance(error, NotFound) and is_reading and _WITH_SLASH.fullmatch(request.uri):
            plain = _WITH_SLASH.sub(rb"\1\2", request.uri).decode("ascii")
            return render(request, Answer(status=308, headers={"Location": plain}))
        problem = _problem_of(error)
        if self._lost.is_for(request):
            return Deferred.fromCoroutine(self._page(request, problem))
        return render_problem(request, problem)

    async def _page(self, request: Any, problem: ProblemFound) -> bytes:
        return render(request, await self._lost.answer(request, problem))


def _find(works: Iterable[object], does: str) -> Does:
    for work in works:
        found: Does | None = getattr(work, does, None)
        if found is not None:
            return found
    raise LookupError(f"nobody does {does}")


def _read(endpoint: Endpoint, request: Any) -> Any:
    """The body, of the endpoint's type."""
    if endpoint.body is None:
        return None
    content_type = (request.getHeader(b"content-type") or b"").split(b";")[0].strip().lower()
    if content_type != b"application/json":
        raise ProblemFound("json-only", "Send JSON, with Content-Type: application/json.")
    try:
        return msgspec.json.decode(request.content.read(), type=endpoint.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemFound("body-invalid", f"{error}.") from error


def _problem_of(error: HTTPException) -> ProblemFound:
    """There is no such endpoint, or not with this method."""
    if isinstance(error, MethodNotAllowed):
        allowed = {"Allow": ", ".join(sorted(error.valid_methods or []))}
        return ProblemFound("method-not-allowed", "This method is not for this address.", headers=allowed)
    if isinstance(error, NotFound):
        return ProblemFound("not-found", "There is nothing at this address.")
    return ProblemFound("parameter-invalid", "This address is not valid.")
