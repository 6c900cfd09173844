"""A supervisor's leg influences nothing: every call goes as it would have gone without it."""

import shlex
import sys
from pathlib import Path

from hypothesis import given, settings, strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from transcript import SITE, Runner

from server.call import events, facts
from server.call.commands import TakeCard, TellCard
from server.callflow import Decision
from server.wire import linecard

FOLDER = Path(__file__).parents[1] / "transcripts"
TALKS = ("answered", "tel_agent", "lost_agent", "restart", "desk_lost")
SAM = {"id": "sam", "role": "supervisor", "phone": "sip:sam@10.0.0.5"}
OURS = (facts.SupervisorCalled, facts.SupervisorJoined, facts.SupervisorChanged, facts.SupervisorLeft)
STEPS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["listen", "whisper", "barge", "", "answer", "hang-up"])), max_size=12
)


def lines_of(name: str) -> list[tuple[float, list[str]]]:
    found = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        assert not line.startswith("@site")
        if line.strip() and line[0] not in " #":
            seconds, *words = shlex.split(line)
            found.append((float(seconds), words))
    return found


def plain(decision: Decision) -> list[object]:
    """What was noted and commanded, without what is about supervisors."""
    commands = [
        command
        for command in decision.commands
        if isinstance(command, TakeCard)
        or not (isinstance(command, TellCard) and getattr(command.command, "leg", "").startswith("supervisor-"))
    ]
    return [fact for _, fact in decision.facts if not isinstance(fact, OURS)] + list(commands)


class Watched:
    """A transcript's events, with a supervisor's between them."""

    def __init__(self) -> None:
        self.runner = Runner(SITE | {"agent": [*SITE["agent"], SAM]})  # type: ignore[misc]
        self.leg: tuple[str, str] | None = None
        self.joined = 0

    def line(self, words: list[str]) -> list[object]:
        try:
            decision = self.runner.line(words)
        except events.RequestRefused as refused:
            return [refused.problem]
        for command in decision.commands:
            if isinstance(command, TellCard) and isinstance(command.command, linecard.Join):
                self.joined += 1
        return plain(decision)

    def meddle(self, what: str) -> None:
        state = self.runner.flow._world.state
        legs = [(call, watch.leg) for call, watch in state.watches.items()]
        if what in ("answer", "hang-up"):
            for call, leg in legs:
                assert self.line(["answered" if what == "answer" else "released", call, leg]) == []
            return
        for call in list(state.calls):
            outcome = self.line(["watch", "sam", call, what])
            assert outcome == [] or isinstance(outcome[0], str)


def run(name: str, meddling: list[tuple[int, str]]) -> tuple[list[object], int]:
    watched, came = Watched(), []
    for number, (seconds, words) in enumerate(lines_of(name)):
        watched.runner.time = seconds
        came.append(watched.line(words))
        for at, what in meddling:
            if at == number:
                watched.meddle(what)
    return came, watched.joined


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(TALKS), meddling=STEPS)
def test_calls_go_as_without_a_supervisor(name: str, meddling: list[tuple[int, str]]) -> None:
    with_sam, _ = run(name, meddling)
    without, _ = run(name, [])
    assert with_sam == without


def test_the_meddling_of_these_tests_is_real() -> None:
    every_step = [(at, what) for at in range(40) for what in ("listen", "answer")]
    joined = {name: run(name, every_step)[1] for name in TALKS}
    assert all(count > 0 for count in joined.values()), joined
