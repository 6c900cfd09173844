"""A caller leaves a message.

| phase      | what the caller hears or does             | goes on with                                              |
|------------|-------------------------------------------|-----------------------------------------------------------|
| greeting   | greeting, tone                            | recording; `#` skips to the tone, 0 leads out              |
| recording  | speaks                                    | `#`, silence, length -> review; too short -> asked again;   |
|            |                                           | over, if it cannot be recorded                            |
| review     | 1 save, 2 hear, 3 again, 4 urgent, 0 out  | keeping; no key, three times asked: kept (nothing is lost) |
| keeping    | nothing, or "one moment"                  | over: "saved", or that it could not be saved               |
| over       | a last sentence                           | hung up                                                   |
| left       | the call goes elsewhere                   |                                                           |
| gone       | the caller hung up while recording        | what was said is kept, if it is long enough                |

Who hangs up after speaking has left a message. "Saved" is said only after `kept`; a `not-kept` after it means that it
could not be committed, and that nobody heard "saved".
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from server.voicemail import words
from server.voicemail.words import AnyAction, AnyEvent, clips

ANSWER_SECONDS: Final = 2.5
"""So long after a question it is asked again: nobody hears silence for 3 s."""
TIMES_ASKED: Final = 3
TIMES_TOO_SHORT: Final = 3
PATIENCE_SECONDS: Final = 2.5
"""Saving takes longer than that: the caller is told to wait."""
GUARD_SECONDS: Final = 10.0
"""How much longer than its limit a recording may take before it is ended by us: a net, never the rule."""


class Rules(msgspec.Struct, frozen=True):
    """What holds for the mailbox. `exit_to`: where key 0 leads (as in the site file); empty: nowhere."""

    max_seconds: float = 180
    min_seconds: float = 2
    silence_seconds: float = 5
    exit_to: str = ""


class Leaving(msgspec.Struct, frozen=True):
    """Where the conversation is. Small enough to be kept as JSON."""

    rules: Rules
    phase: str = "greeting"
    asked: int = 0
    too_short: int = 0
    seconds: float = 0
    """Length of what is recorded."""
    urgent: bool = False
    answer_until: float = 0
    """`now` until which a key is waited for; 0: the question is still being asked."""


Step = tuple[Leaving, list[AnyAction]]


def begin(rules: Rules) -> Step:
    """The caller's leg has media."""
    return Leaving(rules), [words.Say((words.Greeting(), *clips("beep")))]


def again(rules: Rules, *, recording: bool = False, seconds: float = 0, is_left: bool = False) -> Step:
    """After a restart of the core: the card still records; or `seconds` are recorded, and the caller is asked about
    them; or the message `is_left`, and the caller is told (again); or it begins anew."""
    if recording:
        return Leaving(rules, phase="recording"), []
    if seconds:
        return _ask(Leaving(rules, phase="review", seconds=seconds))
    if is_left:
        return _enter(Leaving(rules), "over", words.Say(clips("voicemail-saved", "voicemail-bye")))
    return begin(rules)


def step(session: Leaving, event: AnyEvent, now: float) -> Step:
    """What follows from an event. One that means nothing in this phase changes nothing."""
    if isinstance(event, words.HungUp):
        return _hung_up(session)
    rule = _RULES.get((session.phase, type(event)))
    return (session, []) if rule is None else rule(session, event, now)


def _enter(session: Leaving, phase: str, *actions: AnyAction, **changes: Any) -> Step:
    return msgspec.structs.replace(session, phase=phase, answer_until=0, **changes), list(actions)


def _greeting_key(session: Leaving, event: words.Digit, now: float) -> Step:
    if event.key == "#":
        return _enter(session, "greeting", words.Say(clips("beep")))
    return _exit(session, event.key, now)


def _exit(session: Leaving, key: str, _now: float) -> Step:
    if key == "0" and session.rules.exit_to:
        drop: list[AnyAction] = [words.Drop()] if session.phase == "review" else []
        after, actions = _enter(session, "left", words.LeaveTo(session.rules.exit_to))
        return after, drop + actions
    return session, []


def _record(session: Leaving, _event: AnyEvent, now: float) -> Step:
    rules = session.rules
    actions: list[AnyAction] = [words.Record(rules.max_seconds, rules.silence_seconds)]
    if rules.max_seconds:
        actions.append(words.Wake(now + rules.max_seconds + GUARD_SECONDS))
    return _enter(session, "recording", *actions, asked=0, seconds=0.0, urgent=False)


def _recording_key(session: Leaving, event: words.Digit, _now: float) -> Step:
    return (session, [words.Stop()]) if event.key == "#" else (session, [])


def _recording_too_long(session: Leaving, _event: words.Woken, _now: float) -> Step:
    return session, [words.Stop()]


def _recorded(session: Leaving, event: words.Recorded, now: float) -> Step:
    spoken = event.seconds - (session.rules.silence_seconds if event.ended == "silence" else 0)
    if spoken < session.rules.min_seconds:
        return _too_short(session)
    reviewed = msgspec.structs.replace(session, seconds=event.seconds)
    if event.ended == "hang-up":
        return _keep(reviewed, now)
    return _ask(msgspec.structs.replace(reviewed, phase="review"))


def _too_short(session: Leaving) -> Step:
    times = session.too_short + 1
    if times >= TIMES_TOO_SHORT:
        return _enter(session, "over", words.Drop(), words.Say(clips("voicemail-nothing-recorded", "voicemail-bye")))
    again = words.Say(clips("voicemail-too-short", "beep"))
    return _enter(session, "greeting", words.Drop(), again, too_short=times)


def _ask(session: Leaving, *before: words.AnyPart) -> Step:
    names = ["voicemail-review"] + ["voicemail-exit"] * bool(session.rules.exit_to)
    return _enter(session, "review", words.Say((*before, *clips(*names))), asked=session.asked + 1)


def _asked(session: Leaving, _event: words.Played, now: float) -> Step:
    until = now + ANSWER_SECONDS
    return msgspec.structs.replace(session, answer_until=until), [words.Wake(until)]


def _no_answer(session: Leaving, _event: words.Woken, now: float) -> Step:
    if not 0 < session.answer_until <= now:
        return session, []
    return _keep(session, now) if session.asked >= TIMES_ASKED else _ask(session)


def _review_key(session: Leaving, event: words.Digit, now: float) -> Step:
    known = msgspec.structs.replace(session, asked=0)
    match event.key:
        case "1" | "#":
            return _keep(session, now)
        case "2":
            return _ask(known, words.Recording())
        case "3":
            return _enter(known, "greeting", words.Drop(), words.Say(clips("beep")))
        case "4":
            urgent = not session.urgent
            said = clips("voicemail-urgent" if urgent else "voicemail-not-urgent")
            return _ask(msgspec.structs.replace(known, urgent=urgent), *said)
        case "0" if session.rules.exit_to:
            return _exit(session, "0", now)
        case _:
            return _ask(session)


def _keep(session: Leaving, now: float) -> Step:
    wake = words.Wake(now + PATIENCE_SECONDS)
    return _enter(session, "keeping", words.Keep(session.urgent, session.seconds), wake)


def _slow(session: Leaving, _event: words.Woken, _now: float) -> Step:
    return session, [words.Say(clips("one-moment"))]


def _still_slow(session: Leaving, _event: words.Played, now: float) -> Step:
    return session, [words.Wake(now + PATIENCE_SECONDS)]


def _kept(session: Leaving, _event: words.Kept, _now: float) -> Step:
    return _enter(session, "over", words.Say(clips("voicemail-saved", "voicemail-bye")))


def _not_kept(session: Leaving, event: words.NotKept, _now: float) -> Step:
    name = "voicemail-box-full" if event.why == "quota" else "voicemail-not-saved"
    return _enter(session, "over", words.Drop(), words.Say(clips(name, "voicemail-bye")))


def _over(session: Leaving, _event: words.Played, _now: float) -> Step:
    return session, [words.HangUp()]


def _hung_up(session: Leaving) -> Step:
    """The caller is gone: what was said is kept."""
    match session.phase:
        case "recording":
            return _enter(session, "gone", words.Stop())
        case "review":
            return _enter(session, "gone", words.Keep(session.urgent, session.seconds))
        case "keeping" | "gone":
            return _enter(session, "gone")
        case _:
            return _enter(session, "over", words.HangUp())


def _gone_recorded(session: Leaving, event: words.Recorded, _now: float) -> Step:
    if event.seconds < session.rules.min_seconds:
        return _enter(session, "over", words.Drop(), words.HangUp())
    return _enter(session, "gone", words.Keep(session.urgent, event.seconds), seconds=event.seconds)


def _gone_kept(session: Leaving, _event: words.Kept, _now: float) -> Step:
    return _enter(session, "over", words.HangUp())


def _gone_not_kept(session: Leaving, _event: words.NotKept, _now: float) -> Step:
    return _enter(session, "over", words.Drop(), words.HangUp())


_RULES: dict[tuple[str, type[AnyEvent]], Callable[[Leaving, Any, float], Step]] = {
    ("greeting", words.Digit): _greeting_key,
    ("greeting", words.Played): _record,
    ("recording", words.Digit): _recording_key,
    ("recording", words.Woken): _recording_too_long,
    ("recording", words.Recorded): _recorded,
    ("recording", words.NotKept): _not_kept,
    ("review", words.Played): _asked,
    ("review", words.Woken): _no_answer,
    ("review", words.Digit): _review_key,
    ("keeping", words.Woken): _slow,
    ("keeping", words.Played): _still_slow,
    ("keeping", words.Kept): _kept,
    ("keeping", words.NotKept): _not_kept,
    ("over", words.Played): _over,
    ("over", words.NotKept): _not_kept,
    ("gone", words.Recorded): _gone_recorded,
    ("gone", words.Kept): _gone_kept,
    ("gone", words.NotKept): _gone_not_kept,
}
