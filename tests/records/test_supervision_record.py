"""Who listened to a call, as its record tells it."""

import msgspec
from call_stories import answered_call, entries

from server.call import facts as f
from server.records import call_fold, call_so_far
from server.records.call_record import CallRecord
from server.records.supervision import Supervision


def supervisions(*told: tuple[float, f.AnyFact]) -> list[Supervision]:
    """Of an answered call (talk from 4.5 s to 64.5 s) with these facts in it."""
    so_far = None
    for entry in entries(*sorted([*answered_call(), *told], key=lambda one: one[0])):
        so_far = call_fold.fold(so_far, entry, "boot-1")
    assert so_far is not None
    record = call_so_far.record_of(so_far)
    assert msgspec.json.decode(msgspec.json.encode(record), type=CallRecord) == record
    return record.supervisions


def called(mode: str = "listen") -> f.SupervisorCalled:
    return f.SupervisorCalled(call="c1", agent="ana", supervisor="sam", mode=mode, leg="supervisor-1")


def joined(mode: str = "listen", supervisor: str = "sam") -> f.SupervisorJoined:
    return f.SupervisorJoined(call="c1", agent="ana", supervisor=supervisor, mode=mode)


def changed(mode: str) -> f.SupervisorChanged:
    return f.SupervisorChanged(call="c1", agent="ana", supervisor="sam", mode=mode)


def left(cause: str = "hung-up") -> f.SupervisorLeft:
    return f.SupervisorLeft(call="c1", agent="ana", supervisor="sam", cause=cause)


def test_modes_have_their_times_and_the_end_is_noted() -> None:
    (one,) = supervisions((10, called()), (12, joined()), (20, changed("whisper")), (30, left()))
    assert (one.supervisor, one.agent) == ("sam", "ana")
    assert (one.joined_at, one.left_at) == ("2026-11-21T21:26:15.123Z", "2026-11-21T21:26:33.123Z")
    assert [(mode.mode, mode.at) for mode in one.modes] == [
        ("listen", "2026-11-21T21:26:15.123Z"),
        ("whisper", "2026-11-21T21:26:23.123Z"),
    ]


def test_a_phone_that_never_joined_heard_nothing() -> None:
    assert supervisions((10, called()), (11, changed("barge")), (15, left("busy"))) == []


def test_the_end_of_the_talk_ends_it() -> None:
    (one,) = supervisions((10, called()), (12, joined("barge")), (64.9, left("talk-over")))
    assert one.left_at == "2026-11-21T21:27:07.623Z"  # the release, not when the rules said so


def test_several_in_turn_are_told_apart() -> None:
    first, second = supervisions((10, joined()), (20, left()), (21, called()), (22, joined("whisper", "uma")))
    assert (first.supervisor, second.supervisor) == ("sam", "uma")
    assert first.left_at is not None
    assert first.left_at < second.joined_at
