"""What each event does to a session. An event that does not fit is refused, and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scriptengine.answering.coercing import coerced
from scriptengine.answering.keys import NO, YES, written
from scriptengine.answering.problems import Problem
from scriptengine.interfaces import BUILT_IN
from scriptengine.interpreter import acting
from scriptengine.interpreter.asking import accepted, judged, options, options_are_ready
from scriptengine.interpreter.effects import Rested, Speech
from scriptengine.interpreter.events import (
    Answered,
    Begin,
    Chosen,
    Closed,
    Confirmed,
    Continued,
    Event,
    Happened,
    Jumped,
    Keyed,
    LanguageChosen,
    Left,
    NoInput,
    NoMatch,
    Resumed,
)
from scriptengine.interpreter.presenting import questions
from scriptengine.interpreter.rendering import speech_of
from scriptengine.interpreter.state import Frame, Stop
from scriptengine.interpreter.walking import begin_level, close, follow, go_on, next_round, page, walk, walk_from
from scriptengine.interpreter.work import Diverted, Level, Work, identity
from scriptengine.script import Group, Info, NoInput as NoInputElement, NoMatch as NoMatchElement, Question

MAX_JOURNAL = 10_000
"""Events of one session."""


class Refused(Exception):
    """An event does not fit; the text says why, for people."""


class Reply:
    """Applies one event. `speech`: what is said first because nothing, or nothing fitting, was keyed."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.speech: tuple[Speech, ...] = ()

    def apply(self, event: Event) -> None:
        """Raises Refused, or Waiting when a port has to be asked first."""
        work = self.work
        if isinstance(event, Begin):
            self._begin(event)
            return
        if work.status == "new":
            raise Refused("the session has not begun")
        if work.status == "ended":
            raise Refused("the session has ended")
        if isinstance(event, Closed):
            close(work, event.reason)
        elif isinstance(event, Resumed):
            self._resume(event)
        elif isinstance(event, Left):
            self._rest()
        elif isinstance(event, Happened):
            self._happened(event.name)
        elif work.status == "resting":
            raise Refused("the session rests; it has to be resumed first")
        else:
            self._answer(event)

    def _answer(self, event: Event) -> None:
        """Events that need a stop."""
        stop = self.work.stop
        if stop is None:
            raise Refused("the session waits for an action, not for an answer")
        match event:
            case Answered():
                self._answered(stop, event)
            case Keyed():
                self._keyed(stop, event.digits)
            case Confirmed():
                self._confirmed(stop, event.is_right)
            case Chosen():
                self._chosen(stop, event.button)
            case Continued():
                self._continued(stop)
            case Jumped():
                self._jump(event.node)
            case LanguageChosen():
                self._language(event.language)
            case NoInput():
                self._missed(stop, 0)
            case NoMatch():
                self._missed(stop, 1)
            case _:
                raise Refused("this event does not belong here")

    def _begin(self, event: Begin) -> None:
        work = self.work
        if work.status != "new":
            raise Refused("the session has begun already")
        script = work.root.script
        work.status, work.session, work.channel = "running", event.session, event.channel
        work.language = _language(script.languages, event.language) or script.language
        work.known = event.known
        work.context = {name: coerced(getattr(event, name), BUILT_IN[name]) for name in ("caller", "queue", "agent")}
        work.push(Level(work.root, Frame(identity(work.root), {})))
        begin_level(work, event.given)
        walk(work, script.start)

    def _answered(self, stop: Stop, event: Answered) -> None:
        node = self.work.level.program.node(stop.node)
        if stop.kind == "page" and isinstance(node, Group):
            self._page(node, event)
        elif stop.kind in ("question", "confirm") and isinstance(node, Question):
            if set(event.values) != {node.id}:
                raise Refused(f"the question here is {node.id}")
            self._single(node, event.values[node.id])
        else:
            raise Refused("there is no question here")

    def _single(self, question: Question, answer: Any) -> None:
        work = self.work
        value = judged(work, question, answer)
        if isinstance(value, Problem):
            if work.channel == "ivr":
                self._missed(Stop(work.key(question), question.id, "question"), 1)
            else:
                work.problems = {question.id: value.said(work.language)}
                work.stop = Stop(work.key(question), question.id, "question")
            return
        asks = question.confirm == "always" or (question.confirm == "voice" and work.channel == "ivr")
        if asks and value is not None:
            work.stop = Stop(work.key(question), question.id, "confirm", value)
            work.problems = {}
            return
        self._accept(question, value)

    def _accept(self, question: Question, value: Any) -> None:
        work = self.work
        work.said, work.heard = [], []
        try:
            after = accepted(work, question, value)
        except Diverted as diverted:
            work.pop(diverted.depth)
            walk(work, diverted.node)
            return
        go_on(work, question, after)

    def _page(self, group: Group, event: Answered) -> None:
        work = self.work
        problems: dict[str, str] = {}
        strangers = set(event.values) - {node.id for node in group.nodes if isinstance(node, Question)}
        if strangers:
            raise Refused(f"the page has no question {min(strangers)}")
        for question in [node for node in group.nodes if isinstance(node, Question) and node.id in event.values]:
            if question not in questions(work, group):
                continue  # an answer before it on the page has hidden it
            options_are_ready(work, question)
            value = judged(work, question, event.values[question.id])
            if isinstance(value, Problem):
                problems[question.id] = value.said(work.language)
            else:
                accepted(work, question, value)
        visible = questions(work, group)
        open_ones = [question for question in visible if work.key(question) not in work.answers]
        if event.is_complete:
            for question in open_ones:
                options_are_ready(work, question)
                value = judged(work, question, None)
                if isinstance(value, Problem):
                    problems.setdefault(question.id, value.said(work.language))
                elif question.id not in problems:
                    accepted(work, question, None)
        elif open_ones:
            for question in open_ones:
                options_are_ready(work, question)
            work.problems = problems
            return
        if problems:
            work.problems = problems
            return
        work.said, work.heard = [], []
        walk_from(work, lambda: next_round(work, group))

    def _keyed(self, stop: Stop, digits: str) -> None:
        work = self.work
        if stop.kind == "confirm":
            if digits in (YES, NO):
                self._confirmed(stop, digits == YES)
            else:
                self._missed(stop, 1)
            return
        question = work.level.program.node(stop.node)
        if stop.kind != "question" or not isinstance(question, Question):
            raise Refused("there is no question for keys here")
        keys = {option.key: option.value for option in options(work, question) if option.key}
        answer = written(question.type, digits, keys, work.language)
        if answer is None:
            self._missed(stop, 1)
        else:
            self._single(question, answer)

    def _confirmed(self, stop: Stop, is_right: bool) -> None:
        question = self.work.level.program.node(stop.node)
        if stop.kind != "confirm" or not isinstance(question, Question):
            raise Refused("there is nothing to confirm")
        if is_right:
            self._accept(question, stop.value)
        else:
            self.work.stop = Stop(stop.key, stop.node, "question")

    def _chosen(self, stop: Stop, button: int) -> None:
        work = self.work
        node = work.level.program.node(stop.node)
        goes = node.goes if isinstance(node, Question | Info) and work.channel != "ivr" else ()
        if not 0 <= button < len(goes) or goes[button].label is None:
            raise Refused(f"there is no button {button}")
        if not work.holds(goes[button], goes[button].condition):
            raise Refused(f"the button {button} is not offered now")
        work.said, work.heard = [], []
        walk_from(work, lambda: acting.taken(work, goes[button]))

    def _continued(self, stop: Stop) -> None:
        work = self.work
        node = work.level.program.node(stop.node)
        if stop.kind == "page":
            self._answered(stop, Answered({}, True))
        elif isinstance(node, Info):
            work.said, work.heard = [], []
            go_on(work, node)
        elif isinstance(node, Question) and stop.kind == "question":
            self._single(node, None)
        else:
            raise Refused("it has to be confirmed or refused")

    def _missed(self, stop: Stop, which: int) -> None:
        """Nothing, or nothing fitting, for the n-th time: the handler with the highest count not above n."""
        work = self.work
        counts = list(work.attempts)
        counts[which] += 1
        work.attempts = (counts[0], counts[1])
        work.stop = stop
        node = work.level.program.node(stop.node)
        if not isinstance(node, Question):
            return
        handlers: Sequence[NoInputElement | NoMatchElement] = node.nomatches if which else node.noinputs
        fitting = [one for one in handlers if one.count <= counts[which]]
        if not fitting:
            return
        found = max(fitting, key=lambda one: one.count)
        self.speech = speech_of(found.prompts, work, counts[which])
        if found.go is None or not work.holds(found.go, found.go.condition):
            self._handled(found.actions)
            return
        go = found.go

        def leave() -> str:
            acting.run(work, found.actions)
            return acting.taken(work, go)

        work.said, work.heard = [], []
        walk_from(work, leave)

    def _handled(self, actions: Any) -> None:
        """Actions that leave the session where it is, unless one of them fails."""
        try:
            acting.run(self.work, actions)
        except Diverted as diverted:
            self.work.pop(diverted.depth)
            walk(self.work, diverted.node)

    def _happened(self, name: str) -> None:
        work = self.work
        folded = name.lower()
        found = acting.handler(work, *_SPELLINGS.get(folded, (folded,)))
        if found is not None and work.status == "running":
            self._run_handler(*found)
            if work.status != "running" or found[0].go is not None:
                return
        if _SPELLINGS.get(folded) in (_HANG_UP, _TIME_OUT):
            self._rest()

    def _run_handler(self, on: Any, depth: int) -> None:
        work = self.work
        go = on.go if on.go is not None else None
        if go is None:
            self._in_level(depth, lambda: self._handled(on.actions))
            return

        def leave() -> str:
            work.pop(depth)
            acting.run(work, on.actions)
            return acting.taken(work, go)

        work.said, work.heard = [], []
        walk_from(work, leave)

    def _in_level(self, depth: int, act: Any) -> None:
        """Act in an outer script without leaving the inner one."""
        work = self.work
        inner = work.levels[depth + 1 :]
        work.pop(depth)
        act()
        for level in inner if work.stop is not None else ():
            work.push(level)

    def _jump(self, node: str) -> None:
        work = self.work
        if work.channel != "desk":
            raise Refused("only an agent can jump")
        depth = next(
            (depth for depth in range(len(work.levels) - 1, -1, -1) if node in work.levels[depth].program.links), None
        )
        if depth is None:
            raise Refused(f"there is no node {node}")
        work.said, work.heard = [], []
        found = acting.handler(work, *_JUMP)

        def leave() -> str:
            if found is not None:
                work.pop(max(found[1], depth))
                acting.run(work, found[0].actions)
                if found[0].go is not None:
                    work.pop(found[1])
                    return acting.taken(work, found[0].go)
            work.pop(depth)
            return node

        walk_from(work, leave)

    def _language(self, language: str) -> None:
        work = self.work
        found = _language(work.root.script.languages, language)
        if found is None:
            raise Refused(f"the script does not speak {language}")
        work.language = found
        work.problems = {}
        work.names_changed()
        handler = acting.handler(work, "language")
        if handler is not None:
            self._run_handler(*handler)

    def _rest(self) -> None:
        work = self.work
        work.status = "resting"
        work.effects.append(Rested(work.stop.node if work.stop is not None else ""))

    def _resume(self, event: Resumed) -> None:
        work = self.work
        work.status = "running"
        if event.language is not None:
            work.language = _language(work.root.script.languages, event.language) or work.language
        if event.agent is not None:
            work.context = {**work.context, "agent": coerced(event.agent, BUILT_IN["agent"])}
        changed = event.channel is not None and event.channel != work.channel
        work.channel = event.channel or work.channel
        work.names_changed()
        if changed and work.stop is not None:
            self._again(work.stop)

    def _again(self, stop: Stop) -> None:
        """Stand at the same place on another channel; what is not for this channel is passed."""
        work = self.work
        node = work.level.program.node(stop.node)
        if isinstance(node, Group):
            if work.channel == "ivr":
                open_ones = [one for one in questions(work, node) if work.key(one) not in work.answers]
                first = open_ones[0].id if open_ones else None
                walk_from(work, lambda: first if first is not None else next_round(work, node))
            else:
                walk_from(work, lambda: page(work, node))
        elif isinstance(node, Info) and work.channel == "ivr":
            go_on(work, node)
        elif isinstance(node, Question):
            if node.channels and work.channel not in node.channels:
                walk_from(work, lambda: follow(work, node.id))
            else:
                work.stop, work.attempts = Stop(stop.key, stop.node, "question"), (0, 0)
                work.problems = {}


_HANG_UP = ("hangup", "hang-up")
_TIME_OUT = ("timeout", "time-out")
_JUMP = ("agent-jump", "jump")
_SPELLINGS = {word: words for words in (_HANG_UP, _TIME_OUT, _JUMP) for word in words}


def _language(languages: Sequence[str], wanted: str) -> str | None:
    """The script's language that fits a wish: the same, the same main form, or None."""
    folded = wanted.lower()
    for language in languages:
        if language.lower() == folded:
            return language
    main = folded.partition("-")[0]
    return next((language for language in languages if main and language.lower().partition("-")[0] == main), None)
