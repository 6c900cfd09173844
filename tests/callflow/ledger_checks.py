"""What must be true of a whole ledger, however it came about."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC

from server.call import facts
from server.call.now import Now
from server.call.states import Presence
from server.records import agent_day


def check_ledger(ledger: list[facts.Entry], live: set[str], agents: Iterable[str], now: Now) -> None:
    """`live`: calls that are not closed at `now`."""
    _one_outcome(ledger, live)
    _wrap_up_is_kept(ledger)
    for agent in agents:
        _times_add_up(ledger, agent, now)


def _one_outcome(ledger: list[facts.Entry], live: set[str]) -> None:
    outcomes = Counter(e.fact.call for e in ledger if isinstance(e.fact, facts.CallClosed))
    assert all(count == 1 for count in outcomes.values())
    arrived = {e.fact.call for e in ledger if isinstance(e.fact, facts.CallArrived)}
    assert arrived == set(outcomes) | live
    assert not set(outcomes) & live


def _wrap_up_is_kept(ledger: list[facts.Entry]) -> None:
    began: dict[str, tuple[float, float]] = {}
    for entry in ledger:
        if isinstance(entry.fact, facts.WrapUpBegan):
            began[entry.fact.agent] = (entry.fact.began_mono, entry.fact.seconds)
        elif isinstance(entry.fact, facts.WrapUpEnded) and entry.fact.by == "time-out":
            start, seconds = began[entry.fact.agent]
            assert entry.at.mono >= start + seconds


def _times_add_up(ledger: list[facts.Entry], agent: str, now: Now) -> None:
    """The times of the agent's states, as the day's fold has them, are the time between log-ins and log-outs."""
    so_far: agent_day.AgentSoFar | None = None
    logged_in, since = 0.0, None
    for entry in ledger:
        fact = entry.fact
        is_end = isinstance(fact, facts.CallReleased | facts.CallClosed)  # what others do with the call is not hers
        of_the_call = is_end and so_far is not None and so_far.call == facts.call_of(fact)
        if facts.agent_of(fact) == agent or isinstance(fact, facts.CoreBegan) or of_the_call:
            so_far = agent_day.fold(so_far, agent, entry, UTC, "boot-1")
        if isinstance(fact, facts.PresenceChosen) and fact.agent == agent:
            if fact.presence == Presence.LOGGED_OUT and since is not None:
                logged_in, since = logged_in + entry.at.mono - since, None
            elif fact.presence != Presence.LOGGED_OUT and since is None:
                since = entry.at.mono
    if since is not None:
        logged_in += now.mono - since
    assert so_far is not None
    day = agent_day.day_of(so_far, now, UTC)
    assert abs(day.logged_in_seconds - logged_in) < 0.01
