"""`/openapi.json`: made from the table of endpoints and the structs that they speak of."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from apispec import APISpec

from server.web.access import Role
from server.web.answers import PROBLEMS
from server.web.endpoints import Endpoint
from server.wire import api

_REFERENCE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"<(\w+)>")


def document(endpoints: Sequence[Endpoint], version: str) -> bytes:
    """OpenAPI 3.1 as JSON."""
    shown = [endpoint for endpoint in endpoints if endpoint.shown]
    spec = APISpec(
        title="Caruso",
        version=version,
        openapi_version="3.1.0",
        info={"description": "Call-centre communication server. Times are ISO 8601 in UTC with milliseconds."},
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "caruso_session"})
    types = [
        kind
        for endpoint in shown
        for kind in (endpoint.body, endpoint.answer, *(other.answer for other in endpoint.also))
        if kind is not None
    ]
    _, components = msgspec.json.schema_components([*types, api.Problem], ref_template=_REFERENCE)
    for name, schema in components.items():
        spec.components.schema(name, schema)
    for endpoint in shown:
        path = _PARAMETER.sub(r"{\1}", endpoint.path)
        spec.path(path=path, operations={endpoint.method.lower(): _operation(endpoint)})
    return msgspec.json.encode(spec.to_dict())


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.does,
        "summary": endpoint.summary,
        "x-role": endpoint.role.name.lower(),
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint)],
        "responses": _responses(endpoint),
    }
    if endpoint.role is not Role.ANYONE:
        operation["security"] = [{"token": []}, {"cookie": []}, *([{}] if endpoint.local else [])]
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(endpoint.body)}}}
    return operation


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = _PARAMETER.findall(endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": query.name, "in": "query", "description": query.meaning, "schema": _ref(query.type)}
        for query in endpoint.query
    ]


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    done: dict[str, Any] = {"description": endpoint.summary}
    if endpoint.answer is not None:
        done["content"] = {endpoint.content_type: {"schema": _ref(endpoint.answer)}}
    elif endpoint.status == 200:
        done["content"] = {endpoint.content_type: {"schema": {"type": "string"}}}
    problems = list(endpoint.problems)
    if endpoint.method not in ("GET", "HEAD"):
        problems.append("origin-refused")
    if endpoint.role is not Role.ANYONE:
        problems += ["not-logged-in", "not-allowed"]
    if endpoint.body is not None:
        problems += ["body-invalid", "body-too-long", "json-only"]
    responses: dict[str, Any] = {str(endpoint.status): done}
    for other in endpoint.also:
        known = responses.setdefault(str(other.status), {"description": other.meaning, "content": {}})
        shape = {"type": "string"} if other.answer is None else _ref(other.answer)
        known["content"][other.content_type] = {"schema": shape}
    for problem in sorted(set(problems)):
        status, title = PROBLEMS[problem]
        known = responses.setdefault(str(status), {"description": "", "content": {}})
        known["content"]["application/problem+json"] = {"schema": _ref(api.Problem)}
        known["description"] = "; ".join(filter(None, [known["description"], f"`{problem}`: {title}"]))
    return responses


def _ref(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REFERENCE)
    return schema
