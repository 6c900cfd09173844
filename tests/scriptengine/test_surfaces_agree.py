"""Scripts made up, and the same answers given at the desk, on the web and by keys: the same comes of them.

Screens show a group as one page, with questions that appear and disappear; the phone asks one after the other, and asks
back. None of it may change what is stored, what is done, or where it ends. On the web here a page is
handed in bit by bit, from anywhere on it, and people change their minds and slip.
"""

from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from scriptengine.conducting import Session
from scriptengine.interpreter import Answered, Ask, Confirmed, Continued, Keyed, Perform
from scriptengine.ports import PortError
from tests.scriptengine.play import Play

ON_A_PAGE = ("q{n} == 'a'", "answered(q{n})", "not answered(q{n})", "q{n} != 'b'")
"""Only by what stands above: what is done below on the page is done after it was asked on the phone."""
CONDITIONS = (*ON_A_PAGE, "q{n} != 'b' or total gt 2", "total gt 1")
HEAD = '<var name="total" type="integer" default="0"/><var name="last" type="string" default="none"/>'
CALL = '<call service="mail" op="send" when="{when}" timeout="5"><arg name="to" value="\'x@y.example\'"/></call>'
ASKED = '<call service="mail" op="send" timeout="5"{onerror}><arg name="to" value="{name}"/></call>'
"""Of an answer: done as soon as it is given, and it fails for the answer b."""


def _question(random: Random, number: int, inside: bool, is_first: bool = True) -> str:
    """`is_first`: nothing stands above it on its page, so it can be what leads away from there."""
    name = f"q{number}"
    form = random.choice(ON_A_PAGE if inside else CONDITIONS)
    condition = f' if="{form.format(n=random.randrange(number))}"' if number and random.random() < 0.4 else ""
    required = ' required="no"' if random.random() < 0.2 else ""
    confirm = ' confirm="voice"' if random.random() < 0.3 else ""
    choices = "".join(f'<choice value="{value}"><label>{value}</label></choice>' for value in "abc")
    filled = '<filled><set name="total" value="total + 1"/></filled>' if random.random() < 0.4 else ""
    if random.random() < 0.3:
        onerror = f' onerror="n{number + 1}"' if is_first and random.random() < 0.5 else ""
        filled = f'<filled>{ASKED.format(onerror=onerror, name=name)}<set name="last" value="{name}"/></filled>'
    go = f'<go to="n{number + 1}" if="{name} == \'c\'"/>' if not inside and random.random() < 0.3 else ""
    id = f"in{number}" if inside else f"n{number}"
    return (
        f'<question id="{id}" name="{name}" type="choice"{condition}{required}{confirm}>'
        f"<text>{name}?</text>{choices}{filled}{go}</question>"
    )


def _script(random: Random) -> str:
    """Questions, pages of questions, and blocks. `n0`, `n1`, ... are the nodes in order."""
    nodes, number = [], 0
    while number < 7:
        kind = random.random()
        if kind < 0.5:
            nodes.append(_question(random, number, inside=False))
            number += 1
        elif kind < 0.75:
            several = range(number, number + random.randint(1, 3))
            inner = [_question(random, one, inside=True, is_first=one == number) for one in several]
            nodes.append(f'<group id="n{number}">{"".join(inner)}</group>')
            number += len(inner)
        else:
            call = CALL.format(when=random.choice(("now", "commit", "end")))
            id = f"b{len(nodes)}"
            nodes.append(f'<block id="{id}" if="total gt 0"><set name="last" value="\'{id}\'"/>{call}</block>')
    nodes.append(f'<end id="n{number}" outcome="success" disposition="x"/>')
    return _gone_on("".join(nodes), number)


def _gone_on(body: str, last: int) -> str:
    """Ways lead to the next node that there is: those inside a page have other ids."""
    for number in range(last):
        if f'id="n{number}"' not in body:
            for way in ("<go to", "onerror"):
                body = body.replace(f'{way}="n{number}"', f'{way}="n{last}"')
    return body


def _walked(text: str, channel: str, answers: dict[str, str | None], random: Random) -> Any:
    play = Play(text, head=HEAD, start=_first(text))
    play.session = Session(play.program, play.objects, Failing(), play.services, play.clock)
    play.begin(channel)
    for _ in range(200):
        asks = [effect for effect in play.effects if isinstance(effect, Ask)]
        if not asks:
            break
        if channel == "web" and asks[0].kind == "page":
            _bit_by_bit(play, answers, random)
        else:
            _answer(play, asks[0], answers)
    assert len({one.id for one in play.session.performed}) == len(play.session.performed), "something was done twice"
    done = sorted((one.when, str(one.arguments["to"])) for one in play.session.performed)
    at_once = {to for _, to in done if to in "abc"}
    values = {name: value for name, value in play.values.items() if not name.startswith("?")}
    return (play.at, play.answers, values, [one for one in done if one[1] not in "abc"]), at_once


class Failing:
    """A service that fails where the answer b is told to it."""

    def call(self, perform: Perform) -> dict[str, Any]:
        if perform.arguments["to"] == "b":
            raise PortError("not this one")
        return {"id": "m"}


def _first(text: str) -> str:
    return text.split('id="', 1)[1].partition('"')[0]


def _answer(play: Play, ask: Ask, answers: dict[str, str | None]) -> None:
    item = ask.items[0]
    if ask.kind == "confirm":
        play.send(Confirmed())
    elif ask.kind == "page":
        play.send(Answered({one.question: _given(one, answers) for one in ask.items}))
        again = next((effect for effect in play.effects if isinstance(effect, Ask)), None)
        if again is not None and again.items == ask.items:
            play.send(Answered({}, True))
    elif (wanted := _given(item, answers)) is None:
        play.send(Continued())
    elif ask.channel == "ivr":
        play.send(Keyed(next(option.key for option in item.options if option.value == wanted)))
    else:
        play.answer(**{item.question: wanted})


def _bit_by_bit(play: Play, answers: dict[str, str | None], random: Random) -> None:
    """One question of the page, whichever; until the page is left. One answer at a time is another first, as long as a
    question is open that is always on the page. A slip, alone or together with an answer, is nowhere kept."""
    here, handed_in, wrong = play.session.state.core.stop, {}, ""
    while play.session.state.core.stop == here:
        items = next(effect for effect in play.effects if isinstance(effect, Ask)).items
        wanted = {item.question: _given(item, answers) for item in items}
        open_ones = [one for one in wanted if handed_in.get(one, "nothing yet") != wanted[one]]
        if not open_ones:
            play.send(random.choice((Answered({}, True), Continued())))
            return
        staying = [one for one in open_ones if one not in handed_in and play.program.node(one).condition is None]
        wrong = wrong if wrong in wanted else ""
        one = wrong if wrong and len(staying) < 2 else random.choice(open_ones)
        if one == wrong:
            wrong = ""
        elif not wrong and len(staying) > 1 and random.random() < 0.5:
            wrong = one
        handed_in[one] = random.choice("ac" if _leads_away(play, one) else "abc") if one == wrong else wanted[one]
        slips = {random.choice(list(wanted)): "nonsense"} if random.random() < 0.3 else {}
        if slips and random.random() < 0.5:
            play.send(Answered(slips))
            slips = {}
        play.send(Answered(slips | {one: handed_in[one]}))


def _leads_away(play: Play, id: str) -> bool:
    """Whether the answer b fails there, so that nobody can have a second thought."""
    filled = getattr(play.program.node(id), "filled", None)
    return any(getattr(one, "on_error", None) for one in filled.actions) if filled is not None else False


def _given(item: Any, answers: dict[str, str | None]) -> str | None:
    wanted = answers[item.name]
    return "a" if wanted is None and item.is_required else wanted


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.sampled_from(["a", "b", "c", None]), min_size=10, max_size=10))
def test_the_same_answers_come_to_the_same_on_every_surface(seed: int, given: list[str | None]) -> None:
    body = _script(Random(seed))
    answers = {f"q{number}": value for number, value in enumerate(given)}
    (desk, at_desk), (web, on_web), (phone, by_phone) = (
        _walked(body, channel, answers, Random(seed)) for channel in ("desk", "web", "ivr")
    )
    assert desk == web
    assert desk == phone
    assert by_phone <= at_desk & on_web, "what was thought of first was told there as well, but nothing was left out"
