"""Notes, result and wrap-up, colleagues, my day."""

from agentdesk.desk import actions, keys
from agentdesk.desk.bars import after_name
from agentdesk.desk.chips import look, reason_name, work
from agentdesk.desk.durations import clock, countdown
from agentdesk.desk.notebook import Notebook
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Button, Choice, ColleagueLine, Figure, NotesPane, ResultPane
from agentdesk.words import Words

MOST_RESULTS = 15
ENDING_SECONDS = 10


def notes_pane(desk: Standing, notebook: Notebook, now: float) -> NotesPane:
    """The notes of my call, and where they are."""
    page = notebook.page(desk.call.call) if desk.call else None
    status, trouble = "", False
    tr = desk.words.tr
    if page is not None and page.refused:
        status, trouble = tr("not taken by the server, kept on this computer"), True
    elif page is not None and not page.clean:
        trouble = not desk.linked
        status = tr("kept on this computer until the server is back") if trouble else tr("saving…")
    elif page is not None and page.saved_at is not None:
        status = _saved_ago(now - page.saved_at, desk.words)
    elif page is not None and page.text:
        status = tr("saved")
    return NotesPane(
        call=desk.call.call if desk.call else "",
        text=page.text if page else "",
        enabled=desk.call is not None and desk.call.state not in ("reserved",),
        status=status,
        trouble=trouble,
        keypad_open=desk.keypad_open,
        digits_sent=desk.digits_sent,
    )


def _saved_ago(seconds: float, words: Words) -> str:
    if seconds < 2:
        return words.tr("saved")
    if seconds < 60:
        return words.tr("saved {count} s ago", count=int(seconds))
    return words.tr("saved {count} min ago", count=int(seconds // 60))


def result_pane(desk: Standing, notebook: Notebook, now: float) -> ResultPane:
    """Results to choose, Finish, and the wrap-up's time."""
    tr, call, wrap_up = desk.words.tr, desk.call, desk.state.wrap_up if desk.state else None
    page = notebook.page(call.call) if call else None
    chosen = page.result if page else ""
    results = (desk.state.results if desk.state else [])[:MOST_RESULTS]
    then = after_name(desk) if call is not None else ""
    left, share, ending = "", None, False
    if wrap_up is not None and wrap_up.ends_at is not None:
        seconds = max(0.0, wrap_up.ends_at - desk.server_time(now))
        left = tr("Wrap-up {time} left", time=countdown(seconds))
        share = min(1.0, seconds / max(1.0, wrap_up.ends_at - wrap_up.began_at))
        ending = seconds <= ENDING_SECONDS
    elif wrap_up is not None:
        left = tr("Wrap-up without a limit")
    return ResultPane(
        results=[
            Choice(text=one.name or one.id, action=actions.ChooseResult(one.id), chosen=one.id == chosen)
            for one in results
        ],
        enabled=call is not None and call.state not in ("reserved", "ringing"),
        finish=Button(
            label=tr("Finish and {what}", what=then) if then else tr("Finish"),
            key=keys.FINISH,
            enabled=wrap_up is not None and desk.linked,
            why=tr("In the wrap-up, after the call"),
        ),
        extend=Button(
            label=tr("+30 s"),
            key=keys.EXTEND,
            enabled=wrap_up is not None and wrap_up.ends_at is not None and desk.linked,
            why=tr("Only during a wrap-up with a limit"),
        ),
        left=left,
        ending=ending,
        share=share,
    )


def colleagues(desk: Standing) -> list[ColleagueLine]:
    """Who is there, those who are free first."""
    order = {"ready": 0, "talking": 1, "holding": 1, "wrap-up": 2, "not-ready": 3, "logged-out": 4}
    people = [
        (work(one.presence, one.work_state), one.name or one.id)
        for one in (desk.state.colleagues if desk.state else [])
    ]
    people.sort(key=lambda one: (order.get(one[0], 1), one[1].casefold()))
    return [ColleagueLine(name=name, chip=look(state, desk.words)) for state, name in people]


def my_day(desk: Standing) -> list[Figure]:
    """My figures since midnight."""
    if desk.state is None:
        return []
    tr, day = desk.words.tr, desk.state.my_day
    handled = day.talk_seconds + day.hold_seconds + day.wrap_up_seconds
    figures = [
        (tr("Calls"), str(day.calls)),
        (tr("Talking"), clock(day.talk_seconds)),
        (tr("On hold"), clock(day.hold_seconds)),
        (tr("Wrap-up"), clock(day.wrap_up_seconds)),
        (tr("Per call, on average"), clock(handled / day.calls) if day.calls else "–"),
        (tr("Passed on"), str(day.transferred)),
        (tr("Not answered"), str(day.missed)),
        (tr("Ready, without a call"), clock(day.idle_seconds)),
    ]
    for reason, seconds in sorted(day.not_ready.items(), key=lambda one: -one[1]):
        name = reason_name(reason, desk.state.reasons, desk.words) or tr("Not ready")
        figures.append((tr("Not ready: {reason}", reason=name) if reason else name, clock(seconds)))
    return [Figure(name=name, value=value) for name, value in figures]
