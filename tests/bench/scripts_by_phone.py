"""A script on the telephone as its caller hears it: how soon a key stops the prompt, and the longest silence."""

from pathlib import Path

from server.phone import words
from server.phone.driver import Phone
from tests.bench.say import figure, percentile
from tests.house.ears import Ears, longest_silence, publish, quiet_after
from tests.house.house import House, until
from tests.house.sites import site

TIMES = 10
NUMBER = '[[number]]\ndial = "861"\nto = "dialog:power-outage"\notherwise = "queue:sales"\n'
QUESTION = "Do you see fallen wires, sparks or smoke? For yes, press 1. For no, press 2."
GOAL_MS = 200
GOAL_SECONDS = 3


def phone_scripts(folder: Path) -> None:
    """Calls a script, keys a first digit in the middle of its second question, and looks in what was heard for when it
    fell silent: after one digit of eight nothing else is said for two seconds."""
    late, silences = [], []
    with Phone("customer") as phone:
        text = site(agents=1, phone_port=phone.port, agent_phones=["sip:nobody@127.0.0.1:9"], spare=2, more=NUMBER)
        house = House(folder, text)
        publish(house.data, "power-outage")
        with house:
            for number in range(TIMES):
                pressed, ears = _barge_in(phone, house, folder / f"heard-{number}.wav", folder)
                late.append((quiet_after(ears.samples(), pressed) - pressed) * 1000)
                silences.append(longest_silence(ears.samples()))
    figure(
        "a prompt is heard on after a key, in the caller's ear",
        median_ms=round(percentile(late, 50)),
        longest_ms=round(max(late)),
        target_ms=GOAL_MS,
        calls=TIMES,
    )
    figure("longest silence of a script by phone", seconds=round(max(silences), 2), target_seconds=GOAL_SECONDS)


def _barge_in(phone: Phone, house: House, file: Path, folder: Path) -> tuple[float, Ears]:
    """Where in the recording the key was pressed (seconds), and what was heard."""
    server = f"127.0.0.1:{house.sip_port}"
    ears = Ears(file, folder / "voice")
    phone.call(f"sip:861@{server}", caller="+4989123", server=server)
    phone.wait(words.Media, state="active")
    phone.record(file)
    began = phone.wait(words.Recording).mono
    ears.hear(QUESTION)
    phone.dtmf("2")
    phone.wait(words.Sent)
    ears.hear("Please key the eight digits of your postcode.")
    phone.dtmf("2")
    pressed = phone.wait(words.Sent).mono - began
    until("its end and the wait for keys", lambda: ears.samples().size / 8000 > ears.at + 12, 30)
    phone.unrecord()
    phone.hang_up()
    phone.wait(words.Released)
    return pressed, ears
