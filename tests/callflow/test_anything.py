"""Whatever happens, in any order: the rules bear it, the ledger is the state, and figures, records and logs add up."""

from datetime import UTC
from typing import Any

from hypothesis import given, settings, strategies as st

from server.call.states import CallState, Presence, WorkState
from server.records.book import Book
from server.records.cells import total_queue
from server.records.figure_book import FigureBook
from server.reports.queue_log import queue_log
from tests.callflow.ledger_checks import check_ledger
from tests.callflow.record_checks import check_agents, check_figures, check_live, check_records, check_world
from tests.callflow.restless import Restless
from tests.callflow.test_ledger_is_the_state import known

STEPS = 150
LEAVES = ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY")


@settings(max_examples=100)
@given(st.integers(0, 2**48))
def test_anything_may_happen(seed: int) -> None:
    somebody = Restless(seed)
    somebody.lives(STEPS)
    run = somebody.run
    reader = run.new_flow()
    reader.recover(None, run.ledger)
    there = {agent.id for agent in run.site.agent}
    assert _without(known(reader), there) == _without(known(run.flow), there), "a new core would know something else"
    live = {call.call for call in somebody.state.calls.values() if call.state is not CallState.CLOSED}
    is_one_boot = not any("boot-2" in line for line in somebody.told)
    agents = [agent.id for agent in somebody.whole_site.agent] if is_one_boot else []
    check_ledger(run.ledger, live, [agent for agent in agents if agent not in somebody.gone], run.now)
    _each_call_is_counted_once(somebody)
    check_records(run.ledger)
    check_figures(run.ledger)
    check_agents(run.ledger, agents, run.now)
    check_live(run.flow, run.ledger, run.now)
    if not run.flow.recovering:
        check_world(run.flow._world)
    _who_leaves_a_queue_was_in_it(somebody)
    _nothing_is_left(somebody)


def _without(state: dict[str, Any], agents: set[str]) -> dict[str, Any]:
    """The state, but for agents who are not in the site: a core that begins forgets them."""
    return state | {"agents": {ident: agent for ident, agent in state["agents"].items() if ident in agents}}


def _each_call_is_counted_once(somebody: Restless) -> None:
    book = FigureBook(UTC, {})
    book.take(somebody.run.ledger)
    cell = total_queue(book.cells().queues.values())
    waiting = sum(not (place.is_answered or place.is_call_back) for place in book.held().places.values())
    ended = cell.answered + cell.abandoned + cell.short_abandoned + cell.overflowed + cell.call_back
    assert cell.offered == ended + cell.voicemail + cell.other + waiting


def _who_leaves_a_queue_was_in_it(somebody: Restless) -> None:
    inside: set[str] = set()
    run = somebody.run
    for line in queue_log(run.ledger, {agent.id: agent.queues for agent in run.site.agent}):
        _epoch, call, _queue, _agent, event, *_words = line.split("|")
        if event == "ENTERQUEUE":
            inside.add(call)
        elif event in LEAVES:
            assert call in inside, line
            inside.remove(call)


def _nothing_is_left(somebody: Restless) -> None:
    """Once everybody has gone."""
    somebody.goes_home()
    state = somebody.state
    assert all(call.is_away() for call in state.calls.values()), state.calls
    assert all(agent.work_state is WorkState.IDLE and agent.call is None for agent in state.agents.values())
    assert not state.watches
    check_world(somebody.run.flow._world)
    check_records(somebody.run.ledger)
    book = Book(UTC)
    book.take(somebody.run.ledger)
    for agent in book.agents.values():
        assert (agent.presence, agent.work) == (Presence.LOGGED_OUT, WorkState.IDLE) or agent.ended, agent
