"""The choices, computed from a recorded reason alone, as its description says; shares no code with the floor."""

from server.call.facts import Why


def agent_of(why: Why) -> str:
    """Who gets the call."""
    able = [one for one in why.candidates if not one.passed_over]
    preferred = [one for one in able if one.preferred]
    if preferred:
        assert len(preferred) == 1
        return preferred[0].agent
    tier = min(one.tier for one in able)
    penalty = min(one.penalty for one in able if one.tier == tier)
    compared = [one for one in able if (one.tier, one.penalty) == (tier, penalty)]
    if why.draw is None:
        return min(compared, key=lambda one: one.value).agent
    ticket, upto = int(why.draw * why.tickets), why.tickets_before
    for one in compared:
        upto += int(one.value)
        if ticket < upto:
            return one.agent
    raise AssertionError("the winning ticket is not in the list")


def call_is_first(why: Why) -> bool:
    """Whether the call is served before those of other queues."""
    own = (-why.priority, -why.need, why.joined_mono)
    return all(own <= (-rival.priority, -rival.need, rival.joined_mono) for rival in why.rivals)
