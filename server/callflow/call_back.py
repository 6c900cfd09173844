"""Call-back (virtual hold): the caller hangs up, keeps the place in the queue, and is called.

Asking. The caller hears the own number and presses 1, or types another one and `#` (where the site allows it); one that
we do not call is said to be so. While
being asked the call stays at its place: an agent who becomes free gets it at once. Who confirms while an agent's phone
rings hears music: the agent is there sooner than any call-back; if not, or if the caller hangs up, it counts.

Calling. When its turn comes the agent is reserved and sees the call; a line card is taken, and the agent's phone rings
first: no customer ever picks up to silence. When the agent is on the line (`call-back-tried`) the customer's number is
dialled, and the two are connected. A number that is not reached is due again after `call_back_retry_seconds`, at its
old place, up to `call_back_attempts` times. A call-back has at most one card, and its card is given up before another
is asked for: so its number is never dialled twice at once. All that outlives a core is in the facts.
"""

from server.call import facts
from server.call.commands import PutCardBack, TakeCard
from server.call.events import CardTaken
from server.call.states import CallState, Outcome
from server.callflow import talking, waiting
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.callflow.typed_numbers import DIGITS_OF_NUMBER, is_costly, may_be_called
from server.wire import linecard

THANKS_SECONDS = 15
ANSWER_SECONDS = 2.5
"""So long after a question the caller is asked again: nobody hears silence for 3 s."""
NEXT_DIGIT_SECONDS = 5.0
"""A number whose next digit does not come for so long is complete."""
TIMES_ASKED = 3
NO_CARD_SECONDS = 30.0
GUARD_SECONDS = 5.0

# -- asking -------------------------------------------------------------------------------------------------------


def ask(turn: Turn, call: Call, *, by_key: str = "") -> None:
    """Ask the caller, who pressed a key for it or is offered it because the queue cannot serve the call."""
    line = turn.line(call.call)
    own = "" if is_costly(call.caller_e164, turn.plan.country) else call.caller_e164
    line.typed, line.number, line.exit_key = "", own, by_key
    if by_key:
        turn.note(facts.CallBackWanted(call=call.call, key=by_key))
    if not line.up:
        line.menu = "offer"  # asked as soon as the leg has media
    elif by_key:
        _ask_number(turn, call)
    else:
        _menu(turn, call, "offer")


def _ask_number(turn: Turn, call: Call) -> None:
    line = turn.line(call.call)
    if line.number:
        _menu(turn, call, "confirm")
    elif turn.plan.queue(call.queue).call_back_typed:
        _menu(turn, call, "enter")
    else:
        _not_wanted(turn, call)


def _menu(turn: Turn, call: Call, menu: str, *, refused: bool = False) -> None:
    """Put a question. `refused`: say first that the number that was typed is not called."""
    line = turn.line(call.call)
    line.asked = line.asked + 1 if line.menu == menu else 1
    line.menu, line.typed, line.menu_until, line.kept = menu, "", 0, False
    if line.asked > TIMES_ASKED:
        _not_wanted(turn, call)
        return
    sounds, may_type = turn.plan.sounds, bool(turn.plan.queue(call.queue).call_back_typed)
    if menu == "offer":
        turn.play(call, "menu", sounds.call_back_offer("1"))
    elif menu == "confirm":
        turn.play(call, "menu", sounds.call_back_confirm(line.number, may_type))
    else:
        turn.play(call, "menu", [*(sounds.call_back_refused() if refused else ()), *sounds.call_back_enter()])


def asked(turn: Turn, call: Call) -> None:
    """The question was heard; the leg of a call that is to be asked has media."""
    line = turn.line(call.call)
    if line.playing or not line.menu:
        return
    if not line.asked:
        _menu(turn, call, line.menu)
    elif not line.typed:
        _until(turn, call, ANSWER_SECONDS)


def _until(turn: Turn, call: Call, seconds: float) -> None:
    turn.line(call.call).menu_until = turn.now.mono + seconds
    turn.due(turn.now.mono + seconds, "menu", call.call)


def silent(turn: Turn, call: Call) -> None:
    """The caller did not say more: ask again, or take what was typed as the number."""
    line = turn.line(call.call)
    if line.menu and 0 < line.menu_until <= turn.now.mono:
        if not _may_choose(turn, call) or (line.kept and call.state is CallState.OFFERED):
            _until(turn, call, ANSWER_SECONDS)  # an agent's phone rings: that comes first
        elif line.kept:
            confirm(turn, call)
        elif line.typed:
            _typed(turn, call)
        else:
            _menu(turn, call, line.menu)


def _may_choose(turn: Turn, call: Call) -> bool:
    """Whether the question goes on. Who pressed a key for it does not know that an agent's phone rings; who was offered
    a call-back in place of waiting gets the agent."""
    asked_for = call.state is CallState.OFFERED and bool(turn.line(call.call).exit_key)
    return asked_for or call.state in (CallState.QUEUED, CallState.DIVERTED)


def key(turn: Turn, call: Call, digit: str) -> None:
    """A key while the caller is being asked."""
    line = turn.line(call.call)
    if not _may_choose(turn, call) or line.menu == "thanks":
        return  # an agent's phone rings already, or the caller is being thanked
    if line.menu == "offer" and digit == "1":
        _ask_number(turn, call)
    elif line.menu == "confirm" and digit == "1" and call.state is CallState.OFFERED:
        _keep(turn, call)
    elif line.menu == "confirm" and digit == "1":
        confirm(turn, call)
    elif line.menu == "offer" or not turn.plan.queue(call.queue).call_back_typed:
        _menu(turn, call, line.menu)
    elif digit == "*":
        _menu(turn, call, "enter")
    elif digit == "#":
        _typed(turn, call)
    else:
        if line.menu == "confirm":
            line.menu, line.asked = "enter", 1
        if not line.typed:
            turn.send(call, linecard.Stop(call=call.call, leg=linecard.CUSTOMER))
        line.typed = (line.typed + digit)[: DIGITS_OF_NUMBER.stop + 4]
        _until(turn, call, NEXT_DIGIT_SECONDS)


def _typed(turn: Turn, call: Call) -> None:
    """The number is complete: it is spoken back, if it may be called."""
    line = turn.line(call.call)
    if may_be_called(line.typed, turn.plan.queue(call.queue).call_back_typed, turn.plan.country):
        line.number = line.typed
        _menu(turn, call, "confirm")
    else:
        _menu(turn, call, "enter", refused=bool(line.typed))


def _not_wanted(turn: Turn, call: Call) -> None:
    """The caller does not want it. Who pressed a key for it waits on; who was offered it in place of waiting goes."""
    line = turn.line(call.call)
    line.menu, line.playing, line.asked = "", "", 0
    turn.note(facts.CallBackDeclined(call=call.call))
    if line.exit_key:
        turn.music(call)
    else:
        outcome = {"closed": Outcome.CLOSED, "full": Outcome.FULL}.get(call.diverted, Outcome.OVERFLOWED)
        waiting.goodbye(turn, call, outcome, call.diverted)


def confirm(turn: Turn, call: Call) -> None:
    """The caller has a place without a line from now on."""
    line = turn.line(call.call)
    if line.exit_key:
        turn.note(
            facts.CallDiverted(
                call=call.call,
                queue=call.queue,
                why="key",
                to="call-back",
                key=line.exit_key,
                position=turn.world.floor.position(call.call) or 0,
                waited_seconds=round(turn.moment.mono - call.joined.mono, 3) if call.joined is not None else 0.0,
            )
        )
    line.menu, line.kept = "thanks", False
    if call.state is not CallState.QUEUED:
        waiting.join(turn, call, call.queue)
    turn.note(facts.CallBackAsked(call=call.call, queue=call.queue, number=line.number))
    turn.play(call, "thanks", turn.plan.sounds.call_back_thanks())
    turn.due(turn.now.mono + THANKS_SECONDS, "thanks", call.call)


def _keep(turn: Turn, call: Call) -> None:
    """Confirmed while an agent's phone rings: `silent` takes it up when that comes to nothing."""
    turn.line(call.call).kept = True
    turn.play(call, "waiting", turn.plan.sounds.music(call.queue), loop=True)
    _until(turn, call, ANSWER_SECONDS)


def part(turn: Turn, call: Call) -> None:
    """The call-back needs no line card now: its card hangs everything up and is free."""
    if not call.is_away():
        return
    turn.world.lines.pop(call.call, None)
    if call.card:
        turn.send(call, linecard.Close(call=call.call))
        turn.note(facts.CardChanged(call=call.call, card=""))


def thanked(turn: Turn, call: Call) -> None:
    """The caller has heard the thanks (or it took too long)."""
    if call.is_away() and call.state in (CallState.QUEUED, CallState.CALL_BACK_LATER):
        part(turn, call)


# -- calling ------------------------------------------------------------------------------------------------------


def begin(turn: Turn, call: Call) -> None:
    """An agent is reserved: take a card to call from."""
    part(turn, call)
    turn.commands.append(TakeCard(call.call, call.offer))


def card_taken(turn: Turn, event: CardTaken) -> Call | None:
    """There is a card, or none. The call whose agent is to be rung on it; None: nothing is to be done any more."""
    call = turn.state.calls.get(event.call)
    wanted = call is not None and call.is_away() and call.state is CallState.OFFERED and call.offer == event.offer
    if call is None or not wanted or call.card:
        if event.card:
            turn.commands.append(PutCardBack(event.card))
        return None
    if not event.card:
        again_later(turn, call, "no-card", NO_CARD_SECONDS)
        return None
    turn.note(facts.CardChanged(call=call.call, card=event.card))
    turn.send(call, linecard.Begin(call=call.call))
    return call


def reach(turn: Turn, call: Call) -> None:
    """The agent is on the line: dial the customer's number; the agent hears it ring. Told again after a restart of the
    core it is dialled already."""
    line, queue = turn.line(call.call), turn.plan.queue(call.queue)
    if line.reaching:
        return
    line.reaching = True
    turn.note(facts.CallBackTried(call=call.call, attempt=call.attempts + 1))
    ring = queue.call_back_ring_seconds
    turn.send(call, turn.plan.dial_number(call.call, linecard.CUSTOMER, call.call_back, call.dialled, "", ring))
    turn.play(call, "ringback", turn.plan.sounds.ringback(), loop=True, leg=call.leg)
    turn.due(turn.now.mono + ring + GUARD_SECONDS, f"reach-{call.offer}", call.call)


def not_reached(turn: Turn, call: Call, cause: str) -> None:
    """The customer's number did not answer, or its leg was lost before the two were connected."""
    if call.attempts < turn.plan.queue(call.queue).call_back_attempts:
        again_later(turn, call, cause, turn.plan.queue(call.queue).call_back_retry_seconds)
        return
    end_offer(turn, call, "customer-not-reached")
    turn.note(facts.CallReleased(call=call.call, by="server", cause="not-reached"))
    talking.close(turn, call, Outcome.CALL_BACK, "not-reached")


def again_later(turn: Turn, call: Call, cause: str, seconds: float, *, result: str = "customer-not-reached") -> None:
    """It waits for so long, and then at its old place again. `result`: of the offer."""
    end_offer(turn, call, result)
    if call.reserved:  # the agent who asked for it has seen that it came to nothing
        turn.note(facts.CallReleased(call=call.call, by="server", cause=cause))
        talking.close(turn, call, Outcome.CALL_BACK, cause)
        return
    again = turn.moment.mono + seconds
    turn.note(
        facts.CallBackFailed(
            call=call.call,
            attempt=call.attempts,
            cause=cause,
            again_mono=again,
            again_at=turn.moment.wall + seconds,
        )
    )
    turn.due(again, "call-back", call.call)


def end_offer(turn: Turn, call: Call, result: str) -> None:
    """The card hangs everything up, and the agents are free."""
    part(turn, call)
    for agent, offer in call.open_offers():
        turn.note(facts.OfferEnded(call=call.call, agent=agent, offer=offer, result=result))


def due(turn: Turn, call: Call) -> None:
    """A call-back whose number was not reached may be tried again."""
    if call.state is CallState.CALL_BACK_LATER and call.again is not None and call.again.mono <= turn.now.mono:
        turn.note(facts.CallBackDue(call=call.call))
        turn.enqueue(call)
