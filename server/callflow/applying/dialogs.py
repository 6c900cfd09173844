"""Facts of dialog scripts applied to the state."""

from server.call import facts
from server.call.now import Now
from server.call.states import CallState
from server.callflow.applying.changes import Changes, of_call
from server.callflow.state import Call


@of_call
def _entered(call: Call, at: Now, fact: facts.ScriptEntered) -> None:
    call.state, call.since, call.leg = CallState.IN_DIALOG, at, ""
    call.script, call.session, call.revision = fact.script, fact.session, 0
    call.otherwise, call.is_survey = fact.otherwise, fact.by == "survey"
    call.asks_survey, call.keys_used, call.first_revision = False, 0, 0
    call.scripts += not call.is_survey


@of_call
def _stepped(call: Call, _at: Now, fact: facts.ScriptStepped) -> None:
    if call.session == fact.session:
        call.first_revision = call.first_revision or fact.revision
        call.revision, call.keys_used = fact.revision, max(call.keys_used, fact.keys_until)


@of_call
def _left(call: Call, at: Now, _fact: facts.ScriptLeft) -> None:
    if call.state is CallState.IN_DIALOG:
        call.state, call.since = CallState.ENDING, at  # where it goes, the facts that follow tell


@of_call
def _survey_offered(call: Call, _at: Now, fact: facts.SurveyOffered) -> None:
    call.heard_survey, call.asks_survey = True, fact.is_over


@of_call
def _survey(call: Call, _at: Now, _fact: facts.SurveyWanted) -> None:
    call.wants_survey = True


APPLY: Changes = {
    facts.ScriptEntered: _entered,
    facts.ScriptStepped: _stepped,
    facts.ScriptLeft: _left,
    facts.SurveyOffered: _survey_offered,
    facts.SurveyWanted: _survey,
}
