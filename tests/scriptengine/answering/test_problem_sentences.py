"""What is wrong with an answer is said in four languages, each with all sentences and the same facts in them."""

import string

import pytest

from scriptengine.answering.problems import LANGUAGES, SENTENCES, Problem


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_each_sentence_with_the_same_facts(language: str) -> None:
    assert {code: _facts(text) for code, text in SENTENCES[language].items()} == {
        code: _facts(text) for code, text in SENTENCES["en"].items()
    }


def test_no_sentence_is_left_in_english() -> None:
    for code in sorted(set(SENTENCES["en"]) - {"own"}):
        assert all(SENTENCES[language][code] != SENTENCES["en"][code] for language in LANGUAGES if language != "en"), (
            code
        )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de-AT", "Mindestens 3, bitte."),
        ("es", "3 como mínimo, por favor."),
        ("pt-BR", "No mínimo 3, por favor."),
        ("nl", "At least 3, please."),
    ],
)
def test_the_main_form_of_a_language_counts(language: str, said: str) -> None:
    assert Problem("min", {"limit": 3}).said(language) == said
