"""From a fact of a caller with a dialog script to what came from outside. Part of `traces`.

What a script asks and what is keyed is with its session, not in the ledger; where the session came to is in it.
"""

from collections.abc import Iterable

from scriptengine.interpreter import Ask, Ended
from server.call import events, facts
from server.call.dialogs import DialogView


def stepped(fact: facts.ScriptStepped) -> events.AnyEvent:
    """The session was shown at some place."""
    ask = Ask(stop=f"replayed-{fact.revision}", node=fact.node, kind="question", channel="ivr", language="en")
    return events.DialogShown(fact.call, _view(fact.session, fact.revision, ask=ask))


def left(fact: facts.ScriptLeft, about: Iterable[facts.AnyFact]) -> events.AnyEvent | None:
    """The session ended, or could not go on; None: the caller hung up. `about`: facts of the call of that moment."""
    if fact.why == "hung-up" or any(isinstance(one, facts.CallReleased) and one.cause == "card-lost" for one in about):
        return None
    if fact.why in ("person", "fault"):
        return events.DialogFailed(fact.call, fact.session, fact.why)
    if fact.why == "silent":
        return events.DialogShown(fact.call, _view(fact.session, _LAST, status="resting"))
    kind, _, queue = fact.to.partition(":")
    ended = Ended(
        node="replayed", outcome="transfer" if fact.to else "success", queue=queue if kind == "queue" else None
    )
    return events.DialogShown(fact.call, _view(fact.session, _LAST, status="ended", ended=ended))


_LAST = 1_000_000


def _view(
    session: str, revision: int, status: str = "running", ask: Ask | None = None, ended: Ended | None = None
) -> DialogView:
    return DialogView(
        session=session,
        script="",
        version="",
        revision=revision,
        status=status,
        channel="ivr",
        language="en",
        ask=ask,
        ended=ended,
    )
