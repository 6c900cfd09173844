"""The way through a script: order, ways, conditions, groups, rounds, sub-dialogs, ends."""

from typing import Any

import pytest

from scriptengine.interpreter import Answered, Chosen, Continued, Happened, Jumped, Keyed, LanguageChosen, Resumed
from tests.scriptengine.play import Play
from tests.scriptengine.small import xml


def ask(id: str, type: str = "text", inside: str = "", more: str = "") -> str:
    return f'<question id="{id}" name="{id}" type="{type}" {more}><text>{id}?</text>{inside}</question>'


def test_the_order_is_the_document_s() -> None:
    play = Play(ask("a") + ask("b")).begin()
    assert [play.at, play.answer(a="1").at, play.answer(b="2").at] == ["a", "b", "done"]
    assert play.ended.disposition == "done"
    assert play.answers == {"a": "1", "b": "2"}


def test_the_first_way_that_holds_is_taken() -> None:
    body = ask("a", "integer", '<go to="low" if="a lt 5"/><go to="high" if="a lt 9"/>') + ask("b")
    ends = '<end id="low" outcome="success"/><end id="high" outcome="failure"/>'
    assert [Play(body + ends).begin().answer(a=n).at for n in ("3", "7", "9")] == ["low", "high", "b"]


def test_a_choice_s_own_way_goes_first() -> None:
    inside = '<choice value="x"><go to="done"/></choice><choice value="y"/><go to="b"/>'
    assert Play(ask("a", "choice", inside) + ask("c") + ask("b")).begin().answer(a="x").at == "done"
    assert Play(ask("a", "choice", inside) + ask("c") + ask("b")).begin().answer(a="y").at == "b"


@pytest.mark.parametrize(("channel", "at"), [("desk", "a"), ("web", "b"), ("ivr", "b")])
def test_a_node_for_other_channels_is_passed(channel: str, at: str) -> None:
    assert Play(ask("a", more='channel="desk"') + ask("b")).begin(channel).at == at


def test_a_node_whose_condition_does_not_hold_is_passed_with_its_ways() -> None:
    body = ask("a", "yesno") + ask("b", "text", '<go to="z"/>', 'if="a"') + ask("c") + ask("z")
    assert Play(body).begin().answer(a="no").at == "c"
    assert Play(body).begin().answer(a="yes").at == "b"


def test_decisions_and_blocks() -> None:
    body = """<block id="a"><set name="n" value="n + 1"/><go to="d"/></block>
    <decision id="d"><go to="a" if="n lt 3"/><go to="done"/></decision>"""
    play = Play(body, head='<var name="n" type="integer" default="0"/>').begin()
    assert play.at == "done"
    assert play.values["n"] == 3


def test_an_info_is_said_with_the_next_question() -> None:
    play = Play('<info id="a"><text>Hello</text></info>' + ask("b")).begin()
    assert (play.at, play.text) == ("b", "Hello | b?")
    assert play.answer(b="x").ended.said[0].node == "done"


def test_an_info_with_buttons_waits_but_not_on_the_phone() -> None:
    body = """<info id="a"><text>Terms</text><go to="no" label="Refuse" confirm="yes"/><go to="b"/></info>
    <end id="no" outcome="failure"/>""" + ask("b")
    play = Play(body).begin()
    assert (play.ask.kind, play.at) == ("info", "a")
    assert [(one.number, one.label, one.needs_confirmation) for one in play.ask.buttons] == [(0, "Refuse", True)]
    assert play.send(Continued()).at == "b"
    assert Play(body).begin().send(Chosen(0)).at == "no"
    assert Play(body).begin("ivr").at == "b"
    assert Play(body).begin().send(Chosen(1)).notices == ["there is no button 1"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["Refuse 7", "Later"]), ("pt", ["Recusar 7", "Depois"]), ("pt-BR", ["Recusar 7", "Depois"]),
     ("es", ["Refuse 7", "Later"])],
)  # fmt: skip
def test_buttons_are_named_in_the_language_of_the_session(language: str, shown: list[str]) -> None:
    body = """<info id="a"><text>Terms</text>
    <go to="no"><label xml:lang="pt">Recusar <value of="n"/></label><label>Refuse <value of="n"/></label></go>
    <go to="b" label="Later"><label xml:lang="pt">Depois</label></go><go to="b"/></info>
    <end id="no" outcome="failure"/>""" + ask("b")
    play = Play(body, attributes='languages="en pt es"', head='<var name="n" type="integer" default="7"/>')
    asked = play.begin().send(LanguageChosen(language)).ask
    assert [button.label for button in asked.buttons] == shown
    assert play.send(Chosen(0)).at == "no"


def test_a_labelled_way_of_a_question_is_a_button_and_never_taken_by_itself() -> None:
    body = ask("a", "text", '<go to="no" label="Refuses" if="n == 1"/>') + ask("b") + '<end id="no" outcome="failure"/>'
    play = Play(body, head='<var name="n" type="integer" default="1"/>').begin()
    assert play.ask.buttons[0].label == "Refuses"
    assert play.answer(a="x").at == "b"
    assert Play(body, head='<var name="n" type="integer" default="2"/>').begin().send(Chosen(0)).at == "a"


PAGE = (
    '<group id="a" layout="{}">' + ask("x", "integer") + ask("y", "text", "", 'required="no" if="x gt 1"') + "</group>"
)


def test_a_page_is_answered_at_once_or_bit_by_bit() -> None:
    play = Play(PAGE.format("grid") + ask("z")).begin()
    assert (play.ask.kind, play.ask.layout, [item.question for item in play.ask.items]) == ("page", "grid", ["x"])
    assert [item.question for item in play.answer(x="5").ask.items] == ["x", "y"]
    assert play.ask.items[0].value == 5
    assert play.answer(y="q").at == "z"
    assert Play(PAGE.format("page") + ask("z")).begin().send(Answered({"x": "5"}, True)).at == "z"


def test_a_page_tells_every_problem_and_keeps_what_is_right() -> None:
    play = Play('<group id="a">' + ask("x", "integer") + ask("y", "date") + "</group>").begin()
    play.send(Answered({"x": "one", "y": "2026-01-31"}, True))
    assert [item.problem for item in play.ask.items] == ["Please enter a whole number.", ""]
    assert play.ask.items[1].value is not None
    assert play.send(Continued()).ask.items[0].problem == "Please answer."
    assert play.answer(x=2).at == "done"


def test_a_page_on_the_phone_is_one_question_after_the_other() -> None:
    play = Play(PAGE.format("page") + ask("z", "yesno")).begin("ivr")
    assert [play.at, play.send(Keyed("5")).at, play.send(Keyed("7")).at] == ["x", "y", "z"]


def test_a_group_that_leads_away_is_no_page() -> None:
    body = '<group id="a">' + ask("x", "text", '<go to="done" if="x == \'stop\'"/>') + ask("y") + '<go to="z"/></group>'
    play = Play(body + ask("w") + ask("z")).begin()
    assert [play.ask.kind, play.answer(x="on").at, play.answer(y="1").at] == ["question", "y", "z"]
    assert Play(body + ask("w") + ask("z")).begin().answer(x="stop").at == "done"


def test_foreach_asks_once_for_each_member() -> None:
    body = """<question id="a" name="topics" type="multi"><text>?</text><choice value="p"/><choice value="q"/>
      <choice value="r"/></question><group id="g" foreach="topics" as="topic" max="2">
      <question id="n" name="note" type="text"><text><value of="topic"/>?</text></question></group>"""
    play = Play(body).begin().answer(a="r p q")
    assert (play.at, play.text) == ("g", "p?")
    assert play.answer(n="one").text == "q?"
    assert play.answer(n="two").at == "done"
    assert play.answers == {"a": ["p", "q", "r"], "n[1]": "one", "n[2]": "two"}


def test_foreach_over_nothing_is_passed() -> None:
    assert (
        Play('<group id="a" foreach="list" as="m">' + ask("x") + "</group>", head='<var name="list" type="list"/>')
        .begin()
        .at
        == "done"
    )


@pytest.mark.parametrize(("repeat", "rounds"), [("3", 3), ("0", 0), ("again", 2), ("99", 4), ("null == n", 4)])
def test_repeat_is_a_number_or_a_condition(repeat: str, rounds: int) -> None:
    body = f'<group id="a" repeat="{repeat}" max="4">' + ask("x") + ask("again", "yesno") + "</group>"
    play = Play(body, head='<var name="n" type="integer"/>').begin()
    done = 0
    while play.at == "a":
        done += 1
        play.send(Answered({"x": str(done), "again": "yes" if done == 1 else "no"}, True))
    assert done == rounds
    assert play.answers == {k: v for n in range(1, done + 1) for k, v in ((f"x[{n}]", str(n)), (f"again[{n}]", n == 1))}


def test_a_script_that_goes_round_without_asking_ends_with_a_fault() -> None:
    play = Play('<decision id="a"><go to="a"/></decision>').begin()
    assert "goes round" in play.notices[0]
    assert play.ended.outcome is None


def test_nothing_behind_the_last_node_is_a_fault_not_a_crash() -> None:
    play = Play('<end id="done" outcome="success"/>' + ask("a")).begin().answer(a="x")
    assert play.notices == ["nothing stands behind a"]


SUB = xml(
    ask("q") + '<info id="i"><text>Between</text></info><block id="s"><set name="out" value="q + word"/></block>'
    '<end id="e" outcome="partial" disposition="half"><text>Sub over</text></end>',
    start="q",
    head='<param name="word" type="string"/><param name="out" type="string" dir="out"/>',
)


def test_a_sub_dialog_takes_arguments_and_gives_results() -> None:
    body = (
        """<subdialog id="a" src="sub"><arg name="word" value="'!'"/><arg name="out" value="'no'"/>
      <result name="out" to="found"/><result name="outcome" to="how"/>
      <go to="z" if="how == 'partial'"/></subdialog>"""
        + ask("y")
        + ask("z")
    )
    head = '<var name="found" type="string"/><var name="how" type="string"/>'
    play = Play(body, head=head, subdialogs={"sub": SUB}).begin()
    assert (play.at, play.ask.stop) == ("q", "a/q")
    assert play.answer(q="hey").at == "z"
    assert play.text == "Between | Sub over | z?"
    assert (play.values["found"], play.values["how"]) == ("hey!", "partial")
    assert play.answers == {"a/q": "hey"}
    assert play.back().at == "q"
    assert play.ask.items[0].suggested == "hey"


def test_sub_dialogs_that_call_themselves_end_somewhere() -> None:
    inner = xml('<subdialog id="again" src="sub"/>' + ask("q"), start="again")
    play = Play('<subdialog id="a" src="sub"/>', subdialogs={"sub": inner}).begin()
    assert "inside another" in play.notices[0]
    assert play.at == "q"
    for _ in range(9):
        play.answer(q="x")
    assert play.at == "done"


def test_a_sub_dialog_that_is_missing_is_an_error_of_the_script() -> None:
    play = Play('<subdialog id="a" src="none"/>' + ask("b"), head='<on event="error"><go to="b"/></on>').begin()
    assert play.notices == ["the sub-dialog none is not there"]
    assert play.at == "b"


def test_events_lead_on_wherever_the_session_is() -> None:
    head = """<on event="hangup" if="a == 'x'"><log>gone at <value of="a"/></log><go to="out"/></on>
      <on event="language"><set name="n" value="1"/></on>"""
    body = ask("a") + ask("b") + '<end id="out" outcome="failure"/>'
    more = head + '<on event="storm"><go to="b"/></on>'
    play = Play(body, head=f'<var name="n" type="integer"/>{more}').begin()
    assert play.send(Happened("hangup")).session.state.core.status == "resting"
    assert play.send(Resumed("desk")).at == "a"
    assert play.answer(a="x").send(Happened("hang-up")).at == "out"
    assert Play(body, head=f'<var name="n" type="integer"/>{more}').begin().send(Happened("storm")).at == "b"
    assert Play(body, head=f'<var name="n" type="integer"/>{more}').begin().send(Happened("unheard")).at == "a"


def test_an_agent_jumps_and_comes_back() -> None:
    head = '<var name="n" type="integer"/><on event="agent-jump"><set name="n" value="7"/></on>'
    play = Play(ask("a") + ask("b") + ask("c"), head=head)
    play.begin().send(Jumped("c"))
    assert (play.at, play.values["n"]) == ("c", 7)
    assert play.back().at == "a"
    assert play.send(Jumped("zzz")).notices == ["there is no node zzz"]
    assert Play(ask("a") + ask("b")).begin("web").send(Jumped("b")).notices == ["only an agent can jump"]


def test_a_session_moves_from_the_phone_to_the_desk_to_the_web() -> None:
    body = (
        ask("a", "integer")
        + ask("v", "yesno", "", 'channel="ivr"')
        + PAGE.format("page").replace('id="a"', 'id="p"')
        + ask("z")
    )
    play = Play(body).begin("ivr").send(Keyed("4"))
    assert play.at == "v"
    assert play.send(Resumed("desk", agent={"id": "ana", "name": "Ana"})).at == "p"
    play.answer(x=5)
    play.send(Resumed("ivr"))
    assert (play.at, play.ask.kind) == ("y", "question")
    play.send(Resumed("web"))
    assert play.send(Keyed("3")).at == "z"
    assert play.answer(z="end").at == "done"
    assert play.answers == {"a": 4, "x": 5, "y": "3", "z": "end"}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Answered({"b": "x"}), "the question here is a"),
        (Chosen(3), "there is no button 3"),
        (Resumed(), None),
        (Happened("nothing"), None),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(event: Any, reason: str | None) -> None:
    play = Play(ask("a") + ask("b")).begin()
    before = play.session.state
    play.send(event)
    assert play.notices == ([reason] if reason else [])
    if reason:
        assert play.session.state == before
    assert play.at == "a"


@pytest.mark.parametrize("channel", ["desk", "web", "ivr"])
def test_the_same_answers_on_every_surface_are_the_same_session(channel: str) -> None:
    body = (
        ask("a", "integer", '<prompt>Number?</prompt><go to="p" if="a gt 9"/>', 'confirm="voice"')
        + ask("skipped")
        + '<group id="p">' + ask("x", "choice", '<choice value="k"/><choice value="l"/>') + ask("y", "date")
        + '</group><block id="m"><call service="mail" op="send" when="commit"><arg name="to" value="x"/></call></block>'
    )  # fmt: skip
    play = Play(body).begin(channel)
    if channel == "ivr":
        for digits in ("12", "1", "2", "28022026"):
            play.send(Keyed(digits))
    else:
        play.answer(a="12").send(Answered({"x": "l", "y": "2026-02-28"}, True))
    assert (play.at, play.ended.outcome, play.ended.disposition) == ("done", "success", "done")
    assert {key: str(value) for key, value in play.answers.items()} == {"a": "12", "x": "l", "y": "2026-02-28"}
    assert [(one.when, one.arguments) for one in play.performed("call")] == [("commit", {"to": "l"})]


@pytest.mark.parametrize(("type", "first", "grown"), [("string", "x" * 1_000, "+"), ("integer", "999999999", "*")])
def test_a_row_of_variables_that_double_each_other_fills_no_memory(type: str, first: str, grown: str) -> None:
    row = "".join(f'<var name="v{n}" type="{type}" calc="v{n - 1} {grown} v{n - 1}"/>' for n in range(1, 60))
    head = f'<var name="v0" type="{type}" default="{first}"/>{row}'
    asked = '<question id="a" name="a" type="text"><text>It is <value of="v59" else="too much"/></text></question>'
    play = Play(asked, head=head).begin()
    assert len(play.text) <= 10_010


def test_a_page_that_comes_again_does_nothing_twice() -> None:
    call = '<call service="mail" op="send" timeout="5"><arg name="to" value="\'a@b.example\'"/></call>'
    filled = f'<filled>{call}<set name="n" value="n + 1"/></filled>'
    first = f'<question id="b" name="b" type="text"><text>b?</text>{filled}</question>'
    page = f'<group id="a"><title>A</title>{first}{ask("c", "integer")}</group>'
    play = Play(page, head='<var name="n" type="integer" default="0"/>').begin("web")
    play.send(Answered({"b": "x", "c": "many"}, True))
    assert play.at == "a"
    play.send(Answered({"b": "x", "c": "3"}, True))
    assert (play.at, play.calls, play.values["n"]) == ("done", ["mail.send"], 1)


def test_of_a_changed_answer_on_a_page_the_last_one_is_acted_on() -> None:
    first = (
        '<question id="b" name="b" type="text"><text>b?</text><filled><set name="n" value="n + 1"/></filled></question>'
    )
    page = f'<group id="a"><title>A</title>{first}{ask("c", "integer")}</group>'
    play = Play(page, head='<var name="n" type="integer" default="0"/>').begin("web")
    play.send(Answered({"b": "x", "c": "many"}, True)).send(Answered({"b": "y", "c": "3"}, True))
    assert (play.at, play.values["b"], play.values["n"]) == ("done", "y", 1), "as after going back"
