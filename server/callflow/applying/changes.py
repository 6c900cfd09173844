"""The shape of what `apply` is made of: most facts change one call or one agent, and nothing if it is not known."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from server.acd.agent import Agent
from server.call.now import Now
from server.callflow.state import Call, State

Change = Callable[[State, Now, Any], None]
"""What a fact changes. The `Now` is the moment of the fact."""
Changes = Mapping[type[Any], Change]
"""By kind of fact."""
F = TypeVar("F")


def of_call(change: Callable[[Call, Now, F], None]) -> Change:
    """`change` is done to the fact's call, if that is known (still)."""

    def changed(state: State, at: Now, fact: Any) -> None:
        call = state.calls.get(fact.call)
        if call is not None:
            change(call, at, fact)

    return changed


def of_agent(change: Callable[[Agent, Now, F], None]) -> Change:
    """`change` is done to the fact's agent, if that is known (still)."""

    def changed(state: State, at: Now, fact: Any) -> None:
        agent = state.agents.get(fact.agent)
        if agent is not None:
            change(agent, at, fact)

    return changed
