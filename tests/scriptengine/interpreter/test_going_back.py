"""Back, inactive answers, actions and the outbox: nothing is ever done twice."""

from datetime import timedelta

import pytest

from scriptengine.interpreter import (
    Answered,
    Begin,
    Closed,
    Done,
    Ended,
    Failed,
    Happened,
    LanguageChosen,
    Left,
    Logged,
    Perform,
    Rested,
    Resumed,
    State,
    StateError,
    decode_state,
    encode_state,
    journal_for_reading,
    present,
    start,
    step,
    stops_of,
)
from scriptengine.program import prepare
from tests.scriptengine.interpreter.test_walking import PAGE, ask
from tests.scriptengine.play import NOW, Play
from tests.scriptengine.small import small

MAIL = '<call service="mail" op="send"{}><arg name="to" value="a"/><result name="id" to="ticket"/></call>'
COMMIT, END, CARED_FOR = (MAIL.format(more) for more in (' when="commit"', ' when="end"', ' onerror="z"'))
HEAD = '<var name="ticket" type="string"/><var name="n" type="integer" default="0"/><var name="a" type="string"/>'


def derived(state: State) -> tuple[object, ...]:
    """A state without its journal: what counts."""
    return state.core, state.inactive, state.done


def test_back_and_the_same_answer_is_the_same_state() -> None:
    play = Play(
        ask("a") + '<block id="k"><set name="n" value="n + 1"/></block>' + ask("b") + ask("c"), head=HEAD
    ).begin()
    play.answer(a="1").answer(b="2")
    before = derived(play.session.state)
    assert play.back().at == "b"
    assert (play.ask.items[0].suggested, play.answers) == ("2", {"a": "1"})
    assert play.answer(b="2").at == "c"
    assert derived(play.session.state) == before
    assert play.values["n"] == 1


def test_answers_off_the_path_are_kept_but_do_not_count() -> None:
    body = ask("a", "yesno", '<go to="c" if="a == false"/>') + ask("b") + ask("c") + ask("d")
    play = Play(body).begin().answer(a="yes").answer(b="deep").answer(c="x")
    assert play.back("a").at == "a"
    assert set(play.session.state.inactive) == {"a", "b", "c"}
    assert play.answer(a="no").at == "c"
    assert play.ask.items[0].suggested == "x"
    assert play.answer(c="y").answers == {"a": False, "c": "y"}
    assert set(play.session.state.inactive) == {"b"}
    assert "b" not in play.values
    assert stops_of(play.session.state) == [("a", "a"), ("c", "c"), ("d", "d")]


def test_back_over_a_page_and_out_of_rounds() -> None:
    play = Play(PAGE.format("page") + ask("z")).begin().answer(x="5").answer(y="q")
    assert play.back().ask.kind == "page"
    assert [item.suggested for item in play.ask.items] == [5]
    assert play.ask.can_go_back is False
    assert play.back().notices == ["this is the first question"]
    assert play.back("nowhere").notices


def test_language_and_channel_stay_when_going_back() -> None:
    play = Play(ask("a") + ask("b"), attributes='languages="en pt"').begin().answer(a="x").send(LanguageChosen("pt-BR"))
    assert play.ask.language == "pt"
    assert play.back().ask.language == "pt"
    assert play.send(LanguageChosen("fr")).notices == ["the script does not speak fr"]


def test_an_action_now_is_awaited_and_not_done_again() -> None:
    play = Play(ask("a") + f'<block id="k">{MAIL.format("")}</block>' + ask("b"), head=HEAD).begin()
    play.services.results["mail.send"] = {"id": "m1"}
    assert play.answer(a="x@y.example").at == "b"
    assert play.values["ticket"] == "m1"
    play.back().answer(a="x@y.example").back().answer(a="x@y.example")
    assert play.calls == ["mail.send"]
    assert play.values["ticket"] == "m1"
    play.back().answer(a="z@y.example")
    assert [one.arguments["to"] for one in play.performed("call")] == ["x@y.example", "z@y.example"]


def test_actions_for_the_end_follow_the_path_that_was_taken_in_the_end() -> None:
    body = ask("a") + f'<block id="k">{COMMIT}{END}</block>' + ask("b")
    play = Play(body, head=HEAD).begin().answer(a="x@y.example").back().answer(a="z@y.example")
    assert play.calls == []
    play.services.results["mail.send"] = {"id": "m2"}
    assert play.answer(b="1").at == "done"
    assert [(one.when, one.arguments["to"]) for one in play.performed("call")] == [
        ("commit", "z@y.example"),
        ("end", "z@y.example"),
    ]
    assert play.values["ticket"] == "m2"


@pytest.mark.parametrize(("event", "released"), [(Closed("gone"), ["end"]), (Left(), []), (Happened("hangup"), [])])
def test_a_session_without_an_end_commits_nothing(event: Closed, released: list[str]) -> None:
    body = f'<block id="a">{COMMIT}{END}</block>' + ask("b")
    play = Play(body, head=HEAD).begin().send(event)
    assert [one.when for one in play.performed("call")] == released
    assert any(isinstance(effect, Ended if released else Rested) for effect in play.effects)


def test_what_failed_may_be_tried_again_after_going_back_when_that_is_harmless() -> None:
    body = ask("a") + '<block id="k">{}</block>' + ask("b")
    once = Play(body.format(MAIL.format("")), head=HEAD).begin()
    once.services.failures["mail.send"] = "no route"
    assert once.answer(a="x").notices == ["mail.send failed: no route"]
    assert once.at == "b"
    once.back().answer(a="x")
    assert once.calls == ["mail.send"]
    again = Play(body.format(MAIL.format(' idempotent="yes"')), head=HEAD).begin()
    again.services.failures["mail.send"] = "no route"
    again.answer(a="x").back()
    again.services.failures.clear()
    assert again.answer(a="x").notices == []
    assert again.calls == ["mail.send", "mail.send"]


def test_errors_lead_where_the_call_or_the_script_says() -> None:
    body = ask("a") + f'<block id="k">{CARED_FOR}</block>' + ask("b") + ask("z")
    play = Play(body, head=HEAD).begin()
    play.services.failures["mail.send"] = "down"
    assert play.answer(a="x").at == "z"
    head = HEAD + f'<on event="error">{MAIL.format("")}<go to="z"/></on>'
    play = Play(ask("a") + f'<block id="k">{MAIL.format("")}</block>' + ask("b") + ask("z"), head=head).begin()
    play.services.failures["mail.send"] = "down"
    assert play.answer(a="x").at == "z"


def test_logs_are_told_once_and_without_secrets() -> None:
    body = ask("a", more='sensitive="yes"') + '<block id="k"><log>pin <value of="a"/> <value of="n"/></log></block>'
    play = Play(body + ask("b"), head=HEAD).begin().answer(a="1234")
    assert [effect.text for effect in play.effects if isinstance(effect, Logged)] == ["pin ••• 0"]
    play.back()
    assert play.ask.items[0].suggested is None
    play.answer(a="1234")
    assert not [effect for effect in play.effects if isinstance(effect, Logged)]
    assert play.answers == {"a": "•••"}
    assert "1234" not in str(journal_for_reading(play.program, play.session.state))


def test_the_journal_played_again_gives_the_same_state() -> None:
    play = Play(
        ask("a") + f'<block id="k">{MAIL.format("")}</block>' + PAGE.format("page").replace('"a"', '"p"'), head=HEAD
    )
    play.begin().answer(a="x").answer(x="one").back().answer(a="y").answer(x=4).send(Left()).send(Resumed("desk"))
    state = start(play.program)
    for recorded in play.session.state.journal:
        state, _ = step(play.program, state, recorded.event, recorded.at)
    assert state == play.session.state


def test_while_an_action_is_awaited_nothing_else_happens() -> None:
    program = prepare(small(f'<block id="a">{MAIL.format("")}</block>' + ask("b"), head=HEAD))
    state, effects = step(program, start(program), Begin("s"), NOW)
    (perform,) = effects
    assert isinstance(perform, Perform)
    assert present(program, decode_state(encode_state(state)), NOW) == (perform,)
    for event in (Answered({"b": "x"}), Done("other"), Failed("other", "x")):
        assert step(program, state, event, NOW)[0] == state
    later, effects = step(program, state, Done(perform.id, {"id": 7}), NOW + timedelta(minutes=1))
    assert later.core.frames[0].values["ticket"] == "7"
    assert present(program, later, NOW) == effects[1:]


def test_a_session_finishes_on_the_version_it_began_with() -> None:
    old, new = (prepare(small(ask("a") + ask(id))) for id in ("b", "c"))
    state, _ = step(old, start(old), Begin("s"), NOW)
    with pytest.raises(StateError, match="version 1 of small"):
        step(new, state, Answered({"a": "x"}), NOW)


@pytest.mark.parametrize(
    "octets", [b"", b"[]", b'{"format": 2}', b'{"format": 1}', b'{"format":1,"script":[1]}', b"\xff"]
)
def test_what_is_no_state_is_refused(octets: bytes) -> None:
    with pytest.raises(StateError):
        decode_state(octets)


def test_an_ended_session_stays_ended() -> None:
    play = Play(ask("a")).begin().answer(a="x")
    assert play.answer(a="y").notices == ["the session has ended"]
    assert play.back().notices == ["there is no way back from here"]


def test_a_script_that_goes_round_with_actions_is_stopped_before_it_does_harm() -> None:
    play = Play(f'<block id="b">{MAIL.format("")}<go to="b"/></block>', head=HEAD, start="b").begin()
    assert "goes round at b" in play.notices[0]
    assert len(play.calls) == 40
    assert play.ended.outcome is None


def test_a_condition_that_cannot_be_used_asks_nobody() -> None:
    body = '<block id="b"><load class="Customer" where="nobody == 1" into="c"/></block>' + ask("z")
    program = prepare(small(body, start="b"))
    assert [found.code for found in program.findings] == ["D06"]
    state, effects = step(program, start(program), Begin("s"), NOW)
    assert not [effect for effect in effects if isinstance(effect, Perform)]
    assert state.core.stop is not None
