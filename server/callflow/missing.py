"""An offer that came to nothing by the agent's side: what it means for the agent."""

from server.acd.agent import LOST_SECONDS
from server.call import facts
from server.call.states import Presence
from server.callflow.turn import Turn

RULE = "rule"
NOT_READY_AFTER = {"no-answer", "busy", "rejected", "not-accepted"}
"""Results after which the agent goes not ready with the result as the reason: the person did not take the call."""
PHONE_FAULT_AFTER = {"unreachable", "fault"}
"""Results that say that the phone cannot be reached."""


def result_of(cause: str) -> str:
    """The result of an offer whose phone gave this cause; what is no fault and no time-out is a refusal."""
    return cause if cause in NOT_READY_AFTER | PHONE_FAULT_AFTER else "rejected"


def agent_missed(turn: Turn, agent_id: str, result: str) -> None:
    """The agent is not ready with the result as the reason; a phone that cannot be called is not believed in any more,
    and its agent may yet be back as before."""
    agent = turn.state.agents.get(agent_id)
    if agent is None:
        return  # taken out of the site while the phone rang
    if result in PHONE_FAULT_AFTER:
        turn.note(facts.PhoneFailed(agent=agent_id, failed=True))
        turn.due(turn.now.mono + LOST_SECONDS, "lost", agent_id)
    else:
        turn.note(facts.PresenceChosen(agent=agent_id, presence=Presence.NOT_READY, reason=result, by=RULE))
