"""A new core takes over: the ledger gave the state, the cards give their snapshots, the two are brought together.

Order: the ledger is folded; the cards say hello (`CardBack`) and tell again what was not acknowledged; when all cards
of live calls are back, or the time for it is over, `CardsCounted` compares. A command that the old core decided and
did not send any more shows as a difference, and is sent now. Nothing is offered before that.
"""

from server.call import facts
from server.call.events import CardBack, CardLost
from server.call.states import CallState, Outcome
from server.callflow import (
    arriving,
    call_back,
    dialog_calls,
    mailbox_calls,
    message_tasks,
    offering,
    overflow,
    removed,
    supervising,
    survey_calls,
    talking,
)
from server.callflow.state import Call, Line
from server.callflow.turn import Turn, World
from server.wire import linecard


class Snapshots:
    """What the cards said since the restart. `before`: calls that the former core had; who calls since then has a card
    that told us of it."""

    def __init__(self) -> None:
        self.before: set[str] = set()
        self.by_call: dict[str, tuple[str, linecard.Hello]] = {}


def begin(world: World, snapshots: Snapshots) -> None:
    """The state is the ledger's: nothing has happened in this core yet."""
    snapshots.before = {call.call for call in world.state.calls.values() if call.state is not CallState.CLOSED}


def card_back(turn: Turn, snapshots: Snapshots, event: CardBack) -> None:
    """A card said hello with a conversation."""
    hello = event.hello
    if not hello.call:
        return
    snapshots.by_call[hello.call] = (event.card, hello)
    call = turn.state.calls.get(hello.call)
    line = turn.line(hello.call) if call is not None and call.state is not CallState.CLOSED else Line()
    customer = _leg(hello, linecard.CUSTOMER)
    line.recording = hello.recordings[0] if hello.recordings else ""
    line.up, line.playing, line.reaching = False, "", False
    if customer is not None:
        line.playing = customer.playing
        line.said = mailbox_calls.said_so_far(customer.playing) or dialog_calls.said_so_far(customer.playing)
        line.up = customer.state in ("up", "held")
        line.reaching = call is not None and call.is_away() and call.state is CallState.OFFERED
    line.hearing = False
    if not turn.world.recovering:
        _compare(turn, hello.call, event.card, hello, known=True)


def missing(world: World, snapshots: Snapshots) -> int:
    """How many live calls from before have no card yet."""
    return sum(bool(call.card) for call in _not_back(world, snapshots))


def _not_back(world: World, snapshots: Snapshots) -> list[Call]:
    away = snapshots.before - snapshots.by_call.keys()
    return [call for call in world.state.calls.values() if call.call in away and call.state is not CallState.CLOSED]


def cards_counted(turn: Turn, snapshots: Snapshots) -> None:
    """The time for cards to come back is over."""
    turn.world.recovering = False
    turn.note(facts.CardsCounted(), turn.now)
    for call in _not_back(turn.world, snapshots):
        call_lost(turn, call)
    for call_id, (card, hello) in list(snapshots.by_call.items()):
        _compare(turn, call_id, card, hello, known=call_id in snapshots.before)
    snapshots.before.clear()
    snapshots.by_call.clear()


def _compare(turn: Turn, call_id: str, card: str, hello: linecard.Hello, *, known: bool) -> None:
    """`known`: the former core knew of the call. Of another one its card has told since, and it is answered already."""
    call = turn.state.calls.get(call_id)
    if call is None or call.state is CallState.CLOSED:
        turn.send_to(card, linecard.Close(call=call_id))
        return
    supervising.again(turn, call, hello)
    customer = _leg(hello, linecard.CUSTOMER)
    if call.is_away():
        _call_back_again(turn, call, hello)
        return
    if customer is None:
        return  # its `released` follows, or came already
    if customer.state == "arriving" and known:
        turn.send(call, linecard.Answer(call=call_id, leg=linecard.CUSTOMER))
    if call.state is CallState.OFFERED:
        offering.withdraw(turn, call)
    elif call.state is CallState.QUEUED and not turn.world.floor.waits(call_id):
        turn.line(call_id).greeted = True
        removed.queue_removed(turn, call)
    elif call.state is CallState.QUEUED:
        _release_others(turn, call, hello)
        turn.line(call_id).greeted = True
        turn.music(call)
    elif call.state is CallState.TALKING:
        _talk_again(turn, call, hello)
    elif call.state is CallState.HOLDING and not customer.playing:
        turn.play(call, "hold", turn.plan.sounds.music(call.queue), loop=True)
    elif call.state is CallState.IN_MAILBOX:
        mailbox_calls.again(turn, call)
    elif call.state is CallState.IN_DIALOG:
        _release_others(turn, call, hello)
        dialog_calls.again(turn, call)
    elif removed.is_asked(call) and call.queue not in turn.plan.queues:
        removed.queue_removed(turn, call)
    elif call.state is CallState.DIVERTED:
        overflow.again(turn, call, {leg.leg: leg for leg in hello.legs})
    elif survey_calls.asks(call):
        _release_others(turn, call, hello)
        survey_calls.again(turn, call)
    elif call.state is CallState.ENDING:
        turn.send(call, linecard.Close(call=call_id))
        outcome = Outcome.ANSWERED if call.is_survey else overflow.outcome_of(call)
        talking.close(turn, call, outcome, call.diverted or "too-long")


def _call_back_again(turn: Turn, call: Call, hello: linecard.Hello) -> None:
    """A call-back on a card: an agent who is on the line while the customer's phone rings goes on waiting for it. The
    agent may also have picked up since `hello`, and the customer's number was dialled then."""
    agent = _leg(hello, call.leg)
    line = turn.line(call.call)
    if call.state is not CallState.OFFERED:
        call_back.part(turn, call)
    elif call.agent is not None and call.agent not in turn.plan.agents:
        offering.withdraw(turn, call)  # taken out of the site meanwhile
    elif _hears(turn, call, agent) and not line.reaching:
        message_tasks.hear(turn, call)
    elif call.agent is None or agent is None or not line.reaching:
        offering.withdraw(turn, call)
    elif line.up:
        offering.connect(turn, call)
    else:
        turn.due(turn.now.mono + call_back.GUARD_SECONDS + 120, f"reach-{call.offer}", call.call)


def _hears(turn: Turn, call: Call, agent: linecard.LegSnapshot | None) -> bool:
    """Whether the agent is on the line, before the customer is called: to hear a message."""
    if agent is None or call.agent is None or not message_tasks.is_heard_first(call):
        return False
    return agent.state in ("up", "held") and not turn.plan.must_accept(call.agent)


def _talk_again(turn: Turn, call: Call, hello: linecard.Hello) -> None:
    """The two must hear one another, whatever the old core did not get done."""
    agent = _leg(hello, call.leg)
    if agent is None:
        talking.agent_left(turn, call, "fault")
    elif linecard.CUSTOMER not in agent.bridged_to:
        turn.send(call, linecard.Bridge(call=call.call, a=linecard.CUSTOMER, b=call.leg))


def _release_others(turn: Turn, call: Call, hello: linecard.Hello) -> None:
    for leg in hello.legs:
        if leg.leg != linecard.CUSTOMER:
            turn.send(call, linecard.Release(call=call.call, leg=leg.leg, cause="withdrawn"))


def _leg(hello: linecard.Hello, name: str) -> linecard.LegSnapshot | None:
    return next((leg for leg in hello.legs if leg.leg == name), None)


def card_lost(turn: Turn, event: CardLost) -> None:
    """A card's process is gone, and its conversation with it."""
    call = turn.state.calls.get(event.call)
    if call is not None and call.state is not CallState.CLOSED and call.card == event.card:
        call_lost(turn, call)


def call_lost(turn: Turn, call: Call) -> None:
    """The call's card is gone: it ends with a named cause. A call-back goes on without it."""
    if call.is_away() and call.state is CallState.OFFERED:
        offering.withdraw(turn, call)
        return
    if call.is_away():
        call_back.part(turn, call)
        return
    arriving.customer_left(turn, call, mailbox_calls.CARD_LOST, by="fault")
