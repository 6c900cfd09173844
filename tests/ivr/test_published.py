"""What is spoken when a script is published is what a session says."""

from pathlib import Path

import pytest

from scriptengine.cli.reading import program_of
from server.call.dialogs import DialogView
from server.ivr.conversation import Words, everything, texts_in
from server.ivr.published import texts_of
from server.ivr.spoken import vocabulary
from tests.dialogs.test_samples_on_services import HAPPY
from tests.ivr.test_three_surfaces import company_store, on_the_telephone

SAMPLES = Path(__file__).resolve().parents[2] / "dialogs"


STRANGERS = sorted(case for case, (_, is_known, *_) in HAPPY.items() if not is_known)


@pytest.mark.parametrize("case", STRANGERS)
def test_nearly_everything_is_there_before_the_first_call(case: str, tmp_path: Path) -> None:
    """Only what is known in the session alone (a receipt, a time) is not."""
    published = texts_of(program_of(SAMPLES / f"{HAPPY[case][0]}.xml").script)["en"]
    store = company_store(tmp_path / "company.db")
    views: list[DialogView] = []
    on_the_telephone(case, store, views.append)
    store.close()
    said = {one.text for view in views for one in texts_in(everything(view)) if one.language == "en"}
    assert len(said) >= 10
    unknown = said - published
    assert all(any(sign.isdigit() for sign in text) for text in unknown), unknown


def test_each_language_has_its_texts_and_the_words_of_values() -> None:
    published = texts_of(program_of(SAMPLES / "meter-reading.xml").script)
    assert set(published) == {"en", "pt"}
    assert "Please key the eight digits of your meter number. It is on your bill." in published["en"]
    assert "Digite os oito números do seu medidor. O número está na conta." in published["pt"]
    assert {"Is that right? For yes, press 1. For no, press 2.", "sent later", "For English, press 1."} <= published[
        "en"
    ]
    assert vocabulary("pt") <= published["pt"]


def test_what_is_said_of_an_answer_that_breaks_a_rule_of_the_script_is_published() -> None:
    assert "Oito números, por favor." in texts_of(program_of(SAMPLES / "power-outage.xml").script)["pt"]


def test_a_region_speaks_its_language() -> None:
    (words,) = texts_in([Words("Olá.", "pt-BR")])
    assert words.language == "pt-BR"
