"""Texts: every one in the code has its Portuguese, and colours have their contrast."""

import ast
import re
from pathlib import Path

import pytest

import agentdesk
from agentdesk.backoff import Backoff
from agentdesk.colours import PAIRS, THEMES, contrast
from agentdesk.desk import keys
from agentdesk.words import LANGUAGES, TRANSLATIONS, Words, catalogue, language_of, words_in

SOURCES = sorted(Path(agentdesk.__file__).parent.rglob("*.py"))


def _said() -> dict[str, str]:
    """Every text that the code hands to `tr` or marks for translators, and where."""
    said: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            if name in ("tr", "QT_TR_NOOP") and isinstance(first, ast.Constant):
                said[str(first.value)] = f"{path.name}:{node.lineno}"
    return said


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    said, texts = _said(), catalogue(TRANSLATIONS / "caruso_pt_BR.ts")
    assert len(said) > 200
    assert {text: where for text, where in said.items() if text not in texts} == {}
    assert sorted(set(texts) - set(said)) == []


def test_translations_have_the_placeholders_of_their_source() -> None:
    for source, translation in catalogue(TRANSLATIONS / "caruso_pt_BR.ts").items():
        assert sorted(re.findall(r"{\w+}", source)) == sorted(re.findall(r"{\w+}", translation)), source


def test_languages_are_found_by_what_systems_call_them() -> None:
    wishes = ("pt_BR.UTF-8", "pt-BR", "pt", "pt_PT", "en_GB", "de", "C", "")
    assert [language_of(wish) for wish in wishes] == ["pt_BR"] * 4 + ["en"] * 4
    assert set(LANGUAGES) == {"en", "pt_BR"}
    assert words_in("pt").tr("Hang up") == "Desligar"
    assert words_in("pt").tr("waited {time}", time="00:10") == "esperou 00:10"
    assert Words().tr("{braces} stay when nothing is filled in") == "{braces} stay when nothing is filled in"


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_has_its_contrast(theme: str) -> None:
    colours = THEMES[theme]
    weak = {
        (front, back): round(contrast(getattr(colours, front), getattr(colours, back)), 2)
        for front, back, least in PAIRS
        if contrast(getattr(colours, front), getattr(colours, back)) < least
    }
    assert weak == {}
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_states_have_the_agreed_colours() -> None:
    light, dark = THEMES["light"], THEMES["dark"]
    assert (light.ready, light.talking, light.ringing) == ("#1b7f3b", "#0b5cad", "#7a3db8")
    assert (light.wrap_up, light.offline, light.alarm) == ("#9a5b00", "#5f6368", "#b3261e")
    assert (dark.panel, dark.ready, dark.talking, dark.ringing) == ("#1b232d", "#57c785", "#6cb6ff", "#d2a8ff")
    assert (dark.wrap_up, dark.offline, dark.alarm) == ("#ffb74d", "#aab6c3", "#ff7b72")


def test_no_key_can_be_typed_by_accident() -> None:
    for key in (value for name, value in vars(keys).items() if name.isupper() and isinstance(value, str)):
        assert re.fullmatch(r"F\d{1,2}|(Ctrl|Alt)\+.+", key), key


def test_waits_between_attempts_grow_to_five_seconds() -> None:
    patient = Backoff(lambda: 0.0)
    assert [patient.next() for _ in range(6)] == [0.5, 1, 2, 4, 5, 5]
    patient.reset()
    assert patient.next() == 0.5
    hasty = Backoff(lambda: 1.0)
    assert hasty.next() == pytest.approx(1 / 3)
