"""The script pane without Qt: what is shown of real scripts, what an agent types, what is sent."""

import pytest
from desk_scene import numbered, ringing, sent, talking
from hypothesis import given, strategies as st
from msgspec.structs import replace
from script_scene import DIALOGS, EVERY_TYPE, PAGE, ScriptScene

from agentdesk.desk import actions
from agentdesk.desk.happenings import Linked, Unlinked
from agentdesk.desk.script.judging import problem
from agentdesk.desk.script.writing import typed, understood, written
from scriptengine.answering.kinds import parsed
from scriptengine.answering.problems import Problem
from scriptengine.interpreter import Answered, Item, Left, Piece, Resumed
from server.desk import script_view
from server.wire import desk as wire
from server.wire.desk_script import Script

OUTAGE = {"outages.find_outage": {"known": False}, "outages.report_outage": {"ticket": "A-18"}}


def outage(**more: str) -> ScriptScene:
    return ScriptScene(DIALOGS / "power-outage.xml", results=OUTAGE, **more)


def texts(scene: ScriptScene) -> list[tuple[str, str]]:
    return [(one.key, one.text) for one in scene.view.script.answers]


def step(scene: ScriptScene, place: int) -> None:
    scene.press(scene.view.script.answers[place].action)


def answer(scene: ScriptScene, **values: object) -> None:
    scene.press(actions.StepScript(scene.view.script.revision, Answered(dict(values))))


def test_a_question_is_said_and_answered_by_keys() -> None:
    scene = outage()
    pane = scene.view.script
    assert (pane.kind, pane.title, pane.aside) == ("question", "Script: Power outage", "version 1")
    assert pane.say == ((Piece("Do you see fallen wires, sparks or smoke?"),),)
    assert pane.hints[0][0].text.startswith("If the caller is in danger")
    assert texts(scene) == [("Alt+1", "Yes"), ("Alt+2", "No")]
    assert pane.back is not None
    assert not pane.back.enabled
    assert pane.forward is None
    assert [one.text for one in pane.languages] == ["English", "Portuguese"]
    step(scene, 1)
    pane = scene.view.script
    assert (pane.fields[0].item.type, pane.forward.label, pane.back.enabled) == ("postcode", "Next", True)
    assert pane.trail == "Do you see fallen wires,…"


def test_what_was_told_before_is_among_the_hints() -> None:
    scene = outage()
    section = script_view.shown("k1", scene.view_of, 0)
    scene.tell(replace(section, told={"meter": "20010017", "since": "3"}))
    assert scene.view.script.hints[-1] == (Piece("Told before: meter: 20010017 · since: 3"),)


def test_yes_and_no_are_said_in_the_sessions_language() -> None:
    scene = outage(script_language="pt")
    assert texts(scene) == [("Alt+1", "Sim"), ("Alt+2", "Não")]
    scene.press(scene.view.script.languages[0].action)
    assert texts(scene) == [("Alt+1", "Yes"), ("Alt+2", "No")]


def test_the_engines_sentence_is_told_and_the_end_gives_the_result() -> None:
    scene = outage()
    step(scene, 1)
    sheet = scene.view.script.sheet
    answer(scene, place="123")
    assert scene.view.script.fields[0].problem == "Eight digits, please."
    assert scene.view.script.sheet == sheet, "what is typed stays"
    answer(scene, place="01310100")
    step(scene, 1)
    pane = scene.view.script
    assert (pane.kind, pane.tone, pane.text) == ("message", "good", "The script is at its end.")
    assert "A-18" in "".join(piece.text for piece in pane.say[0])
    assert pane.cure == "Result: reported. It is not in your list of results: choose one yourself."
    assert (pane.forward, pane.back, pane.leave, pane.answers) == (None, None, None, ())


def test_the_result_of_the_end_is_chosen_until_the_agent_chooses() -> None:
    scene = ScriptScene(EVERY_TYPE)
    scene.press(actions.EditNotes("Wants to be called"))
    scene.later(2)
    chosen = replace(talking(result="answered"), script=scene.desk.standing.script)
    scene.changed(chosen)
    assert [one.text for one in scene.view.result.results if one.chosen] == ["Question answered"]
    scene.press(actions.ChooseResult("complaint"))
    scene.changed(chosen)  # from before the choice
    assert [one.text for one in scene.view.result.results if one.chosen] == ["Complaint opened"]


def test_a_way_that_wants_to_be_confirmed_is_pressed_twice() -> None:
    scene = ScriptScene(EVERY_TYPE)
    assert texts(scene) == [("Alt+1", "Yes, go on"), ("Alt+2", "Not now & never")]
    step(scene, 1)
    assert texts(scene)[1] == ("Alt+2", "Press again: Not now & never")
    assert scene.view_of.ask.node == "welcome"
    scene.press(actions.CloseJumpList())  # anything else takes it back
    assert texts(scene)[1][1] == "Not now & never"
    step(scene, 1)
    step(scene, 1)
    assert (scene.view_of.status, scene.view_of.ended.disposition) == ("ended", "no-time")
    assert scene.view.script.text == "The script ended without success."


def test_an_end_with_another_queue_offers_to_pass_the_customer_on() -> None:
    scene = outage()
    step(scene, 0)
    pane = scene.view.script
    assert (pane.text, pane.cure.split(".")[0]) == ("The script ended: pass the call on.", "Queue: emergency")
    assert pane.forward.label == "Pass the customer on to emergency"
    assert sent(scene.desk.press(pane.forward_action, scene.now)) == [wire.PassOn(call="k1")]
    scene.changed(replace(talking(queue="emergency"), script=scene.desk.standing.script))
    assert scene.view.script.forward is None, "the customer is there already"


def test_a_scale_has_its_own_digits_and_many_answers_a_filter() -> None:
    scene = ScriptScene(EVERY_TYPE)
    scene.go("grade")
    assert texts(scene)[:2] == [("", "0"), ("Alt+1", "1")]
    assert texts(scene)[-2:] == [("Alt+9", "9"), ("", "10")]
    scene.go("who")
    pane = scene.view.script
    assert (pane.searchable, len(pane.answers)) == (True, 12)
    scene.go("colour")
    pane = scene.view.script
    assert (pane.searchable, pane.forward.label) == (False, "Skip")
    scene.press(pane.forward_action)
    assert scene.view_of.ask.node == "wishes"


def test_what_is_confirmed_is_shown_and_of_a_secret_only_its_end() -> None:
    scene = ScriptScene(
        EVERY_TYPE.replace('type="iban" sensitive="yes"', 'type="iban" sensitive="yes" confirm="always"')
    )
    scene.go("day")
    answer(scene, day="2026-11-22")
    assert (scene.view.script.kind, scene.view.script.confirm) == ("confirm", "22/11/2026")
    assert texts(scene) == [("Alt+1", "Yes, that is right"), ("Alt+2", "No, ask again")]
    step(scene, 1)
    assert scene.view.script.kind == "question"
    scene.go("bank")
    answer(scene, bank="DE89370400440532013000")
    assert scene.view.script.confirm == "•••00"
    step(scene, 0)
    scene.press(actions.StepScript(scene.view.script.revision, scene.view.script.stops[0].action.event))
    assert scene.view.script.fields[0].first == ""


def test_a_page_is_handed_in_as_a_whole() -> None:
    scene = ScriptScene(PAGE.replace("LAYOUT", "grid"))
    pane = scene.view.script
    assert (pane.kind, pane.layout) == ("page", "grid")
    assert [field.item.question for field in pane.fields] == ["name", "area", "when", "bell", "knock", "note"]
    assert pane.earlier == ((Piece("Where shall it go?"),),)
    answer(scene, name="Anna", area="1", when="am", bell="yes", knock=None, note=None)
    assert [field.problem for field in scene.view.script.fields] == ["", "Please enter a postcode.", "", "", ""]
    assert scene.view.script.fields[0].first == "Anna"
    answer(scene, name="Anna", area="10115", when="am", bell="yes", note=None)
    assert scene.view_of.ended.disposition == "paid"


def test_going_back_jumping_leaving_and_taking_up_again() -> None:
    scene = outage()
    step(scene, 1)
    answer(scene, place="01310100")
    assert [stop.text for stop in scene.view.script.stops][-1] == "Do you see fallen wires, sparks or smoke?"
    scene.press(scene.view.script.stops[-1].action)
    assert [one.suggested for one in scene.view.script.answers] == [False, True]
    scene.press(actions.OpenJumpList())
    places = {one.text: one.action for one in scene.view.jump.places}
    assert scene.view.jump.open
    scene.press(places["Where is the power out?"])
    assert scene.view_of.ask.node == "scope"
    assert not scene.view.jump.open
    scene.press(actions.StepScript(scene.view.script.revision, Left()))
    pane = scene.view.script
    assert (pane.text, pane.forward.label) == ("You have left the script. Nothing is lost.", "Take it up again")
    scene.press(pane.forward_action)
    assert (scene.view_of.status, scene.view_of.ask.node) == ("running", "scope")
    assert scene.dialogs.events["s1"][-1] == Resumed(channel="desk", agent={"id": "ana", "name": "Ana Lima"})


def test_one_step_at_a_time_and_none_without_a_connection() -> None:
    scene = outage()
    action = scene.view.script.answers[1].action
    first = scene.desk.press(action, scene.now)
    assert sent(first) == [wire.StepScript(call="k1", revision=1, event=Answered({"danger": False}))]
    assert scene.desk.press(action, scene.now) == []
    scene.desk.handle(wire.Done(numbered(first, wire.StepScript)), scene.now)
    assert sent(scene.desk.press(action, scene.now)) != []
    scene.desk.handle(Unlinked("lost", 1.0), scene.now)
    assert scene.desk.press(action, scene.now) == []
    scene.desk.handle(Linked(), scene.now)
    scene.desk.handle(
        wire.Welcome(revision=9, now=0, state=replace(talking(), script=scene.desk.standing.script)), scene.now
    )
    assert sent(scene.desk.press(action, scene.now)) != [], "a step that was lost on the way is not waited for"


def test_a_step_that_came_second_is_told_and_the_present_question_shown() -> None:
    scene = outage()
    action = scene.view.script.answers[1].action
    scene.press(action)
    scene.press(action)
    assert scene.view_of.revision == 2
    assert "the script has moved on" in scene.view.banners[0].text


@pytest.mark.parametrize(
    ("script", "text", "forward"),
    [
        (Script(call="k1", id="x", status="coming", title="Refund"), "The script begins when you answer the call.", ""),
        (Script(call="k1", id="x", status="beginning"), "The script begins…", ""),
        (
            Script(call="k1", id="x", status="unavailable", problem="script-no-service"),
            "The script cannot be begun just now: the service that runs scripts is not there.",
            "Try again",
        ),
    ],
)
def test_before_it_runs_the_pane_says_why(script: Script, text: str, forward: str) -> None:
    scene = outage()
    scene.tell(script)
    pane = scene.view.script
    assert (pane.kind, pane.text, pane.forward.label if pane.forward else "") == ("message", text, forward)
    if forward:
        assert sent(scene.desk.press(pane.forward_action, scene.now)) == [wire.BeginScript(call="k1")]


def test_no_script_no_pane() -> None:
    scene = outage()
    scene.changed(ringing())
    scene.tell(None)
    scene.desk.standing.state = replace(ringing(), script=None)
    assert scene.view.script.kind == "none"


@pytest.mark.parametrize(
    ("kind", "language", "text", "form", "meant"),
    [
        ("money", "en", "1,234.5", "1234.5", "1,234.50"),
        ("money", "pt_BR", "1.234,5", "1234.5", "1.234,50"),
        ("decimal", "pt_BR", "12,25", "12.25", "12,25"),
        ("decimal", "en", "12,25", "12.25", "12.25"),
        ("integer", "pt_BR", "1.234", "1234", ""),
        ("date", "en", "3/4/2026", "2026-04-03", "2026-04-03"),
        ("date", "pt_BR", "03042026", "2026-04-03", "03/04/2026"),
        ("date", "en", "2026-04-03", "2026-04-03", "2026-04-03"),
        ("time", "en", "9.05", "09:05", "09:05"),
        ("time", "pt_BR", "14h30", "14:30", "14:30"),
        ("datetime", "en", "3.4.2026 9:05", "2026-04-03T09:05", "2026-04-03 09:05"),
        ("text", "en", " 1,5 ", "1,5", ""),
        ("date", "en", "tomorrow", "tomorrow", ""),
    ],
)
def test_what_agents_type_is_written_for_scripts(kind: str, language: str, text: str, form: str, meant: str) -> None:
    assert written(kind, text, language) == form  # type: ignore[arg-type]
    assert understood(kind, form, language) == meant  # type: ignore[arg-type]


@given(st.sampled_from(["en", "pt_BR"]), st.decimals(-(10**12), 10**12, places=2))
def test_an_amount_comes_back_as_it_went(language: str, amount: object) -> None:
    shown = typed("money", str(amount), language)
    assert parsed("money", written("money", shown, language)) == amount


@given(st.dates())
def test_a_date_comes_back_as_it_went(day: object) -> None:
    assert parsed("date", written("date", typed("date", str(day), "en"), "en")) == day


def item(kind: str, **more: object) -> Item:
    return Item(question="q", name="q", type=kind, text=(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "given_answer", "sentence"),
    [
        (item("integer", least="1", most="9"), "12", "At most 9, please."),
        (item("date", least="2026-01-01"), "2025-12-31", "At least 2026-01-01, please."),
        (item("text", lengths=(2, 4)), "abcde", "Please enter 2–4 characters."),
        (item("postcode", pattern=r"\d{5}"), "1234", "This does not have the right form."),
        (item("iban"), "DE89370400440532013000", ""),
        (item("text"), None, "Please answer."),
        (item("memo", is_required=False), None, ""),
    ],
)
def test_answers_are_judged_by_the_engines_rules(asked: Item, given_answer: object, sentence: str) -> None:
    assert problem(asked, given_answer, "en") == sentence


@given(st.sampled_from(["integer", "money", "date", "time", "phone", "email", "iban", "text"]), st.text(max_size=30))
def test_what_the_desk_lets_pass_the_engine_reads(kind: str, text: str) -> None:
    form = written(kind, text, "en") or None  # type: ignore[arg-type]
    if problem(item(kind, is_required=False), form, "en") == "":
        assert not isinstance(parsed(kind, form), Problem)  # type: ignore[arg-type]
