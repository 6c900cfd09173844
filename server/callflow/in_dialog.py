"""A call is with a dialog script: what the conversation (`server.ivr.conversation`) decides becomes facts and commands.

The session is kept elsewhere (`Dialogs`). The rules name it, hand it what the caller keys, and are shown what it asks
next; each place that it comes to is a fact. So a new core shows the caller the same question again.
"""

from server.call import facts
from server.call.commands import BeginDialog, StepDialog
from server.call.dialogs import Beginning, DialogView
from server.call.states import CallState
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.config.currencies import currency_of
from server.ivr import conversation as ivr
from server.wire import linecard

ASK = "ask"
"""`[[number]] language`: callers choose it."""
LONGEST_NODE = 64
NUMBER, DIVERTED, SURVEY = "number", "diverted", "survey"
"""What led to the script, as in `ScriptEntered.by`."""
SURVEY_GUARD_SECONDS = 30.0
"""The question for it is over by then: a net, never the rule."""


def enter(turn: Turn, call: Call, script: str) -> None:
    """The number that was dialled leads to a script."""
    _enter(turn, call, script, NUMBER, turn.plan.number(call.dialled).otherwise)


def enter_diverted(turn: Turn, call: Call, script: str, otherwise: str) -> None:
    """A queue or a mailbox sends the call to a script. `otherwise`: where who wants a person goes; empty: nowhere."""
    line = turn.line(call.call)
    line.playing, line.dialog, line.dialog_wake, line.keys, line.early_keys = "", None, 0, [], ""
    _enter(turn, call, script, DIVERTED, otherwise)


def _enter(turn: Turn, call: Call, script: str, by: str, otherwise: str) -> None:
    """A call may come to several scripts: each has a session of its own, named after the call."""
    number = str(call.scripts + 1) if call.scripts else ""
    session = f"{call.call}-ivr{number}"
    turn.note(facts.ScriptEntered(call=call.call, script=script, session=session, by=by, otherwise=otherwise))


def enter_survey(turn: Turn, call: Call, script: str) -> None:
    """The agent has hung up; the customer answers some questions."""
    turn.note(facts.ScriptEntered(call=call.call, script=script, session=f"{call.call}-{SURVEY}", by=SURVEY))


def ask_for_survey(turn: Turn, call: Call) -> None:
    """The agent has hung up, and the customer was not asked before: which key leads to the survey?"""
    line = turn.line(call.call)
    line.said += 1
    line.survey_asked += 1
    line.survey_until = turn.now.mono + SURVEY_GUARD_SECONDS
    sounds = turn.plan.sounds
    turn.play(call, f"{SURVEY}-{line.said}", sounds.survey_question(turn.plan.queue(call.queue).survey_key))
    turn.due(line.survey_until, SURVEY, call.call)


def begin(turn: Turn, call: Call) -> None:
    """The customer's leg has media: the conversation begins, or (after a restart of the core) goes on; once."""
    line = turn.line(call.call)
    if call.state is not CallState.IN_DIALOG or line.dialog is not None or not line.up:
        return
    number = turn.plan.number(call.dialled)
    is_at_first = call.scripts < 2 and call.revision == call.first_revision
    asks = number.language == ASK and not call.is_survey and is_at_first
    currency = currency_of(turn.plan.site.site)
    line.dialog, actions = ivr.begin(
        turn.now.mono,
        asks_language=asks,
        has_person=bool(otherwise(turn, call)),
        currency=currency,
        shown_before=call.revision,
    )
    wanted = "" if number.language == ASK else number.language
    turn.commands.append(BeginDialog(call.call, _beginning(call, wanted or turn.plan.site.site.language)))
    obey(turn, call, actions)
    early, line.early_keys = line.early_keys, ""
    for key in early:
        tell(turn, call, ivr.Digit(key))


def otherwise(turn: Turn, call: Call) -> str:
    """Where the call goes if the script does not say it; empty: nowhere, or to what was taken out of the site."""
    kind, _, ident = call.otherwise.partition(":")
    is_gone = (kind == "queue" and ident not in turn.plan.queues) or (
        kind == "voicemail" and ident not in turn.plan.mailboxes
    )
    return "" if is_gone else call.otherwise


def _beginning(call: Call, language: str) -> Beginning:
    """A survey is not the session of the call: nobody at a desk goes on with it."""
    return Beginning(
        script=call.script,
        channel="ivr",
        session=call.session,
        language=language,
        call="" if call.is_survey else call.call,
        queue=call.queue,
        agent=(call.agent or "") if call.is_survey else "",
        customer=call.customer,
        number=call.number(),
    )


def shown(turn: Turn, call: Call, view: DialogView) -> ivr.Leave | ivr.HangUp | None:
    """The session stands somewhere: noted, if it has moved or keys were used, and said."""
    used = _used_keys(turn, call, view) if view.revision >= call.revision else 0
    if view.revision > call.revision or used > call.keys_used:
        _note(turn, call, view, used)
    return tell(turn, call, ivr.Shown(view))


def _note(turn: Turn, call: Call, view: DialogView, used: int) -> None:
    node = view.ask.node[:LONGEST_NODE] if view.ask is not None else ""
    stepped = facts.ScriptStepped(
        call=call.call, session=call.session, revision=view.revision, node=node, keys_until=used
    )
    turn.note(stepped, turn.now)


def thrown_away(turn: Turn, call: Call, seq: int) -> bool:
    """Whether the conversation takes no keys just now: this one is used, and no later core is told of it."""
    line = turn.line(call.call)
    if line.dialog is None or not line.dialog.is_deaf or line.dialog.view is None:
        return False
    line.keys = []
    if seq:
        _note(turn, call, line.dialog.view, seq)
    return True


def _used_keys(turn: Turn, call: Call, view: DialogView) -> int:
    """The keys that led to this step are used: the number of the last one's event, 0 if there was none."""
    line = turn.line(call.call)
    left = 0 if line.dialog is None else len(ivr.keys_left(line.dialog, view))
    used, line.keys = line.keys[: len(line.keys) - left], line.keys[len(line.keys) - left :] if left else []
    return used[-1] if used else 0


def tell(turn: Turn, call: Call, event: ivr.AnyEvent) -> ivr.Leave | ivr.HangUp | None:
    """Hand an event to the conversation. What comes back ends it; None: it goes on."""
    line = turn.line(call.call)
    if line.dialog is None:
        return None
    line.dialog, actions = ivr.step(line.dialog, event, turn.now.mono)
    return obey(turn, call, actions)


def obey(turn: Turn, call: Call, actions: list[ivr.AnyAction]) -> ivr.Leave | ivr.HangUp | None:
    """Do what the conversation decided."""
    line = turn.line(call.call)
    for action in actions:
        match action:
            case ivr.Say(parts, loop):
                line.said += 1
                turn.play(call, f"dialog-{line.said}", turn.plan.sounds.dialog_says(parts), loop=loop)
            case ivr.Hush():
                line.playing = ""
                turn.send(call, linecard.Stop(call=call.call, leg=linecard.CUSTOMER))
            case ivr.Take(event, revision):
                turn.commands.append(StepDialog(call.call, call.session, event, revision))
            case ivr.Wake(at):
                line.dialog_wake = at
                turn.due(at, "dialog", call.call)
            case ivr.Leave() | ivr.HangUp():
                return action
    return None


def woken(turn: Turn, call: Call) -> ivr.Leave | ivr.HangUp | None:
    """A deadline of the conversation has come; maybe an earlier one than it wants now."""
    line = turn.line(call.call)
    if call.state is not CallState.IN_DIALOG or not 0 < line.dialog_wake <= turn.now.mono:
        return None
    line.dialog_wake = 0
    return tell(turn, call, ivr.Woken())
