"""A script at the terminal: what is said and asked as text, answers typed, commands that begin with a colon."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from scriptengine.cli.playing import Playing
from scriptengine.expressions import Expression
from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Chosen,
    Confirmed,
    Continued,
    Event,
    Happened,
    Item,
    Jumped,
    Keyed,
    LanguageChosen,
    Logged,
    NoInput,
    NoMatch,
    Perform,
    Said,
    plain,
    stops_of,
)
from scriptengine.interpreter.formatting import shown
from scriptengine.interpreter.work import Work
from scriptengine.script import End

HELP = """  an answer, or the number of a choice; nothing: go on
  :back [NODE]          to the question before, or to NODE
  :jump NODE            to any node (desk)
  :what-if NODE=ANSWER  what would have come of another answer; nothing is changed
  :why                  why the script would go where
  :path                 the questions so far
  :press NUMBER         a button
  :language CODE, :hangup, :timeout, :noinput, :nomatch, :help, :quit"""


def talk(playing: Playing, source: TextIO, target: TextIO) -> int:
    """Ask until the script is over or the input ends; returns the exit status."""

    def say(text: str) -> None:
        target.write(text + "\n")
        target.flush()

    say(f"{playing.program.script.id} version {playing.program.script.version}; :help tells what can be typed.")
    _present(playing, say)
    while playing.ask is not None:
        target.write("> ")
        target.flush()
        line = source.readline()
        if not line or line.strip() == ":quit":
            say("Left.")
            return 1
        if line.startswith(":"):
            _command(playing, line[1:].strip(), say)
        else:
            _answer(playing, playing.ask, line.rstrip("\n"))
            _present(playing, say)
    say(summary(playing))
    return 0 if playing.ended is not None and playing.ended.outcome is not None else 1


def summary(playing: Playing) -> str:
    """What came of a session, in some lines."""
    told = playing.told()
    lines = []
    for said in playing.ended.said if playing.ended is not None else ():
        lines += _said(said)
    if playing.ended is not None and playing.ended.outcome is not None:
        disposition = f", {told['disposition']}" if told["disposition"] else ""
        queue = f", to the queue {told['queue']}" if told["queue"] else ""
        lines.append(f"End {told['node']}: {told['outcome']}{disposition}{queue}.")
    elif playing.ended is not None:
        lines.append(f"Ended without an end: {playing.ended.reason}.")
    else:
        lines.append(f"Stands at {told['node']}.")
    lines += [f"  {key} = {shown(value, 'en') or value}" for key, value in told["answers"].items()]
    for one in playing.session.performed:
        lines.append(f"  {_action(one)}")
    return "\n".join(lines)


def _action(perform: Perform) -> str:
    what = (
        f"{perform.service}.{perform.operation}" if perform.kind == "call" else f"{perform.kind} {perform.class_name}"
    )
    given = ", ".join(f"{name}={shown(value, 'en')}" for name, value in (perform.arguments or perform.record).items())
    return f"{what}({given}) [{perform.when}]"


def _said(said: Said) -> list[str]:
    spoken = " ".join(piece.text for speech in said.speech for piece in speech.pieces if piece.text)
    texts = [spoken or plain(said.text)]
    return [*(text for text in texts if text), *(f"  ({plain(hint)})" for hint in said.hints)]


def _present(playing: Playing, write: Callable[[str], None]) -> None:
    for effect in playing.effects:
        if isinstance(effect, Logged):
            write(f"[log] {effect.text}")
    for notice in playing.notices():
        write(f"! {notice}")
    ask = playing.ask
    if ask is None:
        return
    write("")
    for said in ask.before:
        for line in _said(said):
            write(line)
    for item in ask.items:
        for line in _item(item, ask):
            write(line)
    for button in ask.buttons:
        write(f"  [{button.number}] {button.label}")


def _item(item: Item, ask: Ask) -> list[str]:
    prefix = f"{item.question}: " if ask.kind == "page" else ""
    spoken = " ".join(piece.text for speech in item.speech for piece in speech.pieces if piece.text)
    lines = [f"{prefix}{spoken or plain(item.text)}"]
    lines += [f"  ({plain(hint)})" for hint in item.hints]
    lines += [f"  {number}. {plain(option.label)}" for number, option in enumerate(item.options, 1)]
    if ask.kind == "confirm":
        lines.append(f"  {shown(item.value, ask.language)} - is that right? (yes, no)")
    elif item.value is not None:
        lines.append(f"  = {shown(item.value, ask.language)}")
    elif item.suggested is not None:
        lines.append(f"  [{shown(item.suggested, ask.language)}]")
    if item.problem:
        lines.append(f"  ! {item.problem}")
    return lines


def _answer(playing: Playing, ask: Ask, line: str) -> None:
    """A typed line. On a page `QUESTION=ANSWER`, or an answer to the first open question."""
    text = line.strip()
    if ask.kind == "confirm":
        playing.send(Confirmed(text.casefold() in ("", "y", "yes")))
    elif ask.kind == "info" or (not text and ask.kind == "page"):
        playing.send(Continued())
    elif ask.kind == "page":
        name, sign, value = text.partition("=")
        named = next((item for item in ask.items if sign and item.question == name.strip()), None)
        item = named or next((item for item in ask.items if item.value is None), ask.items[0])
        playing.send(Answered({item.question: _chosen(item, value.strip() if named else text)}))
    else:
        item = ask.items[0]
        if not text and item.suggested is not None:
            playing.send(Answered({item.question: item.suggested}))
        elif ask.channel == "ivr" and text and set(text) <= set("0123456789*"):
            playing.send(Keyed(text))
        else:
            playing.send(Answered({item.question: _chosen(item, text)}))


def _chosen(item: Item, text: str) -> str | None:
    """Numbers of choices as their values."""
    words = text.replace(",", " ").split()
    is_number = all(word.isdigit() and 1 <= int(word[:4]) <= len(item.options) for word in words)
    if words and is_number and not any(option.value in words for option in item.options):
        return " ".join(item.options[int(word) - 1].value for word in words)
    return text or None


def _command(playing: Playing, line: str, write: Callable[[str], None]) -> None:
    word, _, rest = line.partition(" ")
    rest = rest.strip()
    events: dict[str, Event] = {
        "back": Back(_stop_of(playing, rest)),
        "jump": Jumped(rest),
        "language": LanguageChosen(rest),
        "press": Chosen(int(rest) if rest.isdigit() else -1),
        "hangup": Happened("hangup"),
        "timeout": Happened("timeout"),
        "noinput": NoInput(),
        "nomatch": NoMatch(),
    }
    if word in events:
        playing.send(events[word])
        if playing.ask is None and playing.session.state.core.status == "resting":
            write("The session rests.")
        _present(playing, write)
    elif word == "what-if" and "=" in rest:
        name, _, value = rest.partition("=")
        write(_compared(playing, playing.what_if(name.strip(), value.strip())))
    elif word == "why":
        for text in _why(playing):
            write(text)
    elif word == "path":
        write(" > ".join(node for _, node in stops_of(playing.session.state)))
    else:
        write(HELP)


def _stop_of(playing: Playing, node: str) -> str | None:
    """The key of the last stop at a node; None: the stop before."""
    if not node:
        return None
    return next((key for key, name in reversed(stops_of(playing.session.state)) if name == node), node)


def _compared(playing: Playing, other: Playing) -> str:
    before = [node for _, node in stops_of(playing.session.state)]
    after = [node for _, node in stops_of(other.session.state)]
    lines = [f"  now:  {' > '.join(before)}", f"  then: {' > '.join(after)}"]
    lines += [f"        {line}" for line in summary(other).splitlines() if not line.startswith(" ")]
    return "\n".join([*lines, *(f"        ! {problem}" for problem in other.problems().values())])


def _why(playing: Playing) -> list[str]:
    """Each way from here, with what its condition says now."""
    ask = playing.ask
    state = playing.session.state
    work = Work(playing.program, state.core, state.done, state.journal[-1].at)
    node = work.level.program.node(ask.node) if ask is not None else None
    told = []
    for go in () if node is None or isinstance(node, End) else node.goes:
        expression = work.level.program.read(go, "if")
        reason = expression.explain(work.names()) if isinstance(expression, Expression) else "always"
        told.append(f"  to {go.to}: {reason}")
    return told or ["  on to what stands next in the document"]
