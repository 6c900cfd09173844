"""Notes and results: nothing that the agent wrote is lost."""

from desk_scene import Scene, numbered, sent, state, talking, welcome, wrapping

from agentdesk.desk import actions
from agentdesk.desk.effects import DropDraft, StoreDraft
from agentdesk.desk.happenings import DraftFound, Linked, Unlinked
from server.wire import desk as wire


def write(scene: Scene, text: str) -> None:
    scene.desk.press(actions.EditNotes(text), scene.now)


def test_a_burst_of_keys_is_stored_soon_and_saved_a_second_after_the_last() -> None:
    scene = Scene(talking())
    for text in ("C", "Ca", "Cal"):
        write(scene, text)
        assert sent(scene.later(0.5)) == []
    assert scene.view.notes.status == "saving…"
    effects = scene.later(0.5)
    assert sent(effects) == [wire.SaveNotes(call="k1", text="Cal")]
    done = scene.desk.handle(wire.Done(numbered(effects, wire.SaveNotes)), scene.now)
    assert done == [DropDraft("k1")]
    assert scene.view.notes.status == "saved"
    scene.now += 5
    assert scene.view.notes.status == "saved 5 s ago"


def test_somebody_who_never_pauses_is_saved_within_five_seconds() -> None:
    scene, saved = Scene(talking()), []
    for count in range(24):
        write(scene, "x" * (count + 1))
        saved += sent(scene.later(0.25))
    assert [len(one.text) for one in saved] == [20]


def test_typing_on_while_a_save_is_on_the_way_saves_the_rest_too() -> None:
    scene = Scene(talking())
    write(scene, "one")
    first = scene.later(1)
    write(scene, "one two")
    assert scene.desk.handle(wire.Done(numbered(first, wire.SaveNotes)), scene.now) == []
    assert sent(scene.later(1)) == [wire.SaveNotes(call="k1", text="one two")]


def test_a_change_that_was_on_its_way_does_not_overwrite_the_notes() -> None:
    scene = Scene(talking())
    write(scene, "mine")
    effects = scene.later(1)
    scene.desk.handle(wire.Done(numbered(effects, wire.SaveNotes)), scene.now)
    scene.changed(talking(muted=True))
    assert scene.view.notes.text == "mine"


def test_unsaved_notes_survive_a_reconnect() -> None:
    scene = Scene(talking())
    write(scene, "late refund")
    scene.later(1)
    scene.desk.handle(Unlinked("lost", 0.5), scene.now)
    write(scene, "late refund, angry")
    stored = scene.later(1)
    assert [e.text for e in stored if isinstance(e, StoreDraft)] == ["late refund, angry"]
    assert sent(stored) == []
    assert scene.view.notes.status == "kept on this computer until the server is back"
    scene.desk.handle(Linked(), scene.now)
    effects = scene.desk.handle(welcome(talking(notes="late"), revision=7, later=5), scene.now)
    assert sent(effects) == [wire.SaveNotes(call="k1", text="late refund, angry")]
    assert scene.view.notes.text == "late refund, angry"


def test_a_draft_of_an_earlier_window_goes_to_the_server() -> None:
    scene = Scene(state())
    effects = scene.desk.handle(DraftFound("k0", "from before", "paid"), scene.now)
    assert sent(effects) == [
        wire.SaveNotes(call="k0", text="from before"),
        wire.ChooseResult(call="k0", result="paid"),
    ]
    scene.desk.handle(wire.Done(numbered(effects, wire.SaveNotes)), scene.now)
    assert scene.desk.busy
    dropped = scene.desk.handle(wire.Done(numbered(effects, wire.ChooseResult)), scene.now)
    assert dropped == [DropDraft("k0")]
    assert not scene.desk.busy


def test_a_draft_that_the_server_already_has_is_dropped() -> None:
    scene = Scene(state())
    scene.desk.handle(Unlinked("lost", 1), scene.now)
    scene.desk.handle(DraftFound("k1", "same", None), scene.now)
    scene.desk.handle(Linked(), scene.now)
    effects = scene.desk.handle(welcome(talking(notes="same"), revision=3), scene.now)
    assert effects == [DropDraft("k1")]


def test_notes_of_a_call_that_was_taken_away_are_saved_at_once() -> None:
    scene = Scene(wrapping())
    write(scene, "half a sent")
    effects = scene.changed(state())
    assert sent(effects) == [wire.SaveNotes(call="k1", text="half a sent")]
    assert scene.view.notes.text == ""


def test_finish_saves_first() -> None:
    scene = Scene(wrapping())
    write(scene, "all said")
    requests = sent(scene.desk.press(actions.Finish(), scene.now))
    assert requests == [wire.SaveNotes(call="k1", text="all said"), wire.FinishWrapUp()]


def test_result_is_saved_at_once_and_a_refusal_takes_it_back() -> None:
    scene = Scene(talking(result="answered"))
    assert [c.text for c in scene.view.result.results if c.chosen] == ["Question answered"]
    effects = scene.desk.press(actions.ChooseResult("paid"), scene.now)
    assert sent(effects) == [wire.ChooseResult(call="k1", result="paid")]
    assert [c.text for c in scene.view.result.results if c.chosen] == ["Refund paid out"]
    refusal = wire.Refused(numbered(effects, wire.ChooseResult), "unknown-result", "There is no such result.")
    scene.desk.handle(refusal, scene.now)
    assert [c.text for c in scene.view.result.results if c.chosen] == ["Question answered"]


def test_refused_notes_stay_on_this_computer_and_the_agent_is_told() -> None:
    scene = Scene(talking())
    write(scene, "too much")
    effects = scene.later(1)
    refusal = wire.Refused(numbered(effects, wire.SaveNotes), "too-long", "Notes are too long.")
    assert scene.desk.handle(refusal, scene.now) == []
    assert scene.view.banners[0].text == "The server did not take your notes."
    assert sent(scene.later(5)) == []
    write(scene, "short")
    assert sent(scene.later(1)) == [wire.SaveNotes(call="k1", text="short")]
