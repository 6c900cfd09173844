"""The demo's site file, its plan, its measuring, and that it leaves no process behind."""

import itertools
import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from server.config.load import parse_site
from server.demo import stage
from server.demo.once import measured
from server.demo.plan import Customer, plan
from server.demo.processes import descendants
from server.demo.site import Places, SiteUnfit, adapted, as_toml, numbers_for, stars, watcher
from server.demo.story import Line
from server.demo.teller import Teller
from server.phone.sound import write_tone

PLACES = Places(sip_port=5070, web_port=8081, rtp_first=21000)
SITE = """
[site]
name = 'Städtische "Werke"'
[sip]
domain = "works.example"
listen = ["udp:0.0.0.0:5060"]
[storage]
url = "postgresql://db/x"
[web]
listen = "0.0.0.0:80"
public_url = "https://works.example"
dialogs = ["meter-reading"]
[[trunk]]
name = "outside"
target = "sip:trunk.example"
accept_from = ["192.0.2.0/24"]
[[number]]
dial = "100"
to = "queue:service"
[[queue]]
id = "service"
music = "sounds/piano.wav"
wrap_up_seconds = 30
[[agent]]
id = "zoe"
queues = ["service"]
phone = "tel:+491701"
skills = {english = 5}
[[agent]]
id = "bruno"
queues = ["service"]
password = "env:NOT_THERE"
verify = true
[[agent]]
id = "boss"
role = "supervisor"
"""


@pytest.fixture
def site() -> dict:
    passwords = {"zoe": "a", "bruno": "b", "boss": "c"}
    return adapted(tomllib.loads(SITE), Path("/srv/vertical"), PLACES, passwords)


def test_the_adapted_site_is_a_good_site_on_loopback(site: dict):
    read = parse_site(as_toml(site))
    assert read.sip.listen == ["udp:127.0.0.1:5070", "tcp:127.0.0.1:5070"]
    assert read.sip.domain == "works.example"
    assert (read.web.listen, read.web.public_url) == ("127.0.0.1:8081", "")
    assert read.web.dialogs == ["meter-reading"]
    assert (read.media.address, read.media.rtp_ports) == ("127.0.0.1", "21000-21399")
    assert read.storage.url.startswith("sqlite")
    assert [(trunk.target, trunk.accept_from) for trunk in read.trunk] == [("", ["127.0.0.1/32"])]
    assert {agent.phone for agent in read.agent} == {"registered"}
    assert [(agent.password, agent.sip_password) for agent in read.agent] == [("a", "a"), ("b", "b"), ("c", "c")]
    assert read.agent[0].skills == {"english": 5}
    assert read.queue[0].music == "/srv/vertical/sounds/piano.wav"
    assert read.queue[0].wrap_up_seconds == 8
    assert read.site.name == 'Städtische "Werke"'


def test_who_acts_and_who_watches(site: dict):
    assert stars(site) == ["bruno", "zoe"]
    assert watcher(site) == "boss"
    assert numbers_for(site, "zoe") == ["100"]
    with pytest.raises(SiteUnfit, match="no number"):
        numbers_for(site, "boss")


def test_the_plan_is_the_same_for_the_same_seed_and_busy_enough():
    customers = [Customer(f"N{n}", f"+4930{n}") for n in range(8)]
    first, again, other = (list(itertools.islice(plan(seed, customers, ["100", "200"]), 200)) for seed in (1, 1, 2))
    assert first == again != other
    assert first[0].pause_seconds == 0
    assert {call.dialled for call in first} == {"100", "200"}
    assert all(1.5 <= call.pause_seconds <= 15 for call in first[1:])
    assert any(call.patience_seconds < 5 for call in first)
    assert any(not call.customer.name for call in first), "strangers call too"
    for five in zip(*(first[n:] for n in range(5)), strict=False):
        assert len({call.customer.number for call in five}) == 5


def test_one_customer_may_call_again_and_again():
    assert len({call.customer.name for call in itertools.islice(plan(1, [Customer("A", "+49")], ["1"]), 20)}) <= 2


def test_measuring_names_every_fault(tmp_path: Path):
    write_tone(tmp_path / "good.wav", 440)
    heard = measured("agent", tmp_path / "good.wav", 440)
    assert heard.faults == ["it was heard for 2.0 s only"]
    assert (heard.hertz, heard.level_dbfs, heard.longest_gap_ms) == (440.0, -20.0, 0)
    write_tone(tmp_path / "loud.wav", 440, level_dbfs=-10)
    assert "the level is -10.0 dBFS" in measured("agent", tmp_path / "loud.wav", 440).faults
    assert measured("customer", tmp_path / "good.wav", 660).faults == ["no tone of 660 Hz was heard"]


def test_customers_are_read_with_their_first_number_in_e164(tmp_path: Path):
    cards = [{"name": "A", "numbers": ["+491", "2"], "email": "x"}, {"name": "B", "numbers": ["030"]}, {"name": "C"}]
    (tmp_path / "customers.json").write_text(json.dumps(cards))
    assert stage.read_customers(tmp_path / "customers.json") == [Customer("A", "+491")]
    assert stage.read_customers(tmp_path / "none.json") == []


def test_the_teller_speaks_to_people_and_to_programs(capsys: pytest.CaptureFixture[str]):
    line = Line(at=0, call="c1", text="Somebody calls")
    Teller(False).line(line)
    Teller(True).line(line)
    people, programs = capsys.readouterr().out.splitlines()
    assert people == "00:00:00  Somebody calls"
    assert json.loads(programs) == {"event": "story", "at": 0, "call": "c1", "text": "Somebody calls"}


def test_no_process_is_left_over_even_if_it_was_orphaned_and_will_not_listen():
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(99)"
    )
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {stubborn!r}]).stdout; sys.exit()"
    script = f"""
import os, subprocess, sys
from server.demo import processes
processes.POLITE_SECONDS = 0.3
with processes.NoLeftovers():
    with subprocess.Popen([sys.executable, "-c", {parent!r}], stdout=subprocess.PIPE, start_new_session=True) as child:
        child.stdout.readline()
    print(processes.descendants(os.getpid()), flush=True)
print(processes.descendants(os.getpid()), flush=True)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    orphans, left = map(json.loads, done.stdout.splitlines())
    assert len(orphans) == 1
    assert left == []
    with pytest.raises(ProcessLookupError):
        os.kill(orphans[0], 0)


def test_a_demo_without_its_company_says_so(tmp_path: Path):
    done = demo("--once", "--vertical", str(tmp_path))
    assert done.returncode == 1
    assert "cannot read the demo's site" in done.stdout


def test_a_site_that_the_server_refuses_is_shown(tmp_path: Path):
    (tmp_path / "site.toml").write_text(SITE.replace('id = "service"', 'id = "service"\nstrategy = "guess"'))
    done = demo("--once", "--vertical", str(tmp_path))
    assert done.returncode == 1
    assert "The demo failed: the data directory cannot be prepared" in done.stdout
    assert "strategy" in done.stdout


@pytest.mark.parametrize("arguments", [["--seconds", "0"], ["--seconds", "x"], ["--what"]])
def test_wrong_usage(arguments: list[str]):
    assert demo(*arguments).returncode == 2


def test_an_interrupted_start_ends_everything(tmp_path: Path):
    (tmp_path / "site.toml").write_text(SITE.replace("sounds/piano.wav", ""))
    command = [sys.executable, "-m", "server.demo.main", "--once", "--vertical", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        children = descendants(running.pid)
        running.send_signal(signal.SIGINT)
        said = running.stdout.read()
    assert running.returncode == 130, said
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.demo.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
