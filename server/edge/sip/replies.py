"""Answers of the edge itself (RFC 3261 section 8.2.6)."""

from collections.abc import Iterable

from server.edge.sip.message import Message

SERVER = "Caruso"

PHRASES = {
    100: "Trying",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
    513: "Message Too Large",
}

_COPIED = frozenset({"via", "from", "to", "call-id", "cseq"})
_COPIED_INTO_100 = _COPIED | {"timestamp"}


def reply(
    request: Message, code: int, tag: str, headers: Iterable[tuple[str, str]] = (), why: str = "", body: bytes = b""
) -> Message:
    """An answer to `request`. `tag` is added to To unless it has one or the code is 100. `why` goes into a Warning."""
    answer = Message(code=code, reason=PHRASES.get(code, "Refused"), body=body)
    copied = _COPIED if code != 100 else _COPIED_INTO_100
    for key, line in zip(request.keys, request.header_lines, strict=True):
        if key in copied:
            answer.keys.append(key)
            answer.header_lines.append(line)
    if code != 100 and tag:
        _tag_to(answer, tag)
    answer.add("Server", SERVER)
    if why:
        answer.add("Warning", f'399 caruso "{why}"')
    for name, value in headers:
        answer.add(name, value)
    answer.add("Content-Length", str(len(body)))
    return answer


def _tag_to(answer: Message, tag: str) -> None:
    """Give To a tag where it has none."""
    value = answer.first("to")
    if value is None:
        return
    tail = value.rpartition(">")[2] if "<" in value else value.partition(";")[2]
    if not any(item.partition("=")[0].strip().lower() == "tag" for item in tail.split(";")):
        answer.replace_first("to", f"To: {value};tag={tag}")


def take_off_via(answer: Message, rest_of_top_line: str) -> None:
    """Take our own Via off an answer that is passed on, and headers that only we may set.

    `rest_of_top_line`: the other values of the first Via line, or empty.
    """
    top = answer.keys.index("via")
    if rest_of_top_line:
        answer.header_lines[top] = f"Via: {rest_of_top_line}"
    else:
        del answer.keys[top], answer.header_lines[top]
    if answer.has_own:
        answer.remove_own()
