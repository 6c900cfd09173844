"""The owner's menus by telephone, and what must hold whatever is pressed."""

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from server.voicemail import hearing, words
from server.voicemail.words import Change, Checked, Clip, Digit, Done, Found, HungUp, Message, Played, Recorded, Woken

OLD = Message("old", 1000.0, "+4915112345", 12, saved=True)
FIRST = Message("first", 2000.0, "+4915112345", 30)
URGENT = Message("urgent", 3000.0, "", 8, urgent=True)
IN = (Digit("1"), Digit("2"), Digit("#"), Checked("right"), Found((OLD, FIRST, URGENT)))


def run(*events: words.AnyEvent, box: str = "20") -> tuple[hearing.Hearing, list[words.AnyAction]]:
    """The session after events that come 10 s apart, and what the last of them led to."""
    session, actions = hearing.begin(box)
    for number, event in enumerate(events, 1):
        session, actions = hearing.step(session, event, number * 10.0)
    return session, actions


def parts(actions: list[words.AnyAction]) -> list[object]:
    """What is said; prompts by their names."""
    said = [part for action in actions if isinstance(action, words.Say) for part in action.parts]
    return [part.name if isinstance(part, Clip) else part for part in said]


def test_the_way_in() -> None:
    assert parts(run(box="")[1]) == ["voicemail-enter-box"]
    assert parts(run(Digit("2"), Digit("0"), Digit("#"), box="")[1]) == ["voicemail-enter-pin"]
    assert parts(run()[1]) == ["voicemail-enter-pin"]
    assert run(*IN[:3])[1] == [words.CheckPin("20", "12")]
    assert run(*IN[:4])[1] == [words.Look("20")]
    assert parts(run(*IN)[1]) == [
        "voicemail-you-have", words.Count(2), "voicemail-new",
        "voicemail-you-have", words.Count(1), "voicemail-saved-ones", "voicemail-main",
    ]  # fmt: skip


def test_a_pause_ends_a_number() -> None:
    session, actions = run(Digit("1"), Digit("2"))
    assert actions == [words.Wake(24.0)]
    assert hearing.step(session, Woken(), 24.0)[1] == [words.CheckPin("20", "12")]


def test_wrong_pins_end_it_and_tell_nothing_of_the_mailbox() -> None:
    typed = (Digit("9"), Digit("#"))
    wrong, unknown = (run(*typed, Checked(result)) for result in ("wrong", "unknown"))
    assert wrong == unknown
    assert parts(wrong[1]) == ["voicemail-wrong", "voicemail-enter-box"]
    again = (*typed, Checked("wrong"), *typed)
    assert parts(run(*again, *typed, Checked("wrong"), *typed, *typed, Checked("wrong"))[1]) == [
        "voicemail-wrong",
        "voicemail-bye",
    ]
    assert parts(run(*typed, Checked("locked"))[1]) == ["voicemail-locked", "voicemail-bye"]


def test_urgent_ones_come_first() -> None:
    assert parts(run(*IN, Digit("1"))[1]) == [
        "voicemail-urgent-one", words.Moment(3000.0), "unknown-number", words.Sound("urgent"), "voicemail-message",
    ]  # fmt: skip
    assert words.Sound("old") in parts(run(*IN, Digit("2"))[1])


@pytest.mark.parametrize(("key", "change"), [("2", Change.SAVE), ("3", Change.DELETE)])
def test_a_change_is_told_when_it_is_committed(key: str, change: Change) -> None:
    assert run(*IN, Digit("1"), Digit(key))[1] == [words.Mark("urgent", change)]
    session, actions = run(*IN, Digit("1"), Digit(key), Done(ok=True))
    assert parts(actions)[0] == f"voicemail-message-{change}d"
    assert words.Sound("first") in parts(actions)
    assert ("urgent" in {message.id for message in session.messages}) == (change is Change.SAVE)
    assert parts(run(*IN, Digit("1"), Digit(key), Done(ok=False))[1]) == ["voicemail-not-saved", "voicemail-message"]


@pytest.mark.parametrize("keys", ["1", "2", "3", "4", "9", "4*", "43#"])
def test_one_that_is_gone_is_told_so_and_the_next_one_is_heard(keys: str) -> None:
    """It was deleted before the last key."""
    session, _ = run(*IN, Digit("1"), *(Digit(key) for key in keys[:-1]))
    session = hearing.now_there(session, (OLD, FIRST))
    session, actions = hearing.step(session, Digit(keys[-1]), 200.0)
    assert parts(actions) == [
        "voicemail-message-deleted", words.Moment(2000.0), words.Digits(FIRST.caller), words.Sound("first"),
        "voicemail-message",
    ]  # fmt: skip
    assert session.place == 1


@pytest.mark.parametrize("last", [Digit("2"), Digit("4")])
def test_one_that_goes_while_it_is_changed(last: Digit) -> None:
    rest = (Digit("3"), Digit("#")) if last.key == "4" else ()
    session, _ = run(*IN, Digit("1"), last, *rest)
    session, actions = hearing.step(hearing.now_there(session, (OLD, FIRST)), Done(ok=False), 200.0)
    assert parts(actions)[:2] == ["voicemail-message-deleted", words.Moment(2000.0)]


def test_whoever_says_nothing_hears_that_it_is_gone_when_asked_again() -> None:
    session, _ = run(*IN, Digit("1"), Played())
    session = hearing.now_there(session, (OLD, URGENT))
    assert parts(hearing.step(session, Woken(), session.answer_until)[1]) == ["voicemail-message"]
    session, actions = hearing.step(hearing.now_there(session, (OLD,)), Woken(), session.answer_until)
    assert parts(actions) == [
        "voicemail-message-deleted", "voicemail-no-more",
        "voicemail-you-have", words.Count(1), "voicemail-saved-ones", "voicemail-main",
    ]  # fmt: skip
    assert session.phase == "main"


def test_the_menu_counts_what_is_there_now() -> None:
    session = hearing.now_there(run(*IN)[0], (FIRST,))
    assert parts(hearing.step(session, Digit("*"), 200.0)[1]) == [
        "voicemail-you-have", words.Count(1), "voicemail-new", "voicemail-main"
    ]  # fmt: skip


def test_forwarding() -> None:
    assert run(*IN, Digit("1"), Digit("4"), Digit("3"), Digit("1"), Digit("#"))[1] == [words.Forward("urgent", "31")]
    gone = (*IN, Digit("1"), Digit("4"), Digit("3"), Digit("#"))
    assert parts(run(*gone, Done(ok=True))[1])[0] == "voicemail-forwarded"
    assert parts(run(*gone, Done(ok=False))[1])[0] == "voicemail-not-forwarded"


def test_after_the_last_message_comes_the_menu() -> None:
    _, actions = run(*IN, Digit("2"), Digit("#"))
    assert parts(actions)[0] == "voicemail-no-more"
    assert parts(actions)[-1] == "voicemail-main"


def test_a_greeting_of_ones_own() -> None:
    own = (*IN, Digit("3"), Digit("2"))
    assert parts(run(*own)[1]) == ["beep"]
    assert run(*own, Played())[1] == [words.Record(60, 4)]
    assert run(*own, Played(), Digit("#"))[1] == [words.Stop()]
    assert run(*own, Played(), Recorded(5))[1] == [words.UseGreeting(own=True)]
    assert parts(run(*own, Played(), Recorded(5), Done(ok=True))[1])[0] == "voicemail-greeting-changed"
    assert run(*IN, Digit("3"), Digit("3"))[1] == [words.UseGreeting(own=False)]


def test_nobody_there() -> None:
    asked = (Played(), Woken())
    assert parts(run(*IN, *asked)[1])[-1] == "voicemail-main"
    assert parts(run(*IN, *asked * 3)[1]) == ["voicemail-bye"]
    assert run(*IN, *asked * 3, Played())[1] == [words.HangUp()]
    assert run(*IN, HungUp())[1] == [words.HangUp()]


def _some_of(data: st.DataObject, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What is left in the mailbox: now and then somebody at a desk deletes one."""
    gone = data.draw(st.sampled_from([*[""] * 12, *(message.id for message in messages)]))
    return tuple(message for message in messages if message.id != gone)


@settings(max_examples=400)
@given(st.data())
def test_whatever_is_pressed(data: st.DataObject) -> None:
    messages = (OLD, FIRST, URGENT)[: data.draw(st.integers(0, 3))]
    session, actions = hearing.begin(data.draw(st.sampled_from(["", "20"])))
    playing, wake, waiting, recording, now, right = False, None, None, False, 0.0, False
    for _ in range(80):
        for action in actions:
            match action:
                case words.Say():
                    playing = True
                    secret = {type(part) for part in action.parts} & {words.Sound, words.Moment, words.Count}
                    assert right or not secret, "something was told without the PIN"
                case words.Hush():
                    playing = False
                case words.Wake():
                    wake = action.at
                case words.Record():
                    recording = True
                case words.Stop():
                    assert recording
                case words.HangUp():
                    return
                case _:
                    assert waiting is None, "two requests at once"
                    waiting = action
        choices = ["digit"] + ["played"] * playing + ["woken"] * (wake is not None) + ["recorded", "lost"] * recording
        choices += ["answer"] * (waiting is not None)
        assert len(choices) > 1, f"nothing will ever happen in {session}"
        event: words.AnyEvent
        match data.draw(st.sampled_from(choices)):
            case "digit":
                event = Digit(data.draw(st.sampled_from("0123456789*#")))
            case "played":
                playing, event = False, Played()
            case "woken":
                assert wake is not None
                now, wake, event = max(now, wake), None, Woken()
            case "lost":
                recording, event = False, words.NotKept("full")
            case "recorded":
                recording, event = False, Recorded(data.draw(st.floats(0, 60)))
            case _:
                asked, waiting = waiting, None
                match asked:
                    case words.CheckPin():
                        result = data.draw(st.sampled_from(["right", "wrong", "locked", "unknown"]))
                        right, event = result == "right", Checked(result)
                    case words.Look():
                        event = Found(messages)
                    case _:
                        event = Done(data.draw(st.booleans()))
        if right and session.messages:
            session = hearing.now_there(session, messages := _some_of(data, messages))
        session, actions = hearing.step(session, event, now)
        for sound in (part for part in parts(actions) if isinstance(part, words.Sound)):
            assert sound.message in {message.id for message in session.messages}, "of one that is gone"
        session = msgspec.json.decode(msgspec.json.encode(session), type=hearing.Hearing)
