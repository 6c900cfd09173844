"""A caller leaves a message: the table by hand, and what must hold whatever the caller does."""

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from server.voicemail import leaving, words
from server.voicemail.words import Clip, Digit, HungUp, Kept, NotKept, Played, Recorded, Woken

RULES = leaving.Rules(exit_to="queue:billing")


def run(*events: words.AnyEvent, rules: leaving.Rules = RULES) -> tuple[leaving.Leaving, list[words.AnyAction]]:
    """The session after events that come 10 s apart, and what the last of them led to."""
    session, actions = leaving.begin(rules)
    for number, event in enumerate(events, 1):
        session, actions = leaving.step(session, event, number * 10.0)
    return session, actions


def said(actions: list[words.AnyAction]) -> list[str]:
    """Names of the prompts."""
    return [
        part.name
        for action in actions
        if isinstance(action, words.Say)
        for part in action.parts
        if isinstance(part, Clip)
    ]


SPOKEN = (Played(), Recorded(20))


def test_a_message_is_left() -> None:
    assert run()[1] == [words.Say((words.Greeting(), Clip("beep")))]
    assert run(Played())[1][0] == words.Record(180, 5)
    assert said(run(*SPOKEN)[1]) == ["voicemail-review", "voicemail-exit"]
    assert run(*SPOKEN, Digit("1"))[1][0] == words.Keep(urgent=False, seconds=20)
    assert said(run(*SPOKEN, Digit("1"), Kept())[1]) == ["voicemail-saved", "voicemail-bye"]
    assert run(*SPOKEN, Digit("1"), Kept(), Played())[1] == [words.HangUp()]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((Digit("#"),), [words.Say((Clip("beep"),))]),
        ((Digit("0"),), [words.LeaveTo("queue:billing")]),
        ((Played(), Digit("#")), [words.Stop()]),
        ((Played(), Digit("5")), []),
        ((Played(), HungUp()), [words.Stop()]),
        ((Played(), HungUp(), Recorded(20, "hang-up")), [words.Keep(urgent=False, seconds=20)]),
        ((Played(), HungUp(), Recorded(1, "hang-up")), [words.Drop(), words.HangUp()]),
        ((*SPOKEN, HungUp()), [words.Keep(urgent=False, seconds=20)]),
        ((*SPOKEN, Digit("1"), HungUp()), []),
        ((*SPOKEN, Digit("1"), HungUp(), Kept()), [words.HangUp()]),
        ((*SPOKEN, Digit("3")), [words.Drop(), words.Say((Clip("beep"),))]),
        ((*SPOKEN, Digit("0")), [words.Drop(), words.LeaveTo("queue:billing")]),
        ((HungUp(),), [words.HangUp()]),
    ],
)
def test_what_follows(events: tuple[words.AnyEvent, ...], expected: list[words.AnyAction]) -> None:
    assert run(*events)[1] == expected


def test_an_urgent_message() -> None:
    assert said(run(*SPOKEN, Digit("4"))[1])[0] == "voicemail-urgent"
    assert said(run(*SPOKEN, Digit("4"), Digit("4"))[1])[0] == "voicemail-not-urgent"
    assert run(*SPOKEN, Digit("4"), Digit("1"))[1][0] == words.Keep(urgent=True, seconds=20)


def test_it_is_heard_again() -> None:
    _, [say] = run(*SPOKEN, Digit("2"))
    assert isinstance(say, words.Say)
    assert say.parts[0] == words.Recording()


def test_silence_is_no_message() -> None:
    assert said(run(Played(), Recorded(6, "silence"))[1]) == ["voicemail-too-short", "beep"]
    again = (Played(), Recorded(1)) * 3
    assert said(run(*again)[1]) == ["voicemail-nothing-recorded", "voicemail-bye"]


def test_without_an_answer_it_is_kept() -> None:
    assert said(run(*SPOKEN, *(Played(), Woken()) * 2)[1]) == ["voicemail-review", "voicemail-exit"]
    assert run(*SPOKEN, *(Played(), Woken()) * 3)[1][0] == words.Keep(urgent=False, seconds=20)


@pytest.mark.parametrize(
    ("why", "name"),
    [("quota", "voicemail-box-full"), ("full", "voicemail-not-saved"), ("fault", "voicemail-not-saved")],
)
def test_what_cannot_be_saved_is_said(why: str, name: str) -> None:
    assert said(run(*SPOKEN, Digit("1"), NotKept(why))[1]) == [name, "voicemail-bye"]


def test_a_slow_disk_is_no_silence() -> None:
    assert said(run(*SPOKEN, Digit("1"), Woken())[1]) == ["one-moment"]


def test_after_a_restart() -> None:
    assert leaving.again(RULES, recording=True)[0].phase == "recording"
    assert leaving.again(RULES) == leaving.begin(RULES)
    reviewed, actions = leaving.again(RULES, seconds=20)
    assert said(actions) == ["voicemail-review", "voicemail-exit"]
    assert leaving.step(reviewed, HungUp(), 0)[1] == [words.Keep(urgent=False, seconds=20)]


class Caller:
    """The world around a session: what is playing, recording, asked for; time passes as it is told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.playing = self.recording = self.stopping = self.keeping = self.gone = self.over = False
        self.wake: float | None = None
        self.keeps = self.recordings = 0
        self.last = 0.0
        self.session, actions = leaving.begin(RULES)
        self.told_saved = self.kept = False
        self.obey(actions)

    def obey(self, actions: list[words.AnyAction]) -> None:
        for action in actions:
            match action:
                case words.Say():
                    assert not self.gone, "nobody hears it"
                    self.playing = True
                    self.told_saved |= Clip("voicemail-saved") in action.parts
                case words.Record():
                    self.playing, self.recording, self.recordings = False, True, self.recordings + 1
                case words.Stop():
                    assert self.recording
                    self.stopping = True
                case words.Keep():
                    assert not self.recording
                    assert self.last >= RULES.min_seconds
                    self.keeping, self.keeps = True, self.keeps + 1
                case words.Drop():
                    assert not self.keeping
                case words.Wake():
                    self.wake = action.at
                case words.HangUp() | words.LeaveTo():
                    self.over = True
                case _:
                    raise AssertionError(action)

    def tell(self, event: words.AnyEvent) -> None:
        self.session, actions = leaving.step(self.session, event, self.now)
        self.session = msgspec.json.decode(msgspec.json.encode(self.session), type=leaving.Leaving)
        self.obey(actions)

    def go(self, draw: st.DataObject) -> None:
        """One thing happens."""
        choices = ["digit", "hang-up"] * (not self.gone)
        choices += ["played"] * self.playing + ["woken"] * (self.wake is not None)
        choices += ["recorded", "lost"] * self.recording + ["kept", "not-kept"] * self.keeping
        match draw.draw(st.sampled_from(choices)):
            case "digit":
                self.tell(Digit(draw.draw(st.sampled_from("0123456789*#"))))
            case "hang-up":
                self.gone, self.playing = True, False
                self.tell(HungUp())
            case "played":
                self.playing = False
                self.tell(Played())
            case "woken":
                assert self.wake is not None
                self.now, self.wake = max(self.now, self.wake), None
                self.tell(Woken())
            case "recorded":
                ended = (
                    "hang-up"
                    if self.gone
                    else "key"
                    if self.stopping
                    else draw.draw(st.sampled_from(["silence", "length"]))
                )
                self.recording = self.stopping = False
                self.last = draw.draw(st.floats(0, 200))
                self.tell(Recorded(self.last, ended))
            case "lost":
                self.recording = self.stopping = False
                self.tell(NotKept("full"))
            case "kept":
                self.keeping, self.kept = False, True
                self.tell(Kept())
            case _:
                self.keeping = False
                self.tell(NotKept(draw.draw(st.sampled_from(["full", "quota", "fault"]))))


@settings(max_examples=400)
@given(st.data())
def test_whatever_the_caller_does(draw: st.DataObject) -> None:
    caller = Caller()
    for _ in range(60):
        if caller.over:
            break
        pending = caller.playing or caller.recording or caller.keeping or caller.wake is not None
        assert pending, f"nothing will ever happen in {caller.session}"
        caller.go(draw)
        assert not caller.told_saved or caller.kept, "saved was said before it was true"
        assert caller.keeps <= caller.recordings
