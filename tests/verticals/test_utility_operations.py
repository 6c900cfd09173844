"""The utility company's operations: what they do, that they do it once, and what they refuse."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from scriptengine.interfaces import ServiceInterface, load_interfaces
from servicekit import Offer, Refused
from servicekit.offer import ArgumentsRefused
from verticals.utility.service import samples
from verticals.utility.service.__main__ import main, offers
from verticals.utility.service.complaints import working_days_later
from verticals.utility.service.outages import restored
from verticals.utility.service.store import KEYS_KEPT_DAYS, KeyReused, Store

SATURDAY_NOON = datetime.fromisoformat("2026-01-31T12:00:00")
ROOT = Path(__file__).parents[2]
METER, CUSTOMER, UNREAD = 20010017, 10010017, 20010150
CARD, BIRTH = "4000123412341234", "1980-05-17"


class Company:
    """The service without a connection: asked as the connection would, with what JSON can say."""

    def __init__(self, folder: Path) -> None:
        self.time = SATURDAY_NOON
        self.file = folder / "service.db"
        self.open()
        samples.fill(self.store)
        self._asked = 0

    def open(self) -> None:
        self.store = Store(self.file, lambda: self.time)
        self.offers: dict[str, Offer] = {offer.interface: offer for offer in offers(self.store)}

    def ask(self, what: str, key: str | None = None, /, **arguments: Any) -> Any:
        """`key` None: a new one."""
        self._asked += 1
        interface, _, operation = what.partition(".")
        bound = (
            self.offers[interface].operations[operation].bound(arguments, f"s:{self._asked}" if key is None else key)
        )
        return json.loads(json.dumps(bound(), default=lambda value: value.isoformat()))

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.file) as db:
            return list(db.execute(f"SELECT * FROM {table}"))


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    yield made
    made.store.close()


def test_it_offers_exactly_what_the_scripts_may_call(company: Company):
    known = load_interfaces([ROOT / "dialogs" / "interfaces.toml"]).services
    assert set(company.offers) <= set(known)
    for name, offer in company.offers.items():
        interface: ServiceInterface = known[name]
        assert offer.version == interface.version
        assert set(offer.operations) == set(interface.operations)


# -- outages ----------------------------------------------------------------------------------------------------------


def test_a_known_outage_has_a_time_while_the_forecast_holds(company: Company):
    assert company.ask("outages.find_outage", postcode="01310100") == {
        "known": True, "has_time": True, "until": "15:00:00",
    }  # fmt: skip
    nobody_knows = {"known": True, "has_time": False, "until": None}
    assert company.ask("outages.find_outage", postcode="04538133") == nobody_knows
    company.time += timedelta(hours=3)
    assert company.ask("outages.find_outage", postcode="01310-100") == nobody_knows
    assert company.ask("outages.find_outage", postcode="20040002")["known"] is False


def test_the_same_place_and_scope_have_one_ticket_while_it_is_open(company: Company):
    report = {"postcode": "20040002", "scope": "street", "danger": False}
    ticket = company.ask("outages.report_outage", **report)
    assert company.ask("outages.report_outage", **report | {"danger": True}) == ticket
    assert company.ask("outages.report_outage", **report | {"scope": "home"}) != ticket
    assert company.ask("outages.find_outage", postcode="20040002")["known"] is True
    assert restored(company.store, "20040-002") == []
    assert company.ask("outages.report_outage", **report) != ticket
    assert [row[3] for row in company.rows("outages") if row[1] == "20040002"] == [1, 0, 0]


def test_an_outage_of_one_home_is_not_known_to_the_neighbours(company: Company):
    company.ask("outages.report_outage", postcode="20040002", scope="home", danger=False)
    company.ask("outages.report_outage", postcode="20040002", scope="unsure", danger=False)
    assert company.ask("outages.find_outage", postcode="20040002")["known"] is False


def test_who_wants_a_message_is_kept_once_and_told_when_power_is_back(
    company: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for phone in ("11987654321", "(11) 98765-4321", "+55 11 98765 4321"):
        assert company.ask("outages.notify", postcode="01310100", phone=phone) == {}
    with pytest.raises(Refused, match="no outage any more"):
        company.ask("outages.notify", postcode="20040002", phone="11987654321")
    assert main(["--db", str(company.file), "--restored", "01310-100"]) == 0
    assert capsys.readouterr().out.split() == ["+5511987654321", "11987654321"]
    assert company.ask("outages.find_outage", postcode="01310100")["known"] is False
    assert restored(company.store, "01310100") == []


# -- meters -----------------------------------------------------------------------------------------------------------


def test_meters_are_found_with_their_last_reading(company: Company):
    assert company.ask("meters.find_meter", meter=METER) == {"found": True, "last": 20418}
    assert company.ask("meters.find_meter", meter=UNREAD) == {"found": True, "last": None}
    assert company.ask("meters.find_meter", meter=99999999) == {"found": False, "last": None}


def test_one_reading_for_each_day_the_newer_corrects(company: Company):
    reading = {"meter": METER, "value": 20600, "day": "2026-01-30"}
    receipt = company.ask("meters.submit_reading", **reading)
    assert company.ask("meters.submit_reading", **reading) == receipt
    assert company.ask("meters.submit_reading", **reading | {"value": 20590}) == receipt
    assert company.ask("meters.find_meter", meter=METER)["last"] == 20590
    assert company.ask("meters.submit_reading", **reading | {"day": "2026-01-31"}) != receipt


def test_a_late_repeat_does_not_undo_a_correction(company: Company):
    reading = {"meter": METER, "value": 20600, "day": "2026-01-30"}
    first = company.ask("meters.submit_reading", "first", **reading)
    company.ask("meters.submit_reading", "second", **reading | {"value": 20590})
    assert company.ask("meters.submit_reading", "first", **reading) == first
    assert company.ask("meters.find_meter", meter=METER)["last"] == 20590


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"meter": 99999999}, "do not know this meter"),
        ({"day": "2026-02-02"}, "in the future"),
        ({"day": "2024-12-31"}, "more than a year"),
        ({"value": 20417}, "showed 20418 before"),
        ({"value": 20419, "day": "2025-12-20"}, "showed 20418 after"),
    ],
)
def test_readings_that_cannot_be_are_refused_in_a_sentence(company: Company, change: dict[str, Any], why: str):
    before = company.rows("readings")
    with pytest.raises(Refused, match=why):
        company.ask("meters.submit_reading", **{"meter": METER, "value": 20600, "day": "2026-01-30"} | change)
    assert company.rows("readings") == before


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30_000)), max_size=12))
def test_a_meter_only_counts_up(tmp_path_factory: pytest.TempPathFactory, tries: list[tuple[int, int]]):
    company = Company(tmp_path_factory.mktemp("meters"))
    for days_ago, value in tries:
        day = (SATURDAY_NOON - timedelta(days=days_ago)).date().isoformat()
        try:
            company.ask("meters.submit_reading", meter=UNREAD, value=value, day=day)
        except Refused:
            continue
    shown = [(row[2], row[3]) for row in company.rows("readings") if row[1] == UNREAD]
    assert [value for _, value in sorted(shown)] == sorted(value for _, value in shown)
    assert len({day for day, _ in shown}) == len(shown)
    company.store.close()


# -- contracts, complaints, consents ----------------------------------------------------------------------------------


def test_one_move_for_each_customer_and_day_with_the_newer_address(company: Company):
    move = {"customer": CUSTOMER, "day": "2026-02-14", "postcode": "01310-100", "number": 12}
    reference = company.ask("contracts.register_move", **move, reading=20700)
    assert company.ask("contracts.register_move", **move | {"number": 14}) == reference
    assert company.ask("contracts.register_move", **move | {"day": "2026-02-15"}) != reference
    assert company.rows("moves")[0] == (1, CUSTOMER, "2026-02-14", "01310100", 14, 20700)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"customer": 99999999}, "no contract"),
        ({"day": "2026-01-29"}, "is over"),
        ({"day": "2027-02-02"}, "a year away"),
    ],
)
def test_moves_that_cannot_be_are_refused(company: Company, change: dict[str, Any], why: str):
    move = {"customer": CUSTOMER, "day": "2026-02-14", "postcode": "01310100", "number": 12}
    with pytest.raises(Refused, match=why):
        company.ask("contracts.register_move", **move | change)
    assert company.rows("moves") == []


def test_one_complaint_for_each_session_as_it_was_said_last(company: Company):
    said = {"customer": CUSTOMER, "about": "bill", "wish": "explain", "urgent": False, "note": "Zu hoch"}
    first = company.ask("complaints.file", "session-1:7:0:aa", **said)
    assert first == {"reference": "C-00001", "answer_by": "2026-02-06"}
    assert company.ask("complaints.file", "session-1:7:0:bb", **said | {"wish": "money"}) == first
    other = company.ask("complaints.file", "session-2:7:0:aa", **said | {"urgent": True})
    assert other == {"reference": "C-00002", "answer_by": "2026-02-02"}
    assert [row[4] for row in company.rows("complaints")] == ["money", "explain"]
    unnamed = [company.ask("complaints.file", "", **said)["reference"] for _ in range(2)]
    assert unnamed == ["C-00003", "C-00004"]


def test_a_complaint_that_becomes_urgent_is_answered_earlier_and_never_later(company: Company):
    said = {"customer": CUSTOMER, "about": "outage", "wish": "correct", "urgent": False}
    company.ask("complaints.file", "s:1", **said)
    assert company.ask("complaints.file", "s:2", **said | {"urgent": True})["answer_by"] == "2026-02-02"
    assert company.ask("complaints.file", "s:3", **said)["answer_by"] == "2026-02-02"


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 30))
def test_working_days_are_counted(day: date, count: int):
    later = working_days_later(day, count)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(one.weekday() < 5 for one in between) == count
    assert later.weekday() < 5


def test_the_latest_word_on_advertising_counts(company: Company):
    for allowed, minutes in ((True, 0), (True, 5), (False, 10), (False, 15)):
        company.time = SATURDAY_NOON + timedelta(minutes=minutes)
        assert company.ask("consents.record", customer=CUSTOMER, topic="offers", allowed=allowed) == {}
    assert company.rows("consents") == [(CUSTOMER, "offers", 0, "2026-01-31T12:10:00")]


# -- cards ------------------------------------------------------------------------------------------------------------


def test_a_card_is_identified_blocked_and_replaced_once(company: Company):
    assert company.ask("cards.order_replacement", card=CARD) == {"ordered": False}
    assert company.ask("cards.identify", card=CARD, birth=BIRTH) == {"matches": True}
    blocked = company.ask("cards.block", card=CARD, reason="lost")
    assert blocked == {"blocked": True, "reference": "B-00001"}
    company.time += timedelta(hours=1)
    assert company.ask("cards.block", card=CARD, reason="stolen") == blocked
    assert company.ask("cards.order_replacement", card=CARD) == {"ordered": True}
    company.time += timedelta(hours=1)
    assert company.ask("cards.order_replacement", card=CARD) == {"ordered": True}
    assert company.rows("cards")[0][5:] == ("2026-01-31T12:00:00", "lost", "2026-01-31T13:00:00")


def test_of_a_number_that_is_not_ours_nothing_is_told(company: Company):
    assert company.ask("cards.identify", card="4000000000000000", birth=BIRTH) == {"matches": False}
    assert company.ask("cards.block", card="4000000000000000", reason="lost") == {"blocked": False, "reference": None}
    assert company.ask("cards.order_replacement", card="4000000000000000") == {"ordered": False}


def test_wrong_tries_are_counted_by_the_service_until_the_next_day(company: Company):
    for number in range(5):
        assert company.ask("cards.identify", f"same:{number}", card=CARD, birth="1980-05-18")["matches"] is False
        assert company.ask("cards.identify", f"same:{number}", card=CARD, birth="1980-05-18")["matches"] is False
    assert company.rows("cards")[0][3] == 5, "the same key counts once"
    assert company.ask("cards.identify", card=CARD, birth=BIRTH)["matches"] is False, "too many today"
    company.time += timedelta(days=1)
    assert company.ask("cards.identify", card=CARD, birth=BIRTH)["matches"] is True
    assert company.rows("cards")[0][3] == 0


def test_card_numbers_are_not_in_the_database(company: Company):
    company.ask("cards.identify", card=CARD, birth=BIRTH)
    company.ask("cards.block", card=CARD, reason="lost")
    company.store.close()
    assert CARD.encode() not in b"".join(file.read_bytes() for file in company.file.parent.iterdir())
    key = company.file.with_name("service.db.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    company.open()
    assert company.ask("cards.identify", card=CARD, birth=BIRTH) == {"matches": True}


# -- keys, arguments, the program -------------------------------------------------------------------------------------


def test_a_key_is_answered_as_it_was_also_after_a_restart_until_it_is_forgotten(company: Company):
    report = {"postcode": "20040002", "scope": "street", "danger": False}
    ticket = company.ask("outages.report_outage", "k:1", **report)
    restored(company.store, "20040002")
    company.store.close()
    company.open()
    assert company.ask("outages.report_outage", "k:1", **report) == ticket
    with pytest.raises(KeyReused):
        company.ask("outages.notify", "k:1", postcode="20040002", phone="11987654321")
    company.time += timedelta(days=KEYS_KEPT_DAYS + 1)
    company.store.close()
    company.open()
    assert company.ask("outages.report_outage", "k:1", **report) != ticket


def test_what_was_refused_is_not_kept_under_its_key(company: Company):
    reading = {"meter": METER, "value": 20600, "day": "2026-02-05"}
    with pytest.raises(Refused):
        company.ask("meters.submit_reading", "k:1", **reading)
    company.time += timedelta(days=5)
    assert company.ask("meters.submit_reading", "k:1", **reading)["receipt"].startswith("R-")


@pytest.mark.parametrize(
    ("what", "arguments"),
    [
        ("outages.find_outage", {"postcode": "'; DROP TABLE outages; --"}),
        ("outages.find_outage", {"postcode": "0" * 13}),
        ("outages.find_outage", {"postcode": ""}),
        ("outages.find_outage", {"postcode": None}),
        ("outages.find_outage", {}),
        ("outages.report_outage", {"postcode": "01310100", "scope": "galaxy", "danger": False}),
        ("outages.report_outage", {"postcode": "01310100", "scope": "home", "danger": "no"}),
        ("outages.notify", {"postcode": "01310100", "phone": "call me"}),
        ("outages.notify", {"postcode": "01310100", "phone": "1" * 25}),
        ("meters.find_meter", {"meter": 2**70}),
        ("meters.find_meter", {"meter": 1.5}),
        ("meters.find_meter", {"meter": True}),
        ("meters.submit_reading", {"meter": METER, "value": -1, "day": "2026-01-30"}),
        ("meters.submit_reading", {"meter": METER, "value": 1_000_000, "day": "2026-01-30"}),
        ("meters.submit_reading", {"meter": METER, "value": 20600, "day": "30.1.2026"}),
        ("meters.submit_reading", {"meter": METER, "value": 20600, "day": "2026-01-30", "key": "mine"}),
        ("contracts.register_move", {"customer": CUSTOMER, "day": "2026-02-14", "postcode": "01310100", "number": 0}),
        ("complaints.file", {"customer": 1, "about": "bill", "wish": "money", "urgent": False}),
        ("complaints.file", {"customer": CUSTOMER, "about": "all", "wish": "money", "urgent": False}),
        (
            "complaints.file",
            {"customer": CUSTOMER, "about": "bill", "wish": "money", "urgent": False, "note": "x" * 5001},
        ),
        ("consents.record", {"customer": CUSTOMER, "topic": "../../etc", "allowed": True}),
        ("cards.identify", {"card": "4000-1234", "birth": BIRTH}),
        ("cards.identify", {"card": CARD, "birth": "1980-02-30"}),
        ("cards.block", {"card": CARD, "reason": "bored"}),
    ],
)
def test_hostile_arguments_are_refused_before_anything_happens(company: Company, what: str, arguments: dict[str, Any]):
    with pytest.raises(ArgumentsRefused, match=what.partition(".")[2]):
        company.ask(what, **arguments)
    assert company.rows("answers") == []


def test_the_samples_are_filled_in_once_and_fit_the_customers(company: Company):
    assert samples.fill(company.store) is False
    numbers = {int(card["number"]) for card in json.loads((ROOT / "verticals/utility/customers.json").read_text())}
    assert {row[1] for row in company.rows("meters")} == numbers


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--url", "http://x/", "--token-file", "TOKEN"], "is no address of a WebSocket"),
        (["--url", "ws://127.0.0.1:1/services/v1", "--token-file", "MISSING"], "No such file"),
        (["--url", "ws://127.0.0.1:1/services/v1", "--token-file", "TOKEN", "--time-zone", "Mars/X"], "Mars/X"),
    ],
)
def test_the_program_says_why_it_cannot_go_on(
    tmp_path: Path, words: list[str], why: str, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "TOKEN").write_text("t")
    words = [str(tmp_path / word) if word in ("TOKEN", "MISSING") else word for word in words]
    assert main(["--db", str(tmp_path / "a.db"), *words]) == 1
    assert why in capsys.readouterr().err
