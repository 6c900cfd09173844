"""Interface `complaints`: what went wrong, and by when it is answered."""

from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Connection, select, update

from verticals.utility.service.store import Results, Store, added
from verticals.utility.service.tables import complaints
from verticals.utility.service.words import CustomerNumber, Note

ANSWER_WORKING_DAYS, URGENT_WORKING_DAYS = 5, 1
_SATURDAY = 5


class Complaints:
    """One for each session: who goes back in a script and says it otherwise changes it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def file(
        self,
        customer: CustomerNumber,
        about: Literal["bill", "outage", "visit", "service", "other"],
        wish: Literal["explain", "correct", "money"],
        urgent: bool,
        key: str,
        note: Note = "",
    ) -> Results:
        """Its number, and by when there is an answer; that day does not move when it is said otherwise."""
        session = key.partition(":")[0]
        said = {"customer": customer, "about": about, "wish": wish, "urgent": urgent, "note": note}

        def keep(db: Connection) -> Results:
            same = complaints.c.session == session
            found = db.execute(select(complaints).where(same)).first() if session else None
            if found is not None:
                day = min(found.answer_by, self._answer_by(urgent))
                db.execute(update(complaints).where(same).values(**said, answer_by=day))
                return {"reference": _reference(found.id), "answer_by": day}
            day = self._answer_by(urgent)
            made = added(db, complaints, **said, session=session or None, answer_by=day)
            return {"reference": _reference(made), "answer_by": day}

        return self._store.once(key, "file", keep)

    def _answer_by(self, urgent: bool) -> date:
        return working_days_later(self._store.today(), URGENT_WORKING_DAYS if urgent else ANSWER_WORKING_DAYS)


def working_days_later(day: date, count: int) -> date:
    """The day after `count` days from Monday to Friday."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def _reference(number: int) -> str:
    return f"C-{number:05}"
