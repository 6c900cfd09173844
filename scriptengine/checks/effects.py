"""D16 (what an action does when it is done twice, or does not answer) and D17 (ends without a result)."""

from __future__ import annotations

from collections.abc import Iterator

from scriptengine.checks.flow import Flow, Kind
from scriptengine.checks.paths import Graph, circles, reachable
from scriptengine.checks.walking import all_actions, goes_of
from scriptengine.findings import Finding
from scriptengine.interfaces import Interfaces
from scriptengine.script import Block, Call, End, Info, Question, Script


def call_findings(script: Script) -> Iterator[Finding]:
    """D16: calls of which nobody knows when they have failed, or what is to be done then."""
    is_caught = any(event.event == "error" for event in script.events)
    for _, action in all_actions(script):
        if not isinstance(action, Call):
            continue
        called = f"{action.service}.{action.operation}"
        if action.timeout_seconds is None:
            message = f"The call of {called} has no time-out: nobody knows how long it is waited for."
            yield action.place.finding("D16", message, 'Write timeout="5".', severity="warning")
        elif action.when == "now" and action.on_error is None and not is_caught:
            message = f"When {called} fails, the script does not say how it goes on."
            hint = 'Write onerror="..." with the node to go to, or <on event="error"> for the whole script.'
            yield action.place.finding("D16", message, hint, severity="warning")


def repeat_findings(flow: Flow, graph: Graph, interfaces: Interfaces) -> Iterator[Finding]:
    """D16: calls that may be made twice and must not."""
    inside = set().union(*circles({number: [to for to in targets if to >= 0] for number, targets in graph.items()}))
    questions = {n for n in graph if isinstance(flow.stations[n].node, Question) and flow.stations[n].exists}
    for number, call, onward in _calls(flow, graph):
        service = interfaces.services.get(call.service)
        operation = None if service is None else service.operations.get(call.operation)
        if call.is_idempotent or (operation is not None and operation.idempotent):
            continue
        called = f"{call.service}.{call.operation}"
        further = reachable(graph, [to for to in onward if to >= 0])
        if number in inside and number in further:
            message = f"{called} stands in a loop: it would be done again each time."
            hint = 'Move it behind the loop, or write idempotent="yes" if doing it twice is harmless.'
            yield call.place.finding("D16", message, hint, severity="warning")
        elif call.when == "now" and further & questions:
            message = f"{called} is done at once, and from a later question one can go back and pass here again."
            hint = 'Write when="commit" or when="end", or idempotent="yes" if doing it twice is harmless.'
            yield call.place.finding("D16", message, hint, severity="warning")


def _calls(flow: Flow, graph: Graph) -> Iterator[tuple[int, Call, list[int]]]:
    """Calls with their station and where the session goes on behind them."""
    for number, targets in graph.items():
        station = flow.stations[number]
        node = station.node
        if not station.exists:
            continue
        own = () if isinstance(node, Question) or not isinstance(node, (Info, Block, End)) else node.actions
        if isinstance(node, Question) and node.filled is not None:
            own = node.filled.actions
        for action in own:
            if isinstance(action, Call):
                yield number, action, list(targets)
        if station.is_exit or goes_of(node) or isinstance(node, Question):
            for way in station.ways:
                for action in way.actions:
                    if isinstance(action, Call) and way.target in targets and way.kind is not Kind.PASSED:
                        yield number, action, [way.target]


def end_findings(script: Script) -> Iterator[Finding]:
    """D17: ends that store no result."""
    for node in script.all_nodes():
        if isinstance(node, End) and node.disposition is None:
            message = f'The end "{node.id}" has no disposition: nothing would tell later what came of the session.'
            yield node.place.finding(
                "D17", message, f'Write disposition="{node.outcome}", or the result it stands for.'
            )
