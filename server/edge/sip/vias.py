"""What a server notes in the topmost Via, and what it reads there (RFC 3261 section 18.2, RFC 3581)."""

import re

from server.edge.sip.flows import Flow
from server.edge.sip.headers import Via
from server.edge.sip.message import Message
from server.edge.sip.uri import DEFAULT_PORT, shown_host

_RPORT = re.compile(r";\s*rport\s*(?=;|$)", re.IGNORECASE)


def noted(message: Message, values: list[str], via: Via, flow: Flow) -> None:
    """Write into the topmost Via of a request from where it came: `received`, and `rport` where that was asked for."""
    given = via.parameters
    if "rport" not in given and "received" not in given and via.host == flow.host:
        return
    text = values[0]
    if "received" in given or given.get("rport") is not None:  # the sender has no business to write them
        text = _without_claims(via)
    if "rport" in given:
        text = _RPORT.sub(f";rport={flow.port}", text, count=1)
    text = f"{text};received={flow.host}"
    rest = values[1:] if "," in (message.first("via") or "") else []
    if rest:
        message.remove("via")
        message.insert_first("via", [f"Via: {value}" for value in (text, *rest)])
    else:
        message.replace_first("via", f"Via: {text}")


def _without_claims(via: Via) -> str:
    """The Via without `received` and without a value of `rport`."""
    shown = [
        f";{name}" if value is None or name == "rport" else f";{name}={value}"
        for name, value in via.parameters.items()
        if name != "received"
    ]
    port = f":{via.port}" if via.port else ""
    return f"SIP/2.0/{via.transport} {shown_host(via.host.strip('[]'))}{port}{''.join(shown)}"


def way_back(via: Via, flow: Flow) -> Flow:
    """Whither the answers of a request go (RFC 3261 section 18.2.2, RFC 3581 section 4)."""
    if flow.kind == "tcp":
        return Flow("tcp", flow.host, via.port or DEFAULT_PORT, 0, flow.connection)
    if "rport" in via.parameters or via.port == flow.port:
        return flow
    return Flow(flow.kind, flow.host, via.port or DEFAULT_PORT, flow.socket)
