"""Every type of question: what is accepted, what is told, keys, limits, constraints, first values."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from scriptengine.answering.patterns import Pattern, PatternError
from scriptengine.interpreter import Confirmed, Continued, Keyed, NoInput, NoMatch, plain
from tests.scriptengine.interpreter.test_walking import ask
from tests.scriptengine.play import Play

CHOICES = '<choice value="x"><label>Ex</label></choice><choice value="y" dtmf="7"/><choice value="z" exclusive="yes"/>'


@pytest.mark.parametrize(
    ("type", "answer", "value"),
    [
        ("yesno", "yes", True),
        ("yesno", " No ", False),
        ("consent", True, True),
        ("choice", "y", "y"),
        ("multi", "y x", ["x", "y"]),
        ("multi", ["x"], ["x"]),
        ("text", "  two words ", "two words"),
        ("memo", "one\r\ntwo", "one\ntwo"),
        ("integer", "-12", -12),
        ("integer", 7, 7),
        ("decimal", "1.50", Decimal("1.50")),
        ("money", "12.5", Decimal("12.50")),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("time", "16:30", time(16, 30)),
        ("datetime", "2026-02-28T16:30", datetime.fromisoformat("2026-02-28T16:30")),
        ("phone", "+55 (11) 91234-5678", "+5511912345678"),
        ("email", "Ana.Sá@exemplo.com.br", "Ana.Sá@exemplo.com.br"),
        ("iban", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("postcode", "1012 ab", "1012 AB"),
        ("signature", "signature-1", "signature-1"),
        ("file", "upload-9", "upload-9"),
        ("scale", "3", 3),
    ],
)
def test_what_is_accepted(type: str, answer: Any, value: Any) -> None:
    play = Play(ask("a", type, CHOICES if type in ("choice", "multi") else "") + ask("b")).begin().answer(a=answer)
    assert play.at == "b"
    assert play.values["a"] == value
    assert play.values["a"].__class__ is value.__class__


@pytest.mark.parametrize(
    ("type", "answer", "more", "problem"),
    [
        ("yesno", "maybe", "", "Please answer yes or no."),
        ("choice", "w", "", "Please choose one of the answers."),
        ("multi", "x w", "", "Please choose one of the answers."),
        ("multi", "x z", "", "z cannot be chosen together with other answers."),
        ("multi", "x y", 'max="1"', "Please choose at most 1."),
        ("text", "a\nb", "", "Please write at most 1000 characters, without line ends."),
        ("text", "x" * 1001, "", "Please write at most 1000 characters, without line ends."),
        ("memo", "x" * 10_001, "", "Please write at most 10000 characters."),
        ("memo", "\x1b", "", "Please write at most 10000 characters."),
        ("integer", "1.5", "", "Please enter a whole number."),
        ("integer", "9" * 50, "", "Please enter a whole number."),
        ("decimal", "1,5", "", "Please enter a number."),
        ("decimal", "nan", "", "Please enter a number."),
        ("money", "9" * 29, "", "Please enter an amount with at most two decimals."),
        ("money", "1.005", "", "Please enter an amount with at most two decimals."),
        ("date", "31.1.2026", "", "Please enter a date."),
        ("time", "25:00", "", "Please enter a time."),
        ("datetime", "soon", "", "Please enter a date and a time."),
        ("phone", "12", "", "Please enter a telephone number."),
        ("email", "a@b", "", "Please enter an e-mail address."),
        ("iban", "GB83WEST12345698765432", "", "This is no valid IBAN."),
        ("postcode", "!", "", "Please enter a postcode."),
        ("scale", "6", "", "At most 5, please."),
        ("integer", "4", 'min="n + 2"', "At least 5, please."),
        ("date", "2026-01-30", 'min="now.date"', "At least 2026-01-31, please."),
        ("date", "2027-01-01", 'max="2026-12-31"', "At most 2026-12-31, please."),
        ("text", "abc", 'length="4-6"', "Please enter 4–6 characters."),
        ("text", "abc", 'pattern="[0-9]+"', "This does not have the right form."),
        ("text", " ", "", "Please answer."),
        ("text", "", 'required="n == 3"', "Please answer."),
    ],
)
def test_what_is_refused_is_told(type: str, answer: str, more: str, problem: str) -> None:
    body = ask("a", type, CHOICES if type in ("choice", "multi") else "", more) + ask("b")
    play = Play(body, head='<var name="n" type="integer" default="3"/>').begin().answer(a=answer)
    assert (play.at, play.ask.items[0].problem) == ("a", problem)


def test_in_portuguese() -> None:
    play = Play(ask("a", "integer"), attributes='languages="en pt-BR"').begin(language="pt").answer(a="x")
    assert play.ask.items[0].problem == "Informe um número inteiro."


@pytest.mark.parametrize(("required", "at"), [("no", "b"), ("n == 4", "b"), ("yes", "a"), ("n == 3", "a")])
def test_an_answer_that_is_not_required_may_be_left_out(required: str, at: str) -> None:
    body = ask("a", "text", "", f'required="{required}"') + ask("b")
    assert Play(body, head='<var name="n" type="integer" default="3"/>').begin().send(Continued()).at == at


def test_constraints() -> None:
    inside = """<constraint test="a gt n"><label>More than <value of="n"/>!</label></constraint>
      <constraint test="a lt 100" severity="warning"><label>That is much</label></constraint>
      <constraint test="a != 13"/>"""
    play = Play(ask("a", "integer", inside) + ask("b"), head='<var name="n" type="integer" default="3"/>').begin()
    assert play.answer(a=2).ask.items[0].problem == "More than 3!"
    assert play.answer(a=13).ask.items[0].problem == "This answer does not fit."
    assert "a" not in {k for k, v in play.values.items() if v is not None}
    assert play.answer(a=200).notices == ["That is much"]
    assert play.at == "b"


@pytest.mark.parametrize(
    ("type", "digits", "value"),
    [
        ("choice", "1", "x"),
        ("choice", "7", "y"),
        ("choice", "2", "z"),
        ("multi", "17", ["x", "y"]),
        ("yesno", "2", False),
        ("integer", "0042", 42),
        ("money", "12*5", Decimal("12.50")),
        ("date", "28022026", date(2026, 2, 28)),
        ("time", "1630", time(16, 30)),
        ("datetime", "280220261630", datetime.fromisoformat("2026-02-28T16:30")),
    ],
)
def test_keys(type: str, digits: str, value: Any) -> None:
    play = Play(ask("a", type, CHOICES if type in ("choice", "multi") else "") + ask("b", "yesno")).begin("ivr")
    assert play.send(Keyed(digits)).at == "b"
    assert play.values["a"] == value


def test_noinput_and_nomatch_take_the_highest_count_that_is_not_above() -> None:
    inside = """<prompt>First</prompt><prompt count="3">Third</prompt>
      <noinput count="1"><prompt>Pardon?</prompt></noinput>
      <noinput count="3"><set name="n" value="9"/><go to="z"/></noinput>
      <nomatch count="2"><prompt>Not that.</prompt></nomatch>"""
    play = Play(ask("a", "yesno", inside) + ask("z", "yesno"), head='<var name="n" type="integer"/>').begin("ivr")

    def heard() -> str:
        speech = [*(one for said in play.ask.before for one in said.speech), *play.ask.items[0].speech]
        return " ".join(piece.text for one in speech for piece in one.pieces)

    assert heard() == "First"
    play.send(NoInput())
    assert heard() == "Pardon? First"
    play.send(NoMatch())
    assert heard() == "First"
    play.send(Keyed("9"))
    assert heard() == "Not that. Third"
    play.send(NoInput())
    assert heard() == "Pardon? Third"
    assert play.send(NoInput()).at == "z"
    assert play.values["n"] == 9


def test_confirmation() -> None:
    play = Play(ask("a", "integer", "", 'confirm="voice"') + ask("b", "yesno")).begin("ivr").send(Keyed("12"))
    assert (play.ask.kind, play.ask.items[0].value) == ("confirm", 12)
    assert play.send(Keyed("2")).ask.kind == "question"
    assert play.send(Keyed("13")).send(Keyed("5")).ask.kind == "confirm"
    assert play.send(Confirmed()).at == "b"
    assert Play(ask("a", "integer", "", 'confirm="voice"') + ask("b")).begin().answer(a="12").at == "b"
    assert Play(ask("a", "integer", "", 'confirm="always"') + ask("b")).begin().answer(a="12").ask.kind == "confirm"


def test_the_first_value_of_an_answer() -> None:
    head = '<use class="Customer" as="customer"/><var name="a" type="string"/>'
    body = ask("a", "email", "", 'bind="customer.email" default="x@y.example"') + ask("b")
    play = Play(body, head=head).begin()
    assert play.ask.items[0].suggested == "x@y.example"
    play = Play(body, head=head).begin(given={"customer.email": "c@d.example"})
    assert play.ask.items[0].suggested == "c@d.example"
    assert play.answer(a="e@f.example").values["customer"]["email"] == "e@f.example"


@pytest.mark.parametrize(
    ("more", "given", "known", "at"),
    [
        ('skip="yes"', {"a": "12"}, {}, "b"),
        ('skip="yes"', {"a": "99"}, {}, "a"),
        ('skip="yes" default="7"', {}, {}, "b"),
        ('skip="yes"', {}, {"a": "12"}, "a"),
        ('reusable="yes"', {}, {"a": "12"}, "b"),
        ('reusable="yes"', {}, {"a": "99"}, "a"),
        ("", {"a": "12"}, {"a": "12"}, "a"),
    ],
)
def test_what_is_known_is_not_asked_again(more: str, given: Any, known: Any, at: str) -> None:
    body = ask("a", "integer", '<constraint test="a lt 50"/>', more) + ask("b")
    assert Play(body).begin(given=given, known=known).at == at


def test_reusable_answers_are_handed_out_at_the_end_but_no_secrets() -> None:
    body = ask("a", "integer", "", 'reusable="yes"') + ask("b", more='reusable="yes" sensitive="yes"') + ask("c")
    assert Play(body).begin().answer(a=1).answer(b="s").answer(c="x").ended.reusable == {"a": 1}


def test_answers_from_a_list_and_hidden_choices() -> None:
    inside = """<choices id="l" from="topics"><choice value="other"><label>Other</label></choice>
      <choice value="no" if="topics.length == 0"/></choices>"""
    play = Play(ask("a", "choice", inside) + ask("b"), head='<var name="topics" type="list" default="p q"/>').begin()
    assert [(one.value, plain(one.label), one.key) for one in play.ask.items[0].options] == [
        ("p", "p", "1"),
        ("q", "q", "2"),
        ("other", "Other", "3"),
    ]
    assert play.answer(a="q").at == "b"


def test_records_to_choose_from() -> None:
    head = '<use class="Customer" as="customer"/><var name="s" type="string" default="gold"/>'
    body = """<question id="a" name="customer" type="object" class="Customer" query="segment == s">
      <text>Who?</text></question>"""
    play = Play(body + ask("b"), head=head)
    for number, segment in ((1, "gold"), (2, "base"), (3, "gold")):
        play.objects.add("Customer", {"number": number, "name": f"C{number}", "segment": segment})
    play.begin()
    assert [(one.value, plain(one.label)) for one in play.ask.items[0].options] == [("1", "C1"), ("3", "C3")]
    assert play.performed("list")[0].values == {"s": "gold"}
    assert play.answer(a="2").ask.items[0].problem == "Please choose one of the answers."
    assert play.answer(a="3").values["customer"]["name"] == "C3"
    assert play.back().ask.items[0].suggested == "3"


def test_records_are_fetched_loaded_changed_and_saved() -> None:
    head = '<use class="Customer" as="customer" key="caller.customer_id"/><use class="Contact" as="contact"/>'
    body = """<block id="a"><set name="customer.segment" value="'gold'"/><save object="customer"/>
      <save object="contact"/>
      <load class="Contact" where="customer == customer.number" into="contact"/><clear names="customer"/></block>"""
    play = Play(body.replace("customer == customer.number", "channel == 'web'"), head=head)
    play.objects.add("Customer", {"number": 4, "name": "Ana"})
    play.objects.add("Contact", {"id": "c", "channel": "web", "at": "2026-01-01T10:00"})
    play.begin(caller={"customer_id": 4, "number": "+351"})
    assert play.objects.saved == [("Customer", {"number": 4, "name": "Ana", "segment": "gold"})]
    assert play.values["customer"] is None
    assert play.values["contact"]["at"] == datetime.fromisoformat("2026-01-01T10:00")


def test_calculated_names_follow_what_they_are_made_of() -> None:
    head = '<var name="twice" type="integer" calc="a * 2"/><var name="four" type="integer" calc="twice * 2"/>'
    play = Play(ask("a", "integer") + '<info id="i"><text><value of="four"/></text></info>' + ask("b"), head=head)
    assert play.begin().answer(a=3).text == "12 | b?"


def test_texts_values_hints_and_languages() -> None:
    body = """<question id="a" name="a" type="text"><text channel="desk">Say: <value of="n" format="money:EUR"/>
      <value of="d"/></text><text xml:lang="pt">Diga <b>já</b> <value of="missing" else="nada"/></text>
      <hint>agent</hint>
      <hint audience="customer">customer</hint><hint audience="both">both</hint></question>"""
    head = """<var name="n" type="decimal" default="1234.5"/><var name="d" type="date" default="2026-02-01"/>
      <var name="missing" type="string"/>"""
    play = Play(body, head=head, attributes='languages="en pt"').begin()
    assert play.text == "Say: 1,234.50 EUR 2026-02-01"
    assert [plain(hint) for hint in play.ask.items[0].hints] == ["agent", "both"]
    web = Play(body, head=head, attributes='languages="en pt"').begin("web", language="pt-BR")
    assert web.text == "Diga já nada"
    assert [plain(hint) for hint in web.ask.items[0].hints] == ["customer", "both"]
    assert not Play(body, head=head).begin("ivr").ask.items[0].hints


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        ("[0-9]{8}", ["12345678"], ["1234567", "123456789", "a2345678"]),
        ("^(ab|c)+d?$", ["ab", "cabd"], ["", "d", "abx"]),
        (r"[A-Z]{2}-\d{2,4}", ["AB-12", "ZZ-1234"], ["ab-12", "AB-1", "AB-12345"]),
        (r"[^a-c\]]*\.?", ["xyz.", ""], ["b", "]"]),
        (r".\w\s", ["!a "], ["!!!"]),
        ("x{2,}", ["xx", "xxxx"], ["x"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], fails: list[str]) -> None:
    read = Pattern(pattern)
    assert [answer for answer in fits if not read.matches(answer)] == []
    assert [answer for answer in fails if read.matches(answer)] == []


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[a", "*", "a{2", "a{3,2}", "\\", "\\q", "[z-a]", "(((a{99}){99}){99}){99}", "x" * 201]
)
def test_patterns_that_cannot_be_used(pattern: str) -> None:
    with pytest.raises(PatternError):
        Pattern(pattern)


def test_a_pattern_that_would_run_for_years_elsewhere_is_answered_at_once() -> None:
    assert not Pattern("(a*)*(a|a)*(a+)+b").matches("a" * 1_000)
