"""Commands: what the rules decide. The exchange carries them out after the facts of the same decision are committed."""

import msgspec

from scriptengine.interpreter import Event as ScriptEvent
from server.call.dialogs import Beginning
from server.wire import linecard


class TellCard(msgspec.Struct, frozen=True):
    """Send `command` to `card`."""

    card: str
    command: linecard.AnyCommand


class TakeCard(msgspec.Struct, frozen=True):
    """Take an idle card for a conversation that begins with us; `CardTaken` with the same `offer` answers."""

    call: str
    offer: int


class PutCardBack(msgspec.Struct, frozen=True):
    """The card that was taken is not needed any more; it never got the conversation."""

    card: str


class RingAgents(msgspec.Struct, frozen=True):
    """The leg `leg`, which the call's card dials at our own edge, rings at the phones of these agents, besides those
    where it rings already. Leaves before the card's `dial`."""

    call: str
    leg: str
    agents: list[str]


class RingNoLonger(msgspec.Struct, frozen=True):
    """The agent's phone rings no longer for the leg; others may. `result`: as in `OfferEnded`."""

    call: str
    leg: str
    agent: str
    result: str


class RemoveSounds(msgspec.Struct, frozen=True):
    """Delete files that nothing refers to any more."""

    paths: list[str]


class BeginDialog(msgspec.Struct, frozen=True):
    """Begin the session `beginning.session`, or look at it if it has begun; `DialogShown` or `DialogFailed` answers."""

    call: str
    beginning: Beginning


class StepDialog(msgspec.Struct, frozen=True):
    """Hand an event to a session; `DialogShown` or `DialogFailed` answers. `revision`: what the caller heard; None:
    whatever it is."""

    call: str
    session: str
    event: ScriptEvent
    revision: int | None = None


Command = TellCard | TakeCard | PutCardBack | RingAgents | RingNoLonger | RemoveSounds | BeginDialog | StepDialog
