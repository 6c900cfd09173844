"""Keys of a caller with a script over a core's death: a whole answer is not keyed again, no key is used twice.

A card keeps what is not acknowledged, and tells the next core of it again, in order and under the same numbers.
"""

from hypothesis import given, settings, strategies as st

from server.call import events, facts
from server.call.commands import StepDialog, TellCard
from server.callflow import Decision
from server.wire import linecard
from tests.callflow.transcript import SITES, Runner

METER = "10000017"
ANEW = "Please key that once more, from its first digit."


class Telephoned:
    """A caller with the script for meter readings, at its first question, and a card that keeps events."""

    def __init__(self) -> None:
        self.runner = Runner(SITES["dialogs"])
        self.kept: list[events.CardSaid] = []
        self.plays: linecard.Play | None = None
        for line in ("arrived c1 +491 860", "answered c1 customer", "shown c1"):
            self.runner.line(line.split())

    def keys(self, keys: str) -> None:
        for key in keys:
            self.runner.seq += 1
            seq, now = self.runner.seq, self.runner.now
            digit = linecard.Digit(call="c1", leg="customer", digit=key, seq=seq, mono=now.mono, wall=now.wall)
            self.kept.append(events.CardSaid("card-c1", digit))
            self.run(self.kept[-1])

    def run(self, event: events.AnyEvent) -> Decision:
        decision = self.runner.run(event)
        unused = self.runner.flow.unused_key("c1")
        self.kept = [one for one in self.kept if unused and one.event.seq >= unused]
        sent = [one.command for one in decision.commands if isinstance(one, TellCard)]
        self.plays = next((one for one in reversed(sent) if isinstance(one, linecard.Play)), self.plays)
        return decision

    def hears(self) -> str:
        """What is played, to its end."""
        assert self.plays is not None
        played = self.plays
        self.runner.line(["played", "c1", "customer", played.token])
        return played.files[0]

    def shown(self) -> None:
        """The keeper of sessions has done what it was asked."""
        while any(one.call == "c1" for one in self.runner.asked):
            self.run(self.runner.shown("c1"))

    def dies(self, *, is_kept: bool = True) -> None:
        """The core dies; the card is back and tells again what it kept. `is_kept`: what sessions were asked is done."""
        asked, self.runner.asked = self.runner.asked, []
        for one in asked if is_kept else ():
            if isinstance(one, StepDialog):
                self.runner.asked = [one]
                self.runner.shown("c1")
        self.runner.asked = []
        told_again = list(self.kept)
        self.runner.restart()
        self.runner.line(["back", "c1", "customer:up"])
        for one in told_again:
            self.run(one)
        self.runner.line(["counted"])
        self.shown()

    @property
    def node(self) -> str:
        stepped = [entry.fact for entry in self.runner.ledger if isinstance(entry.fact, facts.ScriptStepped)]
        return f"{stepped[-1].node} {stepped[-1].revision}"


def test_a_whole_answer_whose_step_was_not_kept_is_not_keyed_again() -> None:
    caller = Telephoned()
    caller.keys(METER)
    assert len(caller.kept) == 8, "the card keeps them until the step is kept"
    caller.dies(is_kept=False)
    assert caller.node == "meter 2", "it is read back, and confirmed next"
    assert caller.kept == []


def test_a_step_that_was_kept_takes_its_keys_with_it() -> None:
    caller = Telephoned()
    caller.keys(METER)
    caller.dies(is_kept=True)
    assert caller.node == "meter 2"
    assert caller.kept == []
    caller.keys("1")
    caller.shown()
    assert caller.node == "reading 3"


def test_part_of_an_answer_is_keyed_again() -> None:
    caller = Telephoned()
    caller.keys(METER[:5])
    caller.dies()
    assert caller.node == "meter 1"
    assert caller.hears() == ANEW
    caller.keys(METER)
    caller.shown()
    assert caller.node == "meter 2"


def test_the_rest_of_an_answer_is_not_taken_for_the_whole() -> None:
    caller = Telephoned()
    caller.keys(METER)
    caller.shown()
    caller.keys("1")
    caller.shown()
    caller.keys("12")
    caller.dies()
    caller.keys("345#")
    assert caller.kept == [], "the card need not tell of them again"
    caller.dies()
    assert caller.node == "reading 3"
    assert caller.runner.asked == [], "nothing is taken for an answer"
    caller.keys("12345#")
    caller.shown()
    assert caller.node == "reading 4"


def test_what_was_begun_before_two_deaths_is_not_mixed() -> None:
    caller = Telephoned()
    caller.keys(METER[:5])
    caller.dies()
    caller.keys(METER[5:])
    caller.dies()
    assert caller.node == "meter 1"
    caller.keys(METER)
    caller.shown()
    assert caller.node == "meter 2"


def test_a_key_that_is_told_again_after_its_step_was_noted_means_nothing() -> None:
    caller = Telephoned()
    caller.keys(METER)
    told = list(caller.kept)
    caller.shown()
    caller.keys("1")
    caller.shown()
    assert caller.node == "reading 3"
    caller.kept = told  # the acknowledgement was on its way when the core died
    caller.dies()
    assert (caller.node, caller.kept) == ("reading 3", [])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["key", "key", "key", "shown", "dies", "dies-unkept"]), max_size=60))
def test_whenever_it_dies_the_caller_comes_to_the_end_with_the_answers_that_were_keyed(steps: list[str]) -> None:
    """The caller keys what each question wants; after a death, from the beginning of the answer if it was not whole."""
    caller = Telephoned()
    wanted = {"meter 1": METER, "meter 2": "1", "reading 3": "12345#", "reading 4": "1"}
    typed, at = "", caller.node
    for step in steps:
        if caller.node != at:
            typed, at = "", caller.node
        if at not in wanted:
            break
        if step == "key" and len(typed) < len(wanted[at]):
            caller.keys(wanted[at][len(typed)])
            typed += wanted[at][len(typed)]
        elif step == "shown":
            caller.shown()
        elif step.startswith("dies"):
            was_whole = typed == wanted[at]
            caller.dies(is_kept=step == "dies")
            assert caller.node == at or was_whole
            if typed and not was_whole:
                assert caller.hears() == ANEW
            typed = "" if not was_whole else typed
            assert not was_whole or caller.node != at, "a whole answer is never keyed again"
    assert caller.node in [*wanted, "today 5"]
