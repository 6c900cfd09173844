"""The first content of an empty database, from a file of JSON: `company.json` is that of the sample customers."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import insert, select

from verticals.utility.service.store import Store
from verticals.utility.service.tables import cards, meters, outages, readings
from verticals.utility.service.words import (
    CardNumber,
    CustomerNumber,
    MeterNumber,
    Postcode,
    Reading as ReadingValue,
    plain_postcode,
)

COMPANY = Path(__file__).parents[1] / "company.json"


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a meter showed some days ago."""

    days_ago: int
    value: ReadingValue


class Meter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer's meter."""

    meter: MeterNumber
    customer: CustomerNumber
    readings: list[Reading] = []


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card, and when its owner was born."""

    card: CardNumber
    birth: date


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An outage that began just now. `hours`: forecast of its length; 0: nobody can say."""

    postcode: Postcode
    hours: float = 0


class Company(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    meters: list[Meter]
    cards: list[Card]
    outages: list[Outage]


def fill(store: Store, file: Path = COMPANY) -> bool:
    """Fill an empty database; False: it has meters already, nothing was done. Raises msgspec's and file errors."""
    company = msgspec.json.decode(file.read_bytes(), type=Company)
    now, today = store.now(), store.today()
    with store.change() as db:
        if db.scalar(select(meters.c.meter).limit(1)) is not None:
            return False
        for one in company.meters:
            db.execute(insert(meters).values(meter=one.meter, customer=one.customer))
            for reading in one.readings:
                day = today - timedelta(days=reading.days_ago)
                db.execute(insert(readings).values(meter=one.meter, day=day, value=reading.value))
        for card in company.cards:
            db.execute(insert(cards).values(digest=store.digest(card.card), birth=card.birth))
        for outage in company.outages:
            until = (now + timedelta(hours=outage.hours)).isoformat(timespec="seconds") if outage.hours else None
            values = {"postcode": plain_postcode(outage.postcode), "scope": "street", "danger": False, "until": until}
            db.execute(insert(outages).values(**values, opened=now.isoformat(timespec="seconds")))
    return True
