"""Writes `agent-states.md` from the table in `server/call/states.py`: python docs/agent_states.py

A test runs it and compares, so that the picture is always the one of the code.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from server.call.states import WORK_STATE_TRANSITIONS, WorkState  # noqa: E402

DOCUMENT = HERE / "agent-states.md"
WHY = {
    ("idle", "reserved"): "a call is offered",
    ("reserved", "ringing"): "the phone rings",
    ("reserved", "talking"): "answered",
    ("reserved", "idle"): "missed, withdrawn, caller left",
    ("ringing", "talking"): "answered",
    ("ringing", "idle"): "missed, withdrawn, caller left, a colleague was faster",
    ("talking", "holding"): "hold",
    ("talking", "wrap-up"): "first release",
    ("talking", "idle"): "the call was lost",
    ("holding", "talking"): "taken back",
    ("holding", "wrap-up"): "first release",
    ("holding", "idle"): "the call was lost",
    ("wrap-up", "idle"): "finished, or the time is over",
}
TEXT = """# The agent's states

Two things, never mixed. **Presence** is what the agent chose: logged out, ready, not ready (with a reason). **Work
state** is what happens, and follows this table; anything else is a fault of ours, raises, and changes nothing.

```mermaid
stateDiagram-v2
{lines}
```

Only an agent who is *ready*, *idle* and *reachable* (desk connected where there is one, phone registered or believed
in) is free for a call. Missing a call (no answer, busy, rejected, not accepted) makes the agent not ready with that
reason; a phone that cannot be reached makes the agent unreachable. What comes after the call (ready, a break, log-out)
can be chosen during it and is taken when the wrap-up ends. A desk that is silent for 10 s counts as lost, and so does
a phone that registered and does not answer any more (a ready agent's is asked with OPTIONS every 5 s, also by
a core that was just started; one that has not answered a single time since it registered is of a kind that does not,
and is believed until its registration ends), and any phone that a call does not reach. The agent is unreachable then,
and back in the former presence if desk or phone return within 60 s; later the agent is not ready, with the reason
*unreachable*. A phone that a call did not reach is believed again when it registers anew, answers after a silence, or
its agent says to be ready; one that answers questions all the time and takes no call makes its agent not ready at once,
or every caller would be sent there.
"""


def name(state: WorkState) -> str:
    """The state as an id in a picture."""
    return state.value.replace("-", "_")


def written() -> str:
    """The document. `KeyError` for a transition without words, `ValueError` for words without a transition."""
    lines = ["    [*] --> idle", '    state "wrap-up" as wrap_up']
    told = dict(WHY)
    for state, following in WORK_STATE_TRANSITIONS.items():
        for after in (one for one in WorkState if one in following):
            lines.append(f"    {name(state)} --> {name(after)}: {told.pop((state.value, after.value))}")
    if told:
        raise ValueError(f"no such transitions: {sorted(told)}")
    return TEXT.format(lines="\n".join(lines))


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
