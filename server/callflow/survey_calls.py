"""A caller whose agent has hung up is asked for the queue's survey: who could not be asked while waiting.

The talk is over and counted, and the agent wraps up: nothing that happens here changes a figure. The question is put
twice; a key that means nothing, or none, is a no the second time, and the caller is thanked and hung up.
"""

from server.call import facts
from server.call.states import CallState, Outcome
from server.callflow import in_dialog, talking, waiting
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

TIMES = 2
ANSWER_SECONDS = 2.5
"""So long after the question the answer is waited for: nobody hears silence for 3 s."""


def asks(call: Call) -> bool:
    """Whether the caller is asked for the survey after the talk, or thanked for the answer."""
    return call.state is CallState.ENDING and call.asks_survey


def heard_while_waiting(turn: Turn, call: Call) -> None:
    """A waiting caller was told of the survey to the end; the music follows."""
    if not call.heard_survey:
        turn.note(facts.SurveyOffered(call=call.call, queue=call.queue))
    if call.state in (CallState.QUEUED, CallState.OFFERED):
        turn.music(call)


def played(turn: Turn, call: Call) -> None:
    """The question was heard: the answer is waited for."""
    line = turn.line(call.call)
    line.survey_until = turn.now.mono + ANSWER_SECONDS
    turn.due(line.survey_until, in_dialog.SURVEY, call.call)


def woken(turn: Turn, call: Call) -> None:
    """No key was pressed in time."""
    line = turn.line(call.call)
    if asks(call) and not line.goodbye_outcome and line.survey_until <= turn.now.mono:
        _again_or_goodbye(turn, call)


def key(turn: Turn, call: Call, digit: str) -> None:
    """A key, also during the question, or while the core was away: the survey's own one leads into it."""
    line = turn.line(call.call)
    if line.goodbye_outcome:
        return
    queue = turn.plan.queue(call.queue)
    if digit != queue.survey_key or not queue.survey:
        _again_or_goodbye(turn, call)
        return
    turn.note(facts.SurveyWanted(call=call.call, queue=call.queue))
    if line.playing:
        line.playing = ""
        turn.send(call, linecard.Stop(call=call.call, leg=linecard.CUSTOMER))
    in_dialog.enter_survey(turn, call, queue.survey)


def left(turn: Turn, call: Call, cause: str) -> None:
    """The caller hung up, or the line was lost. The call was answered, whatever became of this."""
    turn.send(call, linecard.Close(call=call.call))
    talking.close(turn, call, Outcome.ANSWERED, cause)


def again(turn: Turn, call: Call) -> None:
    """After a restart of the core: the question is put once more, unless the survey was taken out of the site."""
    if turn.plan.queue(call.queue).survey:
        in_dialog.ask_for_survey(turn, call)
    else:
        _goodbye(turn, call)


def _again_or_goodbye(turn: Turn, call: Call) -> None:
    if turn.line(call.call).survey_asked < TIMES:
        in_dialog.ask_for_survey(turn, call)
    else:
        _goodbye(turn, call)


def _goodbye(turn: Turn, call: Call) -> None:
    waiting.goodbye(turn, call, Outcome.ANSWERED, "normal", files=turn.plan.sounds.survey_goodbye())
