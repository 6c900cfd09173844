"""Facts applied to the state: the only place where calls and agents change.

Used by the rules for each fact that they note, and by a new core for each entry of the ledger: both arrive at the
same state. A fact about a call or agent that is not known (any more) changes nothing.
"""

from typing import get_args

from server.call import dialog_facts, facts
from server.call.now import Now
from server.callflow.applying import agents, boot, calls, dialogs, supervision, talks, voicemail
from server.callflow.applying.changes import Changes
from server.callflow.state import State


def apply(state: State, at: Now, fact: facts.AnyFact) -> None:
    """Change `state` as `fact` says. `at` is the moment of the fact."""
    if not isinstance(fact, facts.CoreBegan):
        state.clock = at
    _APPLY[type(fact)](state, at, fact)


def _nothing(_state: State, _at: Now, _fact: facts.AnyFact) -> None:
    """Changes no call and no agent: the facts that follow do, or it is for those who read the ledger."""


_APPLY: Changes = {
    **supervision.APPLY,
    **voicemail.APPLY,
    **dict.fromkeys(get_args(dialog_facts.DialogFact), _nothing),
    **dialogs.APPLY,
    **calls.APPLY,
    **talks.APPLY,
    **agents.APPLY,
    facts.CoreBegan: boot.core_began,
    facts.CoreStopping: _nothing,
    facts.CardsCounted: _nothing,
    facts.CallBackWanted: _nothing,
    facts.CallBackDeclined: _nothing,
    facts.StateRepaired: _nothing,
}
