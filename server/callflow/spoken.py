"""Who spoke last with whom: kept by number and by customer, for as long as a queue may ask for it.

Called by `apply` only, except `agent_of`, which changes nothing.
"""

from collections.abc import Callable

import msgspec

from server.call import facts
from server.callflow.state import Call, Spoke, State

MOST = 50_000
"""So many numbers and customers are remembered; the oldest are forgotten first."""


def remember(state: State, call: Call, agent: str, mono: float, seconds: float) -> None:
    """The call's talk with `agent` is over; it matters for `seconds`. What matters no longer is forgotten."""
    spoke = state.spoke
    while spoke and spoke[next(iter(spoke))].until_mono < mono:
        del spoke[next(iter(spoke))]
    _keep(state, Spoke(agent, mono, mono + seconds, call.call, call.customer, call.number()), call.customer_numbers)


def set_right(state: State, fact: facts.CustomerKnown) -> None:
    """Who the customer of a talk was is known, or known better, after it."""
    theirs = [key for key, one in state.spoke.items() if one.call == fact.call]
    if theirs:
        last = state.spoke[theirs[0]]
        for key in theirs:
            del state.spoke[key]
        _keep(state, msgspec.structs.replace(last, customer=fact.customer), fact.numbers)


def agent_of(state: State, call: Call, seconds: float, mono: float) -> str:
    """Who spoke with the call's customer, as far as that is known, or else number, in the last `seconds`; empty:
    nobody. Somebody else's talk on the same phone is not the customer's."""
    talks = [state.spoke.get(call.number()), state.spoke.get(_of_customer(call.customer))]
    theirs = [one for one in talks if one is not None and (not call.customer or one.customer in ("", call.customer))]
    last = max(theirs, key=lambda one: one.ended_mono, default=None)
    return last.agent if last is not None and last.ended_mono + seconds >= mono else ""


def shift(state: State, moved: Callable[[float], float]) -> None:
    """Carry all moments over to another boot's clock."""
    for key, one in state.spoke.items():
        ended, until = moved(one.ended_mono), moved(one.until_mono)
        state.spoke[key] = msgspec.structs.replace(one, ended_mono=ended, until_mono=until)


def _keep(state: State, spoke: Spoke, numbers: list[str]) -> None:
    """Under the number of the call, and the customer and all the numbers that the customer is known to have. A talk
    with neither number nor customer is kept under the call: an agent may still say who it was."""
    keys = [spoke.number, *numbers, _of_customer(spoke.customer)]
    for key in dict.fromkeys(key for key in keys if key) or [f"call {spoke.call}"]:
        present = state.spoke.get(key)
        if present is None or present.ended_mono <= spoke.ended_mono:
            state.spoke.pop(key, None)  # to the end: the oldest come first
            state.spoke[key] = spoke
    while len(state.spoke) > MOST:
        del state.spoke[next(iter(state.spoke))]


def _of_customer(customer: str) -> str:
    """No number looks like this."""
    return f"customer {customer}" if customer else ""
