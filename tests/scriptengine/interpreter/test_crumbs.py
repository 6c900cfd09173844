"""The way that was come, in words."""

from scriptengine.interpreter import Answered, Trace, traces_of
from tests.scriptengine.play import Play

QUESTION = '<question id="{id}" name="{id}" type="text" {more}><text>{text}</text></question>'


def _question(id: str, text: str, more: str = "") -> str:
    return QUESTION.format(id=id, text=text, more=more)


def _labels(play: Play) -> list[tuple[str, str]]:
    traces: tuple[Trace, ...] = traces_of(play.session.program, play.session.state)
    return [(trace.key, trace.label) for trace in traces]


def test_questions_in_their_words_and_secrets_masked() -> None:
    play = Play(
        _question("a", "Your code?", 'sensitive="yes"')
        + _question("b", 'Is <value of="a"/> right?')
        + _question("c", "x" * 200)
        + _question("d", "Last?")
    )
    play.begin()
    assert _labels(play) == []
    for id in "abc":
        play.send(Answered({id: "8842"}))
    assert _labels(play) == [("a", "Your code?"), ("b", "Is ••• right?"), ("c", "x" * 119 + "…")]


def test_each_round_has_its_own_words() -> None:
    topics = '<choice value="Light"/><choice value="Water"/>'
    play = Play(
        f'<question id="t" name="topics" type="multi"><text>Which?</text>{topics}</question>'
        '<group id="g" foreach="topics" as="topic">' + _question("a", "What about <value of=\"topic\"/>?") + "</group>"
        + _question("z", "Last?"),
        start="t",
    )  # fmt: skip
    play.begin("ivr")
    play.send(Answered({"t": ["Light", "Water"]}))
    play.send(Answered({"a": "dark"}))
    assert _labels(play) == [("t", "Which?"), ("a[1]", "What about Light?")]
    play.send(Answered({"a": "dry"}))
    assert [label for _, label in _labels(play)] == ["Which?", "What about ?", "What about ?"]


def test_stops_of_a_sub_dialog_that_is_over_keep_their_words() -> None:
    inner = (
        '<dialog id="inner" version="1" xml:lang="en" start="i"><title>Inner</title>'
        + _question("i", "Inside?")
        + _question("j", 'And <value of="i" else="so"/>?')
        + '<end id="e" outcome="success" disposition="d"/></dialog>'
    )
    play = Play('<subdialog id="s" src="inner"/>' + _question("z", "Last?"), start="s", subdialogs={"inner": inner})
    play.begin()
    play.send(Answered({"i": "deep"}))
    assert _labels(play) == [("s/i", "Inside?")]
    play.send(Answered({"j": "on"}))
    assert _labels(play) == [("s/i", "Inside?"), ("s/j", "And so?")]
