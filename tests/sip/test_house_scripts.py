"""Scripts over real SIP: a caller who hears and keys, and nothing else; cores and cards that die in the middle."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from server.phone import words
from server.phone.driver import Phone
from server.speech import sounds
from tests.fakes.utility_process import UtilityProcess, service_table
from tests.house.ears import Ears, longest_silence, publish
from tests.house.house import House, until
from tests.house.sites import site

pytestmark = pytest.mark.real

SHIPPED = Path(sounds.__file__).parent / "sounds" / "en"

NUMBERS = """
[[number]]
dial = "860"
to = "dialog:meter-reading"
otherwise = "queue:sales"
[[number]]
dial = "861"
to = "dialog:power-outage"
otherwise = "queue:sales"
[[number]]
dial = "862"
to = "dialog:nobody-wrote-it"
otherwise = "queue:sales"
[[number]]
dial = "863"
to = "dialog:meter-reading"
language = "ask"
otherwise = "queue:sales"
"""
METER = "Please key the eight digits of your meter number. It is on your bill."
READING = "Please key the digits before the comma. Then press the hash key."
TODAY = "Did you read the meter today? For yes, press 1. For no, press 2."
RIGHT = "Is that right? For yes, press 1. For no, press 2."
THANKS = "Thank you. We have taken down"


class Caller:
    """A telephone with ears."""

    def __init__(self, phone: Phone, house: House, folder: Path) -> None:
        self.phone = phone
        self._house = house
        self.file = folder / "heard.wav"
        self.ears = Ears(self.file, folder / "voice")

    def call(self, number: str) -> None:
        server = f"127.0.0.1:{self._house.sip_port}"
        self.phone.record(self.file)
        self.phone.call(f"sip:{number}@{server}", caller="+4989123", server=server)
        self.phone.wait(words.Media, state="active")

    def answers(self, question: str, keys: str) -> None:
        self.ears.hear(question)
        self.phone.dtmf(keys)

    def until_hung_up(self) -> None:
        self.phone.wait(words.Released, timeout=60)

    def outcomes(self) -> list[str]:
        return [record["outcome"] for record in self._house.records() if record["outcome"]]

    def until_free(self, calls: int) -> None:
        """So many calls are over, and the phone's ears are whole."""
        until("the end of the call", lambda: len(self.outcomes()) == calls)
        self.phone.unrecord()

    def again(self, folder: Path) -> "Caller":
        """For another call, with new ears."""
        return Caller(self.phone, self._house, folder)


@contextmanager
def telephoned(folder: Path, *scripts: str, agent: str = "", queue: str = "") -> Iterator[Any]:
    """A house with scripts, a caller, and the company's service. `queue`: more keys of the queue."""
    with Phone("customer") as phone:
        text = site(
            agents=1,
            phone_port=phone.port,
            agent_phones=[agent or "sip:nobody@127.0.0.1:9"],
            spare=2,
            more=NUMBERS + service_table(),
        )
        house = House(folder, text.replace("[[reason]]", f"{queue}\n[[reason]]", 1))
        publish(house.data, *scripts)
        with house, UtilityProcess(folder, f"127.0.0.1:{house.web_port}") as company:
            until("the company's service", lambda: _has(house, "meters") and _has(house, "dialogs"))
            yield house, Caller(phone, house, folder), company


def _has(house: House, interface: str) -> bool:
    return any(one.startswith(f"{interface} 1") and one.endswith(" up") for one in house.ask(ask="status")["services"])


def _readings(company: UtilityProcess) -> list[tuple[Any, ...]]:
    with sqlite3.connect(company.db) as db:
        return list(db.execute("SELECT * FROM readings WHERE meter = 20010017"))


def _outcome(house: House) -> str:
    (record,) = until("the record", lambda: [one for one in house.records() if one["outcome"]])
    return str(record["outcome"])


def _sessions(house: House) -> list[dict[str, Any]]:
    return list(house.ask(ask="dialogs", ended=True))


def test_four_callers_are_served_by_ear_and_keys(tmp_path: Path) -> None:
    """One after the other in one house: a meter, an outage, a choice of language, and a script that is not there."""
    with telephoned(tmp_path, "meter-reading", "power-outage") as (house, caller, company):
        caller.until_free(_a_meter_is_read(house, caller, company))
        caller = caller.again(made(tmp_path / "second"))
        caller.until_free(_an_outage_is_told(house, caller))
        caller = caller.again(made(tmp_path / "third"))
        caller.until_free(_the_language_is_chosen_and_a_person_has_what_was_said(house, caller))
        caller = caller.again(made(tmp_path / "fourth"))
        caller.until_free(_a_script_that_is_not_there_leads_to_the_queue_with_a_word(house, caller))
        assert caller.outcomes()[:2] == ["self-served", "self-served"]
        assert {*caller.outcomes()[2:]} <= {"abandoned", "short-abandoned"}


def _a_meter_is_read(house: House, caller: Caller, company: UtilityProcess) -> int:
    before = len(_readings(company))
    caller.call("860")
    caller.answers(METER, "20010017")
    caller.answers("You keyed", "1")
    caller.answers(READING, "20500#")
    caller.answers("You keyed", "1")
    caller.answers(TODAY, "1")
    caller.ears.hear(THANKS)
    caller.until_hung_up()
    assert longest_silence(caller.ears.samples()) <= 3.0
    assert len(_readings(company)) == before + 1
    (session,) = _sessions(house)
    assert (session["status"], session["disposition"]) == ("ended", "reading-taken")
    return 1


def _an_outage_is_told(house: House, caller: Caller) -> int:
    caller.call("861")
    caller.answers("Do you see fallen wires, sparks or smoke? For yes, press 1. For no, press 2.", "2")
    caller.answers("Please key the eight digits of your postcode.", "20040002")
    caller.answers("You keyed", "1")
    caller.answers("For the whole street, press 2.", "2")
    caller.until_hung_up()
    assert longest_silence(caller.ears.samples()) <= 3.0
    (session,) = [one for one in _sessions(house) if one["script"] == "power-outage"]
    (acted,) = [
        one for one in house.entries() if one["t"] == "dialog-acted" and one["action"].endswith("report_outage")
    ]
    assert (session["status"], acted["came"]) == ("ended", "done")
    answers = {k: v for one in house.entries() if one["t"] == "dialog-answered" for k, v in one["answers"].items()}
    assert (answers["danger"], answers["place"], answers["scope"]) == (False, "20040002", "street")
    return 2


def _the_language_is_chosen_and_a_person_has_what_was_said(house: House, caller: Caller) -> int:
    caller.call("863")
    caller.ears.hear("For English, press 1.")
    caller.ears.hear("Para português, tecle 2.", "pt")
    caller.phone.dtmf("2")
    caller.ears.hear("Digite os oito números do seu medidor. O número está na conta.", "pt")
    caller.phone.dtmf("20010017")
    caller.ears.hear("Você digitou", "pt")
    caller.phone.dtmf("0")
    caller.ears.hear("Vou passar você para um colega. As suas respostas vão junto.", "pt")
    (waiting,) = until("the queue", lambda: [one for one in house.entries() if one["t"] == "call-queued"])
    (session,) = [one for one in _sessions(house) if one["call"] == waiting["call"]]
    assert (waiting["queue"], session["disposition"]) == ("sales", "to-person")
    caller.phone.hang_up()
    assert longest_silence(caller.ears.samples()) <= 3.0
    return 3


def _a_script_that_is_not_there_leads_to_the_queue_with_a_word(house: House, caller: Caller) -> int:
    caller.call("862")
    (left,) = until("what follows", lambda: [one for one in house.entries() if one.get("why") == "fault"])
    assert (left["t"], left["to"]) == ("script-left", "queue:sales")
    until("something is heard", lambda: abs(caller.ears.samples()).max(initial=0) > 0.05)
    caller.phone.hang_up()
    return 4


def test_a_core_that_dies_in_the_middle_asks_the_same_question_again(tmp_path: Path) -> None:
    with telephoned(tmp_path, "meter-reading") as (house, caller, company):
        before = len(_readings(company))
        caller.call("860")
        caller.answers(METER, "20010017")
        caller.answers("You keyed", "1")
        caller.ears.hear(READING)
        house.kill_core()
        until("the company's service", lambda: _has(house, "meters"))
        caller.answers(READING, "20500#")
        caller.answers("You keyed", "1")
        caller.answers(TODAY, "1")
        caller.until_hung_up()
        assert len(_readings(company)) == before + 1
        assert _outcome(house) == "self-served"
        (session,) = _sessions(house)
        assert session["disposition"] == "reading-taken"


def test_a_card_that_dies_ends_the_call_and_the_session_rests(tmp_path: Path) -> None:
    with telephoned(tmp_path, "meter-reading") as (house, caller, company):
        before = len(_readings(company))
        caller.call("860")
        caller.answers(METER, "20010017")
        caller.ears.hear("You keyed")
        (arrived,) = [entry for entry in house.entries() if entry["t"] == "call-arrived"]
        house.kill(arrived["card"])
        caller.until_hung_up()
        assert _outcome(house) == "failed"
        until("the session rests", lambda: [one["status"] for one in _sessions(house)] == ["resting"])
        assert len(_readings(company)) == before


def test_a_survey_follows_the_agents_hang_up(tmp_path: Path) -> None:
    with (
        Phone("agent") as agent,
        telephoned(tmp_path, "satisfaction-survey", agent=agent.uri, queue='survey = "satisfaction-survey"') as (
            house,
            caller,
            _,
        ),
    ):
        agent.by_itself(200)
        caller.call("800")
        caller.ears.hear_file(SHIPPED / "survey-press.wav", "to take part in a survey")
        caller.phone.dtmf("1")
        caller.ears.hear_file(SHIPPED / "survey-thanks.wav", "stay on the line")
        house.agent("a0", "ready")
        agent.wait(words.Media, state="active")
        until("the talk", lambda: house.agents()["a0"]["work_state"] == "talking")
        agent.hang_up()
        caller.answers("We have three short questions about your call. May we ask them?", "1")
        until("the agent is through", lambda: house.agents()["a0"]["work_state"] in ("wrap-up", "idle"))
        caller.answers("Was your question answered? For yes, press 1. For no, press 2.", "1")
        caller.phone.dtmf("54")
        caller.until_hung_up()
        assert _outcome(house) == "answered"
        (session,) = _sessions(house)
        assert session["status"] == "ended"
        _survey_without_a_wait(house, agent, Caller(caller.phone, house, made(tmp_path / "again")))


def _survey_without_a_wait(house: House, agent: Phone, caller: Caller) -> None:
    """Nothing could be asked while waiting: the question comes when the agent has hung up."""
    until("the agent is free", lambda: house.agents()["a0"]["work_state"] == "idle")
    caller.call("800")
    until("the talk", lambda: house.agents()["a0"]["work_state"] == "talking")
    agent.hang_up()
    caller.ears.hear_file(SHIPPED / "survey-question.wav", "what to press for the survey")
    caller.phone.dtmf("1")
    caller.ears.hear("We have three short questions about your call. May we ask them?")
    caller.phone.hang_up()
    assert longest_silence(caller.ears.samples()) <= 3.0
    outcomes = until("both records", lambda: [one["outcome"] for one in house.records() if one["outcome"]][1:])
    assert outcomes == ["answered"]
    until("both sessions", lambda: sorted(one["status"] for one in _sessions(house)) == ["ended", "resting"])


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder
