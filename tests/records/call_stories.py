"""Calls as facts, for the tests of the folds: what happens, at which second."""

from server.call import facts as f
from server.call.now import Now

WALL = 1_795_296_363.123  # 2026-11-21T21:26:03.123Z
MONO = 5_000.0


def at(second: float, wall_jump: float = 0.0) -> Now:
    return Now(WALL + second + wall_jump, MONO + second)


def why(agent: str = "ana") -> f.Why:
    return f.Why(
        strategy="longest-idle",
        rule="longest idle first",
        candidates=[f.Candidate(agent, 1.0)],
        candidate_count=1,
        sentence=f"{agent} has been idle longest",
    )


def entries(*told: tuple[float, f.AnyFact], first: int = 1) -> list[f.Entry]:
    return [f.Entry(position=first + n, at=at(second), fact=fact) for n, (second, fact) in enumerate(told)]


def arrived(call: str = "c1", caller: str = "03012345678") -> f.CallArrived:
    return f.CallArrived(
        call=call, card="card-1", caller=caller, dialled="100", caller_e164="+493012345678", trunk="city"
    )


def queued(second: float, call: str = "c1", queue: str = "service") -> f.CallQueued:
    return f.CallQueued(call=call, queue=queue, priority=0, joined_mono=MONO + second, joined_at=WALL + second)


def offered(offer: int = 1, agent: str = "ana", call: str = "c1") -> f.CallOffered:
    return f.CallOffered(call=call, queue="service", agent=agent, offer=offer, leg=f"a{offer}", why=why(agent))


def offer_ended(result: str, offer: int = 1, agent: str = "ana", call: str = "c1") -> f.OfferEnded:
    return f.OfferEnded(call=call, agent=agent, offer=offer, result=result)


def connected(offer: int = 1, agent: str = "ana", call: str = "c1") -> f.CallConnected:
    return f.CallConnected(call=call, queue="service", agent=agent, offer=offer)


def wrap_up_began(second: float, agent: str = "ana", call: str = "c1") -> f.WrapUpBegan:
    return f.WrapUpBegan(agent=agent, call=call, seconds=10, began_mono=MONO + second, began_at=WALL + second)


def answered_call(call: str = "c1", agent: str = "ana", start: float = 0.0) -> list[tuple[float, f.AnyFact]]:
    """Arrives, waits 4 s, rings 2 s, talks 60 s of which 10 s held, 12.5 s of wrap-up."""
    return [
        (start + 0.0, arrived(call)),
        (start + 0.5, queued(start + 0.5, call)),
        (start + 2.5, offered(1, agent, call)),
        (start + 2.6, f.OfferRang(call=call, agent=agent, offer=1)),
        (start + 4.5, offer_ended("answered", 1, agent, call)),
        (start + 4.5, connected(1, agent, call)),
        (start + 20.0, f.CallHeld(call=call, agent=agent, on=True)),
        (start + 30.0, f.CallHeld(call=call, agent=agent, on=False)),
        (start + 64.5, f.CallReleased(call=call, by="customer", cause="normal", agent=agent)),
        (start + 64.5, wrap_up_began(start + 64.5, agent, call)),
        (start + 64.6, f.CallClosed(call=call, outcome="answered", cause="normal")),
        (start + 70.0, f.NotesSaved(call=call, agent=agent, text="wants a new meter")),
        (start + 71.0, f.ResultChosen(call=call, agent=agent, result="order")),
        (start + 77.0, f.WrapUpEnded(agent=agent, call=call, by="agent")),
    ]
