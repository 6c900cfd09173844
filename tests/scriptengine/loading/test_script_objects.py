"""Every element as an object: places, defaults, texts."""

from pathlib import Path

import msgspec
import pytest
from lxml import etree

from scriptengine.loading import dtd_folder, load, load_file
from scriptengine.script import Bold, Call, Choice, Group, Info, LineBreak, Load, Pause, Question, Say, Value
from tests.scriptengine.small import small

SCRIPTS = Path(__file__).parents[1] / "scripts"


def test_the_example_is_loaded_with_places_and_defaults() -> None:
    path = SCRIPTS / "power-outage.xml"
    script = load_file(path)
    assert (script.id, script.version, script.language, script.languages) == ("power-outage", "3", "en", ("en", "nl"))
    assert (script.channels, script.status, script.start) == (("desk", "web", "ivr"), "draft", "known")
    assert [node.id for node in script.all_nodes()] == ["known", "who", "cause", "agent", "done"]
    who = script.nodes[1]
    assert isinstance(who, Question)
    assert (who.place.file, who.place.line, who.place.column) == (str(path), 8, 2)
    assert (who.digits, who.confirm, who.required, who.terminator) == (8, "voice", "yes", "#")
    assert path.read_text().splitlines()[12][who.goes[0].place.of("to")[1] - 1 :].startswith("cause")
    assert who.noinputs[0].count == 3
    assert who.noinputs[0].go is not None
    loaded = who.goes[0].actions[0]
    assert isinstance(loaded, Load)
    assert loaded.place.of("where", 11) == (13, 58)
    cause = script.nodes[2]
    assert isinstance(cause, Question)
    assert [(choice.value, choice.dtmf) for choice in cause.choices] == [("street", "1"), ("house", "2")]
    call = cause.goes[0].actions[0]
    assert isinstance(call, Call)
    assert (call.when, call.timeout_seconds, call.results[0].to) == ("commit", 5.0, "ticket")
    assert script.cases[0].givens[0].value == "Jansen"


def test_the_hash_is_that_of_the_octets() -> None:
    octets = (SCRIPTS / "power-outage.xml").read_bytes()
    assert load(octets, "a").hash != load(octets + b"\n", "a").hash
    assert len(load(octets, "a").hash) == 64


def test_numbers_of_places_do_not_depend_on_ids() -> None:
    numbers = [node.place.number for node in load_file(SCRIPTS / "power-outage.xml").all_nodes()]
    octets = (SCRIPTS / "power-outage.xml").read_bytes().replace(b'"who"', b'"someone"')
    assert [node.place.number for node in load(octets, "x").all_nodes()] == numbers


def test_objects_are_frozen() -> None:
    script = small('<info id="a"><text>x</text></info>')
    with pytest.raises(AttributeError):
        script.version = "2"  # type: ignore[misc]


def test_texts_have_one_blank_where_the_file_has_many() -> None:
    script = small(
        """<info id="a" channel="desk web"><text>  Good
           day,  <value of="caller.name" else="you"/>  <b>now
           <value of="channel"/></b><br/> bye </text>
           <hint audience="both" xml:lang="pt">Olá</hint>
           <prompt bargein="no" count="2" audio="x.wav">One <break ms="500"/><say as="digits">12</say></prompt>
           </info>"""
    )
    info = script.nodes[0]
    assert isinstance(info, Info)
    good, value, blank, bold, line_break, bye = info.texts[0].parts
    assert (good, blank, bye) == ("Good day, ", " ", " bye")
    assert isinstance(value, Value)
    assert (value.of, value.otherwise, value.format) == ("caller.name", "you", None)
    assert isinstance(bold, Bold)
    assert bold.parts[0] == "now "
    assert isinstance(line_break, LineBreak)
    assert (info.hints[0].language, info.hints[0].audience) == ("pt", "both")
    prompt = info.prompts[0]
    assert (prompt.can_interrupt, prompt.count, prompt.audio) == (False, 2, "x.wav")
    one, pause, say = prompt.parts
    assert one == "One "
    assert isinstance(pause, Pause)
    assert pause.milliseconds == 500
    assert isinstance(say, Say)
    assert say.spoken_as == "digits"
    assert info.channels == ("desk", "web")


def test_choices_inside_a_question_and_at_the_top() -> None:
    script = small(
        """<group id="a" foreach="['x']" as="item" max="3"><title>G</title>
             <question id="q" name="q" type="choice" choices="top"><text>?</text></question>
             <question id="r" name="r" type="choice"><text>?</text>
               <choices id="own" from="['b']"><choice value="c" exclusive="yes" if="true"/></choices></question>
           </group>""",
        head='<choices id="top"><choice value="a"/></choices>',
    )
    group = script.nodes[0]
    assert isinstance(group, Group)
    assert (group.layout, group.max, group.member, group.foreach) == ("page", 3, "item", "['x']")
    first, second = group.nodes
    assert isinstance(first, Question)
    assert isinstance(second, Question)
    assert first.choices_id == "top"
    assert second.own_choices is not None
    assert second.own_choices.source == "['b']"
    chosen = second.own_choices.choices[0]
    assert isinstance(chosen, Choice)
    assert (chosen.is_exclusive, chosen.condition) == (True, "true")


@pytest.mark.parametrize(("written", "seconds"), [("5", 5.0), ("2.5", 2.5), (" 7s ", 7.0)])
def test_seconds(written: str, seconds: float) -> None:
    assert small(
        '<info id="a"><text>x</text></info>', attributes=f'timeout="{written}"'
    ).timeout_seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("latin-1", "ISO-8859-1")]
)
def test_the_same_script_in_any_encoding_is_the_same(encoding: str, declared: str) -> None:
    text = (
        '<dialog id="s" version="1" xml:lang="pt" start="a"><title>Avó</title><end id="a" outcome="success"/></dialog>'
    )
    prefix = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    script = load((prefix + text).encode(encoding), "s")
    assert script.titles[0].parts == ("Avó",)


def test_the_catalog_names_the_dtd_that_is_shipped() -> None:
    catalog = etree.parse(dtd_folder() / "catalog.xml").getroot()
    entry = catalog.find("{*}public")
    assert entry is not None
    assert entry.get("publicId") == "-//CARUSO//DTD Dialog Script 1.0//EN"
    assert (dtd_folder() / str(entry.get("uri"))).is_file()


def test_a_script_can_be_told_as_json() -> None:
    assert b'"power-outage"' in msgspec.json.encode(load_file(SCRIPTS / "power-outage.xml"))
