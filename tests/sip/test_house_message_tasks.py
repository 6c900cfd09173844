"""A message is a task: the agent hears it over the phone, says the word at the desk, and the caller is called back."""

import urllib.request
import wave
from pathlib import Path

import numpy as np
import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.desk import DeskClient
from tests.house.house import House, until
from tests.house.message_rounds import HERTZ, octets_of, samples_of, write_greeting
from tests.house.sites import site

pytestmark = pytest.mark.real

PASSWORD = "ana's very own secret 7"
MORE = """
[[number]]
dial = "850"
to = "voicemail:sales"
[[mailbox]]
id = "sales"
owner = "queue:sales"
greeting = "beep.wav"
min_seconds = 1
silence_seconds = 0
task_queue = "sales"
"""


def _tones(file: Path) -> int:
    """Tenths of a second in which the caller's tone is heard."""
    samples = samples_of(file)
    pieces = samples[: samples.size // 800 * 800].reshape(-1, 800)
    return int(np.sum(np.argmax(np.abs(np.fft.rfft(pieces * np.hanning(800))), axis=1) == HERTZ // 10))


def test_an_agent_hears_a_message_and_calls_back(tmp_path: Path) -> None:
    write_greeting(tmp_path)
    with Phone("customer") as customer, Phone("a0") as agent:
        people = f'password = "{PASSWORD}"\n'
        text = site(agents=1, phone_port=customer.port, agent_phones=[agent.uri], spare=2, more=MORE) + people
        with House(tmp_path, text) as house, DeskClient(house, "a0", PASSWORD) as desk:
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:850@{server}", caller="+4930123456", server=server)
            customer.wait(words.Media, state="active")
            customer.play(f"tone:{HERTZ}")
            parts = house.data / "voicemail" / "sales"
            until("the recording", lambda: any(octets_of(part) > 56_000 for part in parts.glob(".*.part.wav")))
            customer.hang_up()
            customer.stop()
            heard = tmp_path / "heard.wav"
            desk.ask("set-presence", presence="ready")
            agent.wait(words.Incoming)
            desk.wait("the task", lambda: bool((desk.state["call"] or {}).get("task")))
            task = desk.state["call"]["task"]
            path = f"/api/v1/mailboxes/{task['mailbox']}/messages/{task['message']}/sound"
            asked = urllib.request.Request(f"http://127.0.0.1:{house.web_port}{path}")
            asked.add_header("Authorization", f"Bearer {desk.session['token']}")
            with urllib.request.urlopen(asked, timeout=60) as sound, wave.open(sound) as whole:
                assert whole.getnframes() / whole.getframerate() > 3
            agent.answer()
            agent.wait(words.Media, state="active")
            agent.record(heard)
            desk.wait("the message is heard", lambda: bool(desk.state["call"]["task"].get("hearing")))
            until(
                "the agent hears it",
                lambda: heard.exists() and heard.stat().st_size > 32_000 and _tones(heard) >= 15,
            )
            assert not [said for said in customer.said if isinstance(said, words.Incoming)], "not before the word"
            desk.ask("call-customer")
            customer.wait(words.Incoming)
            customer.answer()
            desk.wait("the talk", lambda: (desk.state["call"] or {}).get("state") == "talking")
            customer.hang_up()
            until("both are over", lambda: not house.records(live=True))
            outcomes = {record["from"]: set() for record in house.records()}
            for record in house.records():
                outcomes[record["from"]].add((record["queue"], record["outcome"]))
            assert outcomes == {"+4930123456": {(None, "voicemail"), ("sales", "call-back")}}
            (message,) = house.ask(ask="voicemail", mailbox="sales")
            assert message["saved"], "the agent's word saves it"
