"""Facts of agents applied to the state: what they chose, their desks and phones."""

from server.acd.agent import Agent
from server.call import facts
from server.call.now import Now
from server.call.states import Presence, WorkState
from server.callflow.applying.changes import Changes, of_agent


@of_agent
def _presence(agent: Agent, at: Now, fact: facts.PresenceChosen) -> None:
    if agent.presence is Presence.LOGGED_OUT and fact.presence != Presence.LOGGED_OUT:
        agent.calls_taken, agent.talk_seconds = 0, 0
    agent.presence, agent.reason = Presence(fact.presence), fact.reason
    agent.after_call, agent.after_call_reason = None, ""
    if agent.desk is False and fact.by != "rule":
        _desk_left(agent)  # whoever chooses now does so without the lost desk
    if agent.work_state is WorkState.IDLE:
        agent.since, agent.idle_since = at, at.mono


@of_agent
def _after_call(agent: Agent, _at: Now, fact: facts.AfterCallChosen) -> None:
    agent.after_call = None if fact.presence is None else Presence(fact.presence)
    agent.after_call_reason = fact.reason


@of_agent
def _desk(agent: Agent, at: Now, fact: facts.DeskLinked) -> None:
    agent.desk = fact.connected
    agent.desk_lost_mono = 0 if fact.connected else at.mono
    if not fact.connected and agent.presence is Presence.LOGGED_OUT:
        _desk_left(agent)


def _desk_left(agent: Agent) -> None:
    agent.desk, agent.desk_lost_mono = None, 0


@of_agent
def _phone(agent: Agent, at: Now, fact: facts.PhoneRegistered) -> None:
    agent.registered, agent.phone_failed, agent.phone_answers = fact.registered, "", False
    _phone_seen(agent, at)


@of_agent
def _phone_failed(agent: Agent, at: Now, fact: facts.PhoneFailed) -> None:
    agent.phone_failed = fact.how if fact.failed else ""
    _phone_seen(agent, at)


@of_agent
def _phone_answered(agent: Agent, _at: Now, _fact: facts.PhoneAnswered) -> None:
    agent.phone_answers = True


def _phone_seen(agent: Agent, at: Now) -> None:
    if not agent.phone_fault():
        agent.phone_lost_mono = 0
    elif not agent.phone_lost_mono:
        agent.phone_lost_mono = at.mono


@of_agent
def _reached(agent: Agent, at: Now, fact: facts.AgentReached) -> None:
    agent.reachable = fact.reachable
    if fact.reachable and agent.work_state is WorkState.IDLE:
        agent.idle_since = at.mono


APPLY: Changes = {
    facts.PresenceChosen: _presence,
    facts.AfterCallChosen: _after_call,
    facts.DeskLinked: _desk,
    facts.PhoneRegistered: _phone,
    facts.PhoneFailed: _phone_failed,
    facts.PhoneAnswered: _phone_answered,
    facts.AgentReached: _reached,
}
