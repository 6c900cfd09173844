"""Same script, same answers: at the desk, on the web and on the telephone the same is kept, done, and comes out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scriptengine.interpreter import Perform, answers_of
from server.call.dialogs import DialogView
from server.ivr.conversation import HangUp, Leave
from tests.dialogs.test_samples_on_services import FOLDER, HAPPY, HARRIET, NOON, RealServices, _keys, played
from tests.fakes.dialogs import FakeDialogs
from tests.ivr.caller import Caller
from verticals.utility.service import samples
from verticals.utility.service.store import Store

UNSPOKEN = {"complaint": ("story", "note")}
"""What nobody can key: an answer, and the argument that it becomes."""


class Company:
    """The company's real service, and an outbox in memory."""

    def __init__(self, store: Store) -> None:
        self._services = RealServices(store)
        self.sent: list[Perform] = []

    def call(self, perform: Perform) -> Any:
        return self._services.call(perform)

    def add(self, perform: Perform) -> None:
        self.sent.append(perform)


def company_store(file: Path) -> Store:
    made = Store(file, lambda: NOON)
    samples.fill(made)
    return made


def on_the_telephone(
    case: str, store: Store, seen: Callable[[DialogView], None] = lambda _view: None
) -> tuple[Caller, FakeDialogs]:
    """Every question is heard, and answered by keys. `seen`: is told of each step."""
    name, _, answers, _, _ = HAPPY[case]
    dialogs = FakeDialogs(FOLDER / f"{name}.xml")
    dialogs.services = Company(store)  # type: ignore[assignment]
    dialogs.objects.add("Customer", HARRIET)
    dialogs.clock.at = NOON
    dialogs.subscribe(seen)
    caller = Caller(dialogs, name)
    for question, value in answers:
        if _asks(caller, question) or question != "story":
            assert caller.talk.view is not None
            assert caller.talk.view.ask is not None
            caller.key(_keys(caller.talk.view.ask.items[0], value) + "#")
    _asks(caller, "")
    caller.run(60)
    return caller, dialogs


def _asks(caller: Caller, question: str) -> bool:
    """Listen until the question is asked, and confirm what is read back on the way."""
    for _ in range(200):
        view = caller.talk.view
        if caller.left is not None:
            return False
        if caller.talk.phase in ("speaking", "listening") and view is not None and view.ask is not None:
            if view.ask.kind == "confirm":
                caller.key("1")
            else:
                return view.ask.items[0].question == question
        caller.run(0.3)
    raise AssertionError(f"{question} is not asked; heard: {caller.heard[-3:]}")


def _done(performed: list[Perform], without: str) -> list[Any]:
    return [
        (one.service, one.operation, {name: value for name, value in one.arguments.items() if name != without})
        for one in performed
        if one.kind == "call"
    ]


@pytest.mark.parametrize("case", sorted(HAPPY))
def test_the_same_answers_come_to_the_same(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, known, _, end, _ = HAPPY[case]
    story, note = UNSPOKEN.get(name, ("", ""))
    record = {"number": "+447700900101", "customer_id": HARRIET["number"]} if known else None
    monkeypatch.setattr("tests.fakes.dialogs.caller_record", lambda _number, _customer: record)
    stores = {channel: company_store(tmp_path / f"{channel}.db") for channel in ("desk", "web", "ivr")}
    caller, dialogs = on_the_telephone(case, stores["ivr"])
    view = dialogs._sessions["s"].view
    session = dialogs._sessions["s"].session
    assert isinstance(caller.left, HangUp | Leave)
    assert view.ended is not None
    assert view.ended.node == end
    assert caller.longest_silence < 2.5
    for channel in ("desk", "web"):
        other = played(case, channel, stores[channel])
        assert other.ended is not None
        assert (other.ended.node, other.ended.outcome, other.ended.disposition, other.ended.queue) == (
            view.ended.node,
            view.ended.outcome,
            view.ended.disposition,
            view.ended.queue,
        )
        answers = answers_of(other.session.program, other.session.state, are_masked=False)
        answers.pop(story, None)
        assert answers == answers_of(session.program, session.state, are_masked=False)
        assert _done(other.session.performed, note) == _done(session.performed, note)
    for store in stores.values():
        store.close()
