"""Facts of dialog scripts applied to the state. Part of `apply`."""

from collections.abc import Callable
from typing import Any

from server.call import facts
from server.call.now import Now
from server.call.states import CallState
from server.callflow.state import State


def _entered(state: State, at: Now, fact: facts.ScriptEntered) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.state, call.since, call.leg = CallState.IN_DIALOG, at, ""
        call.script, call.session, call.revision = fact.script, fact.session, 0
        call.otherwise, call.is_survey = fact.otherwise, fact.by == "survey"
        call.asks_survey, call.keys_used, call.first_revision = False, 0, 0
        call.scripts += not call.is_survey


def _stepped(state: State, _at: Now, fact: facts.ScriptStepped) -> None:
    call = state.calls.get(fact.call)
    if call is not None and call.session == fact.session:
        call.first_revision = call.first_revision or fact.revision
        call.revision, call.keys_used = fact.revision, max(call.keys_used, fact.keys_until)


def _left(state: State, at: Now, fact: facts.ScriptLeft) -> None:
    call = state.calls.get(fact.call)
    if call is not None and call.state is CallState.IN_DIALOG:
        call.state, call.since = CallState.ENDING, at  # where it goes, the facts that follow tell


def _survey_offered(state: State, _at: Now, fact: facts.SurveyOffered) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.heard_survey, call.asks_survey = True, fact.is_over


def _survey(state: State, _at: Now, fact: facts.SurveyWanted) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.wants_survey = True


APPLY: dict[type[Any], Callable[[State, Now, Any], None]] = {
    facts.ScriptEntered: _entered,
    facts.ScriptStepped: _stepped,
    facts.ScriptLeft: _left,
    facts.SurveyOffered: _survey_offered,
    facts.SurveyWanted: _survey,
}
