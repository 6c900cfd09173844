"""A page that is handed in bit by bit, and changed meanwhile: it comes to what one whole page would, and the phone."""

import pytest

from scriptengine.interpreter import Answered, Continued, Keyed, journal_for_reading
from tests.scriptengine.play import Play

HEAD = '<var name="total" type="integer" default="0"/>'
MAIL = '<call service="mail" op="send" timeout="5"><arg name="to" value="{}"/></call>'


def choice(name: str, more: str = "", filled: str = "", id: str = "") -> str:
    choices = "".join(f'<choice value="{value}"><label>{value}</label></choice>' for value in "abc")
    acts = f"<filled>{filled}</filled>" if filled else ""
    return f'<question id="{id or name}" name="{name}" type="choice" {more}><text>?</text>{choices}{acts}</question>'


def paged(*questions: str) -> Play:
    """A page, and a question behind it."""
    return Play(f'<group id="g">{"".join(questions)}</group>{choice("z")}', head=HEAD, start="g").begin()


def hidden_by_an_answer_above() -> Play:
    return paged(choice("x"), choice("y", "if=\"x == 'a'\""), choice("w", "if=\"answered(y) and y == 'b'\""))


def test_an_answer_that_a_later_one_makes_disappear_is_not_kept() -> None:
    play = hidden_by_an_answer_above()
    play.answer(x="a").answer(x="a", y="b")
    assert play.at == "g"
    assert (play.answers, [item.question for item in play.ask.items]) == ({"x": "a", "y": "b"}, ["x", "y", "w"])
    play.answer(x="c", y="b")
    assert (play.at, play.answers, play.values.get("y")) == ("z", {"x": "c"}, None)
    assert set(play.session.state.inactive) == {"y"}


def test_it_is_offered_again_when_it_is_asked_again() -> None:
    play = hidden_by_an_answer_above()
    play.answer(x="a").answer(x="a", y="b").answer(x="b").back()
    play.answer(x="a")
    assert [(item.question, item.value or item.suggested) for item in play.ask.items] == [("x", "a"), ("y", "b")]


def test_what_is_answered_below_first_is_judged_by_what_stands_above() -> None:
    """As on the phone, where the question above comes first."""
    play = paged(choice("x"), choice("y", 'if="not answered(x)"'), choice("w"))
    play.answer(y="b").answer(x="a", w="c")
    assert (play.at, play.answers) == ("z", {"x": "a", "w": "c"})


def test_what_an_answer_does_is_done_once_though_it_is_changed() -> None:
    counted = '<set name="total" value="total + 1"/>'
    play = paged(choice("x", filled=counted), choice("y", filled=counted))
    play.answer(x="a").answer(x="b").answer(x="c", y="a")
    assert (play.at, play.answers, play.values["total"]) == ("z", {"x": "c", "y": "a"}, 2)
    phone = Play(f'<group id="g">{choice("x", filled=counted)}</group>{choice("z")}', head=HEAD, start="g").begin("ivr")
    assert phone.send(Keyed("3")).values["total"] == 1


def test_a_mail_that_went_is_not_sent_again_and_one_for_another_answer_is() -> None:
    mail = '<call service="mail" op="send" timeout="5"><arg name="to" value="x"/></call>'
    play = paged(choice("x", filled=mail), choice("y"))
    play.answer(x="a").answer(x="a").answer(x="b")
    assert [one.arguments["to"] for one in play.session.performed] == ["a", "b"]
    play.answer(x="a", y="c")
    assert [one.arguments["to"] for one in play.session.performed] == ["a", "b"]
    assert (play.at, play.answers) == ("z", {"x": "a", "y": "c"})


def test_the_way_back_leads_to_the_page_and_the_journal_has_every_event() -> None:
    play = hidden_by_an_answer_above()
    play.answer(x="a").answer(y="b").answer(x="c")
    assert play.at == "z"
    events = [one.event for one in play.session.state.journal]
    assert events[1:3] == [Answered({"x": "a"}), Answered({"y": "b"})]
    assert events[3:] == [Answered({"x": "c", "y": "b"}, before={"x": "a"})]
    play.back()
    assert (play.at, play.answers) == ("g", {})
    assert [item.suggested for item in play.ask.items] == ["c"]


def test_a_slip_in_an_answer_takes_nothing_away() -> None:
    play = hidden_by_an_answer_above()
    play.answer(x="a").answer(y="b").answer(x="nonsense")
    assert [(item.question, bool(item.problem)) for item in play.ask.items] == [("x", True), ("y", False), ("w", False)]
    assert play.answers == {"x": "a", "y": "b"}
    play.answer(x="b")
    assert (play.at, play.answers) == ("z", {"x": "b"})


def hidden_among_others() -> Play:
    return paged(choice("x"), choice("y", "if=\"x == 'a'\""), choice("v"), choice("w", "if=\"x == 'c'\""), choice("u"))


def test_a_slip_in_one_answer_keeps_nothing_that_another_takes_away() -> None:
    play = hidden_among_others()
    play.answer(x="a").answer(y="b").answer(v="a").answer(v="nonsense")
    assert play.answers == {"x": "a", "y": "b", "v": "a"}
    play.answer(x="c")
    assert play.answers == {"x": "c", "v": "a"}
    assert [(item.question, item.value, item.problem) for item in play.ask.items] == [
        ("x", "c", ""), ("v", "a", ""), ("w", None, ""), ("u", None, ""),
    ]  # fmt: skip
    play.answer(w="b", u="c")
    assert (play.at, play.answers, play.values.get("y")) == ("z", {"x": "c", "v": "a", "w": "b", "u": "c"}, None)


@pytest.mark.parametrize("asked", ["", MAIL.format("x")], ids=["at once", "after a service"])
def test_a_slip_beside_a_changed_answer_leaves_the_page_as_it_is_whether_or_not_a_service_is_asked(asked: str) -> None:
    """What is changed counts at once; what was refused is told, and the good answer that stood there stays."""
    play = paged(choice("x", filled=asked), choice("y"), choice("w", "if=\"x == 'a'\""), choice("v", "if=\"y == 'b'\""))
    play.answer(x="a", y="b", w="c", v="nonsense")
    play.answer(x="b", y="nonsense", v="nonsense")
    wrong = "Please choose one of the answers."
    assert [(item.question, item.value, item.problem) for item in play.ask.items] == [
        ("x", "b", ""), ("y", "b", wrong), ("v", None, wrong),
    ]  # fmt: skip
    assert (play.at, play.answers, set(play.session.state.inactive)) == ("g", {"x": "b", "y": "b"}, {"w"})
    play.answer(x="b", y="nonsense", v="a")
    assert (play.at, play.answers) == ("g", {"x": "b", "y": "b", "v": "a"})
    play.answer(x="b", y="c", v="a")
    assert (play.at, play.answers) == ("z", {"x": "b", "y": "c"})
    assert [one.arguments["to"] for one in play.session.performed] == (["a", "b"] if asked else [])
    assert "nonsense" not in repr((play.session.state.core, play.session.state.done, play.session.state.inactive))
    play.back()
    assert [(item.question, item.value, item.suggested) for item in play.ask.items] == [
        ("x", None, "b"), ("y", None, "c"),
    ]  # fmt: skip


def test_a_slip_in_the_answer_that_asks_a_service_keeps_what_the_service_gave() -> None:
    play = paged(choice("x", filled=MAIL.format("x")), choice("y", filled=MAIL.format("y")), choice("w"))
    play.answer(x="a").answer(x="nonsense", y="b")
    assert (play.answers, [item.question for item in play.ask.items if item.problem]) == ({"x": "a", "y": "b"}, ["x"])
    play.answer(x="a", y="b", w="c")
    assert (play.at, play.answers) == ("z", {"x": "a", "y": "b", "w": "c"})
    assert [one.arguments["to"] for one in play.session.performed] == ["a", "b"]


def test_a_good_answer_that_a_changed_one_rules_out_does_not_come_back_through_a_slip() -> None:
    most = '<question id="y" name="y" type="integer" max="n"><text>?</text></question>'
    number = '<question id="n" name="n" type="integer"><text>?</text></question>'
    play = paged(number, most, choice("w"))
    play.answer(n="9", y="8").answer(n="5", y="nonsense", w="a")
    assert (play.at, play.answers) == ("g", {"n": 5, "w": "a"})
    assert [item.question for item in play.ask.items if item.problem] == ["y"]
    play.answer(n="5", y="4", w="a")
    assert (play.at, play.answers) == ("z", {"n": 5, "y": 4, "w": "a"})


def test_what_goes_on_counting_through_a_slip_is_masked_where_the_journal_is_read() -> None:
    secret = '<question id="pin" name="pin" type="integer" sensitive="yes"><text>?</text></question>'
    play = paged(choice("x"), secret, choice("w"))
    play.answer(x="a", pin="4711").answer(x="b", pin="nonsense")
    assert play.session.state.core.answers["pin"].value == 4711
    assert "4711" not in repr(journal_for_reading(play.program, play.session.state))


@pytest.mark.parametrize("where", ["onerror", "event"])
def test_a_service_that_fails_leads_away_from_a_page_as_from_a_question(where: str) -> None:
    call = MAIL.format("x").replace("timeout", 'onerror="z" timeout' if where == "onerror" else "timeout")
    head = HEAD + ('<on event="error"><go to="z"/></on>' if where == "event" else "")
    body = f'<group id="g">{choice("x", filled=call)}{choice("y")}</group>{choice("w")}{choice("z")}'
    for channel, event in (
        ("desk", Answered({"x": "a", "y": "b"})),
        ("web", Answered({"x": "a"})),
        ("ivr", Keyed("1")),
    ):
        play = Play(body, head=head, start="g")
        play.services.failures["mail.send"] = "nobody is there"
        play.begin(channel).send(event)
        assert (play.at, play.answers, play.notices) == ("z", {"x": "a"}, ["mail.send failed: nobody is there"])
        play.back()
        assert play.at == ("g" if channel != "ivr" else "x")


def test_what_is_changed_together_with_a_slip_counts_at_once() -> None:
    play = hidden_among_others()
    play.answer(x="a").answer(y="b").answer(v="a").answer(x="b", v="nonsense")
    assert (play.answers, [item.question for item in play.ask.items if item.problem]) == ({"x": "b", "v": "a"}, ["v"])
    play.answer(u="c")
    assert (play.at, play.answers) == ("z", {"x": "b", "v": "a", "u": "c"})


def test_a_page_that_is_gone_on_from_after_a_slip_keeps_nothing_that_is_not_asked_any_more() -> None:
    for going_on in (Answered({}, True), Continued()):
        play = hidden_among_others()
        play.answer(x="a").answer(y="b").answer(v="a").answer(u="c", x="b", v="nonsense")
        assert play.at == "g"
        play.send(going_on)
        assert (play.at, play.answers) == ("z", {"x": "b", "v": "a", "u": "c"})


def test_answers_of_every_kind_are_kept_when_one_above_them_is_changed_after_a_slip() -> None:
    kinds = {"d": "date", "m": "money", "t": "time", "n": "integer", "b": "yesno", "p": "postcode"}
    plain = "".join(
        f'<question id="{id}" name="{id}" type="{type}"><text>?</text></question>' for id, type in kinds.items()
    )
    hidden = choice("y", "if=\"x == 'a'\"")
    several = choice("s").replace('"choice"', '"multi"')
    record = '<question id="o" name="o" type="object" class="Customer"><text>?</text></question>'
    page = "".join((choice("x"), hidden, plain, several, record, choice("u")))
    play = Play(f'<group id="g">{page}</group>{choice("z")}', start="g")
    play.objects.add("Customer", {"number": "7", "name": "Ann"})
    play.begin().answer(x="a", y="c", d="2026-02-01", m="12.5", t="08:30", n="7", b="yes", p=" ab 12", s="a b", o="7")
    before = play.answers
    assert set(before) == {"x", "y", "s", "o", *kinds}
    play.answer(n="nonsense").answer(x="b")
    assert [item.question for item in play.ask.items if item.problem] == []
    del before["y"]
    assert play.answers == before | {"x": "b"}


def test_a_page_that_is_complete_ends_the_session_once() -> None:
    end = '<group id="g">{}</group><block id="b"><call service="mail" op="send" when="end" timeout="5">'
    end += '<arg name="to" value="x"/></call></block>'
    play = Play(end.format(choice("x") + choice("y")), head=HEAD, start="g").begin("web")
    play.answer(y="c").answer(x="b")
    assert (play.ended.disposition, [one.arguments["to"] for one in play.session.performed]) == ("done", ["b"])
    assert play.answers == {"x": "b", "y": "c"}
