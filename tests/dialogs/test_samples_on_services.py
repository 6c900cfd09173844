"""The samples on the utility company's real service: its operations and tables, JSON between, every channel."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scriptengine.cli.reading import program_of
from scriptengine.conducting import Session
from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Begin,
    Confirmed,
    Continued,
    Effect,
    Ended,
    Event,
    Item,
    Keyed,
    Perform,
)
from scriptengine.ports import PortError
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock
from servicekit import Refused
from servicekit.offer import ArgumentsRefused
from verticals.utility.service import samples
from verticals.utility.service.__main__ import offers
from verticals.utility.service.store import Store

FOLDER = Path(__file__).parents[2] / "dialogs"
NOON = datetime.fromisoformat("2026-01-31T12:00:00")
HARRIET = {"number": 10010017, "name": "Harriet Vane", "language": "en", "email": "harriet.vane@mail.example"}


class RealServices:
    """The service's operations as a port: what goes in and comes out is what JSON can say."""

    def __init__(self, store: Store) -> None:
        self._offers = {offer.interface: offer for offer in offers(store)}
        self.calls: list[str] = []

    def call(self, perform: Perform) -> Mapping[str, Any]:
        self.calls.append(f"{perform.service}.{perform.operation}")
        arguments = json.loads(msgspec.json.encode(perform.arguments))
        operation = self._offers[perform.service].operations[perform.operation]
        try:
            results = operation.bound(arguments, perform.id)()
        except (Refused, ArgumentsRefused) as refused:
            raise PortError(str(refused)) from None
        return json.loads(msgspec.json.encode(results))  # type: ignore[no-any-return]


class Customer:
    """Answers by the question's id: with keys on the phone, elsewhere in writing."""

    def __init__(self, name: str, channel: str, services: RealServices, known: bool, session: str) -> None:
        program = program_of(FOLDER / f"{name}.xml")
        objects = MemoryObjects(program.interfaces)
        objects.add("Customer", HARRIET)
        self._channel = channel
        self.mails = MemoryServices()
        self.session = Session(program, objects, services, self.mails, SetClock(NOON))
        self.ask: Ask | None = None
        self.ended: Ended | None = None
        self.read: list[str] = []
        caller = {"number": "+447700900101", "customer_id": HARRIET["number"]} if known else None
        self.send(Begin(session, channel, caller=caller))

    def send(self, event: Event) -> None:
        effects: list[Effect] = self.session.send(event)
        self.ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
        self.ended = next((effect for effect in effects if isinstance(effect, Ended)), self.ended)
        self.read.append(msgspec.json.encode(effects).decode())
        if self.ask is not None and self.ask.kind == "confirm":
            self.send(Keyed("1") if self._channel == "ivr" else Confirmed())
        elif self.ask is not None and self.ask.kind == "info":
            self.send(Continued())

    def answer(self, question: str, value: str) -> None:
        assert self.ask is not None, f"{question} is not asked any more; it ended at {self.ended}"
        item = next((one for one in self.ask.items if one.question == question), None)
        if item is None and question == "story" and self._channel == "ivr":
            return  # nobody writes on the phone
        assert item is not None, f"{question} is not asked, but {[one.question for one in self.ask.items]}"
        self.send(Keyed(_keys(item, value)) if self._channel == "ivr" else Answered({question: value}))


def _keys(item: Item, value: str) -> str:
    if item.options:
        return next(option.key for option in item.options if option.value == value)
    if item.type in ("yesno", "consent"):
        return {"yes": "1", "no": "2"}[value]
    if item.type == "date":
        year, month, day = value.split("-")
        return day + month + year
    return value


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "service.db", lambda: NOON)
    samples.fill(made)
    yield made
    made.close()


def rows(store: Store, table: str) -> list[tuple[Any, ...]]:
    with store.change() as db:
        return [tuple(row) for row in db.exec_driver_sql(f"SELECT * FROM {table}")]


HAPPY: dict[str, tuple[str, bool, list[tuple[str, str]], str, list[str]]] = {
    "known outage, with a message": (
        "power-outage",
        False,
        [("danger", "no"), ("place", "01310100"), ("notify", "yes"), ("mobile", "11987654321")],
        "will-message",
        ["outages.find_outage", "outages.notify"],
    ),
    "known outage without a time": (
        "power-outage",
        False,
        [("danger", "no"), ("place", "04538133"), ("notify", "no")],
        "told",
        ["outages.find_outage"],
    ),
    "new outage": (
        "power-outage",
        False,
        [("danger", "no"), ("place", "20040002"), ("scope", "street")],
        "reported",
        ["outages.find_outage", "outages.report_outage"],
    ),
    "reading of today": (
        "meter-reading",
        False,
        [("meter", "20010017"), ("reading", "20500"), ("today", "yes")],
        "done",
        ["meters.find_meter", "meters.submit_reading"],
    ),
    "reading of another day, after a wrong number": (
        "meter-reading",
        False,
        [
            ("meter", "99999999"), ("not-found", "yes"), ("meter", "20010017"), ("reading", "20500"), ("today", "no"),
            ("day", "2026-01-29"),
        ],
        "done",
        ["meters.find_meter", "meters.find_meter", "meters.submit_reading"],
    ),
    "first reading of a meter": (
        "meter-reading",
        False,
        [("meter", "20010150"), ("reading", "7"), ("today", "yes")],
        "done",
        ["meters.find_meter", "meters.submit_reading"],
    ),
    "move with a reading": (
        "moving-house",
        True,
        [
            ("day", "2026-02-14"), ("postcode", "20040002"), ("house", "12"), ("has-reading", "yes"),
            ("reading", "20700"), ("correct", "yes"),
        ],
        "done",
        ["contracts.register_move"],
    ),
    "move of somebody who calls from elsewhere": (
        "moving-house",
        False,
        [
            ("number", "10010017"), ("day", "2026-02-14"), ("postcode", "20040002"), ("house", "12"),
            ("has-reading", "no"), ("correct", "yes"),
        ],
        "send-later",
        ["contracts.register_move"],
    ),
    "complaint": (
        "complaint",
        True,
        [("about", "bill"), ("story", "Third estimate in a row"), ("wish", "correct"), ("urgent", "no")],
        "done",
        ["complaints.file"],
    ),
    "survey": (
        "satisfaction-survey",
        False,
        [("agrees", "yes"), ("solved", "yes"), ("friendly", "5"), ("waiting", "4")],
        "thanks",
        [],
    ),
    "no more offers": ("sales-campaign", True, [("may-talk", "no"), ("never-again", "yes")], "kept",
                       ["consents.record"]),
    "an offer by mail": (
        "sales-campaign", True, [("may-talk", "yes"), ("interest", "mail"), ("may-mail", "yes")], "sent", [],
    ),
    "card lost, after a wrong day": (
        "card-lost",
        False,
        [
            ("has-number", "yes"), ("card", "4000123412341234"), ("birth", "1980-05-18"), ("again", "yes"),
            ("card", "4000123412341234"), ("birth", "1980-05-17"), ("reason", "lost"), ("sure", "yes"),
            ("replacement", "yes"),
        ],
        "done",
        ["cards.identify", "cards.identify", "cards.block", "cards.order_replacement"],
    ),
}  # fmt: skip

KEPT: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "known outage, with a message": ("messages_wanted", [(1, "11987654321")]),
    "new outage": ("outages WHERE postcode = '20040002'",
                   [(3, "20040002", "street", 0, "2026-01-31T12:00:00", None, None)]),
    "reading of today": ("readings WHERE value = 20500", [(24, 20010017, "2026-01-31", 20500)]),
    "reading of another day, after a wrong number": (
        "readings WHERE value = 20500", [(24, 20010017, "2026-01-29", 20500)],
    ),
    "first reading of a meter": ("readings WHERE meter = 20010150", [(24, 20010150, "2026-01-31", 7)]),
    "move with a reading": ("moves", [(1, 10010017, "2026-02-14", "20040002", 12, 20700)]),
    "move of somebody who calls from elsewhere": ("moves", [(1, 10010017, "2026-02-14", "20040002", 12, None)]),
    "no more offers": ("consents", [(10010017, "offers", 0, "2026-01-31T12:00:00")]),
}  # fmt: skip

SAID = {
    "known outage, with a message": ["15:00"],
    "new outage": ["T-00003"],
    "reading of today": ["R-000024"],
    "move with a reading": ["M-00001"],
    "complaint": ["C-00001"],
    "card lost, after a wrong day": ["B-00001"],
}


def played(case: str, channel: str, store: Store, session: str = "s-1") -> Customer:
    name, known, answers, _, _ = HAPPY[case]
    customer = Customer(name, channel, RealServices(store), known, session)
    for question, value in answers:
        customer.answer(question, value)
    return customer


@pytest.mark.parametrize("channel", ["desk", "web", "ivr"])
@pytest.mark.parametrize("case", HAPPY)
def test_every_sample_goes_its_happy_way(case: str, channel: str, store: Store) -> None:
    _, _, _, end, calls = HAPPY[case]
    customer = played(case, channel, store)
    assert customer.ended is not None, customer.ask
    assert customer.ended.node == end
    performed = [f"{one.service}.{one.operation}" for one in customer.session.performed if one.kind == "call"]
    assert [call for call in performed if not call.startswith("mail.")] == calls
    if case in KEPT:
        table, wanted = KEPT[case]
        assert rows(store, table) == wanted
    for text in SAID.get(case, []):
        assert any(text in read for read in customer.read), text


def test_the_samples_are_all_here() -> None:
    assert {name for name, *_ in HAPPY.values()} == {file.stem for file in FOLDER.glob("*.xml")}


def test_a_complaint_is_kept_as_it_was_told(store: Store) -> None:
    played("complaint", "web", store)
    (row,) = rows(store, "complaints")
    assert row[1:] == ("s-1", 10010017, "bill", "correct", 0, "Third estimate in a row", "2026-02-06")


def test_a_card_is_blocked_replaced_and_its_wrong_try_forgotten(store: Store) -> None:
    played("card lost, after a wrong day", "ivr", store)
    blocked = next(row for row in rows(store, "cards") if row[5])
    assert blocked[3:] == (0, None, "2026-01-31T12:00:00", "lost", "2026-01-31T12:00:00")


@pytest.mark.parametrize("case", sorted(HAPPY.keys() - {"new outage"}))  # who asks again hears that it is known
def test_the_same_session_again_does_nothing_twice(case: str, store: Store) -> None:
    """As after a crash of the server that lost everything but the session's id."""
    first = played(case, "desk", store)
    tables = ["outages", "messages_wanted", "readings", "moves", "complaints", "consents", "cards", "answers"]
    before = {table: rows(store, table) for table in tables}
    again = played(case, "desk", store)
    assert {table: rows(store, table) for table in tables} == before
    assert again.ended == first.ended
    assert again.read == first.read


def test_who_goes_back_and_says_it_otherwise_corrects(store: Store) -> None:
    customer = Customer("meter-reading", "desk", RealServices(store), False, "s-1")
    for question, value in (("meter", "20010017"), ("reading", "20500")):
        customer.answer(question, value)
    customer.send(Back())
    customer.answer("reading", "20499")
    customer.answer("today", "yes")
    assert customer.ended is not None
    assert rows(store, "readings WHERE value > 20418 AND meter = 20010017") == [(24, 20010017, "2026-01-31", 20499)]


def test_a_refusal_of_the_service_leads_where_the_script_says(store: Store) -> None:
    """A reading below an earlier one of a later day: the script cannot know, the service does."""
    played("reading of today", "web", store)
    customer = Customer("meter-reading", "web", RealServices(store), False, "s-2")
    for question, value in (("meter", "20010017"), ("reading", "20600"), ("today", "no"), ("day", "2026-01-29")):
        customer.answer(question, value)
    assert customer.ended is not None
    assert (customer.ended.node, customer.ended.outcome) == ("person", "transfer")
    assert rows(store, "readings WHERE value = 20600") == []
