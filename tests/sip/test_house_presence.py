"""An agent's desk or phone is lost: unreachable within ten seconds, back as before within a minute, later not."""

import os
import signal
from pathlib import Path

import pytest

from server.phone.driver import Phone
from tests.house.desk import DeskClient
from tests.house.house import House, until
from tests.house.sites import site

pytestmark = pytest.mark.real

PASSWORD, SIP_PASSWORD = "a password for tests", "a sip password for tests"
NAMES = ("a0", "a1", "a2", "a3")


class Floor:
    """Four agents with phones that register: a0 and a1 with a desk, a2 and a3 without."""

    def __init__(self, folder: Path) -> None:
        text = site(agents=4, phone_port=1, agent_phones=["registered"] * 4, spare=1)
        for name in NAMES:
            words = f'password = "{PASSWORD}"\nsip_password = "{SIP_PASSWORD}"'
            text = text.replace(f'id = "{name}"', f'id = "{name}"\n{words}')
        self.house = House(folder, text)
        self.phones = {name: Phone(name) for name in NAMES}

    def register(self, name: str) -> None:
        self.phones[name].register(f"127.0.0.1:{self.house.sip_port}", name, SIP_PASSWORD, "caruso.test", 60)

    def unreachable(self) -> dict[str, str]:
        """Who is, and why."""
        return {name: agent["fault"] for name, agent in self.house.agents().items() if not agent["reachable"]}

    def presence(self) -> dict[str, str]:
        return {name: agent["presence"] for name, agent in self.house.agents().items()}


def freeze(phone: Phone, sig: signal.Signals) -> None:
    os.kill(phone.pid, sig)


@pytest.mark.parametrize("whole_minute", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_desks_and_phones_that_are_lost(whole_minute: bool, tmp_path: Path) -> None:
    """a0 and a2 come back at once; a1 and a3 too, or after more than a minute."""
    floor = Floor(tmp_path)
    with (
        floor.phones["a0"], floor.phones["a1"], floor.phones["a2"], floor.phones["a3"], floor.house as house,
        DeskClient(house, "a0", PASSWORD) as short, DeskClient(house, "a1", PASSWORD) as long,
    ):  # fmt: skip
        for name in NAMES:
            floor.register(name)
        for desk in (short, long):
            desk.ask("set-presence", presence="ready")
        house.agent("a2", "ready")
        house.agent("a3", "ready")
        until("all reachable", lambda: floor.unreachable() == {})
        until("every phone asked", lambda: answered(house) == set(NAMES))
        # the desks end without a word, the phones stand still
        short.drop()
        long.drop()
        freeze(floor.phones["a2"], signal.SIGSTOP)
        freeze(floor.phones["a3"], signal.SIGSTOP)
        lost = {"a0": "desk-lost", "a1": "desk-lost", "a2": "probe-failed", "a3": "probe-failed"}
        until("all lost", lambda: floor.unreachable() == lost)
        assert set(floor.presence().values()) == {"ready"}
        short.connect()
        freeze(floor.phones["a2"], signal.SIGCONT)
        until("two are back", lambda: sorted(floor.unreachable()) == ["a1", "a3"])
        assert set(floor.presence().values()) == {"ready"}
        late = "not-ready" if whole_minute else "ready"
        shown = {"a0": "ready", "a1": late, "a2": "ready", "a3": late}
        short.wait("a minute, or nothing", lambda: floor.presence() == shown, 65)
        long.connect()
        freeze(floor.phones["a3"], signal.SIGCONT)
        until("all are back", lambda: floor.unreachable() == {})
        assert floor.presence() == shown
        reasons = {house.agents()[name]["reason"] for name in ("a1", "a3")}
        assert reasons == {"unreachable" if whole_minute else ""}


def test_a_phone_that_went_while_there_was_no_core_is_missed_by_the_next(tmp_path: Path) -> None:
    """Its registration lasts on, and the new core has never heard of it; the other phone is still believed."""
    floor = Floor(tmp_path)
    with floor.phones["a2"], floor.phones["a3"], floor.house as house:
        for name in ("a2", "a3"):
            floor.register(name)
            house.agent(name, "ready")
        until("both have answered", lambda: answered(house) == {"a2", "a3"})
        freeze(floor.phones["a2"], signal.SIGSTOP)
        house.kill_core()
        until("it is missed", lambda: floor.unreachable().get("a2") == "probe-failed")
        assert "a3" not in floor.unreachable()
        freeze(floor.phones["a2"], signal.SIGCONT)
        until("it is back", lambda: "a2" not in floor.unreachable())
        assert {floor.presence()[name] for name in ("a2", "a3")} == {"ready"}


def answered(house: House) -> set[str]:
    """Agents whose phones are known to answer when they are asked."""
    return {entry["agent"] for entry in house.entries() if entry["t"] == "phone-answered"}
