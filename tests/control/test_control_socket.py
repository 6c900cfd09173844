"""The control socket with its real client over a real Unix socket."""

import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from server.call.events import AgentAsked, RequestRefused, SupervisionAsked, TransferAsked
from server.call.facts import CallQueued, PresenceChosen
from server.call.now import Now
from server.call.snapshots import SupervisionSnapshot
from server.control.client import ControlClient, CoreNotRunning, CoreRefused
from server.control.server import Control, ControlTaken, Wiring
from server.wire import control, desk
from tests.fakes.storage import FakeLedger, FakeRecords
from tests.fakes.switchboard import FakeSwitchboard, a_call, a_queue, an_agent

RECORDS = (
    {"call_id": "c1", "agent": "ana", "ended_at": "2026-01-01T00:00:00.000Z", "from": "1"},
    {"call_id": "c2", "agent": None, "ended_at": None, "from": "2"},
)


class Core:
    """A control socket over fakes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.switchboard = FakeSwitchboard(
            [an_agent("ana", queues=["service"]), an_agent("rui")],
            [a_queue("service", waiting=1, longest_since=1_790_000_000.25)],
            [a_call("c2")],
        )
        self.records = FakeRecords(*RECORDS)
        self.ledger = FakeLedger()
        self.stopped: list[float | None] = []
        self.listening: list[tuple[str, int]] = []
        self.control = Control(
            reactor,
            folder,
            Wiring(
                switchboard=self.switchboard,
                records=self.records,
                ledger=self.ledger,
                status=lambda: {"ready": True, "pid": 17, "since": 1_790_000_000.25},
                listening=lambda: self.listening,
                stop=self.stopped.append,
            ),
        )

    def ask(self, request: control.AnyAsk):
        """Ask from a thread, as another process would."""

        def asking():
            with ControlClient(self.folder) as client:
                return client.ask(request)

        return deferToThread(asking)


@pytest.fixture
def core(tmp_path):
    made = Core(tmp_path)
    made.control.listen()
    yield made
    pytest_twisted.blockon(Deferred.fromCoroutine(made.control.stop()))


@pytest_twisted.ensureDeferred
async def test_the_socket_is_for_its_owner_alone(core):
    assert stat.S_IMODE((core.folder / "control.sock").stat().st_mode) == 0o600


@pytest_twisted.ensureDeferred
async def test_status_adds_the_floor_to_what_the_core_says(core):
    status = await core.ask(control.Status())
    assert status["pid"] == 17
    assert (status["calls"], status["waiting"], status["agents"], status["agents_logged_in"]) == (1, 1, 2, 0)
    assert status["queues"][0]["longest_since"] == "2026-09-21T14:13:20.250Z"


@pytest_twisted.ensureDeferred
async def test_agents_have_the_promised_keys_in_the_order_of_the_site(core):
    agents = await core.ask(control.Agents())
    assert [agent["id"] for agent in agents] == ["ana", "rui"]
    assert {"id", "name", "presence", "reason", "work_state", "reachable", "since"} <= agents[0].keys()
    assert agents[0]["since"] == "2026-09-21T14:12:20.000Z"


@pytest.mark.parametrize(
    ("action", "reason", "request_told"),
    [
        ("ready", "", desk.SetPresence(presence="ready")),
        ("not-ready", "lunch", desk.SetPresence(presence="not-ready", reason="lunch")),
        ("logout", "", desk.SetPresence(presence="logged-out")),
        ("wrap-up-done", "", desk.FinishWrapUp()),
    ],
)
@pytest_twisted.ensureDeferred
async def test_actions_on_agents_are_told_to_the_rules(core, action, reason, request_told):
    agent = await core.ask(control.Agent(id="ana", action=action, reason=reason))
    assert agent["id"] == "ana"
    assert core.switchboard.told == [AgentAsked("ana", "control", request_told)]


@pytest_twisted.ensureDeferred
async def test_refusals_are_sentences(core):
    core.switchboard.refusal = RequestRefused("no-wrap-up", "The agent is not in wrap-up.")
    with pytest.raises(CoreRefused, match="The agent is not in wrap-up"):
        await core.ask(control.Agent(id="ana", action="wrap-up-done"))
    with pytest.raises(CoreRefused, match="There is no agent nobody"):
        await core.ask(control.Agent(id="nobody", action="ready"))
    with pytest.raises(CoreRefused, match="There is no action dance"):
        await core.ask(control.Agent(id="ana", action="dance"))
    with pytest.raises(CoreRefused, match="There is no call c9"):
        await core.ask(control.Call(id="c9"))


@pytest_twisted.ensureDeferred
async def test_calls_oldest_first_and_live_ones(core):
    assert [record["call_id"] for record in await core.ask(control.Calls())] == ["c1", "c2"]
    assert [record["call_id"] for record in await core.ask(control.Calls(live=True))] == ["c2"]
    assert (await core.ask(control.Call(id="c1")))["agent"] == "ana"


@pytest_twisted.ensureDeferred
async def test_a_call_is_explained_by_its_offers_and_by_what_happens_now(core):
    why = {"sentence": "ana: the only free agent", "candidates": []}
    offer = {"agent": "ana", "at": "2026-01-01T00:00:01.000Z", "result": "no-answer", "why": why}
    core.records.records = [{"call_id": "c2", "agent": None, "ended_at": None, "outcome": None, "offers": [offer]}]
    told = await core.ask(control.Explain(id="c2"))
    assert told["offers"] == [{**offer, "why": "ana: the only free agent"}]
    assert told["now"] == [f"It is {core.switchboard.call('c2').state}."]
    with pytest.raises(CoreRefused, match="There is no call c9"):
        await core.ask(control.Explain(id="c9"))


@pytest_twisted.ensureDeferred
async def test_a_transfer_is_asked_of_the_rules_and_answered_by_the_record(core):
    core.records.records = [{"call_id": "c2", "agent": None, "ended_at": None, "outcome": None, "offers": []}]
    assert (await core.ask(control.Transfer(id="c2", to="queue:outages")))["call_id"] == "c2"
    assert core.switchboard.told[-1] == TransferAsked("c2", "queue:outages", "control")


@pytest_twisted.ensureDeferred
async def test_a_very_long_answer_arrives_whole(core):
    core.records.records = [{"call_id": f"c{i}", "ended_at": None, "agent": None, "x": "y" * 500} for i in range(5000)]
    assert len(await core.ask(control.Calls())) == 5000


@pytest_twisted.ensureDeferred
async def test_stop_is_passed_on_with_its_grace(core):
    assert (await core.ask(control.Stop(grace_seconds=2.5))) == {"stopping": True}
    assert core.stopped == [2.5]


@pytest_twisted.ensureDeferred
async def test_events_are_read_to_the_end(core):
    now = Now(1_790_000_000.0, 5.0)
    await core.ledger.append([(now, PresenceChosen(agent=f"a{i}", presence="ready")) for i in range(1200)])

    def read():
        with ControlClient(core.folder) as client:
            return list(client.events(after=10))

    events = await deferToThread(read)
    assert [event["position"] for event in events] == list(range(11, 1201))
    assert events[0] == {
        "position": 11,
        "at": "2026-09-21T14:13:20.000Z",
        "t": "presence-chosen",
        "agent": "a10",
        "presence": "ready",
    }


@pytest_twisted.ensureDeferred
async def test_a_callers_place_is_not_taken_for_the_events(core):
    queued = CallQueued(call="c1", queue="service", priority=0, joined_mono=1, joined_at=1, position=7)
    await core.ledger.append([(Now(1_790_000_000.0, 5.0), queued)])
    (event,) = await deferToThread(lambda: _events(core.folder))
    assert (event["position"], event["place"]) == (1, 7)


def _events(folder):
    with ControlClient(folder) as client:
        return list(client.events())


@pytest_twisted.ensureDeferred
async def test_followers_get_what_is_committed_later_and_are_forgotten_when_they_leave(core):
    now = Now(1_790_000_000.0, 5.0)
    await core.ledger.append([(now, PresenceChosen(agent="ana", presence="ready"))])
    first_seen = threading.Event()

    def follow():
        seen = []
        with ControlClient(core.folder) as client:
            for event in client.events(follow=True):
                seen.append(event["t"])
                first_seen.set()
                if len(seen) == 3:
                    return seen
        return seen

    following = deferToThread(follow)
    await deferToThread(first_seen.wait, 60)
    core.switchboard._position = 1  # the fake counts like the ledger
    core.switchboard.commit(
        PresenceChosen(agent="ana", presence="logged-out"),
        CallQueued(call="c3", queue="service", priority=0, joined_mono=1, joined_at=1),
    )
    assert await following == ["presence-chosen", "presence-chosen", "call-queued"]
    while core.switchboard.subscribers:
        await deferToThread(lambda: None)  # let the reactor see the end of the connection


@pytest_twisted.ensureDeferred
async def test_listening_sockets_travel_as_descriptors(core):
    ours = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    core.listening = [(f"web-{i}", one.fileno()) for i, one in enumerate(ours)]

    def take():
        with ControlClient(core.folder) as client:
            return client.sockets()

    taken = await deferToThread(take)
    assert [name for name, _ in taken] == ["web-0", "web-1", "web-2"]
    for (_, descriptor), mine in zip(taken, ours, strict=True):
        with socket.socket(fileno=descriptor) as theirs:
            assert theirs.getsockname() == mine.getsockname()
        mine.close()


def raw(folder: Path, *lines: bytes) -> list[dict]:
    """What comes back for lines that no client of ours would send."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(60)
        one.connect(str(folder / "control.sock"))
        one.sendall(b"".join(lines))
        stream = one.makefile("rb")
        return [json.loads(stream.readline()) for _ in lines]


@pytest_twisted.ensureDeferred
async def test_nonsense_is_answered_and_the_conversation_goes_on(core):
    lines = (b"nonsense\n", b'{"ask": "dance"}\n', b'{"ask": "agent", "id": 7}\n', b'{"ask": "agents"}\n')
    answers = await deferToThread(raw, core.folder, *lines)
    assert ["error" in answer for answer in answers] == [True, True, True, False]


@pytest_twisted.ensureDeferred
async def test_the_supervisor_is_told_that_the_core_lives(core):
    question = msgspec.json.encode(control.Alive()) + b"\n"
    assert await deferToThread(raw, core.folder, question, question) == [{"ok": {}}, {"ok": {}}]


@pytest_twisted.ensureDeferred
async def test_a_line_that_is_too_long_ends_the_conversation(core):
    answers = await deferToThread(raw, core.folder, b"x" * (control.MAX_LINE_OCTETS + 10) + b"\n")
    assert "at most" in answers[0]["error"]


@pytest_twisted.ensureDeferred
async def test_a_dead_cores_socket_is_replaced_but_never_a_living_ones(core, tmp_path_factory):
    with pytest.raises(ControlTaken, match="Another core listens"):
        await deferToThread(Core(core.folder).control.listen)
    other = tmp_path_factory.mktemp("stale")
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(other / "control.sock"))
    again = Core(other)
    again.control.listen()
    assert len(await again.ask(control.Agents())) == 2
    await again.control.stop()
    plain = tmp_path_factory.mktemp("plain")
    (plain / "control.sock").write_text("precious")
    with pytest.raises(ControlTaken, match="not a socket"):
        Core(plain).control.listen()
    assert (plain / "control.sock").read_text() == "precious"


@pytest_twisted.ensureDeferred
async def test_a_socket_that_the_supervisor_handed_down_is_adopted(tmp_path):
    with socket.socket(socket.AF_UNIX) as handed:
        handed.bind(str(tmp_path / "control.sock"))
        (tmp_path / "control.sock").chmod(0o600)
        handed.listen()
        core = Core(tmp_path)
        core.control.listen(handed)
        assert len(await core.ask(control.Agents())) == 2
        await core.control.stop()
        # it is the supervisor's: its mode and its name stay
        assert stat.S_IMODE((tmp_path / "control.sock").stat().st_mode) == 0o600


def test_no_core_is_a_clear_sentence(tmp_path):
    with (
        pytest.raises(CoreNotRunning, match=r"No core is running: there is no .*control\.sock"),
        ControlClient(tmp_path),
    ):
        pass


def caruso_ctl(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as its own process."""
    command = [sys.executable, "-m", "server.commands.ctl", "--data", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=os.environ.copy())


@pytest_twisted.ensureDeferred
async def test_the_command_writes_json_and_tables_and_honest_statuses(core):
    done = await deferToThread(caruso_ctl, core.folder, "agents", "--json")
    assert done.returncode == 0
    assert [agent["id"] for agent in json.loads(done.stdout)] == ["ana", "rui"]
    table = await deferToThread(caruso_ctl, core.folder, "agents")
    assert table.stdout.splitlines()[0].split()[:3] == ["AGENT", "NAME", "PRESENCE"]
    status = await deferToThread(caruso_ctl, core.folder, "status")
    assert "service" in status.stdout
    assert re.search(r"^since +2026-09-21T14:13:20\.250Z$", status.stdout, re.MULTILINE)
    changed = await deferToThread(caruso_ctl, core.folder, "agent", "ana", "not-ready", "--reason", "lunch", "--json")
    assert json.loads(changed.stdout)["id"] == "ana"
    assert core.switchboard.told[-1].request == desk.SetPresence(presence="not-ready", reason="lunch")
    refused = await deferToThread(caruso_ctl, core.folder, "call", "c9")
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", "There is no call c9.\n")
    wrong = await deferToThread(caruso_ctl, core.folder, "agent", "ana", "dance")
    assert wrong.returncode == 2
    away = await deferToThread(caruso_ctl, core.folder / "elsewhere", "agents")
    assert away.returncode == 3
    assert away.stderr.startswith("No core is running")
    calls = await deferToThread(caruso_ctl, core.folder, "calls", "--live", "--json")
    assert [record["call_id"] for record in json.loads(calls.stdout)] == ["c2"]


@pytest_twisted.ensureDeferred
async def test_no_name_of_a_stranger_commands_the_terminal(core):
    hostile = "Rui\x1b]0;owned\x07\u202e\x9b31m"
    core.switchboard.set_agent("rui", name=hostile)
    table = await deferToThread(caruso_ctl, core.folder, "agents")
    assert "Rui\\x1b]0;owned\\x07\\u202e\\x9b31m" in table.stdout
    assert all(sign.isprintable() or sign == "\n" for sign in table.stdout)


def test_the_command_imports_nothing_heavy():
    script = (
        "import sys, server.commands.ctl;"
        "print([m for m in ('twisted', 'sqlalchemy', 'rich', 'pydantic', 'typer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest_twisted.ensureDeferred
async def test_a_supervisor_is_put_into_the_talk_that_the_agent_has(core):
    core.switchboard.set_agent("ana", call="c7", work_state="talking")
    core.switchboard.put_call(a_call("c7", agent="ana", state="talking"))
    now = SupervisionSnapshot(supervisor="sam", mode="whisper", joined=False, since=1.0)
    core.switchboard.on_told = lambda _: core.switchboard.set_call("c7", supervision=now)
    told = await core.ask(control.Supervise(agent="ana", supervisor="sam", mode="whisper"))
    assert told == {"call_id": "c7", "agent": "ana", "supervisor": "sam", "mode": "whisper", "state": "calling"}
    assert core.switchboard.told == [SupervisionAsked("c7", "sam", "whisper")]


@pytest.mark.parametrize("changes", [{"call": None}, {"call": "c8"}, {"call": "gone"}])
@pytest_twisted.ensureDeferred
async def test_who_has_no_talk_cannot_be_listened_to(core, changes):
    core.switchboard.put_call(a_call("c8", agent="rui", state="talking"))  # passed on by ana, who wraps up
    core.switchboard.set_agent("ana", **changes)
    with pytest.raises(CoreRefused, match="ana has no call"):
        await core.ask(control.Supervise(agent="ana", supervisor="sam"))
    assert core.switchboard.told == []


@pytest_twisted.ensureDeferred
async def test_a_personal_link_is_made_or_refused_in_words(core):
    with pytest.raises(CoreRefused, match="no dialogs on the web"):
        await core.ask(control.DialogLink(script="meter-reading", customer="4711"))
    asked: list[tuple[str, str, float]] = []

    async def make(script: str, customer: str, days: float) -> control.DialogLinkView:
        asked.append((script, customer, days))
        if customer != "4711":
            raise RequestRefused("not-found", f"No customer has the number {customer}.")
        return control.DialogLinkView(url="https://x/p/t", expires_at="2026-09-28T14:13:20.000Z", session="S")

    core.control._wiring = msgspec.structs.replace(core.control._wiring, dialog_link=make)
    told = await core.ask(control.DialogLink(script="meter-reading", customer="4711", days=3))
    assert told == {"url": "https://x/p/t", "expires_at": "2026-09-28T14:13:20.000Z", "session": "S"}
    with pytest.raises(CoreRefused, match="No customer has the number 1"):
        await core.ask(control.DialogLink(script="meter-reading", customer="1"))
    assert asked == [("meter-reading", "4711", 3), ("meter-reading", "1", 14)]
