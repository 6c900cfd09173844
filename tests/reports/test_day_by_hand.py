"""The night in which the clock is changed, lived through by the real rules, and every figure of its reports by hand.

Seconds from the change of the clock. `service`: T = 20 s, ana before bruno, wrap-up 30 s. `experts`: T = 30 s, abandons
against, carla, wrap-up 20 s, too long after 60 s: to service. `night` is closed. All three are ready from -12000 to
4800.

| call | joins  | what becomes of it                                                                             |
|------|--------|------------------------------------------------------------------------------------------------|
| c1   | -10810 | ana from -10790 (T exactly) to -10700                                                          |
| c2   | -10805 | bruno from -10784 (1 s too late) to -10700, on hold for 20 s; wraps up for 10 s only             |
| c3   | -10804 | leaves after 4 s: a short one                                                                  |
| c4   | -10803 | leaves after 20 s: within T exactly                                                            |
| c5   | -10802 | leaves after 60 s                                                                              |
| c19  | -7000  | dialled the mailbox, leaves a message of 12 s: in no queue                                     |
| c6   | -3610  | ana does not answer for 40 s; bruno from -3560 to -3500                                        |
| c7   | -3550  | ana from -3545, a supervisor barges in; passed on to experts at -3400, carla from -3390 to -3300  |
| c8   | -10    | ana from 5 to 100                                                                              |
| c9   | -5     | bruno from 30 (15 s too late) to 120                                                           |
| c10  | 1      | leaves after 4.9 s: a short one                                                                |
| c11  | 2      | leaves after 5.0 s: none                                                                       |
| c12  | 3      | asks to be called back; ana is reserved at 130, they talk from 150 to 200                      |
| c13  | 4      | goes to the mailbox after 6 s, and leaves a message of 10 s                                    |
| c14  | 3590   | experts: carla from 3625 (5 s too late) to 3700                                                |
| c15  | 3595   | experts: leaves after 10 s                                                                     |
| c16  | 3598   | experts: too long after 60 s; in service ana from 3663 (waited 65 s) to 3680                   |
| c17  | 3660   | bruno from 3670, whose line is lost at 3700; ana from 3715 to 3770                             |
| c18  | 3720   | night: closed                                                                                  |
| c20  | 3900   | ana from 3902; passed on to bruno himself at 3950, who has it from 3955 to 4000                |
| c21  | 4040   | experts: leaves after 31 s, while carla's phone rings                                          |
| c22  | 4200   | ana from 4205; passed on to experts at 4230, carla is at lunch, leaves there at 4260           |
"""

import json
import shlex
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from server.call.facts import Entry
from server.call.now import Now
from server.commands.app import main
from server.config.site import SiteFile
from server.records.agent_day import AgentDay
from server.records.book import Book
from server.records.figure_book import FigureBook
from server.records.summary import Terms
from server.reports.definition import Definition
from server.reports.table import Asked, Table, figures_table
from tests.callflow.transcript import EPOCH, Runner, site_of
from tests.reports.filled import fill

SITE = {
    "site": {"name": "By hand", "country": "DE"},
    "sip": {"domain": "caruso.test"},
    "trunk": [{"name": "pstn", "target": "10.0.0.1:5060"}],
    "number": [
        {"dial": "800", "to": "queue:service"},
        {"dial": "801", "to": "queue:experts"},
        {"dial": "802", "to": "queue:night"},
        {"dial": "850", "to": "voicemail:box"},
    ],
    "queue": [
        {
            "id": "service", "strategy": "top-down", "ring_seconds": 40, "wrap_up_seconds": 30,
            "service_level_seconds": 20,
            "exit": [{"key": "1", "to": "call-back"}, {"key": "2", "to": "voicemail:box"}],
        },
        {
            "id": "experts", "ring_seconds": 40, "wrap_up_seconds": 20, "service_level_seconds": 30,
            "service_level_abandons": "against", "max_wait_seconds": 60, "when_too_long": "queue:service",
        },
        {"id": "night", "hours": ["wed 12:00-13:00"]},
    ],
    "mailbox": [{"id": "box", "pin": "4711"}],
    "agent": [
        {"id": "ana", "queues": ["service"], "phone": "sip:ana@10.0.0.7"},
        {"id": "bruno", "queues": ["service"], "phone": "sip:bruno@10.0.0.8"},
        {"id": "carla", "queues": ["experts"], "phone": "sip:carla@10.0.0.9"},
        {"id": "sam", "role": "supervisor", "phone": "sip:sam@10.0.0.6"},
    ],
    "reason": [{"id": "lunch", "name": "Lunch"}],
}  # fmt: skip
STORY = """
-12000 ready ana
-12000 ready bruno
-12000 ready carla
-10810 arrived c1 +491 800
-10810 answered c1 customer
-10805 arrived c2 +492 800
-10805 answered c2 customer
-10804 arrived c3 +493 800
-10804 answered c3 customer
-10803 arrived c4 +494 800
-10803 answered c4 customer
-10802 arrived c5 +495 800
-10802 answered c5 customer
-10800 released c3 customer
-10790 answered c1 agent-1
-10784 answered c2 agent-1
-10783 released c4 customer
-10770 hold bruno on
-10750 hold bruno off
-10742 released c5 customer
-10700 released c1 customer
-10700 released c2 agent-1
-10690 finish bruno
-10670 time
-7000 arrived c19 +499 850
-7000 answered c19 customer
-6990 played c19 customer mailbox-1
-6978 released c19 customer
-6978 recorded c19 box/c19-1 12 hang-up
-3610 arrived c6 +496 800
-3610 answered c6 customer
-3605 rings c6 agent-1
-3570 released c6 agent-1 no-answer
-3560 answered c6 agent-2
-3555 ready ana
-3550 arrived c7 +497 800
-3550 answered c7 customer
-3545 answered c7 agent-1
-3540 watch sam c7 barge
-3535 answered c7 supervisor-1
-3500 released c6 customer
-3470 time
-3450 watch sam c7
-3400 transfer c7 queue:experts
-3390 answered c7 agent-2
-3370 time
-3300 released c7 customer
-3280 time
-10 arrived c8 +498 800
-10 answered c8 customer
-5 arrived c9 +499 800
-5 answered c9 customer
1 arrived c10 +4910 800
1 answered c10 customer
2 arrived c11 +4911 800
2 answered c11 customer
3 arrived c12 +4912 800
3 answered c12 customer
3.5 digit c12 customer 1
3.6 digit c12 customer 1
4 arrived c13 +4913 800
4 answered c13 customer
4.5 played c12 customer thanks
5 answered c8 agent-1
5.9 released c10 customer
7 released c11 customer
10 digit c13 customer 2
20 played c13 customer mailbox-1
30 released c13 customer
30 recorded c13 box/c13-1 10 hang-up
30 answered c9 agent-1
100 released c8 customer
120 released c9 customer
130 time
130 taken c12 1
135 answered c12 agent-1
150 answered c12 customer
150 time
200 released c12 customer
230 time
3590 arrived c14 +4914 801
3590 answered c14 customer
3595 arrived c15 +4915 801
3595 answered c15 customer
3598 arrived c16 +4916 801
3598 answered c16 customer
3605 released c15 customer
3625 answered c14 agent-1
3658 time
3660 arrived c17 +4917 800
3660 answered c17 customer
3663 answered c16 agent-1
3670 answered c17 agent-1
3680 released c16 customer
3700 released c14 customer
3700 released c17 agent-1 media-lost
3710 time
3715 answered c17 agent-2
3720 time
3720 arrived c18 +4918 802
3720 answered c18 customer
3725 played c18 customer goodbye
3730 time
3770 released c17 customer
3800 time
3900 arrived c20 +4920 800
3900 answered c20 customer
3902 answered c20 agent-1
3950 transfer c20 agent:bruno
3955 answered c20 agent-2
3980 time
4000 released c20 customer
4030 time
4040 arrived c21 +4921 801
4040 answered c21 customer
4045 rings c21 agent-1
4071 released c21 customer
4100 not-ready carla lunch
4200 arrived c22 +491 800
4200 answered c22 customer
4205 answered c22 agent-1
4230 transfer c22 queue:experts
4260 time
4260 released c22 customer
4300 ready carla
4800 logout ana
4800 logout bruno
4800 logout carla
"""
CHANGES = {
    # zone and moment of the change: local midnight, and how the hours of the night are called
    ("Europe/Berlin", "2027-10-31T01:00:00+00:00"): (
        -10800, ["23:00+02:00", "00:00+02:00", "01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00"],
    ),
    ("Europe/Berlin", "2027-03-28T01:00:00+00:00"): (
        -7200, ["22:00+01:00", "23:00+01:00", "00:00+01:00", "01:00+01:00", "03:00+02:00", "04:00+02:00"],
    ),
    # the clock is changed at midnight, as it was in São Paulo
    ("America/Santiago", "2027-04-04T03:00:00+00:00"): (
        3600, ["20:00-03:00", "21:00-03:00", "22:00-03:00", "23:00-03:00", "23:00-04:00", "00:00-04:00"],
    ),
    ("America/Santiago", "2027-09-05T04:00:00+00:00"): (
        0, ["20:00-04:00", "21:00-04:00", "22:00-04:00", "23:00-04:00", "01:00-03:00", "02:00-03:00"],
    ),
}  # fmt: skip
TWO_HOURS = [
    ["22:00+02:00", "00:00+02:00", "02:00+02:00"],
    ["22:00+01:00", "00:00+01:00", "03:00+02:00", "04:00+02:00"],
    ["20:00-03:00", "22:00-03:00", "00:00-04:00"],
    ["20:00-04:00", "22:00-04:00", "01:00-03:00", "02:00-03:00"],
]
COUNTED = (
    "offered", "answered", "within", "abandoned", "short_abandoned", "overflowed", "call_back", "call_back_reached",
    "voicemail", "other", "missed", "transferred", "transferred_in", "transferred_lost", "handled",
    "queue_talk_seconds", "queue_hold_seconds", "queue_wrap_up_seconds",
)  # fmt: skip
RATED = (
    "service_level", "abandon_rate", "asa_seconds", "abandon_wait_seconds", "longest_wait_seconds", "aht_seconds",
    "connected_seconds",
)  # fmt: skip
QUARTERS: dict[tuple[str, int], dict[str, object]] = {
    # in each line the counts come first, then what is worked out of them
    ("service", -11700): {
        "offered": 5, "answered": 2, "within": 1, "abandoned": 2, "short_abandoned": 1, "handled": 2,
        "queue_talk_seconds": 90 + 64, "queue_hold_seconds": 20, "queue_wrap_up_seconds": 30 + 10,
        "service_level": 1 / (2 + 3 - 2), "abandon_rate": 2 / (5 - 1), "asa_seconds": (20 + 21) / 2,
        "abandon_wait_seconds": (4 + 20 + 60) / 3, "longest_wait_seconds": 60,
        "aht_seconds": (90 + 30 + 64 + 20 + 10) / 2, "connected_seconds": (90 + 84) / 2,
    },
    ("service", -4500): {
        "offered": 1, "answered": 1, "missed": 1, "handled": 1, "queue_talk_seconds": 60, "queue_wrap_up_seconds": 30,
        "service_level": 0, "abandon_rate": 0, "asa_seconds": 50, "longest_wait_seconds": 50,
        "aht_seconds": 90, "connected_seconds": 60,
    },
    ("service", -3600): {
        "offered": 1, "answered": 1, "within": 1, "transferred": 1, "handled": 1, "queue_talk_seconds": 145,
        "queue_wrap_up_seconds": 30,
        "service_level": 1, "abandon_rate": 0, "asa_seconds": 5, "longest_wait_seconds": 5,
        "aht_seconds": 175, "connected_seconds": 145,
    },
    ("service", -900): {
        "offered": 2, "answered": 2, "within": 1, "handled": 2, "queue_talk_seconds": 95 + 90,
        "queue_wrap_up_seconds": 60,
        "service_level": 1 / 2, "abandon_rate": 0, "asa_seconds": (15 + 35) / 2, "longest_wait_seconds": 35,
        "aht_seconds": (125 + 120) / 2, "connected_seconds": (95 + 90) / 2,
    },
    ("service", 0): {
        "offered": 4, "abandoned": 1, "short_abandoned": 1, "call_back": 1, "call_back_reached": 1, "voicemail": 1,
        "handled": 1, "queue_talk_seconds": 50, "queue_wrap_up_seconds": 30,
        "abandon_rate": 1 / (4 - 1), "abandon_wait_seconds": (4.9 + 5) / 2, "longest_wait_seconds": 6,
        "aht_seconds": 80, "connected_seconds": 50,
    },
    ("service", 3600): {
        "offered": 4, "answered": 4, "within": 3, "transferred": 2, "handled": 6,
        "queue_talk_seconds": 17 + 30 + 55 + 48 + 45 + 25, "queue_wrap_up_seconds": 6 * 30,
        "service_level": 3 / 4, "abandon_rate": 0, "asa_seconds": (65 + 10 + 2 + 5) / 4, "longest_wait_seconds": 65,
        "aht_seconds": (220 + 180) / 6, "connected_seconds": 220 / 6,
    },
    ("experts", -3600): {
        "transferred_in": 1, "handled": 1, "queue_talk_seconds": 90, "queue_wrap_up_seconds": 20,
        "longest_wait_seconds": 0, "aht_seconds": 110, "connected_seconds": 90,
    },
    ("experts", 2700): {
        "offered": 3, "answered": 1, "abandoned": 1, "overflowed": 1, "handled": 1, "queue_talk_seconds": 75,
        "queue_wrap_up_seconds": 20,
        "service_level": 0, "abandon_rate": 1 / 3, "asa_seconds": 35, "abandon_wait_seconds": 10,
        "longest_wait_seconds": 35, "aht_seconds": 95, "connected_seconds": 75,
    },
    ("experts", 3600): {
        "offered": 1, "abandoned": 1, "transferred_in": 1, "transferred_lost": 1,
        "service_level": 0, "abandon_rate": 1, "abandon_wait_seconds": 31, "longest_wait_seconds": 31,
    },
    ("night", 3600): {"offered": 1, "other": 1, "abandon_rate": 0, "longest_wait_seconds": 0},
}  # fmt: skip
LOGGED_IN = 12_000 + 4_800
WORK = {  # calls, offers, missed, passed on; ringing, talk, hold, wrap-up, not ready
    "ana": (
        8, 9, 1, 3,
        20 + 40 + 5 + 15 + 20 + 5 + 5 + 2 + 5, 90 + 145 + 95 + 50 + 17 + 55 + 48 + 25, 0, 8 * 30, 15,
    ),
    "bruno": (5, 5, 0, 0, 21 + 10 + 35 + 10 + 5, 64 + 60 + 90 + 30 + 45, 20, 10 + 4 * 30, 0),
    "carla": (2, 3, 0, 0, 10 + 35 + 31, 90 + 75, 0, 20 + 20, 200),
}  # fmt: skip


class Night(Runner):
    """The story's clock."""

    def __init__(self, zone: str, change: str) -> None:
        self.change = datetime.fromisoformat(change).timestamp()
        super().__init__(site_of(SITE | {"site": SITE["site"] | {"time_zone": zone}}))  # type: ignore[operator]

    @property
    def now(self) -> Now:
        wall = self.change + self.time
        return Now(wall, EPOCH.mono + wall - EPOCH.wall)

    @property
    def told(self) -> list[Entry]:
        """The ledger without the core's start, months before."""
        return [entry for entry in self.ledger if entry.at.wall > EPOCH.wall]


@cache
def lived(zone: str, change: str) -> Night:
    night = Night(zone, change)
    for line in STORY.strip().splitlines():
        seconds, *words = shlex.split(line)
        night.time = float(seconds)
        night.line(words)
    return night


def reported(night: Night, source: str, group: list[str], columns: tuple[str, ...], **asked: object) -> Table:
    site: SiteFile = night.site
    terms = Terms.of(site, ZoneInfo(site.site.time_zone))
    book = FigureBook(terms.zone, terms.service_seconds)
    book.take(night.told)
    cells = book.cells_at(night.now)
    definition = Definition(title="By hand", source=source, group=group, columns=list(columns))  # type: ignore[arg-type]
    period = Asked(start=night.change - 14_400, end=night.change + 7_200, **asked)  # type: ignore[arg-type]
    return figures_table(definition, cells, terms, period)


def expected(line: dict[str, object]) -> dict[str, object]:
    """A line by hand; what it does not name is 0, or cannot be worked out."""
    whole: dict[str, object] = dict.fromkeys(COUNTED, 0) | dict.fromkeys(RATED)
    return whole | line


def almost(line: dict[str, object]) -> dict[str, object]:
    return {name: pytest.approx(value, abs=0.0006) if value else value for name, value in line.items()}


@pytest.fixture(params=CHANGES, ids=lambda change: f"{change[0]} {change[1][:10]}")
def change(request: pytest.FixtureRequest) -> tuple[str, str]:
    chosen: tuple[str, str] = request.param
    return chosen


def test_every_figure_of_every_quarter_of_an_hour(change: tuple[str, str]) -> None:
    night = lived(*change)
    table = reported(night, "queues", ["queue", "interval"], COUNTED + RATED)
    names = [column.name for column in table.columns[2:]]
    got = {}
    for queue, begins, *figures in table.rows:
        line = dict(zip(names, figures, strict=True))
        if any(line[name] for name in COUNTED):
            got[queue, round(datetime.fromisoformat(str(begins)).timestamp() - night.change)] = line
    assert got.keys() == QUARTERS.keys()
    for key, line in got.items():
        assert line == almost(expected(QUARTERS[key])), key  # type: ignore[index]


def test_the_day_is_the_sum_of_its_quarters_and_ends_at_local_midnight(change: tuple[str, str]) -> None:
    night, (midnight, _) = lived(*change), CHANGES[change]
    table = reported(night, "queues", ["queue", "interval"], COUNTED, interval_seconds=86_400)
    got = {
        (queue, datetime.fromisoformat(str(begins)).timestamp() - night.change >= midnight): figures
        for queue, begins, *figures in table.rows
        if any(figures)
    }
    for (queue, is_after), figures in got.items():
        lines = [
            line for (named, start), line in QUARTERS.items() if named == queue and (start >= midnight) is is_after
        ]
        assert figures == [sum(line.get(name, 0) for line in lines) for name in COUNTED]  # type: ignore[misc]
    assert got.keys() == {(queue, start >= midnight) for queue, start in QUARTERS}
    assert {str(begins)[11:19] for _, begins, *_ in table.rows} <= {"00:00:00", "01:00:00"}


@pytest.mark.parametrize("length", [3600, 7200])
def test_intervals_have_the_names_that_a_clock_on_the_wall_shows(change: tuple[str, str], length: int) -> None:
    table = reported(lived(*change), "queues", ["interval"], ("offered",), interval_seconds=length)
    names = CHANGES[change][1] if length == 3600 else TWO_HOURS[list(CHANGES).index(change)]
    assert [str(begins)[11:16] + str(begins)[19:] for begins, _ in table.rows] == names
    assert sum(int(str(offered)) for _, offered in table.rows) == 22


def test_every_figure_of_every_agent(change: tuple[str, str]) -> None:
    columns = (
        "calls", "agent_offered", "agent_missed", "agent_transferred", "ringing_seconds", "talk_seconds",
        "hold_seconds", "wrap_up_seconds", "not_ready_seconds", "idle_seconds", "logged_in_seconds", "occupancy",
        "utilisation", "handling_seconds", "agent_connected_seconds",
    )  # fmt: skip
    table = reported(lived(*change), "agents", ["agent"], columns)
    assert [row[0] for row in table.rows] == list(WORK)
    for agent, *figures in table.rows:
        calls, *counts, rings, talk, hold, wrap_up, away = WORK[str(agent)]
        idle = LOGGED_IN - rings - talk - hold - wrap_up - away
        work = talk + hold + wrap_up
        by_hand = [
            calls, *counts, rings, talk, hold, wrap_up, away, idle, LOGGED_IN, work / (work + idle),
            (talk + hold) / (work + idle), work / calls, (talk + hold) / calls,
        ]  # fmt: skip
        assert figures == [pytest.approx(value, abs=0.0006) for value in by_hand], agent


def test_occupancy_is_of_the_time_that_passed_in_the_interval(change: tuple[str, str]) -> None:
    """From 0 to 900: ana rings till 5 and from 130 to 150, bruno till 30; free from 230 and from 150 on."""
    night = lived(*change)
    columns = ("occupancy", "utilisation", "not_ready_seconds", "logged_in_seconds")
    table = reported(night, "queues", ["queue", "interval"], columns, queues=frozenset(["service"]))
    rows = {datetime.fromisoformat(str(row[1])).timestamp() - night.change: row[2:] for row in table.rows}
    talk, wrap_up, idle = 95 + 50 + 90, 30 + 30 + 30, 670 + 750
    base = talk + wrap_up + idle
    assert rows[0] == [pytest.approx((talk + wrap_up) / base, abs=1e-6), pytest.approx(talk / base, abs=1e-6), 0, 1800]
    assert rows[-3600][2] == 15, "ana did not answer, until she came back"
    assert rows[-11700][3] == 2 * 900
    assert rows[-12600][3] == 2 * 300, "they logged in in the middle of it"
    assert rows[900] == [0, 0, 0, 1800]


@pytest.mark.parametrize("agent", WORK)
def test_the_agents_days_are_cut_at_local_midnight(change: tuple[str, str], agent: str) -> None:
    night, (midnight, _) = lived(*change), CHANGES[change]
    book = Book(ZoneInfo(night.site.site.time_zone))
    book.take(night.told)
    today = book.agent_day(agent, night.now)
    yesterday = book.agents[agent].before
    assert isinstance(today, AgentDay)
    assert isinstance(yesterday, AgentDay)
    assert (yesterday.logged_in_seconds, today.logged_in_seconds) == (12_000 + midnight, 4_800 - midnight)
    both = [
        (yesterday.calls + today.calls, yesterday.offered + today.offered, yesterday.missed + today.missed),
        yesterday.talk_seconds + today.talk_seconds,
        yesterday.wrap_up_seconds + today.wrap_up_seconds,
    ]
    assert both == [WORK[agent][:3], WORK[agent][5], WORK[agent][7]]
    first = datetime.fromisoformat(str(yesterday.first_log_in_at)).timestamp() - night.change
    last = datetime.fromisoformat(str(today.last_log_out_at)).timestamp() - night.change
    assert (first, last) == (-12_000, 4_800)


TOML = """
[site]
time_zone = "{zone}"
country = "DE"
[[queue]]
id = "service"
service_level_seconds = 20
[[queue]]
id = "experts"
service_level_seconds = 30
service_level_abandons = "against"
[[queue]]
id = "night"
hours = ["wed 12:00-13:00"]
[[agent]]
id = "ana"
queues = ["service"]
phone = "sip:ana@192.0.2.1"
[[agent]]
id = "bruno"
queues = ["service"]
phone = "sip:bruno@192.0.2.1"
[[agent]]
id = "carla"
queues = ["experts"]
phone = "sip:carla@192.0.2.1"
"""


def test_the_command_says_the_same(change: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a real database, in intervals of an hour: six of them, in each local day those that lie in it."""
    night = lived(*change)
    data, site = tmp_path / "data", tmp_path / "site.toml"
    fill(data, [replace(entry, position=place) for place, entry in enumerate(night.told, 1)])
    site.write_text(TOML.format(zone=change[0]), encoding="utf-8")
    zone = ZoneInfo(change[0])
    begins, ends = (datetime.fromtimestamp(night.change + at, zone).isoformat() for at in (-14_400, 7_200))
    words = ["report", "calls", "--data", str(data), "--site", str(site), "--from", begins, "--to", ends]
    status = main([*words, "--interval", "1h", "--format", "json"])
    written = capsys.readouterr()
    assert (status, written.err) == (0, "")
    shown = json.loads(written.out)
    names = [column["name"] for column in shown["columns"]]
    counted = [name for name in names if name in COUNTED]
    got = {}
    for row in shown["rows"]:
        line = dict(zip(names, row, strict=True))
        if any(line[name] for name in counted):
            start = datetime.fromisoformat(line["interval"])
            assert line["interval"][11:16] + line["interval"][19:] in CHANGES[change][1]
            got[line["queue"], round(start.timestamp() - night.change)] = [line[name] for name in counted]
    by_hand: dict[tuple[str, int], list[int]] = {}
    for (queue, start), quarter in QUARTERS.items():
        hour = by_hand.setdefault((queue, start // 3600 * 3600), [0] * len(counted))
        for place, name in enumerate(counted):
            hour[place] += quarter.get(name, 0)  # type: ignore[operator]
    assert got == {key: hour for key, hour in by_hand.items() if any(hour)}


def test_messages_of_both_ways_into_the_mailbox(change: tuple[str, str]) -> None:
    table = reported(lived(*change), "mailboxes", ["mailbox"], ("messages", "messages_urgent", "message_mean_seconds"))
    assert table.rows == [["box", 2, 0, (12 + 10) / 2]]


def test_customers_who_called_twice(change: tuple[str, str]) -> None:
    """+491 is c1 and c22 (taken first, and left by the caller afterwards), +499 is c19 (in no queue) and c9."""
    columns = ("customer_calls", "customer_answered", "customer_abandoned", "customer_wait_seconds",
               "customer_talk_seconds", "customer_transferred")  # fmt: skip
    table = reported(lived(*change), "customers", ["customer"], columns)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["+491"] == [2, 2, 1, (20 + 5) / 2, 90 + 25, 1]
    assert rows["+499"] == [2, 1, 0, 35 / 2, 90, 0]
    assert rows["+4917"] == [1, 1, 0, 10, 30 + 55, 0]
    assert len(rows) == 22 - 2
