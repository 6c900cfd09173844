"""A session that is at hand, and what a step changes of what is kept. [pure]"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from scriptengine.interpreter import Effect, Ended, Event, Perform, State, encode_state
from scriptengine.program import Program
from scriptengine.statistics.words import trail_of
from server.call.dialog_store import Change, KeptAction, KeptDialog
from server.call.dialogs import DialogView
from server.dialogs.actions import version_of
from server.dialogs.telling import Step, agent_of, facts_of
from server.dialogs.viewing import Around, view_of


@dataclass
class Live:
    """A session at hand. `is_in_doubt`: it was read from the store, so an action that it waits for may have been done.

    `told`: number of the last fact that was handed on to the ledger.
    """

    kept: KeptDialog
    program: Program
    state: State
    is_in_doubt: bool = False
    told: int = 0


def changed(
    live: Live,
    state: State,
    event: Event,
    effects: Sequence[Effect],
    acted: Perform | None,
    wall: float,
    *,
    is_whole: bool,
) -> Change:
    """What is to be kept of a step. `is_whole`: it waits for no action, so people see another revision."""
    before = live.kept
    serial = before.serial + 1
    told = Step(
        program=live.program,
        session=before.id,
        serial=serial,
        before=live.state,
        after=state,
        event=event,
        effects=effects,
        call=before.call,
        customer=before.customer,
        acted=acted,
    )
    ended = next((effect for effect in effects if isinstance(effect, Ended)), before.ended)
    core = state.core
    kept = replace(
        before,
        serial=serial,
        revision=before.revision + is_whole,
        status=core.status,
        channel=core.channel if core.status != "new" else before.channel,
        language=core.language,
        agent=agent_of(state) or before.agent,
        touched_at=wall,
        ended_at=wall if ended is not None and before.ended is None else before.ended_at,
        ended=ended,
        untold=(*before.untold, *facts_of(told)),
        state=encode_state(state),
    )
    trail = trail_of(live.state, state, event, effects)
    return Change(dialog=kept, actions=_released(live, effects, wall), nodes=trail)


def _released(live: Live, effects: Sequence[Effect], wall: float) -> tuple[KeptAction, ...]:
    """Actions for the outbox."""
    interfaces = live.program.interfaces
    return tuple(
        KeptAction(
            id=effect.id,
            session=live.kept.id,
            script=live.kept.script,
            call=live.kept.call,
            perform=replace(effect, version=version_of(effect, interfaces) or None),
            since=wall,
            due_at=wall,
            is_idempotent=effect.is_idempotent,
        )
        for effect in effects
        if isinstance(effect, Perform) and not effect.is_awaited
    )


def view_of_live(live: Live, effects: Sequence[Effect]) -> DialogView:
    """The session after these effects."""
    kept = live.kept
    around = Around(
        session=kept.id,
        revision=kept.revision,
        call=kept.call,
        customer=kept.customer,
        agent=kept.agent,
        ended=kept.ended,
    )
    return view_of(live.program, live.state, effects, around)
