"""Line cards after a restart of the core, for the replay: what they must have held for the recorded facts to follow."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from server.call import facts
from server.call.events import CardBack
from server.call.snapshots import CallSnapshot
from server.call.states import CallState
from server.simulator.lines import hello
from server.simulator.traces import Traces
from server.wire import linecard

_OF_OTHERS = (facts.CallArrived, facts.OfferRang, facts.CoreStopping)
"""What the counting of cards never leads to: from there on the facts of the same moment have another cause."""


def cards_back(calls: Sequence[CallSnapshot], traces: Traces, moment: Iterable[facts.AnyFact]) -> Iterator[CardBack]:
    """The cards of `calls` say hello, as the core found them. `moment`: what it noted when they had been counted."""
    noted: dict[str, list[facts.AnyFact]] = {}
    for fact in takewhile(lambda one: not isinstance(one, _OF_OTHERS), moment):
        noted.setdefault(facts.call_of(fact), []).append(fact)
    for call in calls:
        card = traces.cards.get(call.call, "")
        about = noted.get(call.call, [])
        if not card or call.state == CallState.CLOSED or _is_lost(about):
            continue
        watched = traces.watching.legs(call.call, traces.legs.get(call.call, ""))
        if any(isinstance(fact, facts.SupervisorLeft) for fact in about):
            watched = []
        yield CardBack(card, hello(card, call.call, _legs(call, traces, about) + watched))


def before_counting(
    calls: Sequence[CallSnapshot], traces: Traces, moment: Iterable[facts.AnyFact]
) -> Iterator[CardBack]:
    """The same cards say hello as soon as the core has begun: what they tell until they are counted needs it."""
    lost = {facts.call_of(fact) for fact in moment if _is_lost([fact])}
    for call in calls:
        card, leg = traces.cards.get(call.call, ""), traces.legs.get(call.call, "")
        if not card or call.state == CallState.CLOSED or call.call in lost:
            continue
        legs = [_leg(linecard.CUSTOMER, "up")]
        if call.call in traces.away:
            is_offered = call.state == CallState.OFFERED
            reaching = is_offered and call.call in traces.reaching
            hears = is_offered and call.call in traces.hearing
            legs = _of_call_back(leg, ()) if reaching else [_leg(leg, "up")] if hears else []
        yield CardBack(card, hello(card, call.call, legs))


def _is_lost(about: Sequence[facts.AnyFact]) -> bool:
    return any(isinstance(fact, facts.CallReleased) and fact.cause == "card-lost" for fact in about)


def _legs(call: CallSnapshot, traces: Traces, about: Sequence[facts.AnyFact]) -> list[linecard.LegSnapshot]:
    leg = traces.legs.get(call.call, "")
    if call.call in traces.away and any(isinstance(fact, facts.MessagePlayed) for fact in about):
        return [_leg(leg, "up")]
    if call.call in traces.away:
        return _of_call_back(leg, about)
    customer = _leg(linecard.CUSTOMER, "up")
    kinds = {type(fact) for fact in about}
    if call.state == CallState.OFFERED:
        # without a withdrawal the customer had hung up already, and the card had not told yet
        return [customer] if facts.OfferEnded in kinds else []
    if call.state in (CallState.TALKING, CallState.HOLDING):
        is_alone = any(isinstance(fact, facts.CallReturned) and fact.cause == "fault" for fact in about)
        return [customer] if is_alone else [customer, _leg(leg, "up", linecard.CUSTOMER)]
    if call.state == CallState.DIVERTED and facts.DiversionAnswered in kinds:
        return [customer, _leg(leg, "up")]
    if call.state == CallState.DIVERTED and leg and facts.CallReleased not in kinds:
        return [customer, _leg(leg, "up", linecard.CUSTOMER) if call.answered_at is not None else _leg(leg, "ringing")]
    return [customer]


def _of_call_back(leg: str, about: Sequence[facts.AnyFact]) -> list[linecard.LegSnapshot]:
    """The agent is on the line while the customer's phone rings, or was answered, unless the offer was withdrawn."""
    ended = next((fact for fact in about if isinstance(fact, facts.OfferEnded)), None)
    if ended is not None and ended.result != "answered":
        return []
    return [_leg(leg, "up"), _leg(linecard.CUSTOMER, "ringing" if ended is None else "up")]


def _leg(name: str, state: str, bridged_to: str = "") -> linecard.LegSnapshot:
    return linecard.LegSnapshot(leg=name, state=state, uri="", bridged_to=[bridged_to] if bridged_to else [])
