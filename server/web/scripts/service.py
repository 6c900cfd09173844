"""`GET /api/v1/scripts` and `GET /api/v1/scripts/ID`: how sessions of scripts went, without what was answered."""

import re
from typing import Any, get_args

import msgspec

from server.web.answers import Answer, ProblemFound
from server.web.api import Asked, Wiring
from server.wire.reports import Language, ReportMade
from server.wire.scripts import ScriptFormat, ScriptRequest, ScriptTable

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_CHANNELS = ("", "desk", "web", "ivr")
_TYPES = {
    "json": "application/json",
    "heat": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
}


class ScriptEndpoints:
    """Each method is one endpoint."""

    def __init__(self, wiring: Wiring) -> None:
        self._w = wiring

    async def scripts(self, asked: Asked) -> Answer:
        """What was published, with the sessions of the period."""
        return await self._answer(_request(asked.request, ""))

    async def script(self, asked: Asked) -> Answer:
        """One script's statistics."""
        name = asked.path["script"]
        if not _NAME.fullmatch(name):
            raise ProblemFound("not-found", "There is no published script of that id.")
        return await self._answer(_request(asked.request, name))

    async def _answer(self, request: ScriptRequest) -> Answer:
        made = await self._w.reports.make(request)
        match made.state:
            case "made":
                return Answer(value=made.body, content_type=_TYPES[request.format], headers=_headers(request, made))
            case "unknown":
                raise ProblemFound("not-found", _sentence(made.detail))
            case "refused":
                raise ProblemFound("parameter-invalid", _sentence(made.detail), type_id=made.kind)
            case _:
                raise ProblemFound("service-away", _sentence(made.detail), headers={"Retry-After": "2"})


def _request(request: Any, name: str) -> ScriptRequest:
    found = ScriptRequest(
        name=name,
        version=_name(request, "version"),
        against=_name(request, "against"),
        channel=_one_of(request, "channel", _CHANNELS, ""),
        period=_one(request, "period"),
        start=_one(request, "from"),
        end=_one(request, "to"),
        format=_one_of(request, "format", get_args(ScriptFormat), "json"),  # type: ignore[arg-type]
        table=_one_of(request, "table", get_args(ScriptTable), "nodes"),  # type: ignore[arg-type]
        language=_one_of(request, "lang", get_args(Language), "en"),  # type: ignore[arg-type]
    )
    if not name and found.format != "json":
        return msgspec.structs.replace(found, format="json")
    return found


def _one(request: Any, name: str) -> str:
    values = request.args.get(name.encode(), [])
    if len(values) > 1:
        raise ProblemFound("parameter-invalid", f"{name} is given more than once.")
    return values[0].decode("utf-8", "replace") if values else ""


def _name(request: Any, name: str) -> str:
    value = _one(request, name)
    if value and not _NAME.fullmatch(value):
        raise ProblemFound("parameter-invalid", f"{name} is no version of a script.")
    return value


def _one_of(request: Any, name: str, known: tuple[str, ...], default: str) -> str:
    value = _one(request, name) or default
    if value not in known:
        raise ProblemFound("parameter-invalid", f"{name} is one of {', '.join(filter(None, known))}.")
    return value


def _headers(request: ScriptRequest, made: ReportMade) -> dict[str, str]:
    if request.format != "csv":
        return {}
    name = f"{request.name}_{request.table}_{made.begins}_{made.ends}.csv"  # ids and dates: nothing to be quoted
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _sentence(detail: str) -> str:
    """Words of the command line as parameters of the address."""
    text = detail.replace("--", "")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else text + "."
