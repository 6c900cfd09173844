"""Interface `meters`: which there are, and what they show."""

from datetime import date, timedelta

from sqlalchemy import Connection, select, update

from servicekit import Refused
from verticals.utility.service.store import Results, Store, added
from verticals.utility.service.tables import meters, readings
from verticals.utility.service.words import MeterNumber, Reading

LONGEST_AGO_DAYS = 366


class Meters:
    """A meter only counts up: a reading lies between the one before and the one after it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find_meter(self, meter: MeterNumber) -> Results:
        """Whether it is ours, and its last reading."""
        with self._store.change() as db:
            if not _is_ours(db, meter):
                return {"found": False, "last": None}
            own = select(readings.c.value).where(readings.c.meter == meter)
            last = db.scalar(own.order_by(readings.c.day.desc()).limit(1))
        return {"found": True, "last": last}

    def submit_reading(self, meter: MeterNumber, value: Reading, day: date, key: str) -> Results:
        """One for each meter and day; another value for the same day corrects it, under the same receipt."""

        def take(db: Connection) -> Results:
            if not _is_ours(db, meter):
                raise Refused("We do not know this meter number.")
            self._check_day(day)
            _check_value(db, meter, value, day)
            same = (readings.c.meter == meter) & (readings.c.day == day)
            found = db.execute(select(readings).where(same)).first()
            if found is not None:
                db.execute(update(readings).where(same).values(value=value))
                return {"receipt": _receipt(found.id)}
            return {"receipt": _receipt(added(db, readings, meter=meter, day=day, value=value))}

        return self._store.once(key, "submit_reading", take)

    def _check_day(self, day: date) -> None:
        today = self._store.today()
        if day > today + timedelta(days=1):  # the caller's day may be ahead of ours
            raise Refused("This day lies in the future.")
        if day < today - timedelta(days=LONGEST_AGO_DAYS):
            raise Refused("This reading is more than a year old.")


def _check_value(db: Connection, meter: int, value: int, day: date) -> None:
    own = select(readings.c.value).where(readings.c.meter == meter)
    before = db.scalar(own.where(readings.c.day < day).order_by(readings.c.day.desc()).limit(1))
    after = db.scalar(own.where(readings.c.day > day).order_by(readings.c.day).limit(1))
    if before is not None and value < before:
        raise Refused(f"The meter showed {before} before that day.")
    if after is not None and value > after:
        raise Refused(f"The meter showed {after} after that day.")


def _is_ours(db: Connection, meter: int) -> bool:
    return db.scalar(select(meters.c.meter).where(meters.c.meter == meter)) is not None


def _receipt(number: int) -> str:
    return f"R-{number:06}"
