"""The upper bar (state, queues, line) and the call bar (who calls, what can be done)."""

from agentdesk.desk import actions, keys, strangers
from agentdesk.desk.chips import look, my_chip, reason_name
from agentdesk.desk.durations import clock
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Button, CallBar, Chip, Choice, Line, QueueLine, TopBar

GOOD_LINE_SECONDS = 0.15
USABLE_LINE_SECONDS = 0.4
IN_CALL = ("talking", "holding")


def _presences(desk: Standing) -> list[Choice]:
    if desk.state is None:
        return []
    me, tr = desk.state.me, desk.words.tr
    chosen = (me.presence, me.reason)
    plain = [("ready", "", tr("Ready")), ("not-ready", "", tr("Not ready"))]
    reasons = [("not-ready", reason.id, reason.name or reason.id) for reason in desk.state.reasons]
    return [
        Choice(text=text, action=actions.SetPresence(presence, reason), chosen=chosen == (presence, reason))
        for presence, reason, text in plain + reasons
    ]


def _after_call(desk: Standing) -> list[Choice]:
    if desk.state is None:
        return []
    me = desk.state.me
    chosen = (me.after_call, me.after_call_reason) if me.after_call else (me.presence, me.reason)
    return [
        Choice(
            text=one.text,
            action=actions.AfterCall(one.action.presence, one.action.reason),
            chosen=chosen == (one.action.presence, one.action.reason),
        )
        for one in _presences(desk)
        if isinstance(one.action, actions.SetPresence)
    ]


def after_name(desk: Standing) -> str:
    """What comes after this call, as people say it; empty: the agent stays not ready without a reason."""
    if desk.state is None:
        return ""
    me = desk.state.me
    presence, reason = (me.after_call, me.after_call_reason) if me.after_call else (me.presence, me.reason)
    if presence == "ready":
        return desk.words.tr("ready")
    return reason_name(reason, desk.state.reasons, desk.words)


def _queues(desk: Standing, now: float) -> list[QueueLine]:
    tr = desk.words.tr
    return [
        QueueLine(
            name=queue.name or queue.id,
            waiting=queue.waiting,
            waiting_text=tr("{count} waiting", count=queue.waiting),
            longest=tr("longest {time}", time=clock(desk.server_time(now) - queue.longest_since))
            if queue.longest_since is not None
            else "",
        )
        for queue in (desk.state.queues if desk.state else [])
    ]


def _line(desk: Standing) -> Line:
    tr = desk.words.tr
    if desk.state is None and desk.link in ("logging-in", "linking"):
        return Line(colour="offline", shape="circle-open", text=tr("connecting…"))
    if not desk.linked:
        return Line(colour="alarm", shape="triangle", text=tr("no line"))
    if desk.round_trip is None:
        return Line(colour="ready", shape="check", text=tr("line OK"))
    milliseconds = round(desk.round_trip * 1000)
    if desk.round_trip <= GOOD_LINE_SECONDS:
        return Line(colour="ready", shape="check", text=tr("line OK  {ms} ms", ms=milliseconds))
    if desk.round_trip <= USABLE_LINE_SECONDS:
        return Line(colour="wrap_up", shape="circle-open", text=tr("line slow  {ms} ms", ms=milliseconds))
    return Line(colour="alarm", shape="triangle", text=tr("line bad  {ms} ms", ms=milliseconds))


def _hint(desk: Standing) -> str:
    """Between two calls: what comes next, or what to press."""
    tr, me = desk.words.tr, desk.state.me if desk.state else None
    if me is None or not desk.linked or (me.presence == "ready" and not me.reachable):
        return tr("No calls come just now.")
    if me.presence == "ready":
        return tr("The next call rings here.")
    return tr("No calls come. Press {key} to be ready.", key=keys.READY)


def top_bar(desk: Standing, now: float) -> TopBar:
    """State, what comes after the call, my queues, the line."""
    busy = desk.state is not None and desk.state.me.work_state != "idle"
    return TopBar(
        chip=my_chip(desk, now),
        presences=_presences(desk) if desk.linked else [],
        after_call=_after_call(desk),
        after_call_enabled=busy and desk.linked,
        queues=_queues(desk, now),
        hint=_hint(desk),
        line=_line(desk),
    )


def _answer(desk: Standing) -> Button:
    tr, call, ringing = desk.words.tr, desk.call, desk.phone_call is not None and desk.phone_call.state == "ringing"
    offered = call is not None and call.state in ("reserved", "ringing")
    why = "" if ringing else tr("Pick up your phone") if offered and not desk.has_softphone else tr("Nothing rings")
    if offered and not ringing and desk.has_softphone:
        why = tr("The phone is about to ring")
    label = why if offered and not ringing and not desk.has_softphone else tr("Answer")
    return Button(label=label, key=keys.ANSWER, enabled=ringing, shown=ringing or offered, why=why)


def muted(desk: Standing) -> bool:
    """Whether anything keeps the agent from being heard."""
    by_server = desk.call is not None and desk.call.state in IN_CALL and desk.call.muted
    return by_server or (desk.phone_call is not None and desk.phone_call.muted)


def in_talk(desk: Standing) -> bool:
    """Whether customer and agent are connected, by the server's word or, without it, by the softphone's."""
    by_server = desk.call is not None and desk.call.state in IN_CALL
    return by_server or (desk.phone_call is not None and desk.phone_call.state != "ringing")


def _buttons(desk: Standing) -> dict[str, Button]:
    tr, talk = desk.words.tr, in_talk(desk)
    held = desk.call is not None and desk.call.state == "holding"
    silent = muted(desk)
    alive = desk.linked or desk.phone_call is not None
    offered = desk.call is not None and desk.call.state in ("reserved", "ringing")
    away = tr("Not without the server") if talk else tr("Only during a call")
    return {
        "answer": _answer(desk),
        "hold": Button(
            label=tr("Take back") if held else tr("Hold"),
            key=keys.HOLD,
            enabled=desk.linked and desk.call is not None and desk.call.state in IN_CALL,
            on=held,
            why=away,
        ),
        "mute": Button(
            label=tr("Unmute") if silent else tr("Mute"), key=keys.MUTE, enabled=talk and alive, on=silent, why=away
        ),
        "keypad": Button(label=tr("Keypad"), key=keys.KEYPAD, enabled=talk and alive, on=desk.keypad_open, why=away),
        "hang_up": Button(
            label=tr("Reject") if offered and not talk else tr("Hang up"),
            key=keys.HANG_UP,
            enabled=(talk or offered or desk.phone_call is not None) and alive,
            why=tr("Only during a call"),
        ),
    }


def call_bar(desk: Standing, now: float) -> CallBar:
    """The call as the server knows it; what only the softphone knows (a call from inside) is shown too."""
    call, tr, buttons = desk.call, desk.words.tr, _buttons(desk)
    if call is None:
        phone = desk.phone_call
        if phone is None:
            return CallBar(who="", number="", facts=tr("No call"), chip=None, watched=None, **buttons)
        chip = look("ringing" if phone.state == "ringing" else "talking", desk.words, clock(now - phone.since))
        who = phone.caller_name or phone.caller
        return CallBar(
            who=who, number=phone.caller, facts=tr("on this desk's phone"), chip=chip, watched=None, **buttons
        )
    facts = [
        tr("queue {name}", name=call.queue_name or call.queue) if call.queue or call.queue_name else "",
        tr("call-back to {number}", number=call.call_back) if call.call_back else "",
        tr("waited {time}", time=clock(call.waited_seconds)),
        tr("You are muted: nobody hears you") if muted(desk) else "",
    ]
    return CallBar(
        who=strangers.name_of(call) or tr("Unknown caller"),
        number=call.number_shown or strangers.one_line(call.number) or tr("number withheld"),
        facts=" · ".join(fact for fact in facts if fact),
        chip=look(call.state, desk.words, clock(desk.server_time(now) - call.since)),
        watched=_watched(desk, now),
        **buttons,
    )


def _watched(desk: Standing, now: float) -> Chip | None:
    """Who listens or speaks to the agent, and who hears it."""
    tr, there = desk.words.tr, desk.call.supervision if desk.call else None
    if there is None:
        return None
    said = {
        "listen": tr("{name} listens", name=there.name),
        "whisper": tr("{name} speaks to you; the customer does not hear it", name=there.name),
        "barge": tr("{name} is in the call; the customer hears it", name=there.name),
    }
    word = said.get(there.mode, there.name)
    return Chip(colour="talking", shape="headset", word=word, timer=clock(desk.server_time(now) - there.since))
