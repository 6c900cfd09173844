"""Facts of callers who are with a dialog script, and of the survey after a talk. All are told in `facts`."""

from server.call.fact import Fact


class ScriptEntered(Fact, frozen=True, tag="script-entered"):
    """`session` of the script runs on the call's line from now on. `by`: `number` (which was dialled), `diverted` (from
    a queue or mailbox, as the `call-diverted` of the same moment says) or `survey` (the agent has hung up).
    `otherwise`: where the call goes if the script does not say it; empty: nowhere."""

    call: str
    script: str
    session: str
    by: str = "number"
    otherwise: str = ""


class ScriptStepped(Fact, frozen=True, tag="script-stepped"):
    """The session stands at `node` (empty: it is over), as its `revision`. Answers are kept with the session.
    `keys_until`: number of the card's event with the last key that was used on the way here or thrown away; 0: none."""

    call: str
    session: str
    revision: int
    node: str = ""
    keys_until: int = 0


class ScriptLeft(Fact, frozen=True, tag="script-left"):
    """`why`: `end` (of the script), `person` (the caller wants one), `silent` (nothing was keyed any more), `hung-up`
    or `fault`. `to`: where the call goes, as in the site file; empty: it is over."""

    call: str
    session: str
    why: str
    to: str = ""


class SurveyOffered(Fact, frozen=True, tag="survey-offered"):
    """While waiting in `queue` the caller heard to the end which key agrees to a survey. `is_over`: the caller had not
    heard it, and is asked for it now, because the agent has hung up."""

    call: str
    queue: str
    is_over: bool = False


class SurveyWanted(Fact, frozen=True, tag="survey-wanted"):
    """Asked while waiting in `queue`, or after the talk, the caller pressed the key."""

    call: str
    queue: str
